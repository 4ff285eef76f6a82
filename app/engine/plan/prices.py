"""Prices of places from the columns at hand, by the volume algorithm (Barahona and Anbil 2000).

The Lagrangian ``L(λ, μ) = Σ places·price + Σ_youth max(0, best value - prices)`` bounds every plan
made of these columns. The algorithm walks from the best prices found, ``λ̄``, along the mean excess
of use over places; the mean weighs recent answers most. A step that lowers ``L`` moves ``λ̄``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.engine.kernels.asked import Columns, Places
from app.engine.search import master

MEAN_WEIGHT = 0.1
PATIENCE = 12


@dataclass(slots=True)
class Walk:
    """Where the walk stands: the best prices, their bound, and the length of the next step."""

    prices: Places
    bound: float
    stride: float = 1.0


def charge(prices: Places, places: Places) -> float:
    """``Σ places·price``."""
    return float(places.openings @ prices.openings + places.sessions @ prices.sessions)


class Trial:
    """Prices tried on the same columns again and again."""

    def __init__(self, columns: Columns, places: Places) -> None:
        self._columns = columns
        self._places = places
        self.best = np.zeros(len(columns.used))

    def run(self, prices: Places) -> tuple[float, Places]:
        """``L`` at these prices, and how often each place is chosen."""
        used = Places(np.zeros_like(prices.openings), np.zeros_like(prices.sessions))
        master().try_prices(self._columns, prices, used, self.best, 0, len(self.best))
        return charge(prices, self._places) + float(self.best.sum()), used


def better_prices(
    columns: Columns, places: Places, start: Places, target: float, steps: int
) -> Walk:
    """Walk ``steps`` steps from ``start``; ``target`` is the value of a plan already known."""
    trial = Trial(columns, places)
    ceilings = highest_values(columns, places)
    bound, mean = trial.run(start)
    walk, poor = Walk(start, bound), 0
    for _ in range(steps):
        tried = _step(walk, mean, places, ceilings, target)
        if tried is None:
            break
        bound, used = trial.run(tried)
        mean = Places(
            *(
                (1.0 - MEAN_WEIGHT) * old + MEAN_WEIGHT * new
                for old, new in zip(mean, used, strict=True)
            )
        )
        if bound < walk.bound:
            walk.prices, walk.bound, poor = tried, bound, 0
            walk.stride = min(1.9, walk.stride * 1.1)
        else:
            poor += 1
            if poor % PATIENCE == 0:
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
