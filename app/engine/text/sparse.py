"""Small builders of sparse matrices shared by the tables and the models.

scipy is loaded by the first matrix that is built: importing it costs more than a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SMALLEST = 1e-9


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Number distinct names in alphabetical order, so that input order never matters."""
    return {name: number for number, name in enumerate(sorted(set(names)))}


def table_of(
    values: NDArray[np.floating],
    columns: NDArray[np.integer],
    starts: NDArray[np.integer],
    width: int,
) -> csr_array:
    """Return the matrix whose row ``i`` holds the entries ``starts[i]:starts[i + 1]``."""
    from scipy.sparse import csr_array  # noqa: PLC0415

    return csr_array((values, columns, starts), shape=(len(starts) - 1, width))


def incidence(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    """Return a matrix with a one for each column number listed in each row; repeats add up."""
    starts = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(starts[-1]))
    matrix = table_of(np.ones(len(columns)), columns, starts, width)
    matrix.sum_duplicates()
    return matrix


def scale_rows(matrix: csr_array, factors: NDArray[np.float64]) -> None:
    """Multiply each row by its factor, in place."""
    matrix.data *= np.repeat(factors, np.diff(matrix.indptr))


def unit_rows(matrix: csr_array) -> None:
    """Scale each row to length one, in place; an empty row stays empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale_rows(matrix, 1 / np.maximum(lengths, _SMALLEST))


def damped_tfidf(counts: csr_array, idf: NDArray[np.float64]) -> csr_array:
    """Return unit rows of (1 + log count) times the weight of the column."""
    table = counts.copy()
    table.data = (1 + np.log(table.data)) * idf[table.indices]
    unit_rows(table)
    return table


def turned(
    matrix: csr_array,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return the matrix by column: where each column starts, the rows it is in, the values."""
    by_column = matrix.tocsc()
    by_column.sort_indices()
    return (
        by_column.indptr.astype(np.int64),
        by_column.indices.astype(np.int32),
        by_column.data.astype(np.float64),
    )
