"""From a pool to what a plan's page shows: the plan, first come first served beside it, and the ways in. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from app.engine.certificate import Certificate, certify
from app.engine.plan import LeftOutReason, Plan, Prices, WayIn, cheapest_ways_in, plan
from app.engine.pool import Pool
from app.engine.triples import all_triples

# What `LeftOutReason` is called in a row.
REASON_CODES: Mapping[LeftOutReason, str] = {
    LeftOutReason.NO_TRIPLE: "no_triple",
    LeftOutReason.POSITIONS_TAKEN: "positions_taken",
    LeftOutReason.SEATS_TAKEN: "seats_taken",
    LeftOutReason.BOTH_TAKEN: "both_taken",
    LeftOutReason.APART: "apart",
}
FIRST_COME_TRIPLES = 100
"""As deep as anybody looks who comes to their turn; on the demonstration nobody would be served by looking deeper, and
twenty left out ten youth of 327."""
NONE = -1
MOST_WAYS = 20_000
"""A lever is sought for so many of those left without: the youth of the largest region of a demonstration, and more."""

Tell = Callable[[str], None]
OnRound = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Computed:
    """A plan with what stands beside it.

    Attributes:
        certificate: what the independent checker found.
        served_first_come: youth served when each takes the best of what is left, in the order of the files.
        ways: the change that asks least, by youth left without.
        pairs: where no change alone helps and nothing fits as things are, the change that helps with more room.
        served_without: of a what-if, youth served by the same copy without its changes; None of a real plan.
    """

    plan: Plan
    certificate: Certificate
    served_first_come: int
    value_first_come: float
    ways: Mapping[int, WayIn] = field(default_factory=dict)
    served_without: int | None = None
    pairs: Mapping[int, Pair] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """A change of a youth that helps once there is also more room than the plan leaves.

    Attributes:
        room: what else is needed: "position", "seat" or "both".
    """

    way: WayIn
    room: str


def compute(
    pool: Pool, start: Prices | None, tell: Tell, on_round: OnRound | None = None
) -> Computed:
    """Plan a region so that nobody is left out twice in a row where it can be helped; deterministic.

    Args:
        tell: hears the name of each step as it begins.
        on_round: hears how many rounds of the plan are done, and how many there may be.
    """
    tell("plan")
    made = plan(pool, not_twice=True, start=start, on_round=on_round)
    computed = _with_check(pool, made, tell)
    tell("levers")
    left = [one.youth for one in made.left_out][:MOST_WAYS]
    ways = cheapest_ways_in(pool, made, left)
    return replace(computed, ways=ways, pairs=_pairs(pool, made, left, ways))


def _with_check(pool: Pool, made: Plan, tell: Tell) -> Computed:
    """A plan with what the independent checker says of it, and first come first served beside it."""
    tell("check")
    certificate = certify(pool, made)
    tell("compare")
    return Computed(made, certificate, *first_come(pool))


def _pairs(
    pool: Pool, made: Plan, left: Sequence[int], ways: Mapping[int, WayIn]
) -> dict[int, Pair]:
    """For those whom nothing fits and no change alone helps: a change whose triple the plan has filled.

    Where something fits already, room alone is what is missing: the reason of the plan says which.
    """
    nothing = {one.youth for one in made.left_out if one.reason is LeftOutReason.NO_TRIPLE}
    asked = [one for one in left if one in nothing and one not in ways]
    used_positions = Counter(one.opening for one in made.assigned)
    used_seats = Counter(one.session for one in made.assigned)
    pairs: dict[int, Pair] = {}
    for youth, way in cheapest_ways_in(pool, replace(made, assigned=()), asked).items():
        opening, session = pool.openings[way.triple.opening], pool.sessions[way.triple.session]
        is_full = used_positions[opening.id] >= _places(opening.positions_free)
        has_no_seat = used_seats[session.id] >= _places(session.seats_free)
        room = "both" if is_full and has_no_seat else "position" if is_full else "seat"
        pairs[youth] = Pair(way, room)
    return pairs


def compare(
    pool: Pool, before: Pool, start: Prices | None, tell: Tell, on_round: OnRound | None = None
) -> Computed:
    """Plan a copy of a region with the changes of a what-if, and without them: two plans that differ in nothing else.

    Both serve as many youth as they can first (every youth of the two copies is marked as left out before). Beside the
    region's own plan the difference would say little: that one puts those first whom the plan before it left out.

    Args:
        before: the same copy without the changes.
        on_round: hears how many rounds of both plans are done, and how many there may be.
    """
    done = 0

    def count(_done: int, most: int) -> None:
        nonlocal done
        done += 1
        if on_round is not None:
            on_round(min(done, 2 * most), 2 * most)

    tell("plan")
    without = plan(before, not_twice=True, start=start, on_round=count)
    made = plan(pool, not_twice=True, start=without.prices, on_round=count)
    return replace(_with_check(pool, made, tell), served_without=len(without.assigned))


def first_come(pool: Pool) -> tuple[int, float]:
    """How many youth are served, and their summed score, when they come one after the other."""
    positions = {one.id: _places(one.positions_free) for one in pool.openings.values()}
    seats = {one.id: _places(one.seats_free) for one in pool.sessions.values()}
    served, value = 0, 0.0
    table = all_triples(pool, FIRST_COME_TRIPLES)
    rows = zip(
        table.opening_ids.tolist(), table.session_ids.tolist(), table.scores.tolist(), strict=True
    )
    for openings, sessions, scores in rows:
        for opening, session, score in zip(openings, sessions, scores, strict=True):
            if opening != NONE and positions[opening] > 0 and seats[session] > 0:
                positions[opening] -= 1
                seats[session] -= 1
                served, value = served + 1, value + score
                break
    return served, value


def _places(known: int | None) -> int:
    return 1 if known is None else known


def figures_of(pool: Pool, computed: Computed) -> dict[str, Any]:
    """What the page shows beside the lines, as JSON."""
    made = computed.plan
    proposed = {one.id for one in pool.youths.values() if one.live_proposals > 0}
    reasons = Counter(REASON_CODES[one.reason] for one in made.left_out)
    return {
        "youth": len(pool.youths),
        "served": len(made.assigned),
        "already_proposed": len(proposed),
        "with_something": len(proposed | {one.youth for one in made.assigned}),
        "served_first_come": computed.served_first_come,
        "value_first_come": round(computed.value_first_come, 3),
        "positions": sum(_places(one.positions_free) for one in pool.openings.values()),
        "places": sum(_places(one.seats_free) for one in pool.sessions.values()),
        "again": sum(one.again for one in made.left_out),
        "reasons": dict(reasons),
        "with_way": len(computed.ways),
        "with_pair": len(computed.pairs),
        "served_without": computed.served_without,
        "shares": [[one.local_mission, one.youths, one.placed] for one in made.shares],
        "unstable": made.stability.youths,
        "rounds": made.rounds,
        "certified": computed.certificate.sound,
        "weights_version": made.weights_version,
    }


def prices_to_json(prices: Prices) -> dict[str, Any]:
    """Prices that are not nothing, by id, so that the next night starts from here."""
    return {
        "openings": _priced(prices.opening_ids, prices.openings),
        "sessions": _priced(prices.session_ids, prices.sessions),
    }


def prices_from_json(kept: Mapping[str, Any]) -> Prices | None:
    """The prices again; None when none were kept."""
    if not kept:
        return None
    openings, sessions = _columns(kept["openings"]), _columns(kept["sessions"])
    return Prices(openings[0], openings[1], sessions[0], sessions[1])


def _priced(ids: Any, prices: Any) -> list[list[float]]:
    return [
        [int(one), round(float(price), 6)]
        for one, price in zip(ids.tolist(), prices.tolist(), strict=True)
        if price > 0
    ]


def _columns(pairs: list[list[float]]) -> tuple[Any, Any]:
    ordered = sorted(pairs)
    ids = np.array([int(one) for one, _ in ordered], dtype=np.int64)
    return ids, np.array([price for _, price in ordered], dtype=np.float64)
