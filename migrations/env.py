"""How migrations run: on the application's own engine, in batch mode so that SQLite can alter tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import JSON
from sqlalchemy.engine import Connection

from app.core.db import UtcDateTime, db


def _nothing_to_write(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Do not leave an empty migration behind when the models have not moved."""
    options = getattr(context.config, "cmd_opts", None)
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _render(kind: str, item: Any, context_: Any) -> str | bool:
    """Write our own column types as what the database stores: a migration must not need the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        context_.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def run() -> None:
    """Run the migrations online; there is no offline mode, because a script nobody ran proves nothing."""
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments.setdefault("process_revision_directives", _nothing_to_write)
    arguments["render_item"] = _render
    with db.engine.connect() as connection, _without_foreign_keys(connection):
        context.configure(connection=connection, target_metadata=db.metadata, **arguments)
        with context.begin_transaction():
            context.run_migrations()
            _refuse_orphans(connection)
        connection.commit()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Batch mode rebuilds a table under another name and drops the old one.

    With foreign keys on, SQLite deletes the old rows first, and refuses as soon as another table names one of them. The
    switch does nothing inside a transaction, so it is turned on the bare connection before one begins.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    bare: Any = connection.connection.driver_connection
    bare.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        bare.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: Connection) -> None:
    """What SQLite did not check meanwhile is checked once, before the commit."""
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(f"rows that point nowhere after the migration: {orphans[:5]}")


run()
