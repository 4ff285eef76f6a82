"""How fast each means of transport goes, door to door: what turns a distance into an effort."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from app.engine.model import Means


class Pace(NamedTuple):
    """Detour factor (road over straight line) and door-to-door speed of a means, in km/h."""

    detour: float
    kmh: float


PACES: Mapping[Means, Pace] = {
    Means.WALK: Pace(detour=1.2, kmh=4.5),
    Means.CYCLE: Pace(detour=1.25, kmh=14.0),
    Means.TRANSIT: Pace(detour=1.4, kmh=30.0),
    Means.MOPED: Pace(detour=1.3, kmh=32.0),
    Means.CAR: Pace(detour=1.3, kmh=55.0),
}


def fastest(means: frozenset[Means]) -> Means:
    """The means whose straight kilometre costs least; unknown means count as transit."""
    return min(means or {Means.TRANSIT}, key=lambda each: PACES[each].detour / PACES[each].kmh)


@lru_cache(maxsize=64)
def hours_per_km(means: frozenset[Means]) -> float:
    """Effort of one straight kilometre by the fastest means; unknown means count as transit."""
    pace = PACES[fastest(means)]
    return pace.detour / pace.kmh
