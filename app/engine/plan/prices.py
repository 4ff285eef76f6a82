"""Prices of places from the columns at hand, by the volume algorithm (Barahona and Anbil 2000).

The Lagrangian ``L(λ, μ) = Σ places·price + Σ_youth max(0, best value - prices)`` bounds every plan
made of these columns. The algorithm walks from the best prices found, ``λ̄``, along the mean excess
of use over places; the mean weighs recent answers most. A step that lowers ``L`` moves ``λ̄``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.engine.kernels.asked import Columns, Listed, Places
from app.engine.pool.columns import Ints
from app.engine.search import each_of, master


class Gait(NamedTuple):
    """How a walk goes: its steps, the first stride, the weight of the last answer in the mean, and
    how many poor steps shorten the stride.
    """

    steps: int
    stride: float
    weight: float
    patience: int


ROUGH = Gait(steps=200, stride=1.0, weight=0.1, patience=12)
"""For the first rounds, which are far from the best prices and bring columns."""
FINE = Gait(steps=400, stride=0.2, weight=0.03, patience=8)
"""For later rounds: a longer memory, so that the walk settles."""


@dataclass(slots=True)
class Walk:
    """Where the walk stands: the best prices, their bound, and the length of the next step."""

    prices: Places
    bound: float
    stride: float


def charge(prices: Places, places: Places) -> float:
    """``Σ places·price``."""
    return float(places.openings @ prices.openings + places.sessions @ prices.sessions)


class Trial:
    """Prices tried on the same columns again and again, youths parted between threads."""

    def __init__(self, columns: Columns, places: Places, threads: int) -> None:
        self._columns = columns
        self._places = places
        youths = len(columns.used)
        self._listed = _listed(columns)
        self.best = np.zeros(youths)
        edges = [round(youths * part / threads) for part in range(threads + 1)]
        self._parts = [
            (first, last, Places(*map(np.zeros_like, places))) for first, last in pairwise(edges)
        ]
        self._threads = threads

    def run(self, prices: Places) -> tuple[float, Places]:
        """``L`` at these prices, and how often each place is chosen."""

        def run(part: tuple[int, int, Places]) -> None:
            master().try_prices(self._listed, prices, part[0], part[1], self.best, part[2])

        each_of(lambda number: run(self._parts[number]), len(self._parts), self._threads)
        used = Places(*(sum(each) for each in zip(*(part[2] for part in self._parts), strict=True)))
        return charge(prices, self._places) + float(self.best.sum()), used

    def count_afresh(self) -> None:
        """Forget how often each column was chosen."""
        self._listed.times[:] = 0

    def times(self) -> Ints:
        """How often each column was chosen: near the best prices, nearly a fractional plan."""
        used = np.arange(self._columns.value.shape[1]) < self._columns.used[:, None]
        times = np.zeros(used.shape, np.int32)
        times[used] = self._listed.times
        return times


def _listed(columns: Columns) -> Listed:
    """The columns one after the other."""
    used = np.arange(columns.value.shape[1]) < columns.used[:, None]
    return Listed(
        start=np.cumsum([0, *columns.used], dtype=np.int64),
        opening=columns.opening[used],
        session=columns.session[used],
        value=columns.value[used],
        times=np.zeros(int(columns.used.sum()), np.int32),
    )


def better_prices(
    trial: Trial, columns: Columns, places: Places, start: Places, target: float, gait: Gait
) -> Walk:
    """Walk from ``start``; ``target`` is the value of a plan already known.

    Choices are counted over the second half of the walk.
    """
    ceilings = highest_values(columns, places)
    bound, mean = trial.run(start)
    walk, poor = Walk(start, bound, gait.stride), 0
    for step in range(gait.steps):
        if step == gait.steps // 2:
            trial.count_afresh()
        tried = _step(walk, mean, places, ceilings, target)
        if tried is None:
            break
        bound, used = trial.run(tried)
        mean = Places(
            *(
                (1.0 - gait.weight) * old + gait.weight * new
                for old, new in zip(mean, used, strict=True)
            )
        )
        if bound < walk.bound:
            walk.prices, walk.bound, poor = tried, bound, 0
            walk.stride = min(1.9, walk.stride * 1.1)
        else:
            poor += 1
            if poor % gait.patience == 0:
                walk.stride *= 0.7
    return walk


def _step(
    walk: Walk, mean: Places, places: Places, ceilings: Places, target: float
) -> Places | None:
    """Prices one Polyak step further, ``None`` at a proved optimum."""
    over = [
        np.where((price <= 0.0) & (used < free), 0.0, used - free)
        for price, used, free in zip(walk.prices, mean, places, strict=True)
    ]
    squared = sum(float(each @ each) for each in over)
    if squared == 0.0 or walk.bound <= target:
        return None
    length = walk.stride * (walk.bound - target) / squared
    moved = (
        np.clip(price + length * each, 0.0, most)
        for price, each, most in zip(walk.prices, over, ceilings, strict=True)
    )
    return Places(*moved)


def highest_values(columns: Columns, places: Places) -> Places:
    """The highest value of any column of each place: no useful price is above it."""
    used = np.arange(columns.value.shape[1]) < columns.used[:, None]
    highest = Places(np.zeros_like(places.openings), np.zeros_like(places.sessions))
    np.maximum.at(highest.openings, columns.opening[used], columns.value[used])
    np.maximum.at(highest.sessions, columns.session[used], columns.value[used])
    return highest
