"""Prices of places from the columns at hand: the Lagrangian, smoothed, by accelerated gradient.

The Lagrangian ``L(λ, μ) = Σ places·price + Σ_youth max(0, best value - prices)`` bounds every plan
made of these columns, but it has edges, on which a walk stumbles. Softened at warmth ``τ``,

    ``L_τ = Σ places·price + Σ_youth τ·log(1 + Σ exp((value - prices) / τ))``,

it is smooth, lies above ``L`` by at most ``τ·log(1 + columns)`` a youth, and its slope along the
price of a place is ``places - use``, where ``use`` adds up what the youths choose softly. That slope
changes by at most ``use / τ`` a unit of price, so each price has a stride of its own,
``τ·(use - places) / max(use, places)``. The walk carries its speed on (Nesterov 1983) while ``τ``
falls: warm, it crosses the country in a few steps; cold, it settles where ``L`` is lowest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.kernels.asked import Columns, Listed, Places
from app.engine.pool.columns import Floats, Ints
from app.engine.search import each_of, market, master

PARTS = 4
"""Youths are parted so, whatever the number of threads: sums are then always the same."""
EVERYTHING = 1e9
"""A margin that leaves no column out."""
COOLED = 0.7
"""Part of the walk in which it cools; the rest is walked at the last warmth."""
LEAST = 0.05
"""Use and places below this count as this when a stride is measured."""


class Cooling(NamedTuple):
    """How a walk goes: its steps, the warmth at the first of them, and at the last ones."""

    steps: int
    warm: float
    cold: float

    def at(self, step: int) -> float:
        """The warmth of a step: it falls by the same factor each time, then stays."""
        return float(self.warm * (self.cold / self.warm) ** min(1.0, step / (COOLED * self.steps)))


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk ended: the prices, and ``L`` there over the columns it saw."""

    prices: Places
    bound: float


def charge(prices: Places, places: Places) -> float:
    """``Σ places·price``."""
    return float(places.openings @ prices.openings + places.sessions @ prices.sessions)


def at_no_price(places: Places) -> Places:
    """Prices at which every place costs nothing."""
    return Places(*map(np.zeros_like, places))


class Crowd(NamedTuple):
    """Who answers: columns of youths, and the rows of the youths, neighbours together.

    Successive answers then read the same prices.
    """

    columns: Columns
    order: Ints
    threads: int


def in_parts(run: Callable[[int, int, int], None], youths: int, threads: int) -> None:
    """Call ``run(part, first, last)`` for each part of the youths, on one thread or several."""
    edges = [round(youths * part / PARTS) for part in range(PARTS + 1)]
    parts = list(pairwise(edges))
    each_of(lambda part: run(part, *parts[part]), PARTS, threads)


def best_reduced(crowd: Crowd, prices: Places) -> Floats:
    """The highest value minus prices of each youth's columns, 0 when none is above."""
    best = np.zeros(len(crowd.columns.used))
    in_parts(
        lambda _, first, last: master().best_reduced(crowd.columns, prices, first, last, best),
        len(best),
        crowd.threads,
    )
    return best


class Market:
    """The youths without a place, and the columns near their best that still have room.

    At ``prices``; columns worth ``margin`` less than the best of their youth are left out. They
    could come back if both their prices fell by half of that: ``least`` are prices that forbid it.
    """

    def __init__(
        self, crowd: Crowd, prices: Places, room: Places, chosen: Ints, margin: float
    ) -> None:
        self.least = Places(*(np.maximum(price - margin / 2.0, 0.0) for price in prices))
        self._columns = crowd.columns
        self._threads = crowd.threads
        self._listed = _listed(crowd, prices, room, chosen, margin)
        self._best = np.zeros(len(crowd.order))
        self._used = [Places(*map(np.zeros_like, room)) for _ in range(PARTS)]
        self._work = np.zeros((PARTS, crowd.columns.value.shape[1]))

    def answer(self, prices: Places, warmth: float) -> Places:
        """How much of each place is chosen at these prices."""

        def run(part: int, first: int, last: int) -> None:
            given = self._listed, prices, warmth, first, last
            market().answer(*given, self._used[part], self._best, self._work[part])

        in_parts(run, len(self._best), self._threads)
        return Places(*(sum(each) for each in zip(*self._used, strict=True)))

    def surplus(self) -> float:
        """``Σ max(0, best value - prices)`` at the prices last answered."""
        return float(self._best.sum())

    def likeliest(self, prices: Places, warmth: float, least: float) -> NDArray[np.int64]:
        """Flat slots of the columns of which at least so much is chosen, the most chosen first."""
        share = np.zeros(len(self._listed.value), np.float32)

        def run(part: int, first: int, last: int) -> None:
            given = self._listed, prices, warmth, first, last
            market().shares(*given, share, self._work[part])

        in_parts(run, len(self._best), self._threads)
        some = np.flatnonzero(share >= least)
        row = np.searchsorted(self._listed.start, some, side="right") - 1
        youth, slot = self._listed.order[row].astype(np.int64), np.zeros(len(some), np.int32)
        market().slots_of(self._columns, self._listed, some, youth, slot)
        flat = youth * self._columns.value.shape[1] + slot
        return np.asarray(flat[np.lexsort((flat, -share[some]))])


def _listed(crowd: Crowd, prices: Places, room: Places, chosen: Ints, margin: float) -> Listed:
    """The columns of a market, one after the other."""
    rows = len(crowd.order)
    counts = np.zeros(rows, np.int32)
    given = crowd.columns, prices, room, chosen, margin, crowd.order
    in_parts(
        lambda _, first, last: market().count_near(*given, first, last, counts),
        rows,
        crowd.threads,
    )
    start = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    total = int(start[-1])
    listed = Listed(
        order=crowd.order,
        start=start,
        opening=np.empty(total, np.int32),
        session=np.empty(total, np.int32),
        value=np.empty(total, np.float32),
    )
    in_parts(
        lambda _, first, last: market().list_near(*given, first, last, listed),
        rows,
        crowd.threads,
    )
    return listed


def cooled(asked: Market, places: Places, start: Places, cooling: Cooling) -> Walk:
    """Walk from ``start`` to where the smoothed Lagrangian is lowest, cooling on the way."""
    here = last = start
    speed = 1.0
    for step in range(cooling.steps):
        warmth = cooling.at(step)
        used = asked.answer(here, warmth)
        reached = Places(
            *(
                np.maximum(price + _stride(use, free, warmth), least)
                for price, use, free, least in zip(here, used, places, asked.least, strict=True)
            )
        )
        faster = (1.0 + sqrt(1.0 + 4.0 * speed * speed)) / 2.0
        drift = (speed - 1.0) / faster
        here = Places(
            *(
                np.maximum(new + drift * (new - old), least)
                for new, old, least in zip(reached, last, asked.least, strict=True)
            )
        )
        last, speed = reached, faster
    asked.answer(last, cooling.cold)
    return Walk(last, charge(last, places) + asked.surplus())


def _stride(use: Floats, free: Floats, warmth: float) -> Floats:
    """How far each price goes: up where more is chosen than there is, down where less."""
    return warmth * (use - free) / np.maximum(np.maximum(use, free), LEAST)
