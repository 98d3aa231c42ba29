"""Alembic's way in: it runs the revisions on the connection and in the transaction that the store opened."""

from __future__ import annotations

from alembic import context

from recall.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
