"""Prices of places from the columns at hand, by the volume algorithm (Barahona and Anbil 2000).

The Lagrangian ``L(λ, μ) = Σ places·price + Σ_youth max(0, best value - prices)`` bounds every plan
made of these columns. The algorithm walks from the best prices found, ``λ̄``, along the mean excess
of use over places; the mean weighs recent answers most. A step that lowers ``L`` moves ``λ̄``.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from app.engine.kernels.asked import Columns, Places

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


def better_prices(
    master: ModuleType, columns: Columns, places: Places, start: Places, target: float, steps: int
) -> Walk:
    """Walk ``steps`` steps from ``start``; ``target`` is the value of a plan already known."""
    used = Places(np.zeros_like(places.openings), np.zeros_like(places.sessions))
    bound = master.try_prices(columns, start, used) + charge(start, places)
    walk = Walk(start, bound)
    mean = Places(used.openings.copy(), used.sessions.copy())
    poor = 0
    for _ in range(steps):
        tried = _step(walk, mean, places, target)
        if tried is None:
            break
        bound = master.try_prices(columns, tried, used) + charge(tried, places)
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


def _step(walk: Walk, mean: Places, places: Places, target: float) -> Places | None:
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
        np.maximum(0.0, price + length * each)
        for price, each in zip(walk.prices, over, strict=True)
    )
    return Places(*moved)
