"""From prices to a plan: guided greedy, completion by exact search, local search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.kernels.asked import Columns, Holders, Places
from app.engine.pool.columns import Ints
from app.engine.search import master

PASSES = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A feasible plan in slots of columns: ``chosen[y]`` or -1; its value; the room left."""

    chosen: NDArray[np.int32]
    value: float
    room: Places


def guided(columns: Columns, prices: Places, places: Places, times: Ints) -> Draft:
    """Give places to the columns chosen most often, then improve by local search.

    Ties, and columns never chosen, in falling order of reduced value.
    """
    reduced = np.empty(columns.value.shape)
    master().reduced_of_all(columns, prices, reduced)
    flat = reduced.ravel()
    some = np.flatnonzero(flat > -1e8)
    order = some[np.lexsort((-flat[some], -times.ravel()[some]))]
    chosen = np.full(len(columns.used), -1, dtype=np.int32)
    room = Places(places.openings.copy(), places.sessions.copy())
    master().take_in_order(columns, order, chosen, room)
    return improved(columns, chosen, room, places)


def improved(
    columns: Columns,
    chosen: NDArray[np.int32],
    room: Places,
    places: Places,
) -> Draft:
    """Local search until a pass gains nothing, unplaced youths first."""
    holders = _holders(places)
    master().seat(columns, chosen, holders)
    for _ in range(PASSES):
        order = np.argsort(chosen >= 0, kind="stable")
        if master().improve(columns, chosen, room, holders, order) <= 1e-9:
            break
    return Draft(chosen, value_of(columns, chosen), room)


def value_of(columns: Columns, chosen: NDArray[np.int32]) -> float:
    """Sum of the values chosen."""
    placed = np.flatnonzero(chosen >= 0)
    return float(columns.value[placed, chosen[placed]].sum())


def _holders(places: Places) -> Holders:
    starts = [np.cumsum([0, *each.astype(np.int64)], dtype=np.int64) for each in places]
    held = [np.full(start[-1], -1, dtype=np.int32) for start in starts]
    return Holders(starts[0], held[0], starts[1], held[1])
