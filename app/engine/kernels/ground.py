"""Which runs of memory hold the rows inside a circle on the map."""

from __future__ import annotations

import math
from typing import NamedTuple

from app.engine.journeys import EARTH_KM
from app.engine.kernels.compiled import compiled
from app.engine.pool.columns import CELL_LAT, CELL_LON, CELLS_PER_ROW, NOWHERE, Ints

MARGIN = 1e-9
"""Circles are widened by this share, so that rounding never loses a row on the edge."""


class Circle(NamedTuple):
    """A circle on the map: its squared chord, and the first and last cell it may touch."""

    widest: float
    south: int
    north: int


EVERYWHERE = Circle(math.inf, 0, NOWHERE)


@compiled
def lower_bound(cells: Ints, wanted: int, low: int, high: int) -> int:
    """First place in ``cells[low:high]`` (ascending) that is not below ``wanted``."""
    while low < high:
        middle = (low + high) // 2
        if cells[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def squared_chord(km: float) -> float:
    """Squared chord of a great-circle distance, slightly widened: ``(2 sin(km / 2R))²``."""
    half = min(math.pi / 2, 0.5 * km / EARTH_KM)
    chord = 2.0 * math.sin(half)
    return chord * chord * (1.0 + MARGIN) + 1e-18


@compiled
def circle_of(lat: float, km: float) -> Circle:
    """The circle of so many km around a place of this latitude."""
    south, north = rows_of(lat, reach_of(km))
    return Circle(squared_chord(km), south * CELLS_PER_ROW, (north + 1) * CELLS_PER_ROW - 1)


@compiled
def reach_of(km: float) -> float:
    """Degrees of latitude of a distance, slightly widened."""
    return math.degrees(km / EARTH_KM) * (1.0 + MARGIN) + 1e-9


@compiled
def rows_of(lat: float, reach: float) -> tuple[int, int]:
    """First and last row of the grid within so many degrees of a latitude."""
    first = math.floor((max(-90.0, lat - reach) + 90.0) / CELL_LAT)
    return first, math.floor((min(90.0, lat + reach) + 90.0) / CELL_LAT)


@compiled
def runs_of(cells: Ints, lat: float, lon: float, km: float, begin: Ints, end: Ints) -> int:
    """Fill ``begin`` and ``end`` with the runs that may hold rows within ``km``; how many.

    One run a row of the grid, cut to the longitudes the circle reaches there; rows without
    position always make the last run.
    """
    count = 0
    reach = reach_of(km)
    wide = 180.0
    if abs(lat) + reach < 90.0:
        wide = math.degrees(
            math.asin(min(1.0, math.sin(math.radians(reach)) / math.cos(math.radians(lat))))
        )
        wide = wide * (1.0 + MARGIN) + 1e-9
    west, east = lon - wide, lon + wide
    if west < -180.0 or east > 180.0:
        west, east = -180.0, 180.0
    first_row, last_row = rows_of(lat, reach)
    first_column = math.floor((west + 180.0) / CELL_LON)
    last_column = math.floor((east + 180.0) / CELL_LON)
    total = len(cells)
    low = 0
    for row in range(first_row, last_row + 1):
        low = lower_bound(cells, row * CELLS_PER_ROW + first_column, low, total)
        high = lower_bound(cells, row * CELLS_PER_ROW + last_column + 1, low, total)
        if low < high:
            begin[count], end[count] = low, high
            count += 1
        low = high
    unplaced = lower_bound(cells, NOWHERE, low, total)
    if unplaced < total:
        begin[count], end[count] = unplaced, total
        count += 1
    return count
