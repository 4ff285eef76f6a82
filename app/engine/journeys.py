"""Journeys: the one place where a distance becomes a value, a limit or a doubt.

A distance is never called a travel time. Until real times between communes are imported, a
distance becomes an *effort*: ``km × detour / speed`` hours by the fastest means the youth can
count on. Where a table of times (``travel_times``) speaks, the minutes are known and replace the
effort.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from app.engine.model import Rhythm, SessionInput, YouthInput
from app.engine.paces import hours_per_km
from app.engine.travel_times import NO_TIMES, TravelTimes
from app.engine.weights import Weights

EARTH_KM = 6371.0088
Position = tuple[float | None, float | None]


class Reach(IntEnum):
    """What the youth's own limit says about a journey."""

    INSIDE = 0
    TO_CONFIRM = 1
    LIKELY_FAR = 2
    BEYOND = 3


@dataclass(frozen=True, slots=True)
class Journey:
    """One way: ``km`` as the crow flies, ``minutes`` only when really known, worth and reach."""

    km: float | None
    minutes: float | None
    value: float
    reach: Reach
    boarding: bool | None = False
    """``True`` or ``None`` (to confirm) when the way is possible through boarding only."""


@lru_cache(maxsize=65_536)
def unit_vector(lat: float, lon: float) -> tuple[float, float, float]:
    """Point of the unit sphere of a latitude and longitude in degrees."""
    phi, lam = math.radians(lat), math.radians(lon)
    return math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)


def chord_km(squared_chord: float) -> float:
    """Great-circle km of a squared chord of the unit sphere: ``2 R asin(√c / 2)``."""
    return 2.0 * EARTH_KM * math.asin(min(1.0, 0.5 * math.sqrt(squared_chord)))


def crow_km(a: YouthInput, lat: float | None, lon: float | None) -> float | None:
    """Kilometres as the crow flies, ``None`` when one end is unknown."""
    return km_between((a.lat, a.lon), (lat, lon))


def km_between(a: Position, b: Position) -> float | None:
    """Kilometres as the crow flies between two positions in degrees, ``None`` when one is unknown."""
    (lat, lon), (other_lat, other_lon) = a, b
    if lat is None or lon is None or other_lat is None or other_lon is None:
        return None
    x, y, z = unit_vector(lat, lon)
    u, v, w = unit_vector(other_lat, other_lon)
    dx, dy, dz = x - u, y - v, z - w
    return chord_km(dx * dx + dy * dy + dz * dz)


def reach_of(youth: YouthInput, km: float | None, minutes: float | None, weights: Weights) -> Reach:
    """Where a journey stands against the youth's limits.

    A limit in km masks. A limit in minutes masks when the time is known, or when the known time
    would need more than ``fastest_kmh`` as the crow flies; without a known time it masks only
    beyond ``minutes_slack`` times the limit and is a doubt before. Without any limit nothing is
    proposed beyond ``unlimited_km``. An unknown distance is to be confirmed.
    """
    if km is None:
        return _reach_in_minutes(youth, minutes)
    if youth.limit_km is not None and km > youth.limit_km:
        return Reach.BEYOND
    if youth.limit_minutes is None:
        beyond = youth.limit_km is None and km > weights.unlimited_km
        return Reach.BEYOND if beyond else Reach.INSIDE
    if minutes is not None:
        absurd = km > weights.fastest_kmh * youth.limit_minutes / 60.0
        return Reach.BEYOND if absurd else _reach_in_minutes(youth, minutes)
    effort = 60.0 * km * hours_per_km(youth.means)
    if effort > youth.limit_minutes * weights.minutes_slack:
        return Reach.BEYOND
    return Reach.LIKELY_FAR if effort > youth.limit_minutes else Reach.TO_CONFIRM


def _reach_in_minutes(youth: YouthInput, minutes: float | None) -> Reach:
    if minutes is None or youth.limit_minutes is None:
        return Reach.TO_CONFIRM
    return Reach.INSIDE if minutes <= youth.limit_minutes else Reach.BEYOND


def worth(
    km: float | None, minutes: float | None, per_km: float, factor: float, weights: Weights
) -> float:
    """``max(0, 1 - factor × hours / far_hours)``; hours known, else effort; else a fixed value."""
    if minutes is not None:
        hours = minutes / 60.0
    elif km is not None:
        hours = km * per_km
    else:
        return weights.unknown_journey
    return max(0.0, 1.0 - factor * hours / weights.far_hours)


def to_company(
    youth: YouthInput,
    lat: float | None,
    lon: float | None,
    commune: str | None,
    weights: Weights,
    times: TravelTimes = NO_TIMES,
) -> Journey:
    """The daily way from home to the company."""
    km = crow_km(youth, lat, lon)
    minutes = times.between(times.home(youth), commune)
    value = worth(km, minutes, hours_per_km(youth.means), 1.0, weights)
    return Journey(km, minutes, value, reach_of(youth, km, minutes, weights))


def to_site(
    youth: YouthInput, session: SessionInput, weights: Weights, times: TravelTimes = NO_TIMES
) -> Journey:
    """The way from home to the training site, by rhythm, or boarding there.

    Boarding at ``km`` is worth ``b = boarding_value × (1 - km / (2 boarding_km))``. Inside the
    youth's limit the way is worth the better of the direct way and of sure boarding. Beyond the
    limit, up to ``boarding_km``, it is worth ``b`` when boarding is sure; when boarding is only
    not refused it is worth the lesser of both and carries a doubt, so that neither a longer way
    nor an unknown answer can ever raise the value.
    """
    km = crow_km(youth, session.lat, session.lon)
    minutes = times.between(times.home(youth), session.commune)
    reach = reach_of(youth, km, minutes, weights)
    factor = weights.blocks_factor if session.rhythm is Rhythm.BLOCKS else 1.0
    direct = worth(km, minutes, hours_per_km(youth.means), factor, weights)
    refused = youth.boarding is False or session.boarding is False
    sure = bool(youth.boarding and session.boarding)
    if km is None or km > weights.boarding_km or refused:
        return Journey(km, minutes, direct, reach)
    boarding = weights.boarding_value * (1.0 - km / (2.0 * weights.boarding_km))
    if reach is not Reach.BEYOND:
        return Journey(km, minutes, max(direct, boarding) if sure else direct, reach)
    if sure:
        return Journey(km, minutes, boarding, Reach.INSIDE, boarding=True)
    return Journey(km, minutes, min(direct, boarding), Reach.INSIDE, boarding=None)
