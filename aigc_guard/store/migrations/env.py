"""Runs migrations on the connection the store lends; its transaction is the store's."""

from __future__ import annotations

from alembic import context

import aigc_guard.store.desk_tables  # noqa: F401  its tables belong to the metadata
from aigc_guard.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
