"""Reviews name the approver's roles and the very decision; releases lie relative to the outbox."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import context, op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is new with a value for old rows, and make folders relative."""
    op.add_column("reviews", sa.Column("roles", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "reviews",
        sa.Column(
            "decision_seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            server_default="0",
            nullable=False,
        ),
    )
    outbox = context.config.attributes.get("outbox")
    if outbox is not None:
        _relative_to(Path(outbox))


def _relative_to(outbox: Path) -> None:
    """Releases in the project's outbox; one that lies elsewhere keeps its whole path."""
    releases = sa.table("releases", sa.column("release_id"), sa.column("folder"))
    connection = op.get_bind()
    rows = connection.execute(sa.select(releases.c.release_id, releases.c.folder)).all()
    for release_id, folder in rows:
        if Path(folder) == outbox / release_id:
            connection.execute(
                sa.update(releases)
                .where(releases.c.release_id == release_id)
                .values(folder=release_id)
            )


def downgrade() -> None:
    """Roles would be lost: restore a backup instead."""
    raise NotImplementedError("roles of approvers can't be taken back")
