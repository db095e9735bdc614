"""Keyed fingerprints of released texts: what leads from a copied passage to its release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table; older releases are taken in when the next run ends, or somebody looks."""
    op.create_table('fingerprints',
    sa.Column('fingerprint', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column('release_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('fingerprint', 'release_id', name=op.f('pk_fingerprints')),
    sqlite_with_rowid=False,
    )
    op.create_index(op.f('ix_fingerprints_release_id'), 'fingerprints', ['release_id'], unique=False)


def downgrade() -> None:
    """Fingerprints can be made anew."""
    op.drop_table('fingerprints')
