"""``plan(pool)``: column generation with the exact search as its pricing oracle.

Each round searches, at the prices of the places, the best triples of every youth. That gives a
bound over *all* triples, ``Σ places·price + Σ max(0, best)``, and new columns. The prices are then
improved on the columns at hand (``prices.py``). When the bound is as good as proved on these columns,
a plan is rounded from the prices (``rounding.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from app.engine import search
from app.engine.kernels.asked import Columns, Places, Query
from app.engine.plan.lots import Lots, in_lots
from app.engine.plan.model import Plan, Prices
from app.engine.plan.prices import (
    EVERYTHING,
    Cooling,
    Crowd,
    Market,
    at_no_price,
    best_reduced,
    charge,
    cooled,
)
from app.engine.plan.report import reported
from app.engine.plan.rounding import Draft, dived, improved, nobody_placed, value_of
from app.engine.pool import Pool
from app.engine.pool.columns import Floats, Ints
from app.engine.search import Found, master

LEFT_OUT_BONUS = 2.0
"""Added to every triple of a youth left out before, when nobody may be left out twice. To be placed, a
youth may have to take its position from one person and its seat from another, whose scores are at most 1
each: with 2 it is worth it, so nobody stays without twice for two who were served before."""

REPORTED = 20
"""How many of the best triples of each youth, at no price, the report looks at."""
NEW_COLUMNS = 64
"""Triples that a search brings a youth: few leave most places without anybody who asks for them."""
LEFT_COLUMNS = 32
SLOTS = 96
LATE = 0.05
COOLINGS = (
    (EVERYTHING, Cooling(40, 0.03, 0.02)),
    (EVERYTHING, Cooling(60, 0.03, 0.01)),
    (EVERYTHING, Cooling(80, 0.02, 0.005)),
    (0.15, Cooling(60, 0.02, 0.002)),
    (0.15, Cooling(40, 0.01, 0.002)),
    (0.15, Cooling(40, 0.01, 0.001)),
)
"""The walks of the first rounds, and of those after, and which columns they see: those worth so much less
than the best of their youth are left out. The first ones bring columns: prices that stay warm spread the
youths over more places than the columns at hand know to be worth it."""
PROVING = (0.15, Cooling(120, 0.02, 0.0005))
"""The walk before everybody is asked again, for a bound."""
WARM = 2
"""So many of the first walks earlier prices stand for. Later walks are too cold to start with: youths who now come
first, or places that changed hands, move prices further than they can follow."""
RESTED = 0.005
"""A youth to whom the last search brought no more than this is not asked again before everybody is."""
PROVED = 0.5
"""At most this part of the gap is left to columns not yet met: when the last search brought no more,
everybody is asked; when the bound leaves no more, a plan is rounded."""


@dataclass(slots=True)
class State:
    """What the rounds have reached: youths with columns, best prices and their bound, best draft."""

    crowd: Crowd
    prices: Places
    bound: float
    draft: Draft
    walked: Places
    """Where the last walk ended."""
    brought: Floats
    """By how much the last search of each youth found better than the columns known before."""
    rounds: int = 0
    warm: int = 0
    """How many of ``COOLINGS`` are over, or were not needed."""


def plan(
    pool: Pool,
    *,
    not_twice: bool = False,
    start: Prices | None = None,
    exact: bool = False,
    rounds: int = 7,
    target_gap: float = 5e-4,
    threads: int = 1,
    on_round: Callable[[int, int], None] | None = None,
) -> Plan:
    """Propose at most one triple a youth within free positions and seats, for the highest value.

    An unknown number of places counts as one. With ``not_twice`` a youth left out by the plan
    before comes first (``LEFT_OUT_BONUS``). ``start`` are prices of an earlier plan. At most
    ``rounds`` rounds, fewer when the gap reaches ``target_gap``; ``on_round`` hears of each, with the
    number of rounds there may be. With
    ``exact`` a mixed-integer programme over every triple then finds the best plan there is; raises
    ``ValueError`` when there are more than ``MOST_TRIPLES``. Same pool and same numbers, same plan.
    """
    bonus = LEFT_OUT_BONUS if not_twice else 0.0
    lots = in_lots(pool)
    query, places = _query(lots.pool, bonus), lots.places()
    free = at_no_price(places)
    state, first = _started(lots.pool, query, places, free, threads)
    little = PROVED * target_gap
    if start is not None:
        _warmed(lots.pool, query, places, state, start)
    while state.rounds < rounds and _gap(state) > target_gap:
        final = state.rounds == rounds - 1
        reached = _round(lots.pool, query, places, state, little, final)
        if state.rounds == rounds or 1.0 - reached / state.bound <= little:
            _draft(places, state)
        if on_round is not None:
            on_round(state.rounds, rounds)
    if not rounds:
        _draft(places, state)
    _completed(lots.pool, query, places, state, threads)
    columns = state.crowd.columns
    if exact:
        columns, state.draft = _exactly().best_of_all(lots.pool, query, places)
    return replace(_told(lots, query, columns, state, first, bonus), best_possible=exact)


def _told(
    lots: Lots, query: Query, columns: Columns, state: State, first: Found, bonus: float
) -> Plan:
    """The plan of the lots, dealt out to the rows of the pool that was given."""
    pool, draft, prices, threads = lots.whole, state.draft, state.prices, state.crowd.threads
    if lots.pool is not pool:
        columns, draft = lots.dealt(columns, draft)
        prices, query = lots.each(prices), _query(pool, bonus)
        free = at_no_price(prices)
        first = _priced(pool, query, free, REPORTED, threads)
    return reported(
        pool, query, columns, draft, prices, state.bound, first, bonus, state.rounds, threads
    )


def _exactly() -> ModuleType:
    """The mixed-integer programme, and its solver, loaded by the first plan that asks for it."""
    return import_module("app.engine.plan.exact")


def _warmed(pool: Pool, query: Query, places: Places, state: State, start: Prices) -> None:
    """Begin at the prices of an earlier plan, with the columns they bring."""
    ground = pool.ground
    prices = Places(
        _by_id(ground.openings.id, start.opening_ids, start.openings),
        _by_id(ground.sessions.id, start.session_ids, start.sessions),
    )
    _price(pool, query, places, state, prices, state.crowd.order)
    state.warm = WARM


def _by_id(
    ids: NDArray[np.int64], known: NDArray[np.int64], prices: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Earlier prices (``known`` ascending) of these ids, 0 for new ones."""
    if not len(known):
        return np.zeros(len(ids))
    place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[place] == ids, np.maximum(prices[place], 0.0), 0.0)


