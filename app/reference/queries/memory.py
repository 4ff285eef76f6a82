"""What a process keeps of the reference tables between two requests."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reference.models import ReferenceEdition

V = TypeVar("V")


class Memory(Generic[V]):
    """One value a database, built when it is first wanted and again when the rows behind it have
    moved.

    `version` is asked at each reading and must be cheap: counts and highest numbers, never the
    rows. Databases are told apart by what the session is bound to, so two of them in one process
    never share a value.
    """

    def __init__(
        self, version: Callable[[Session], Hashable], build: Callable[[Session], V]
    ) -> None:
        self._version = version
        self._build = build
        self._known: WeakKeyDictionary[Any, tuple[Hashable, V]] = WeakKeyDictionary()
        self._lock = Lock()

    def read(self, db_session: Session) -> V:
        """The value for the rows of now."""
        bind, version = db_session.get_bind(), self._version(db_session)
        known = self._known.get(bind)
        if known is not None and known[0] == version:
            return known[1]
        with self._lock:
            known = self._known.get(bind)
            if known is not None and known[0] == version:
                return known[1]
            value = self._build(db_session)
            self._known[bind] = (version, value)
            return value


def last_edition(db_session: Session) -> int:
    """The number of the last reference file loaded: it moves with each load that changed a row."""
    return db_session.scalar(select(func.max(ReferenceEdition.id))) or 0
