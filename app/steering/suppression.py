"""Small cells hidden so that nobody computes them back from the figures around them. Pure.

A cell of 1 to 4 young people is hidden first (dossier: workflow, G, "small-number rule"). Hidden cells can still be
computed back from totals, so further cells are hidden until an attacker who knows every shown figure, every sum and
that a hidden figure is at least 1 is left with five possible values or more for each hidden figure. The attacker is a
linear program, the strongest one there is against sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SMALL_CELL = 5
"""A figure below this, and not zero, is hidden."""
ROOM = SMALL_CELL - 1
"""Distance from the lowest to the highest value that a hidden figure may still have."""

Figures = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Protected:
    """A table whose hidden figures are None.

    Attributes:
        cells: rows of columns.
        row_totals: one a row.
        column_totals: one a column.
        total: of the whole table.
    """

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None


def hidden_in_line(values: Sequence[int], also_hidden: Sequence[bool] = ()) -> list[bool]:
    """Which figures of one line with a known sum are hidden; the last flag says whether the sum is.

    With k hidden figures of sum S, each may be anything from 1 to S - k + 1: hiding goes on, smallest first, until
    that is room enough, and when nothing is left to hide the sum goes too.

    >>> hidden_in_line([20, 3, 9])
    [False, True, True, False]
    """
    more = also_hidden or [False] * len(values)
    hidden = [
        0 < value < SMALL_CELL or (flag and value > 0)
        for value, flag in zip(values, more, strict=True)
    ]
    rest = sorted(
        (value, index)
        for index, value in enumerate(values)
        if value >= SMALL_CELL and not hidden[index]
    )
    while any(hidden) and not _has_room(
        [one for one, is_hidden in zip(values, hidden, strict=True) if is_hidden]
    ):
        if not rest:
            return [*hidden, True]
        hidden[rest.pop(0)[1]] = True
    return [*hidden, 0 < sum(values) < SMALL_CELL]


def _has_room(hidden_values: Sequence[int]) -> bool:
    return len(hidden_values) > 1 and sum(hidden_values) - len(hidden_values) >= ROOM


def protect(
    values: Sequence[Sequence[int]], also_hidden: Sequence[Sequence[bool]] = ()
) -> Protected:
    """Hide the small cells of a table with totals, and what would give them back.

    Args:
        values: whole numbers >= 0, rows of equal length.
        also_hidden: cells that another published table already hides, same shape.

    Raises:
        ValueError: the rows have different lengths.
    """
    if not values or not values[0]:
        return Protected((), (), (), 0)
    if len({len(row) for row in values}) != 1:
        raise ValueError("the rows of a table have the same length")
    figures = _with_totals(np.array(values, dtype=np.int64))
    mask = (figures > 0) & (figures < SMALL_CELL)
    if also_hidden:
        inside = mask[:-1, :-1]
        inside |= np.array(also_hidden, dtype=np.bool_) & (figures[:-1, :-1] > 0)
    _hide_until_safe(figures, mask)
    shown = [
        [
            None if mask[row, column] else int(figures[row, column])
            for column in range(figures.shape[1])
        ]
        for row in range(figures.shape[0])
    ]
    return Protected(
        cells=tuple(tuple(row[:-1]) for row in shown[:-1]),
        row_totals=tuple(row[-1] for row in shown[:-1]),
        column_totals=tuple(shown[-1][:-1]),
        total=shown[-1][-1],
    )


def _with_totals(inner: Figures) -> Figures:
    wide = np.column_stack([inner, inner.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def _hide_until_safe(figures: Figures, mask: Mask) -> None:
    """Hide one more figure for each unsafe one, until none is unsafe; ends because each round hides something."""
    while unsafe := list(_unsafe(figures, mask)):
        progress = False
        for row, column in unsafe:
            progress |= _hide_a_companion(figures, mask, row, column)
        if not progress:
            return


def _hide_a_companion(figures: Figures, mask: Mask, row: int, column: int) -> bool:
    """Hide the smallest shown figure of the cell's line, of whichever line hides fewer, so that rectangles close."""
    in_row = [(row, other) for other in range(figures.shape[1])]
    in_column = [(other, column) for other in range(figures.shape[0])]
    lines = sorted(
        (in_row, in_column),
        key=lambda line: (sum(bool(mask[cell]) for cell in line), line is in_column),
    )
    for line in lines:
        candidates = [
            (figures[cell], cell) for cell in line if figures[cell] > 0 and not mask[cell]
        ]
        if candidates:
            mask[min(candidates)[1]] = True
            return True
    return False


def _unsafe(figures: Figures, mask: Mask) -> Iterator[tuple[int, int]]:
    """Yield the hidden cells whose possible values lie too close together, after the cheap test has cleared most."""
    doubtful = [
        cell for cell in zip(*np.nonzero(mask), strict=True) if not _swings(figures, mask, cell)
    ]
    if not doubtful:
        return
    attacker = Attacker(figures, mask)
    for cell in doubtful:
        low, high = attacker.bounds(cell)
        if high - low < ROOM:
            yield cell


def _swings(figures: Figures, mask: Mask, cell: tuple[int, int]) -> bool:
    """A rectangle of four hidden cells lets the figure move up and down without touching any sum."""
    row, column = cell
    best = 0
    for other_row in np.nonzero(mask[:, column])[0]:
        if other_row == row:
            continue
        columns = np.nonzero(mask[row] & mask[other_row])[0]
        columns = columns[columns != column]
        if columns.size:
            up = np.minimum(figures[row, columns], figures[other_row, column]) - 1
            down = np.minimum(figures[other_row, columns], figures[row, column]) - 1
            best = max(best, int((up + down).max()))
    return best >= ROOM


class Attacker:
    """Somebody who knows every shown figure, every sum, and that a hidden figure is at least 1."""

    def __init__(self, figures: Figures, mask: Mask) -> None:
        self._cells = {
            cell: index for index, cell in enumerate(zip(*np.nonzero(mask), strict=True))
        }
        rows, columns = figures.shape
        sums = np.zeros((rows + columns, len(self._cells)))
        known = np.zeros(rows + columns)
        for line in range(rows + columns):
            along = (
                [(line, column) for column in range(columns)]
                if line < rows
                else [(row, line - rows) for row in range(rows)]
            )
            for position, cell in enumerate(along):
                sign = -1 if position == len(along) - 1 else 1
                if mask[cell]:
                    sums[line, self._cells[cell]] = sign
                else:
                    known[line] -= sign * figures[cell]
        self._sums, self._known = sums, known

    def bounds(self, cell: tuple[int, int]) -> tuple[float, float]:
        """The lowest and the highest value that the shown figures leave to a hidden cell."""
        target = np.zeros(len(self._cells))
        target[self._cells[cell]] = 1.0
        low = self._solve(target)
        high = self._solve(-target)
        return low, -high

    def _solve(self, target: NDArray[np.float64]) -> float:
        # Forty megabytes that a process at rest need not hold.
        from scipy.optimize import linprog  # noqa: PLC0415

        found = linprog(target, A_eq=self._sums, b_eq=self._known, bounds=(1, None), method="highs")
        return float(found.fun) if found.status == 0 and found.fun is not None else -np.inf