def _query(pool: Pool, bonus: float) -> Query:
    """Everybody, with the bonus of those left out before."""
    query = search.query_for(pool.whole_batch())
    fixed = query.youths.fixed + bonus * query.youths.left_out
    fixed.flags.writeable = False
    return query._replace(youths=query.youths._replace(fixed=fixed))


def _priced(
    pool: Pool,
    query: Query,
    prices: Places,
    k: int,
    threads: int,
    rows: NDArray[np.int32] | None = None,
) -> Found:
    """The best triples at these prices; scores are reduced values."""
    ground = search.ground_for(pool, (prices.openings, prices.sessions))
    return search.search(pool, ground, query, k, threads, rows)


def _surplus(found: Found) -> Floats:
    """What each youth's best triple is worth above its prices, none below 0."""
    return np.where(found.count > 0, np.maximum(found.score[:, 0], 0.0), 0.0)


def _started(
    pool: Pool, query: Query, places: Places, free: Places, threads: int
) -> tuple[State, Found]:
    """The state before the first round, no plan but the columns that are best at no price.

    And the best of these, for the report.
    """
    youths = len(query.youths.id)
    columns = Columns(
        np.zeros((youths, SLOTS), np.int32),
        np.zeros((youths, SLOTS), np.int32),
        np.zeros((youths, SLOTS)),
        np.zeros(youths, np.int32),
    )
    draft, first = nobody_placed(columns, places), search.room_for(youths, REPORTED)

    def take(rows: Ints, found: Found) -> None:
        _add(columns, rows, found, free, draft.chosen)
        first.keep(rows, found)

    search.stream(pool, search.ground_for(pool), query, NEW_COLUMNS, take, threads)
    order = search.neighbours_together(query)
    crowd = Crowd(columns, order[first.count[order] > 0], threads)
    bound = charge(free, places) + float(_surplus(first).sum())
    return State(crowd, free, bound, draft, free, np.zeros(youths)), first


def _round(
    pool: Pool, query: Query, places: Places, state: State, little: float, final: bool
) -> float:
    """Better prices and exact search at these; the Lagrangian of the columns known before."""
    (margin, cooling), rows = _next(state, little, final)
    nobody = np.full(len(state.crowd.columns.used), -1, np.int32)
    asked = Market(state.crowd, state.walked, places, nobody, margin)
    walk = cooled(asked, places, state.walked, cooling)
    _price(pool, query, places, state, walk.prices, rows)
    state.rounds += 1
    state.warm += 1
    return walk.bound


