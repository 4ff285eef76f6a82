"""Places that differ in nothing but their id, planned as one lot and dealt out afterwards.

Two openings alike in everything (an employer that writes the same post twice) are worth the same to
everybody. Kept apart they fill the columns of every youth with one triple said many times, at ties that
all youths break the same way: prices then learn of a few copies a round, and the others stay unknown to
them. One lot with the places of both has the same best plan and the same bound. Exact, not rounded: a row
that a youth set aside by its id, or that has other places free (which a score reads), is no copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.kernels.asked import Columns, Places
from app.engine.model import OpeningInput, SessionInput
from app.engine.plan.rounding import Draft
from app.engine.pool import Pool

Row = TypeVar("Row", OpeningInput, SessionInput)
Lot = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lots:
    """A pool with one row a lot, the lowest id of it.

    Attributes:
        whole: the pool as it was given.
        pool: the same object when no two rows are alike.
        openings: for each row of the whole pool's columns, the row of its lot in ``pool``'s.
        sessions: the same of sessions.
    """

    whole: Pool
    pool: Pool
    openings: Lot
    sessions: Lot

    def places(self) -> Places:
        """How many places each lot has, by row of ``pool``."""
        few, free = self.pool.ground, places_of(self.whole)
        summed = Places(np.zeros(len(few.openings.id)), np.zeros(len(few.sessions.id)))
        np.add.at(summed.openings, self.openings, free.openings)
        np.add.at(summed.sessions, self.sessions, free.sessions)
        return summed

    def each(self, prices: Places) -> Places:
        """Prices of lots as prices of all their rows."""
        return Places(prices.openings[self.openings], prices.sessions[self.sessions])

    def dealt(self, columns: Columns, draft: Draft) -> tuple[Columns, Draft]:
        """A draft in rows of the whole pool: one column for each youth placed."""
        ground = self.whole.ground
        placed = np.flatnonzero(draft.chosen >= 0)
        slots = draft.chosen[placed]
        room = places_of(self.whole)
        table = Columns(
            np.zeros((len(draft.chosen), 1), np.int32),
            np.zeros((len(draft.chosen), 1), np.int32),
            np.zeros((len(draft.chosen), 1)),
            (draft.chosen >= 0).astype(np.int32),
        )
        table.value[placed, 0] = columns.value[placed, slots]
        for taken, lot, lots, ids, left in (
            (table.opening, columns.opening, self.openings, ground.openings.id, room.openings),
            (table.session, columns.session, self.sessions, ground.sessions.id, room.sessions),
        ):
            rows = _deal(lot[placed, slots], lots, ids, left)
            taken[placed, 0] = rows
            np.subtract.at(left, rows, 1.0)
        return table, Draft(np.where(draft.chosen >= 0, 0, -1).astype(np.int32), draft.value, room)


def places_of(pool: Pool) -> Places:
    """How many places each row of a pool has; an unknown number counts as one."""
    return Places(
        pool.ground.openings.places.astype(np.float64),
        pool.ground.sessions.places.astype(np.float64),
    )


def in_lots(pool: Pool) -> Lots:
    """Put together what is alike."""
    youths = pool.youths.values()
    openings = _firsts(pool.openings, {o for y in youths for o in y.set_aside_openings})
    sessions = _firsts(pool.sessions, {s for y in youths for s in y.set_aside_sessions})
    gone = _copies(openings), _copies(sessions)
    few = pool.changed(gone_openings=gone[0], gone_sessions=gone[1]) if any(gone) else pool
    return Lots(
        pool,
        few,
        _rows(pool.ground.openings.id, openings, few.ground.openings.id),
        _rows(pool.ground.sessions.id, sessions, few.ground.sessions.id),
    )


def _firsts(rows: Mapping[int, Row], named: set[int]) -> dict[int, int]:
    """The lowest id of the lot of each id, ids ascending; rows ``named`` by a youth stay alone."""
    known: dict[tuple[object, ...], int] = {}
    return {
        row_id: row_id if row_id in named else known.setdefault(_ALL_BUT_ID[type(row)](row), row_id)
        for row_id, row in rows.items()
    }


_ALL_BUT_ID = {
    kind: attrgetter(*(field.name for field in fields(kind) if field.name != "id"))
    for kind in (OpeningInput, SessionInput)
}


def _copies(firsts: Mapping[int, int]) -> list[int]:
    return [row_id for row_id, first in firsts.items() if row_id != first]


def _rows(ids: Iterable[int], firsts: Mapping[int, int], kept: Iterable[int]) -> Lot:
    """For each of ``ids``, where the first of its lot stands in ``kept``."""
    where = {int(row_id): row for row, row_id in enumerate(kept)}
    return np.array([where[firsts[int(row_id)]] for row_id in ids], dtype=np.int64)


def _deal(
    asked: NDArray[np.int32], lots: Lot, ids: NDArray[np.int64], places: NDArray[np.float64]
) -> Lot:
    """One row for each lot asked for, the lowest id that still has a place, in the order given."""
    members = np.lexsort((ids, lots))
    units = np.repeat(members, places[members].astype(np.int64))
    order = np.argsort(asked, kind="stable")
    turn = np.empty(len(asked), np.int64)
    turn[order] = np.arange(len(asked)) - np.searchsorted(asked[order], asked[order])
    return np.asarray(units[np.searchsorted(lots[units], asked) + turn], dtype=np.int64)
