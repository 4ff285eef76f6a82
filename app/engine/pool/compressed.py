"""Compressed sparse rows."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.engine.pool.columns import Floats

Row = Iterable[tuple[int, float]]


def compressed(rows: Iterable[Row]) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    """CSR arrays (starts, columns, values) of rows of (column, value)."""
    starts, columns, values = [0], list[int](), list[float]()
    for row in rows:
        for column, value in row:
            columns.append(column)
            values.append(value)
        starts.append(len(columns))
    return (
        np.array(starts, dtype=np.int64),
        np.array(columns, dtype=np.int32),
        np.array(values, dtype=np.float64),
    )
