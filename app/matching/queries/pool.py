"""The pool of this process: loaded once, then kept fresh row by row from the change log.

One pool a database and day: a new day moves "not before today", so the pool is loaded anew. Each match reads the log
first; on PostgreSQL a transaction that began earlier may commit a smaller log id later, so the last minute of the log
is looked at again for ids that were not there before.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, PoolChange
from app.engine.pool import Pool
from app.engine.weights import DEFAULT
from app.matching.queries.rows import load_openings, load_sessions, load_youth
from app.reference.queries import knowledge
from app.reference.queries.travel import load_travel_times

OVERLAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A pool with what it knows of the log: everything up to `floor_id`, and the ids of `seen` above it."""

    pool: Pool
    day: date
    floor_id: int
    seen: frozenset[int] = frozenset()


_pools: WeakKeyDictionary[Engine | Connection, Held] = WeakKeyDictionary()
_lock = threading.Lock()


def current_pool(db_session: Session) -> Pool:
    """The pool as of now: one statement when nothing changed, a few more for the rows that did."""
    bind = db_session.get_bind()
    held = _pools.get(bind)
    if held is None or held.day != clock.today():
        with _lock:
            held = _pools.get(bind)
            if held is None or held.day != clock.today():
                held = _load(db_session)
                _pools[bind] = held
                return held.pool
    return _refresh(db_session, held, bind)


def committed_pool(db_session: Session) -> Pool:
    """The pool as this process last saw it, without reading the log: for use inside a write.

    What an open transaction has changed must not enter the shared pool: it may still be rolled back.
    """
    held = _pools.get(db_session.get_bind())
    return held.pool if held is not None else _load(db_session).pool


def _load(db_session: Session) -> Held:
    # The log is read before the rows: a change committed in between is read again, never missed.
    floor_id, seen = _look(db_session, 0)
    pool = Pool.build(
        load_youth(db_session),
        load_openings(db_session),
        load_sessions(db_session),
        DEFAULT,
        knowledge(db_session),
        load_travel_times(db_session),
    )
    return Held(pool, clock.today(), floor_id, frozenset(seen))


def _look(db_session: Session, floor_id: int) -> tuple[int, dict[int, tuple[Changed, int]]]:
    """The new floor, and what the log says above it."""
    settled = clock.now() - OVERLAP
    rows = db_session.execute(
        select(PoolChange.id, PoolChange.kind, PoolChange.row_id, PoolChange.changed_at)
        .where(PoolChange.id > floor_id)
        .order_by(PoolChange.id)
    ).all()
    floor = max((row.id for row in rows if row.changed_at < settled), default=floor_id)
    return floor, {row.id: (row.kind, row.row_id) for row in rows}


def _refresh(db_session: Session, held: Held, bind: Engine | Connection) -> Pool:
    floor_id, above = _look(db_session, held.floor_id)
    new = [change for log_id, change in above.items() if log_id not in held.seen]
    if not new:
        return held.pool
    if any(kind is Changed.REFERENCE for kind, _ in new):
        with _lock:
            fresh = _load(db_session)
            _pools[bind] = fresh
        return fresh.pool
    ids = {kind: {row_id for one, row_id in new if one is kind} for kind in Changed}
    pool = _with_rows(db_session, held.pool, ids)
    if ids[Changed.TRAVEL]:
        pool = pool.with_times(load_travel_times(db_session))
    seen = frozenset(log_id for log_id in above if log_id > floor_id)
    _pools[bind] = Held(pool, held.day, floor_id, seen)
    return pool


def _with_rows(db_session: Session, pool: Pool, ids: dict[Changed, set[int]]) -> Pool:
    """The next pool with these rows read again; those that are not matchable any more leave it."""
    youths = load_youth(db_session, ids[Changed.YOUTH]) if ids[Changed.YOUTH] else []
    openings = load_openings(db_session, ids[Changed.OPENING]) if ids[Changed.OPENING] else []
    sessions = load_sessions(db_session, ids[Changed.SESSION]) if ids[Changed.SESSION] else []
    return pool.changed(
        youths=youths,
        openings=openings,
        sessions=sessions,
        gone_youths=_gone(ids[Changed.YOUTH], {row.id for row in youths}),
        gone_openings=_gone(ids[Changed.OPENING], {row.id for row in openings}),
        gone_sessions=_gone(ids[Changed.SESSION], {row.id for row in sessions}),
    )


def _gone(asked: set[int], found: Collection[int]) -> list[int]:
    return sorted(asked.difference(found))
