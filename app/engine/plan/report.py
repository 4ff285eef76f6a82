"""A plan told in ids: who gets what, who is left without and why, shares, stability."""

from __future__ import annotations

from collections import Counter

import numpy as np

from app.engine import search
from app.engine.kernels.asked import Columns, Places, Query
from app.engine.plan.model import (
    Assigned,
    LeftOut,
    LeftOutReason,
    MissionShare,
    Plan,
    Prices,
    Stability,
)
from app.engine.plan.prices import at_no_price
from app.engine.plan.rounding import Draft
from app.engine.pool import Pool
from app.engine.pool.columns import Flags, Floats, Ints
from app.engine.search import Found, master

EXAMPLES = 10


def reported(
    pool: Pool,
    query: Query,
    columns: Columns,
    draft: Draft,
    prices: Places,
    bound: float,
    first: Found,
    bonus: float,
    rounds: int,
    threads: int,
) -> Plan:
    """The plan of a draft. ``first`` holds the best triples of everybody at no price."""
    assigned = _assigned(pool, query, columns, draft, bonus)
    bound = max(bound, draft.value)
    return Plan(
        assigned=assigned,
        value=draft.value,
        bound=bound,
        gap=1.0 - draft.value / bound if bound > 0.0 else 0.0,
        left_out=_left_out(pool, query, columns, draft, first, threads),
        shares=shares(pool, assigned),
        prices=_prices(pool, prices),
        stability=_stability(pool, query, columns, draft, first),
        bonus=bonus,
        rounds=rounds,
        pool_version=pool.version,
        weights_version=pool.weights.version,
    )


def _assigned(
    pool: Pool, query: Query, columns: Columns, draft: Draft, bonus: float
) -> tuple[Assigned, ...]:
    """Choices as ids, by ascending youth; the bonus is not part of a score."""
    placed = np.flatnonzero(draft.chosen >= 0)
    slots = draft.chosen[placed]
    scores = columns.value[placed, slots] - bonus * query.youths.left_out[placed]
    return tuple(
        Assigned(*row)
        for row in zip(
            query.youths.id[placed].tolist(),
            pool.ground.openings.id[columns.opening[placed, slots]].tolist(),
            pool.ground.sessions.id[columns.session[placed, slots]].tolist(),
            scores.tolist(),
            strict=True,
        )
    )


def _prices(pool: Pool, prices: Places) -> Prices:
    openings, sessions = pool.ground.openings.id, pool.ground.sessions.id
    by_opening, by_session = np.argsort(openings), np.argsort(sessions)
    return Prices(
        openings[by_opening],
        prices.openings[by_opening],
        sessions[by_session],
        prices.sessions[by_session],
    )


def _left_out(
    pool: Pool, query: Query, columns: Columns, draft: Draft, first: Found, threads: int
) -> tuple[LeftOut, ...]:
    """Why each youth without proposal is so, by searching with full openings or sessions shut."""
    alone = np.flatnonzero(draft.chosen < 0).astype(np.int32)
    fitting = alone[first.count[alone] > 0]
    shut = draft.only_room()
    seen = _any_free(first.opening, shut.openings), _any_free(first.session, shut.sessions)
    master().mark_free(columns, shut, *seen)
    free = at_no_price(shut)
    room = [
        _has_triple(pool, query, prices, fitting, known, threads)
        for prices, known in (
            ((shut.openings, free.sessions), seen[0]),
            ((free.openings, shut.sessions), seen[1]),
        )
    ]
    left = []
    for y in alone.tolist():
        reason = LeftOutReason.NO_TRIPLE
        if first.count[y]:
            reason = _REASONS[bool(room[0][y]), bool(room[1][y])]
        left.append(LeftOut(int(query.youths.id[y]), reason, bool(query.youths.left_out[y])))
    return tuple(left)


_REASONS = {
    (False, False): LeftOutReason.BOTH_TAKEN,
    (False, True): LeftOutReason.POSITIONS_TAKEN,
    (True, False): LeftOutReason.SEATS_TAKEN,
    (True, True): LeftOutReason.APART,
}


def _any_free(rows: Ints, prices: Floats) -> Flags:
    """Which youths have, among the triples known of them, a place that costs nothing; -1 is none."""
    free = np.append(prices == 0.0, False)
    return np.asarray(free[rows].any(axis=1))


def _has_triple(
    pool: Pool,
    query: Query,
    prices: tuple[Floats, Floats],
    rows: Ints,
    seen: Flags,
    threads: int,
) -> Flags:
    """Who has a triple worth more than it costs: it was ``seen``, or a search among ``rows`` finds it."""
    ground, unsure = search.ground_for(pool, prices), rows[~seen[rows]]
    found = search.search(pool, ground, search.above(query, 0.0), 1, threads, unsure)
    return np.asarray(seen | ((found.count > 0) & (found.score[:, 0] > 0.0)))


def shares(pool: Pool, assigned: tuple[Assigned, ...]) -> tuple[MissionShare, ...]:
    """Youths and placed youths of each mission locale, unknown last."""
    youths = Counter(row.local_mission for row in pool.youths.values())
    placed = Counter(pool.youths[a.youth].local_mission for a in assigned)
    order = sorted(youths, key=lambda mission: (mission is None, mission or 0))
    return tuple(MissionShare(mission, youths[mission], placed[mission]) for mission in order)


def _stability(pool: Pool, query: Query, columns: Columns, draft: Draft, first: Found) -> Stability:
    """Blocking triples among the best of each youth, by values of the plan."""
    placed = np.flatnonzero(draft.chosen >= 0)
    slots = draft.chosen[placed]
    own = np.zeros(len(draft.chosen))
    own[placed] = columns.value[placed, slots]
    least_o = np.where(draft.room.openings > 0.0, 0.0, np.inf)
    least_s = np.where(draft.room.sessions > 0.0, 0.0, np.inf)
    np.minimum.at(least_o, columns.opening[placed, slots], own[placed])
    np.minimum.at(least_s, columns.session[placed, slots], own[placed])
    known = first.opening >= 0
    floor = np.maximum(least_o[first.opening], least_s[first.session])
    blocking = known & (first.score > own[:, None] + 1e-9) & (first.score > floor + 1e-9)
    who = np.flatnonzero(blocking.any(axis=1))
    examples = []
    for y in who[:EXAMPLES].tolist():
        best = int(blocking[y].argmax())
        examples.append(
            Assigned(
                int(query.youths.id[y]),
                int(pool.ground.openings.id[first.opening[y, best]]),
                int(pool.ground.sessions.id[first.session[y, best]]),
                float(first.score[y, best]),
            )
        )
    return Stability(len(who), tuple(examples))
