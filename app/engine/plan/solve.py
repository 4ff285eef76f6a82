"""``plan(pool)``: the plan of a pool, with value, bound and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from app.engine.brute import every_triple
from app.engine.judge import Triple
from app.engine.plan.exact import Columns, relaxed_prices, solve_exactly
from app.engine.plan.model import (
    Assigned,
    LeftOut,
    LeftOutReason,
    MissionShare,
    Plan,
    Prices,
    Stability,
)
from app.engine.pool import Pool

LEFT_OUT_BONUS = 1.0
"""Added to every triple of a youth left out before, when nobody may be left out twice: more than
any difference of scores, so that placing such a youth comes first whenever it can be done."""


def plan(pool: Pool, *, not_twice: bool = False, rounds: int = 8, target_gap: float = 5e-4) -> Plan:
    """Propose at most one triple a youth within free positions and seats, for the highest value.

    An unknown number of places counts as one. With ``not_twice`` a youth left out by the plan
    before comes first (see ``LEFT_OUT_BONUS``). At most ``rounds`` rounds of pricing, fewer when
    the gap reaches ``target_gap``. Same pool, same plan.
    """
    triples = [
        t
        for youth in pool.youths.values()
        for t in every_triple(
            youth,
            pool.openings.values(),
            pool.sessions.values(),
            pool.likeness,
            pool.weights,
            pool.times,
        )
    ]
    return _exactly(pool, triples, LEFT_OUT_BONUS if not_twice else 0.0)


def _exactly(pool: Pool, triples: Sequence[Triple], bonus: float) -> Plan:
    youths, openings, sessions = list(pool.youths), list(pool.openings), list(pool.sessions)
    place = [{row_id: i for i, row_id in enumerate(ids)} for ids in (youths, openings, sessions)]
    extra = {y: bonus if row.left_out_before else 0.0 for y, row in pool.youths.items()}
    columns = Columns(
        youth=np.array([place[0][t.youth] for t in triples], dtype=np.int64),
        opening=np.array([place[1][t.opening] for t in triples], dtype=np.int64),
        session=np.array([place[2][t.session] for t in triples], dtype=np.int64),
        value=np.array([t.score + extra[t.youth] for t in triples], dtype=np.float64),
    )
    positions = np.array([places(o.positions_free) for o in pool.openings.values()], dtype=np.int64)
    seats = np.array([places(s.seats_free) for s in pool.sessions.values()], dtype=np.int64)
    chosen = solve_exactly(columns, positions, seats, len(youths))
    lam, mu = relaxed_prices(columns, positions, seats, len(youths))
    surplus = np.zeros(len(youths))
    np.maximum.at(
        surplus, columns.youth, columns.value - lam[columns.opening] - mu[columns.session]
    )
    bound = float(positions @ lam + seats @ mu + surplus.sum())
    assigned = tuple(
        Assigned(t.youth, t.opening, t.session, t.score) for t in (triples[i] for i in chosen)
    )
    value = float(columns.value[chosen].sum())
    return Plan(
        assigned=assigned,
        value=value,
        bound=bound,
        gap=max(0.0, 1.0 - value / bound) if bound > 0 else 0.0,
        left_out=_left_out(pool, triples, assigned),
        shares=_shares(pool, assigned),
        prices=Prices(
            np.array(openings, dtype=np.int64), lam, np.array(sessions, dtype=np.int64), mu
        ),
        stability=_stability(pool, triples, assigned),
        bonus=bonus,
        rounds=0,
        pool_version=pool.version,
        weights_version=pool.weights.version,
    )


def places(free: int | None) -> int:
    """Free places to plan with; an unknown number counts as one."""
    return 1 if free is None else free


def _left_out(
    pool: Pool, triples: Sequence[Triple], assigned: Sequence[Assigned]
) -> tuple[LeftOut, ...]:
    placed = {a.youth for a in assigned}
    openings = Counter(a.opening for a in assigned)
    sessions = Counter(a.session for a in assigned)
    room: dict[int, tuple[bool, bool]] = {}
    for t in triples:
        if t.youth not in placed:
            free_opening = openings[t.opening] < places(pool.openings[t.opening].positions_free)
            free_session = sessions[t.session] < places(pool.sessions[t.session].seats_free)
            before = room.get(t.youth, (False, False))
            room[t.youth] = (before[0] or free_opening, before[1] or free_session)
    return tuple(
        LeftOut(youth_id, _why(room.get(youth_id)), row.left_out_before)
        for youth_id, row in pool.youths.items()
        if youth_id not in placed
    )


def _why(room: tuple[bool, bool] | None) -> LeftOutReason:
    if room is None:
        return LeftOutReason.NO_TRIPLE
    if not room[0]:
        return LeftOutReason.POSITIONS_TAKEN
    return LeftOutReason.BOTH_TAKEN if room[1] else LeftOutReason.SEATS_TAKEN


def _shares(pool: Pool, assigned: Sequence[Assigned]) -> tuple[MissionShare, ...]:
    youths = Counter(row.local_mission for row in pool.youths.values())
    placed = Counter(pool.youths[a.youth].local_mission for a in assigned)
    order = sorted(youths, key=lambda mission: (mission is None, mission or 0))
    return tuple(MissionShare(mission, youths[mission], placed[mission]) for mission in order)


def _stability(pool: Pool, triples: Sequence[Triple], assigned: Sequence[Assigned]) -> Stability:
    own = {a.youth: a.score for a in assigned}
    lowest_opening, lowest_session = _lowest(pool, assigned)
    blocking: dict[int, Assigned] = {}
    for t in triples:
        better = t.score > own.get(t.youth, 0.0)
        if better and t.score > max(lowest_opening[t.opening], lowest_session[t.session]):
            found = Assigned(t.youth, t.opening, t.session, t.score)
            if t.youth not in blocking or blocking[t.youth].score < t.score:
                blocking[t.youth] = found
    return Stability(len(blocking), tuple(blocking[y] for y in sorted(blocking)[:10]))


def _lowest(pool: Pool, assigned: Sequence[Assigned]) -> tuple[dict[int, float], dict[int, float]]:
    """The lowest score held at each opening and session, 0 where there is room."""
    openings: dict[int, list[float]] = {o: [] for o in pool.openings}
    sessions: dict[int, list[float]] = {s: [] for s in pool.sessions}
    for a in assigned:
        openings[a.opening].append(a.score)
        sessions[a.session].append(a.score)
    return (
        {o: _least(held, places(pool.openings[o].positions_free)) for o, held in openings.items()},
        {s: _least(held, places(pool.sessions[s].seats_free)) for s, held in sessions.items()},
    )


def _least(held: Sequence[float], capacity: int) -> float:
    return min(held) if held and len(held) >= capacity else 0.0
