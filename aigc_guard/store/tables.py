"""The store's tables. Changing one needs a migration; a test compares both.

Draft text is kept as UTF-8 bytes, so that every character survives on every database; records are
kept as canonical JSON beside the columns that are searched.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only numbers INTEGER keys; PostgreSQL's integer would end at two thousand million.
Sequence = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True),
    _text("value"),
)

policies = Table(
    "policies",
    metadata,
    Column("policy_digest", Text, primary_key=True),
    _text("name"),
    _text("body"),
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    _text("body"),
    _text("started_at"),
    _text("finished_at", default=""),
    _text("summary", default=""),
)

briefs = Table(
    "briefs",
    metadata,
    Column("brief_digest", Text, primary_key=True),
    _text("brief_id"),
    _text("kind"),
    _text("language"),
    _text("body"),
    Index(None, "brief_id"),
)

run_briefs = Table(
    "run_briefs",
    metadata,
    Column("run_id", Text, ForeignKey("runs.run_id"), primary_key=True),
    Column("brief_digest", Text, ForeignKey("briefs.brief_digest"), primary_key=True),
    Column("position", Integer, nullable=False),
)

quarantined = Table(
    "quarantined",
    metadata,
    Column("run_id", Text, ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("body"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    _text("brief_id"),
    Column("brief_digest", Text, ForeignKey("briefs.brief_digest"), nullable=False),
    _text("kind"),
    _text("language"),
    _text("channel"),
    Column("text", LargeBinary, nullable=False),
    _text("text_sha256"),
    _text("writer"),
    _text("model_digest"),
    _text("settings_digest"),
    _text("seed"),
    Column("attempt", Integer, nullable=False),
    Column("faithful", Boolean, nullable=False),
    _text("notes"),
    _text("parent"),
    _text("made_by"),
    _text("root"),
    _text("work_id"),
    Column("depth", Integer, nullable=False),
    Index(None, "text_sha256"),
    Index(None, "brief_digest"),
    Index(None, "work_id"),
)

run_drafts = Table(
    "run_drafts",
    metadata,
    Column("run_id", Text, ForeignKey("runs.run_id"), primary_key=True),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), primary_key=True),
    _text("brief_digest"),
    Column("attempt", Integer, nullable=False),
    Index(None, "draft_id"),
)

reports = Table(
    "reports",
    metadata,
    Column("text_sha256", Text, primary_key=True),
    Column("check_id", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("model_digest", Text, primary_key=True),
    Column("settings_digest", Text, primary_key=True),
    _text("status"),
    _text("body"),
    _text("measured_at"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), nullable=False),
    _text("text_sha256"),
    _text("policy"),
    _text("policy_digest"),
    _text("outcome"),
    _text("decision_digest"),
    _text("body"),
    _text("measured"),
    _text("run_id"),
    _text("at"),
    Index(None, "draft_id", "seq"),
    Index(None, "policy_digest"),
)

edits = Table(
    "edits",
    metadata,
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("rule"),
    _text("label"),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    _text("before_encrypted"),
    _text("after"),
)

items = Table(
    "items",
    metadata,
    Column("work_id", Text, primary_key=True),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    _text("text_sha256"),
    _text("policy"),
    _text("policy_digest"),
    _text("decision_digest"),
    _text("outcome"),
    Column("unverified", Boolean, nullable=False),
    _text("brief_id"),
    _text("kind"),
    _text("language"),
    _text("channel"),
    _text("state"),
    _text("since"),
    Column("risk", Integer, nullable=False, server_default="0"),
    Index(None, "state", "since"),
    Index(None, "state", "risk", "since"),
    Index(None, "state", "kind", "since"),
    Index(None, "state", "channel", "since"),
    Index(None, "state", "language", "since"),
    Index(None, "draft_id"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("review_id", Text, nullable=False, unique=True),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), nullable=False),
    _text("text_sha256"),
    _text("policy_digest"),
    _text("decision_digest"),
    _text("action"),
    _text("actor"),
    Column("authenticated", Boolean, nullable=False),
    _text("reason"),
    _text("rule"),
    _text("at"),
    _text("roles", default=""),
    Column("decision_seq", Sequence, nullable=False, server_default="0"),
    Index(None, "draft_id"),
)

publishing = Table(
    "publishing",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("work_id", Text, nullable=False, unique=True),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), nullable=False),
    _text("body"),
    _text("at"),
)

releases = Table(
    "releases",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("work_id", Text, nullable=False, unique=True),
    Column("draft_id", Text, ForeignKey("drafts.draft_id"), nullable=False),
    _text("brief_id"),
    _text("text_sha256"),
    _text("policy"),
    _text("policy_digest"),
    _text("folder"),
    _text("files"),
    _text("approved_by"),
    _text("at"),
    Index(None, "draft_id"),
)

events = Table(
    "events",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    _text("at"),
    _text("kind"),
    _text("subject"),
    _text("actor"),
    _text("body"),
    Index(None, "kind"),
    Index(None, "subject"),
)

# Level 0 holds the hash of each event (position = number - 1), level n the root of each complete
# subtree of 256^n events: see tree.py.
log_hashes = Table(
    "log_hashes",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("position", Sequence, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    Column("size", Sequence, nullable=False),
    _text("root"),
    _text("note"),
    _text("at"),
    Index(None, "size"),
)

statements = Table(
    "statements",
    metadata,
    Column("statement_sha256", Text, primary_key=True),
    _text("release_id"),
    _text("bundle"),
    Column("event_seq", Sequence, nullable=False),
    _text("at"),
    Index(None, "release_id"),
)

revocations = Table(
    "revocations",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    _text("release_id"),
    _text("action"),
    _text("successor"),
    _text("reason"),
    _text("actor"),
    _text("bundle"),
    _text("at"),
    Index(None, "release_id"),
)

# What was erased: a draft's text, a ledger's values or a brief. The erased row keeps its digest.
erasures = Table(
    "erasures",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False),
    _text("what"),
    _text("subject"),
    _text("actor"),
    _text("at"),
    Index(None, "what", "subject"),
)

# HMACs of passages of what was released; they can be made anew, so they may be deleted.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("fingerprint", Sequence, primary_key=True, autoincrement=False),
    Column("release_id", Text, primary_key=True),
    Index(None, "release_id"),
    sqlite_with_rowid=False,
)
