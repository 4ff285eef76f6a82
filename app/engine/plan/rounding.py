"""From prices to a plan: a dive through the nearly fractional plan, then local search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.kernels.asked import Columns, Holders, Places
from app.engine.plan.prices import Cooling, Crowd, Market, cooled
from app.engine.search import master

PASSES = 12
ENOUGH = 3e-5
"""The local search ends with the pass that gains no more than this part of the value."""
SURE = (0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.001)
"""What share of a column must be chosen for it to be taken, turn by turn."""
SETTLING = Cooling(steps=60, warm=0.005, cold=0.0002)
"""The walk between two turns: prices change little, and must end cold for shares to be clear."""
NEAR = 0.05
"""Columns worth so much less than the best of their youth do not come into such a walk."""
MOVES = 0.1
"""Nor are those worth so much less tried by the local search."""
FULL = 1e6
"""Price of a full place when only room is sought."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A feasible plan in slots of columns: ``chosen[y]`` or -1; its value; the room left."""

    chosen: NDArray[np.int32]
    value: float
    room: Places

    def only_room(self) -> Places:
        """Prices at which nothing but what still has room is worth having."""
        return Places(*(np.where(free > 0.0, 0.0, FULL) for free in self.room))


def nobody_placed(columns: Columns, places: Places) -> Draft:
    """The plan of no value."""
    chosen = np.full(len(columns.used), -1, dtype=np.int32)
    return Draft(chosen, 0.0, Places(places.openings.copy(), places.sessions.copy()))


def dived(crowd: Crowd, prices: Places, places: Places) -> Draft:
    """Take the columns that are nearly chosen whole, let prices settle for the others, go on.

    The softened choices at good prices are nearly a fractional plan. Its sure columns are taken
    first; the room they leave is priced anew, which makes others sure.
    """
    columns, draft = crowd.columns, nobody_placed(crowd.columns, places)
    for sure in SURE:
        asked = Market(crowd, prices, draft.room, draft.chosen, NEAR)
        prices = cooled(asked, draft.room, prices, SETTLING).prices
        likeliest = asked.likeliest(prices, SETTLING.cold, sure)
        master().take_in_order(columns, likeliest, draft.chosen, draft.room)
    return improved(columns, draft.chosen, draft.room, places, prices)


def improved(
    columns: Columns,
    chosen: NDArray[np.int32],
    room: Places,
    places: Places,
    prices: Places,
) -> Draft:
    """Local search until a pass gains little, unplaced youths first; ``prices`` say what may gain."""
    holders = _holders(places)
    master().seat(columns, chosen, holders)
    for _ in range(PASSES):
        order = np.argsort(chosen >= 0, kind="stable")
        gained = master().improve(columns, chosen, room, holders, prices, MOVES, order)
        if gained <= ENOUGH * value_of(columns, chosen):
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
