"""Tables of the people who work here: accounts, sessions, the review desk, policy proposals, keys.

Secrets stand here as digests only: a copy of the store lets nobody in.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from aigc_guard.store.tables import Sequence, _text, metadata


def _draft(*, key: bool = False) -> Column[str]:
    return Column("draft_id", Text, ForeignKey("drafts.draft_id"), primary_key=key, nullable=False)


def _account(*, key: bool = False) -> Column[str]:
    return Column(
        "account_id", Text, ForeignKey("accounts.account_id"), primary_key=key, nullable=False
    )


accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    _text("name"),
    _text("password"),
    _text("roles"),
    _text("policy_roles"),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    _text("locked_until", default=""),
    _text("created_at"),
    _text("changed_at"),
    _text("issuer", default=""),
    _text("subject", default=""),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    _account(),
    _text("kind"),
    _text("created_at"),
    _text("seen_at"),
    _text("expires_at"),
    Index(None, "account_id"),
    Index(None, "expires_at"),
)

# How often something was tried since when: sign-ins per place, calls per key.
throttles = Table(
    "throttles",
    metadata,
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    _text("since"),
)

leases = Table(
    "leases",
    metadata,
    Column("work_id", Text, primary_key=True),
    _draft(),
    _account(),
    _text("since"),
    _text("until"),
    Index(None, "account_id"),
    Index(None, "until"),
)

skips = Table(
    "skips",
    metadata,
    _draft(key=True),
    _account(key=True),
    _text("reason"),
    _text("at"),
    Index(None, "account_id"),
)

# An approval can be undone until then; nothing is published before.
graces = Table(
    "graces",
    metadata,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    _draft(),
    _text("until"),
    Index(None, "draft_id"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("review_id", Text, ForeignKey("reviews.review_id"), primary_key=True),
    _account(),
    _text("at"),
)

comments = Table(
    "comments",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    _draft(),
    _account(),
    _text("text"),
    _text("at"),
    Index(None, "draft_id", "seq"),
)

# Who edited a draft by hand: never the second pair of eyes on it.
editors = Table(
    "editors",
    metadata,
    _draft(key=True),
    _account(),
    _text("at"),
)

# What one person asks of others: a waiver, another attempt, an activation.
requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    _text("kind"),
    _text("subject"),
    _text("body"),
    _account(),
    _text("at"),
    _text("state"),
    _text("decided_by", default=""),
    _text("decided_at", default=""),
    _text("answer", default=""),
    Index(None, "kind", "state"),
    Index(None, "subject"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("proposal_id", Text, primary_key=True),
    _text("policy"),
    _text("base_sha256"),
    _text("text"),
    _text("note"),
    _account(),
    _text("at"),
    _text("state"),
    _text("decided_by", default=""),
    _text("decided_at", default=""),
    Index(None, "policy", "at"),
    Index(None, "state"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    _text("name"),
    Column("secret_sha256", Text, nullable=False, unique=True),
    _text("scopes"),
    Column("per_minute", Integer, nullable=False),
    _account(),
    _text("created_at"),
    _text("revoked_at", default=""),
)

answers = Table(
    "answers",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    _text("request_sha256"),
    Column("status", Integer, nullable=False),
    _text("body"),
    _text("at"),
    Index(None, "at"),
)

# Drafts that are read a second time without the first verdict; golden ones have a known one.
samples = Table(
    "samples",
    metadata,
    Column("sample_id", Text, primary_key=True),
    _draft(),
    _text("stratum"),
    _text("rule"),
    _text("expected", default=""),
    _text("made_at"),
    Index(None, "draft_id"),
    Index(None, "stratum"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("sample_id", Text, ForeignKey("samples.sample_id"), primary_key=True),
    _account(key=True),
    _text("verdict"),
    _text("rule"),
    _text("reason"),
    _text("at"),
    Index(None, "account_id"),
)

# The rules that hold an order now: what the queue is filtered by.
item_rules = Table(
    "item_rules",
    metadata,
    Column("work_id", Text, ForeignKey("items.work_id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Index(None, "rule"),
)

# Counts per day, kept as things happen: a page of trends never reads the whole record.
tallies = Table(
    "tallies",
    metadata,
    Column("day", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("policy", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
