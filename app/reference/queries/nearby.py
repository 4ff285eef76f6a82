"""Distances inside a statement, with nothing but the four operations: both databases have them."""

from __future__ import annotations

from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, null
from sqlalchemy.orm import InstrumentedAttribute

from app.reference.queries.gazetteer import Place

KM_A_DEGREE = 111.195  # 6371.0088 km × π / 180
Column = InstrumentedAttribute[float | None]


def squared_km(
    latitude: Column, longitude: Column, origin: tuple[float, float] | None
) -> ColumnElement[Any]:
    """The square of the distance in km from `origin` (degrees) to a row; NULL without one.

    The earth is taken for flat around the origin: within 200 km in France the error stays under
    one percent, enough to filter and sort. A shown distance is the root of it.
    """
    if origin is None:
        return cast(null(), Float)
    north, east = origin
    dy = (latitude - north) * KM_A_DEGREE
    dx = (longitude - east) * (KM_A_DEGREE * cos(radians(north)))
    return dx * dx + dy * dy


def position_of(answer: object) -> tuple[float, float] | None:
    """Latitude and longitude of a commune that was understood; None for any other answer."""
    if not isinstance(answer, Place) or answer.latitude is None or answer.longitude is None:
        return None
    return answer.latitude, answer.longitude
