"""``plan(pool)``: column generation with the exact search as its pricing oracle.

Each round searches, at the prices of the places, the best triples of every youth. That gives a
bound over *all* triples, ``Σ places·price + Σ max(0, best)``, and new columns. The prices are then
improved on the columns at hand (``prices.py``) and a plan is rounded from them (``rounding.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from app.engine import search
from app.engine.kernels.asked import Columns, Places, Query
from app.engine.plan.model import Plan
from app.engine.plan.prices import better_prices, charge
from app.engine.plan.report import reported
from app.engine.plan.rounding import Draft, guided, improved
from app.engine.pool import Pool
from app.engine.search import Found

LEFT_OUT_BONUS = 1.0
"""Added to every triple of a youth left out before, when nobody may be left out twice: more than
any difference of scores, so that placing such a youth comes first whenever it can be done."""

FIRST_COLUMNS = 20
NEW_COLUMNS = 8
SLOTS = 48
FULL = 1e6
"""Price of a full place when only room is sought."""


@dataclass(slots=True)
class State:
    """What the rounds have reached: columns, best prices with their bound, best draft."""

    columns: Columns
    prices: Places
    bound: float
    draft: Draft


def plan(
    pool: Pool,
    *,
    not_twice: bool = False,
    rounds: int = 8,
    steps: int = 300,
    target_gap: float = 5e-4,
    threads: int = 1,
) -> Plan:
    """Propose at most one triple a youth within free positions and seats, for the highest value.

    An unknown number of places counts as one. With ``not_twice`` a youth left out by the plan
    before comes first (``LEFT_OUT_BONUS``). At most ``rounds`` rounds of ``steps`` price steps,
    fewer when the gap reaches ``target_gap``. Same pool and same numbers, same plan.
    """
    bonus = LEFT_OUT_BONUS if not_twice else 0.0
    query = _query(pool, bonus)
    places = Places(
        pool.ground.openings.places.astype(np.float64),
        pool.ground.sessions.places.astype(np.float64),
    )
    free = Places(np.zeros_like(places.openings), np.zeros_like(places.sessions))
    first = _priced(pool, query, free, FIRST_COLUMNS, threads)
    state = _started(pool, query, places, free, first, threads)
    done = 0
    while done < rounds and _gap(state) > target_gap:
        _round(pool, query, places, state, steps, threads)
        done += 1
    return reported(
        pool,
        query,
        state.columns,
        state.draft,
        places,
        state.prices,
        state.bound,
        first,
        bonus,
        done,
        threads,
    )


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


def _bound(found: Found, prices: Places, places: Places) -> float:
    best = np.where(found.count > 0, found.score[:, 0], 0.0) if found.score.shape[1] else 0.0
    return charge(prices, places) + float(np.maximum(0.0, best).sum())


def _started(
    pool: Pool, query: Query, places: Places, free: Places, first: Found, threads: int
) -> State:
    """The state before the first round: columns and plan at no price."""
    youths = len(query.youths.id)
    columns = Columns(
        np.zeros((youths, SLOTS), np.int32),
        np.zeros((youths, SLOTS), np.int32),
        np.zeros((youths, SLOTS)),
        np.zeros(youths, np.int32),
    )
    master = _master()
    _add(columns, first, free)
    draft = guided(master, columns, free, places)
    state = State(columns, free, _bound(first, free, places), draft)
    _completed(pool, query, places, state, threads)
    return state


def _round(
    pool: Pool, query: Query, places: Places, state: State, steps: int, threads: int
) -> None:
    """Better prices, exact search at them, new columns, a new plan."""
    master = _master()
    walk = better_prices(master, state.columns, places, state.prices, state.draft.value, steps)
    found = _priced(pool, query, walk.prices, NEW_COLUMNS, threads)
    _add(state.columns, found, walk.prices)
    bound = _bound(found, walk.prices, places)
    if bound < state.bound:
        state.bound, state.prices = bound, walk.prices
    draft = guided(master, state.columns, walk.prices, places)
    if draft.value > state.draft.value:
        state.draft = draft
        _completed(pool, query, places, state, threads)


def _completed(pool: Pool, query: Query, places: Places, state: State, threads: int) -> None:
    """Give youths left without what still has room, found by an exact search, then improve."""
    master, draft = _master(), state.draft
    alone = np.flatnonzero(draft.chosen < 0).astype(np.int32)
    room = Places(
        np.where(draft.room.openings > 0.0, 0.0, FULL),
        np.where(draft.room.sessions > 0.0, 0.0, FULL),
    )
    found = _priced(pool, query, room, NEW_COLUMNS, threads, alone)
    found.count[:] = np.minimum(found.count, (found.score > 0.0).sum(axis=1))
    if not found.count.any():
        return
    free = Places(np.zeros_like(room.openings), np.zeros_like(room.sessions))
    master.add_columns(state.columns, found.opening, found.session, found.score, found.count, free)
    reduced = np.empty(state.columns.value.shape)
    master.reduced_of_all(state.columns, free, reduced)
    reduced[draft.chosen >= 0] = -np.inf
    flat = reduced.ravel()
    some = np.flatnonzero(flat > -1e8)
    order = some[np.argsort(-flat[some], kind="stable")]
    master.take_in_order(state.columns, order, draft.chosen, draft.room)
    state.draft = improved(master, state.columns, draft.chosen, draft.room, places)


def _add(columns: Columns, found: Found, prices: Places) -> None:
    _master().add_columns(columns, found.opening, found.session, found.score, found.count, prices)


def _gap(state: State) -> float:
    return 1.0 - state.draft.value / state.bound if state.bound > 0.0 else 0.0


def _master() -> ModuleType:
    return import_module("app.engine.kernels.master")
