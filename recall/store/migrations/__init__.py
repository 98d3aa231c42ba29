"""The migrations: the schema's revisions in order, run on a connection that the store hands in."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from recall.store.tables import METADATA


def upgrade(connection: Connection, *, revision: str = "head") -> None:
    """Bring the schema up to a revision, inside the connection's transaction."""
    if current(connection) != newest():
        command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, *, revision: str = "base") -> None:
    """Take the schema back to a revision; what only the later ones could hold is lost."""
    command.downgrade(_config(connection), revision)


def behind(connection: Connection) -> str | None:
    """A sentence that says how the schema's revision differs from the newest, or None."""
    here, head = current(connection), newest()
    if here == head:
        return None
    return f"The schema is at revision {here or 'none'}, not at {head}: run `recall db upgrade`"


def differences(connection: Connection) -> list[object]:
    """What the tables' classes say and the migrated database does not; empty: they are the same."""
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, METADATA))


def current(connection: Connection) -> str | None:
    """The schema's revision; None: it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest() -> str | None:
    """The newest revision that is known here: read once, for the files of all revisions tell it."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "recall.store:migrations")
    config.attributes["connection"] = connection
    return config
