"""What the store knows of people and their work, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

SessionKind = Literal["console", "cli", "key"]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in. ``account_id`` is opaque; events show nothing else of them.

    ``roles`` are the console's, ``policy_roles`` those that policies name under ``approvals``.
    ``password`` is an argon2id hash; empty for one who signs in elsewhere.
    """

    account_id: str
    login: str
    name: str
    password: str
    roles: tuple[str, ...]
    policy_roles: tuple[str, ...]
    active: bool
    failures: int
    locked_until: str
    created_at: str
    changed_at: str
    issuer: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in that stands; the token itself is nowhere but with its owner."""

    token_sha256: str
    account_id: str
    kind: SessionKind
    created_at: str
    seen_at: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has a draft on the desk, and until when nobody else gets it."""

    work_id: str
    draft_id: str
    account_id: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody noted about a draft."""

    seq: int
    draft_id: str
    account_id: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Request:
    """What one person asks of others; ``state`` is open, granted, refused or failed."""

    request_id: str
    kind: str
    subject: str
    body: Mapping[str, Any]
    account_id: str
    at: str
    state: str = "open"
    decided_by: str = ""
    decided_at: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which waiting drafts are looked at; empty fields leave nothing out.

    ``since_before`` keeps what has waited since before that moment.
    """

    kind: str = ""
    channel: str = ""
    language: str = ""
    rule: str = ""
    since_before: str = ""
    riskiest: bool = False