def _next(state: State, little: float, final: bool) -> tuple[tuple[float, Cooling], Ints]:
    """How to walk now, and whom to ask then.

    Asking everybody is what a round costs, and who found nothing better last time rarely does now. But only
    that proves a bound: everybody is asked in the first rounds, in the final one, and when the last search
    brought no more than the part ``little`` of the bound; else the restless alone.
    """
    order, brought = state.crowd.order, state.brought[state.crowd.order]
    restless = brought > RESTED
    if state.warm < WARM:
        return COOLINGS[state.warm], order
    if final or float(brought[restless].sum()) <= little * state.bound:
        return PROVING, order
    return COOLINGS[min(state.warm, len(COOLINGS) - 1)], order[restless]


def _draft(places: Places, state: State) -> None:
    """Round the prices of the best bound to a plan, and keep it if it is better."""
    draft = dived(state.crowd, state.prices, places)
    if draft.value > state.draft.value:
        state.draft = draft


def _price(
    pool: Pool, query: Query, places: Places, state: State, prices: Places, rows: Ints
) -> None:
    """Search at these prices, by everybody or some; keep the columns, and the bound if by everybody.

    A triple that is worth ``LATE`` less than the best column of its youth cannot help: the search
    is told so and stops sooner. It still finds the best triple of all, so the bound is exact.
    Youths without any triple are not asked again.
    """
    crowd = state.crowd
    known = best_reduced(crowd, prices)
    floor = np.maximum(known - LATE, 0.0)
    best = np.zeros(len(floor))

    def take(rows: Ints, found: Found) -> None:
        _add(crowd.columns, rows, found, prices, state.draft.chosen)
        best[rows] = _surplus(found)

    ground = search.ground_for(pool, (prices.openings, prices.sessions))
    asked = query._replace(floor=floor)
    search.stream(pool, ground, asked, NEW_COLUMNS, take, crowd.threads, rows)
    state.walked = prices
    state.brought[rows] = np.maximum(best[rows] - known[rows], 0.0)
    if len(rows) < len(crowd.order):
        return
    bound = charge(prices, places) + float(best.sum())
    if bound < state.bound:
        state.bound, state.prices = bound, prices


def _completed(pool: Pool, query: Query, places: Places, state: State, threads: int) -> None:
    """Give youths left without what still has room, and improve; then again to those left after that.

    Improving may push somebody out, or free a place that nobody left had a use for when asked.
    """
    _served(pool, query, state, threads)
    columns, draft = state.crowd.columns, state.draft
    state.draft = improved(columns, draft.chosen, draft.room, places, state.prices)
    _served(pool, query, state, threads)


def _served(pool: Pool, query: Query, state: State, threads: int) -> None:
    """Give everybody left without the best that has room, until nothing that has fits anybody left.

    Found by exact searches. Many may want the same few places first: those who found something and did
    not get it are asked again.
    """
    draft = state.draft
    free = at_no_price(draft.room)
    alone = state.crowd.order[draft.chosen[state.crowd.order] < 0]
    while len(alone):
        asked = search.above(query, 0.0)
        found = _priced(pool, asked, draft.only_room(), LEFT_COLUMNS, threads, alone)
        found.count[:] = np.minimum(found.count, (found.score > 0.0).sum(axis=1))
        # What has room may be worth less than every column kept: it takes their place.
        state.crowd.columns.used[found.count > 0] = 0
        everybody = np.arange(len(found.count), dtype=np.int32)
        _add(state.crowd.columns, everybody, found, free, draft.chosen)
        order = _best_first(state.crowd.columns, found)
        master().take_in_order(state.crowd.columns, order, draft.chosen, draft.room)
        alone = np.flatnonzero((found.count > 0) & (draft.chosen < 0)).astype(np.int32)
    value = value_of(state.crowd.columns, draft.chosen)
    state.draft = replace(draft, value=value)


def _best_first(columns: Columns, found: Found) -> NDArray[np.int64]:
    """Flat slots of the youths for whom something was found, the highest value first."""
    used = np.arange(columns.value.shape[1]) < columns.used[:, None]
    some = np.flatnonzero(used & (found.count > 0)[:, None])
    return some[np.argsort(-columns.value.ravel()[some], kind="stable")]


def _add(columns: Columns, rows: Ints, found: Found, prices: Places, kept: Ints) -> None:
    """Add what was found for some youths; the slots ``kept`` by a plan stay as they are."""
    master().add_columns(
        columns, rows, found.opening, found.session, found.score, found.count, prices, kept
    )


def _gap(state: State) -> float:
    return 1.0 - state.draft.value / state.bound if state.bound > 0.0 else 0.0
