"""Distances by the haversine formula, and which rows of a table may lie within reach."""

from __future__ import annotations

import math

from app.engine.certificate.sheets import STRIP, Strips, Table
from app.engine.kernels.compiled import compiled
from app.engine.pool.columns import Longs

LAT, LON = 0, 1
"""First columns of every table; the others are named in ``worth.py``."""
KM_A_DEGREE = 111.0
"""Less than a degree of latitude measures, so that no row within reach is missed."""
EARTH_RADIUS = 6371.0088


@compiled
def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance by the haversine formula, NaN when an end is unknown."""
    if math.isnan(lat) or math.isnan(other_lat):
        return math.nan
    phi, psi = math.radians(lat), math.radians(other_lat)
    rise = math.sin((psi - phi) / 2.0)
    turn = math.sin(math.radians(other_lon - lon) / 2.0)
    square = rise * rise + math.cos(phi) * math.cos(psi) * turn * turn
    return 2.0 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(square)))


@compiled
def first_east(table: Table, first: int, last: int, lon: float) -> int:
    """The first of these rows, sorted by longitude, that lies at ``lon`` or east of it."""
    while first < last:
        middle = (first + last) // 2
        if table[middle, LON] < lon:
            first = middle + 1
        else:
            last = middle
    return first


@compiled
def degrees_east(lat: float, km: float) -> float:
    """Degrees of longitude that a circle reaches: ``asin(sin(angle) / cos(latitude))``."""
    angle = km / KM_A_DEGREE
    if abs(lat) + angle >= 90.0:
        return 360.0
    ratio = math.sin(math.radians(angle)) / math.cos(math.radians(lat))
    return math.degrees(math.asin(min(1.0, ratio)))


@compiled
def ranges(
    table: Table, strips: Strips, lat: float, lon: float, km: float, begin: Longs, end: Longs
) -> int:
    """Ranges of rows that may lie within ``km``, one a strip, and those without position; how many.

    Without a home that is every row.
    """
    if math.isnan(lat):
        begin[0], end[0] = 0, len(table)
        return 1
    count, wide, strip_count = 0, degrees_east(lat, km), len(strips.start) - 1
    west, east = lon - wide, lon + wide
    if west < -180.0 or east > 180.0:
        west, east = -180.0, 180.0
    south = math.floor((lat - km / KM_A_DEGREE) / STRIP) - strips.lowest
    north = math.floor((lat + km / KM_A_DEGREE) / STRIP) - strips.lowest
    for strip in range(max(0, south), min(strip_count - 1, north) + 1):
        last = strips.start[strip + 1]
        begin[count] = first_east(table, strips.start[strip], last, west)
        end[count] = first_east(table, begin[count], last, east + 1e-9)
        count += 1
    begin[count], end[count] = strips.start[strip_count], len(table)
    return count + 1
