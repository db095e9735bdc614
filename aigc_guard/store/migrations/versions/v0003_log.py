"""Events become entries of a Merkle log; checkpoints, statements, revocations and erasures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_PROTECTED = ("log_hashes", "checkpoints", "statements", "revocations", "erasures")


def upgrade() -> None:
    """Make the tables, take the older events into the tree, and protect what was recorded."""
    _tree()
    _signed()
    _grow()
    for table in _PROTECTED:
        _append_only(table)


def _tree() -> None:
    op.create_table('log_hashes',
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('position', _sequence(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'position', name=op.f('pk_log_hashes')),
    sqlite_with_rowid=False,
    )
    op.create_table('checkpoints',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('size', _sequence(), nullable=False),
    sa.Column('root', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_checkpoints'))
    )
    op.create_index(op.f('ix_checkpoints_size'), 'checkpoints', ['size'], unique=False)


def _signed() -> None:
    op.create_table('statements',
    sa.Column('statement_sha256', sa.Text(), nullable=False),
    sa.Column('release_id', sa.Text(), nullable=False),
    sa.Column('bundle', sa.Text(), nullable=False),
    sa.Column('event_seq', _sequence(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('statement_sha256', name=op.f('pk_statements'))
    )
    op.create_index(op.f('ix_statements_release_id'), 'statements', ['release_id'], unique=False)
    op.create_table('revocations',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('release_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('successor', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('bundle', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_revocations'))
    )
    op.create_index(op.f('ix_revocations_release_id'), 'revocations', ['release_id'], unique=False)
    op.create_table('erasures',
    sa.Column('seq', _sequence(), autoincrement=False, nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('at', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_erasures'))
    )
    op.create_index(op.f('ix_erasures_what_subject'), 'erasures', ['what', 'subject'], unique=False)


def _sequence() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _grow() -> None:
    # The form of an entry and of the tree can never change, so this may use today's code.
    from aigc_guard.store.tree import grow

    names = ("seq", "at", "kind", "subject", "actor", "body")
    events = sa.table("events", *(sa.column(name) for name in names))
    connection = op.get_bind()
    after = 0
    while True:
        query = sa.select(events).where(events.c.seq > after).order_by(events.c.seq).limit(1024)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        grow(connection, rows)
        after = rows[-1]["seq"]


def _append_only(table: str) -> None:
    """Let the database itself refuse to change or delete what was recorded."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    for when, what in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
        scope = "STATEMENT" if when == "truncate" else "ROW"
        op.execute(
            f"CREATE TRIGGER {table}_no_{when} BEFORE {what} ON {table} "
            f"FOR EACH {scope} EXECUTE FUNCTION events_refuse()"
        )


def downgrade() -> None:
    """Signatures would be lost: restore a backup instead."""
    raise NotImplementedError("a log that was signed can't be taken back")
