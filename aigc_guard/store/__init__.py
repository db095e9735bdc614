"""The record of runs, drafts, measurements, decisions, reviews and releases.

SQLite by default, PostgreSQL by URL.
"""

from __future__ import annotations

from aigc_guard.store.core import ACCOUNT_PREFIX
from aigc_guard.store.keys import ApiKey
from aigc_guard.store.people import Account, Comment, Lease, QueueFilter, Request, Session
from aigc_guard.store.problems import Problems
from aigc_guard.store.proposals import Proposal
from aigc_guard.store.rows import (
    Intent,
    Item,
    NewEvent,
    ReportKey,
    Run,
    RunDraft,
    State,
    needs_person,
    work_id_of,
)

__all__ = [
    "ACCOUNT_PREFIX",
    "Account",
    "ApiKey",
    "Comment",
    "Intent",
    "Item",
    "Lease",
    "NewEvent",
    "Proposal",
    "QueueFilter",
    "ReportKey",
    "Request",
    "Run",
    "RunDraft",
    "Session",
    "State",
    "Store",
    "needs_person",
    "work_id_of",
]


class Store(Problems):
    """Everything that is kept. ``migrate`` before first use; methods raise StoreError.

    ``with store.transaction() as tx:`` makes what is done inside all or nothing.
    """
