"""What would bring in a youth whom a plan leaves without: the cheapest single change.

"Cheapest" is what asks least of the youth, in the order of ``ASKS_LEAST_FIRST``. The search looks
only at positions and seats that the plan leaves free, so the triple found could be proposed beside
the plan without taking anything from anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.engine import search
from app.engine.levers import Change, LeverCode, youth_changes
from app.engine.model import YouthInput
from app.engine.plan.model import Plan
from app.engine.plan.rounding import FULL
from app.engine.pool import Pool
from app.engine.pool.columns import Floats, Longs
from app.engine.reasons import Value
from app.engine.triples import Triple, explained

ASKS_LEAST_FIRST = (
    LeverCode.START_LATER,
    LeverCode.START_EARLIER,
    LeverCode.OTHER_CONTRACT,
    LeverCode.FARTHER,
    LeverCode.LEVEL_HIGHER,
    LeverCode.LEVEL_LOWER,
    LeverCode.NEIGHBOUR_TRADE,
    LeverCode.BOARDING,
    LeverCode.LICENCE,
)
"""A missing paper is no way in: it is worth something in the youth's own list, and allows no triple."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """One change of a youth and the best triple that it makes possible in what a plan leaves."""

    code: LeverCode
    values: Mapping[str, Value]
    triple: Triple


def cheapest_ways_in(pool: Pool, plan: Plan, youths: Iterable[int]) -> dict[int, WayIn]:
    """The cheapest way in of each of some youths left without; absent where no change helps."""
    trades = pool.trades()
    asked = [
        (youth, change, change.make(pool.youths[youth]))
        for youth in youths
        for change in _in_order(pool, pool.youths[youth], trades)
    ]
    if not asked:
        return {}
    rows = [row for _, _, row in asked]
    ground = search.ground_for(pool, _only_room(pool, plan))
    found = search.search(pool, ground, search.query_for(pool.batch(rows)), 1)
    openings, sessions = pool.ground.openings.id, pool.ground.sessions.id
    ways: dict[int, WayIn] = {}
    for place in np.flatnonzero((found.count > 0) & (found.score[:, 0] > 0.0)).tolist():
        youth, change, row = asked[place]
        if youth not in ways:
            best = int(openings[found.opening[place, 0]]), int(sessions[found.session[place, 0]])
            ways[youth] = WayIn(change.code, change.values, explained(pool, row, *best))
    return ways


def _in_order(pool: Pool, youth: YouthInput, trades: Sequence[str]) -> list[Change[YouthInput]]:
    changes = youth_changes(youth, trades, pool.likeness, pool.weights)
    known = (change for change in changes if change.code in ASKS_LEAST_FIRST)
    return sorted(known, key=lambda change: ASKS_LEAST_FIRST.index(change.code))


def _only_room(pool: Pool, plan: Plan) -> tuple[Floats, Floats]:
    """Prices that shut what the plan fills: nothing where a place is left, else ``FULL``."""
    openings, sessions = pool.ground.openings, pool.ground.sessions
    return (
        _shut(openings.id, openings.places, Counter(a.opening for a in plan.assigned)),
        _shut(sessions.id, sessions.places, Counter(a.session for a in plan.assigned)),
    )


def _shut(
    ids: Longs, places: np.ndarray[tuple[int], np.dtype[np.int32]], used: Counter[int]
) -> Floats:
    taken = np.array([used[each] for each in ids.tolist()], dtype=np.int64)
    return np.where(places > taken, 0.0, FULL)
