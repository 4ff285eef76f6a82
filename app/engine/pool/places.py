"""Places on the unit sphere and in the grid, each distinct pair of coordinates computed once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.engine.journeys import unit_vector
from app.engine.pool.columns import CELL_LAT, CELL_LON, CELLS_PER_ROW, NOWHERE, Floats, Ints

Coordinates = tuple[float | None, float | None]


class Stand(NamedTuple):
    """Grid cell and unit vector of rows; ``NOWHERE`` and zeros where the position is unknown."""

    cell: Ints
    x: Floats
    y: Floats
    z: Floats


def grid_cell(lat: float, lon: float) -> int:
    """Number of the cell of a position in degrees: rows from south to north, then eastwards."""
    row = math.floor((lat + 90.0) / CELL_LAT)
    return row * CELLS_PER_ROW + math.floor((lon + 180.0) / CELL_LON)


def stands_of(positions: Sequence[Coordinates]) -> Stand:
    """Cells and unit vectors of positions. Raises ``ValueError`` outside ±90° or ±180°."""
    numbers: dict[Coordinates, int] = {}
    places = np.array(
        [numbers.setdefault(pair, len(numbers)) for pair in positions], dtype=np.int64
    )
    table = np.array([_stand(*pair) for pair in numbers], dtype=np.float64).reshape(-1, 4)
    cell = table[:, 0].astype(np.int32)
    return Stand(cell[places], *(table[:, i][places] for i in (1, 2, 3)))


def _stand(lat: float | None, lon: float | None) -> tuple[int, float, float, float]:
    if lat is None or lon is None:
        return NOWHERE, 0.0, 0.0, 0.0
    if not (abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise ValueError(f"({lat}, {lon}) is not a position on Earth")
    return grid_cell(lat, lon), *unit_vector(lat, lon)
