"""Where to go today, as pure numbers: companies by what a visit is worth, and the day as a short way round.

What a visit is worth is the number of youth who could be proposed the opening it may raise:

    worth = Σ over trades  chance(company hires for this trade) × youth who wait for it and can reach it

where the chance comes from what the company offered before and what its sector hires (NAF × ROME), scaled
by size; then what the portal knows about the company lifts or lowers it (readiness to host, silence,
openings about to expire, a first apprentice), and distance takes a little. The figures of `Weights` are
ours; `benchmarks/outreach.py` measures what they give against the order of distance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KM_A_DEGREE = 111.195
NEIGHBOUR_TRADE = 0.4
"""What a youth counts for a trade of the same ROME domain (first three characters) as the one wished."""


class Hosting(StrEnum):
    """What the company said about youth followed by a mission locale."""

    YES = "yes"
    CONDITIONS = "conditions"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each thing counts; factors, 1 changes nothing."""

    hosting: Mapping[Hosting, float] = field(
        default_factory=lambda: {
            Hosting.YES: 1.35,
            Hosting.CONDITIONS: 1.2,
            Hosting.UNKNOWN: 1.0,
            Hosting.NO: 0.25,
        }
    )
    recent_contact: float = 0.15
    first_time: float = 1.1
    shortage: float = 1.15
    expiring: float = 0.5
    halved_at_km: float = 45.0
    usual_size: int = 12
    usual_reach_km: float = 20.0
    quiet_after_days: int = 30
    silent_after_days: int = 90


DEFAULT = Weights()


@dataclass(frozen=True, slots=True)
class Prospect:
    """A company as the ranking sees it.

    Attributes:
        shares: by ROME code, the part of its hirings that this trade is thought to be; at most one in all.
        headcount: of the whole company, None when unknown.
        silent_days: days since anybody's last contact, None when there was none.
        expiring: openings of it that end within three weeks.
    """

    id: int
    lat: float
    lon: float
    shares: Mapping[str, float]
    headcount: int | None = None
    hosting: Hosting = Hosting.UNKNOWN
    silent_days: int | None = None
    expiring: int = 0
    first_time: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A youth who waits: where about, how far they can go (None when not said), which trades. Nothing else."""

    lat: float
    lon: float
    reach_km: float | None
    trades: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One company with what speaks for going there.

    `waiting`: by trade, how many youth wait within reach, most first; only trades the company may hire for.
    """

    prospect: Prospect
    worth: float
    km: float
    waiting: tuple[tuple[str, int], ...]
    is_short: bool


def rank(
    prospects: Sequence[Prospect],
    waiting: Sequence[Waiting],
    *,
    start: tuple[float, float],
    short: frozenset[str] = frozenset(),
    weights: Weights = DEFAULT,
) -> list[Ranked]:
    """Companies by worth, best first, ties by nearness then id."""
    if not prospects:
        return []
    places = np.array([(one.lat, one.lon) for one in prospects])
    from_start = distances(np.array([start]), places)[0]
    worth, counted = _worth(prospects, waiting, places, short, weights)
    rows = [
        Ranked(
            prospect=one,
            worth=float(
                worth[at] * _factor(one, weights) / (1 + from_start[at] / weights.halved_at_km)
            ),
            km=float(from_start[at]),
            waiting=tuple(sorted(counted[at].items(), key=lambda pair: (-pair[1], pair[0]))),
            is_short=any(code in short for code in counted[at]),
        )
        for at, one in enumerate(prospects)
    ]
    return sorted(rows, key=lambda row: (-row.worth, row.km, row.prospect.id))


def _worth(
    prospects: Sequence[Prospect],
    waiting: Sequence[Waiting],
    places: Floats,
    short: frozenset[str],
    weights: Weights,
) -> tuple[Floats, list[dict[str, int]]]:
    """Worth before the factors, and by company the youth of each trade."""
    worth = np.zeros(len(prospects))
    counted: list[dict[str, int]] = [{} for _ in prospects]
    hiring: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(prospects):
        for code in one.shares:
            hiring[code].append(at)
    wishing: dict[str, list[int]] = defaultdict(list)
    for at, youth in enumerate(waiting):
        for code in set(youth.trades):
            wishing[code].append(at)
    near: dict[str, list[str]] = defaultdict(list)
    for code in wishing:
        near[code[:3]].append(code)
    where = np.array([(one.lat, one.lon) for one in waiting]).reshape(-1, 2)
    reach = np.array([one.reach_km or weights.usual_reach_km for one in waiting])
    for code, companies in hiring.items():
        at_places = np.array(companies)
        lift = weights.shortage if code in short else 1.0
        shares = np.array([prospects[at].shares[code] for at in companies])
        for wished in near[code[:3]]:
            who = np.array(wishing[wished])
            reached = distances(places[at_places], where[who]) <= reach[who]
            number = reached.sum(axis=1)
            worth[at_places] += (
                shares * lift * number * (1.0 if wished == code else NEIGHBOUR_TRADE)
            )
            if wished == code:
                for at, count in zip(companies, number, strict=True):
                    if count:
                        counted[at][code] = int(count)
    return worth, counted


def _factor(one: Prospect, weights: Weights) -> float:
    size = weights.usual_size if one.headcount is None else one.headcount
    factor = 0.35 + 0.65 * (1 - float(np.exp(-(size + 1) / weights.usual_size)))
    factor *= weights.hosting[one.hosting]
    if one.silent_days is not None and one.silent_days < weights.quiet_after_days:
        factor *= weights.recent_contact
    if one.first_time:
        factor *= weights.first_time
    return factor * (1 + weights.expiring * min(one.expiring, 3))


def distances(first: Floats, second: Floats) -> Floats:
    """Kilometres as the crow flies between two lists of places in degrees; the earth is flat around each."""
    dy = (first[:, None, 0] - second[None, :, 0]) * KM_A_DEGREE
    east = np.cos(np.radians((first[:, None, 0] + second[None, :, 0]) / 2))
    dx = (first[:, None, 1] - second[None, :, 1]) * KM_A_DEGREE * east
    return np.asarray(np.hypot(dx, dy))


def way_round(start: tuple[float, float], places: Sequence[tuple[float, float]]) -> list[int]:
    """The order of a day: from the start to each place and back, nearest first, then uncrossed (2-opt)."""
    if not places:
        return []
    points = np.array([start, *places])
    table = distances(points, points)
    left = set(range(1, len(points)))
    order: list[int] = [0]
    while left:
        nearest = min(left, key=lambda one: (table[order[-1], one], one))
        order.append(nearest)
        left.remove(nearest)
    _uncross(order, table)
    return [one - 1 for one in order[1:]]


def way_km(start: tuple[float, float], places: Sequence[tuple[float, float]]) -> float:
    """Length of a way round in this order, back to the start, as the crow flies."""
    points = np.array([start, *places, start])
    return float(np.diag(distances(points[:-1], points[1:])).sum())


def _uncross(order: list[int], table: Floats) -> None:
    """Turn stretches of the way round as long as it gets shorter."""
    is_better = True
    while is_better:
        is_better = False
        for i in range(1, len(order) - 1):
            for j in range(i + 1, len(order)):
                after = order[(j + 1) % len(order)]
                before, first, last = order[i - 1], order[i], order[j]
                gain = table[before, first] + table[last, after]
                gain -= table[before, last] + table[first, after]
                if gain > 1e-9:
                    order[i : j + 1] = order[i : j + 1][::-1]
                    is_better = True
