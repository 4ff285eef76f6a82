"""Ragged rows: entries ``starts[i]:starts[i + 1]`` of flat arrays belong to row ``i``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]


def starts_of(sizes: Iterable[int]) -> Longs:
    """Return where each row starts, and where the last one ends."""
    return np.cumsum([0, *sizes], dtype=np.int64)


def runs(starts: Longs, rows: NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Return the places of all entries of some rows, row after row, and the size of each row."""
    sizes = starts[rows + 1] - starts[rows]
    ends = np.cumsum(sizes)
    shift = np.repeat(starts[rows] - (ends - sizes), sizes)
    return np.arange(len(shift), dtype=np.int64) + shift, sizes
