"""The database: one `db`, one way to write, and the guards that keep both engines honest.

* `transaction()` is the only place that commits. On SQLite it begins IMMEDIATE, so that two writers queue instead of
  failing halfway, in a fair line (`turns.py`); reads stay deferred. Who waited in vain for the lock gets `Unavailable`:
  nothing was written, and nothing was promised.
* A flush outside `transaction()` during a request is refused: a GET never writes business data.
* On Python 3.11 the SQLite driver opens and closes transactions by itself, which silently breaks rollback isolation;
  the two hooks below give that back to SQLAlchemy.
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask import has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Enum, MetaData, Row, Select, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from app.core.errors import Unavailable
from app.core.turns import Line, TurnNeverCame

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY = "Beaucoup de personnes enregistrent en ce moment. Rien n’a été modifié ; réessayez dans un instant."
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. SQLite stores no offset: values turn to UTC on the way in and are marked on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# A row, or a query of rows, whose columns a short list does not spell out in its type.
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]

JsonType = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            datetime: UtcDateTime(),
            dict[str, Any]: JsonType,
            list[Any]: JsonType,
            list[str]: JsonType,
        },
    )


# `create_savepoint` matters only where a test lends its own connection: a commit then ends a savepoint.
db = SQLAlchemy(model_class=Base, session_options={"join_transaction_mode": "create_savepoint"})
migrate = Migrate()

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True

else:
    Model = db.Model


E_ = TypeVar("E_", bound=enum.StrEnum)


def enum_type(kind: type[E_], *, name: str | None = None, length: int = 40) -> Enum:
    """A column type for a string enum: stored as its value, checked by the database, the same on both engines.

    Args:
        name: of the CHECK, when a table has several columns of the same enum.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=name or kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def code(length: int) -> String:
    """A column type for official codes: text always, because of leading zeros and of 2A/2B."""
    return String(length)


_writing: ContextVar[bool] = ContextVar("trefle_writing", default=False)
_after_commit: ContextVar[list[Callable[[], None]] | None] = ContextVar(
    "trefle_after_commit", default=None
)


class WriteOutsideTransaction(RuntimeError):
    """A defect: something was changed outside `transaction()`, or on a safe method."""


_line = Line()
# Less than a browser or a proxy waits: who gives up is still there to read why.
PATIENCE_SECONDS = 40.0


def give_way() -> None:
    """Let other processes write to a file of SQLite between the pieces that this one writes: background work does."""
    _line.gives_way = True


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """Stand in line for the one writer of SQLite; on PostgreSQL everybody writes at once.

    Raises:
        Unavailable: the turn did not come; nothing was begun.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    try:
        with _line.turn(PATIENCE_SECONDS):
            yield
    except TurnNeverCame:
        raise Unavailable(BUSY) from None


@contextmanager
def transaction() -> Iterator[Session]:
    """The unit of work of one write request, task or command: commits at the end, rolls back on any error.

    Callbacks given to `after_commit` run once the data is safe; an error in the body drops them.

    Raises:
        WriteOutsideTransaction: on a GET, or inside another transaction.
        Unavailable: too many wrote before this one; nothing was begun.
    """
    if has_request_context() and request.method in SAFE_METHODS:
        raise WriteOutsideTransaction("a GET never writes business data")
    if _writing.get():
        raise WriteOutsideTransaction("transactions do not nest; pass the session on")
    session = db.session()
    # What was read before belongs to an older snapshot; the write begins anew and judges the current rows.
    session.rollback()
    writing, callbacks = _writing.set(True), _after_commit.set([])
    try:
        with _turn_to_write():
            try:
                session.connection()
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
        pending = _after_commit.get() or []
    finally:
        _writing.reset(writing)
        _after_commit.reset(callbacks)
    for callback in pending:
        callback()


@contextmanager
def side_transaction() -> Iterator[Session]:
    """A short transaction of its own, apart from the request's session, for journals that must outlive a rollback.

    It is the one way to append during a GET, kept for the access journal and the table of attempts.
    """
    writing = _writing.set(True)
    try:
        with (
            _turn_to_write(),
            Session(db.engine, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            yield session
    finally:
        _writing.reset(writing)


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the current transaction is committed (never if it is rolled back).

    Raises:
        WriteOutsideTransaction: no transaction is open.
    """
    pending = _after_commit.get()
    if pending is None:
        raise WriteOutsideTransaction("nothing to wait for: no transaction is open")
    pending.append(callback)


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(session: Session, _context: object, _instances: object) -> None:
    if not has_request_context() or _writing.get():
        return
    if session.new or session.deleted or any(session.is_modified(one) for one in session.dirty):
        raise WriteOutsideTransaction("wrap the write in transaction()")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: object, _record: object) -> None:
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
