"""Which runs of memory hold the rows inside a circle on the map."""

from __future__ import annotations

import math
from typing import NamedTuple

from app.engine.journeys import EARTH_KM
from app.engine.kernels.compiled import compiled
from app.engine.pool.columns import (
    ALL_ZONES,
    CELL_LAT,
    CELL_LON,
    CELLS_PER_ROW,
    NOWHERE,
    ZONE,
    ZONE_COLUMNS,
    ZONE_ROWS,
    Ints,
    zone_number,
)

MARGIN = 1e-9
"""Circles are widened by this share, so that rounding never loses a row on the edge."""


class Circle(NamedTuple):
    """A circle on the map: its squared chord, the first and last cell it may touch, and its zones."""

    widest: float
    south: int
    north: int
    zones: int


class Box(NamedTuple):
    """Rows and columns of the grid, first and last of each."""

    south: int
    north: int
    west: int
    east: int


EVERYWHERE = Circle(math.inf, 0, NOWHERE, ALL_ZONES)
WHOLE_MAP = Box(0, NOWHERE // CELLS_PER_ROW, 0, CELLS_PER_ROW - 1)


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
def circle_of(lat: float, lon: float, km: float) -> Circle:
    """The circle of so many km around a place."""
    box = box_of(lat, lon, km)
    south, north = box.south * CELLS_PER_ROW, (box.north + 1) * CELLS_PER_ROW - 1
    return Circle(squared_chord(km), south, north, zones_of(box))


bit_of = compiled(zone_number)


@compiled
def zones_of(box: Box) -> int:
    """The zones that a box touches, a bit each; see ``Ways.zones``."""
    zones = 0
    south, west = box.south // ZONE, box.west // ZONE
    for row in range(south, min(box.north // ZONE, south + ZONE_ROWS - 1) + 1):
        for column in range(west, min(box.east // ZONE, west + ZONE_COLUMNS - 1) + 1):
            zones |= 1 << bit_of(row, column)
    return zones


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
def box_of(lat: float, lon: float, km: float) -> Box:
    """The rows and columns of the grid that the circle of so many km around a place touches."""
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
    south, north = rows_of(lat, reach)
    first = math.floor((west + 180.0) / CELL_LON)
    return Box(south, north, first, math.floor((east + 180.0) / CELL_LON))


@compiled
def outside(cell: int, box: Box) -> bool:
    """Whether a cell lies outside a box; what has no place lies in every box."""
    row, column = cell // CELLS_PER_ROW, cell % CELLS_PER_ROW
    inside = box.south <= row <= box.north and box.west <= column <= box.east
    return bool(not inside and cell != NOWHERE)


@compiled
def runs_of(
    cells: Ints, first: int, last: int, box: Box, count: int, begin: Ints, end: Ints
) -> int:
    """Add the runs of ``cells[first:last]`` (ascending) in a box after ``count`` others; how many.

    One run a row of the grid; those without position always make the last run.
    """
    low = first
    for row in range(box.south, box.north + 1):
        low = lower_bound(cells, row * CELLS_PER_ROW + box.west, low, last)
        high = lower_bound(cells, row * CELLS_PER_ROW + box.east + 1, low, last)
        if low < high:
            begin[count], end[count] = low, high
            count += 1
        low = high
    unplaced = lower_bound(cells, NOWHERE, low, last)
    if unplaced < last:
        begin[count], end[count] = unplaced, last
        count += 1
    return count
