"""Compressed sparse rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.engine.pool.columns import Floats, Links, Texts, frozen, remade

Row = Iterable[tuple[int, float]]
Table = TypeVar("Table", Links, Texts)
"""Columns ``start``, numbers of what each row meets (ascending), and values."""


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


def side_by_side(table: Table, then: Table) -> Table:
    """Tables of the same rows as one; the numbers of the second come after those of the first."""
    (start, numbers, values), (later, more, other) = table, then
    places = np.repeat(start[1:], np.diff(later))
    columns = start + later, np.insert(numbers, places, more), np.insert(values, places, other)
    return frozen(remade(table, columns))


def stacked(first: Table, then: Table) -> Table:
    """The rows of one table after those of another."""
    (start, numbers, values), (later, more, other) = first, then
    starts = np.concatenate([start, start[-1] + later[1:]])
    columns = starts, np.concatenate([numbers, more]), np.concatenate([values, other])
    return frozen(remade(first, columns))
