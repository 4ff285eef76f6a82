"""Hidden figures stay hidden, whatever the attacker adds and subtracts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.steering.suppression import ROOM, SMALL_CELL, hidden_in_line, protect

TABLES = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 30), min_size=width, max_size=width), min_size=1, max_size=5
    )
)


def possible_values(line: list[int], hidden: list[bool]) -> list[set[int]]:
    """Every value each hidden figure of a line may have, found by trying them all."""
    places = [index for index, is_hidden in enumerate(hidden[:-1]) if is_hidden]
    total = sum(line[index] for index in places)
    found: list[set[int]] = [set() for _ in places]
    for guess in itertools.product(range(1, total + 1), repeat=len(places)):
        if sum(guess) == total:
            for position, value in enumerate(guess):
                found[position].add(value)
    return found


def test_a_figure_of_five_is_shown_and_one_of_four_is_not() -> None:
    table = protect([[5, 40], [30, 50]])
    small = protect([[4, 40], [30, 50]])

    assert table.cells == ((5, 40), (30, 50))
    assert small.cells[0][0] is None


def test_zero_is_no_secret() -> None:
    table = protect([[0, 40], [30, 0]])

    assert table.cells == ((0, 40), (30, 0))
    assert table.total == 70


def test_one_small_cell_takes_a_rectangle_with_it_so_that_no_total_gives_it_back() -> None:
    table = protect([[3, 20, 30], [25, 26, 27], [40, 41, 42]])

    hidden = [
        (row, column) for row in range(3) for column in range(3) if table.cells[row][column] is None
    ]
    assert (0, 0) in hidden
    assert len([cell for cell in hidden if cell[0] == 0]) >= 2
    assert len([cell for cell in hidden if cell[1] == 0]) >= 2
    assert table.total == 254


def test_two_ones_side_by_side_are_not_given_away_by_their_sum() -> None:
    flags = hidden_in_line([1, 1, 30, 50])

    assert flags == [True, True, True, False, False]


def test_a_line_of_small_figures_only_hides_its_sum() -> None:
    flags = hidden_in_line([2, 1, 0])

    assert flags == [True, True, False, True]


def test_rows_of_different_lengths_are_no_table() -> None:
    with pytest.raises(ValueError, match="same length"):
        protect([[1, 2], [3]])


def test_what_another_table_hides_is_hidden_here_too() -> None:
    table = protect([[20, 30], [25, 26]], [[True, False], [False, False]])

    assert table.cells[0][0] is None


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
@settings(max_examples=150)
def test_no_hidden_figure_of_a_line_can_be_computed_back(line: list[int]) -> None:
    flags = hidden_in_line(line)

    assert all(flag for value, flag in zip(line, flags, strict=False) if 0 < value < SMALL_CELL)
    if not flags[-1]:
        assert all(len(values) > ROOM for values in possible_values(line, flags))


@given(TABLES)
@settings(max_examples=120)
def test_differencing_a_table_leaves_at_least_five_values_to_each_hidden_figure(
    values: list[list[int]],
) -> None:
    table = protect(values)

    low_high = differencing(values, table.cells, table.row_totals, table.column_totals, table.total)
    assert all(high - low >= ROOM for low, high in low_high)


def differencing(values, cells, row_totals, column_totals, total):  # type: ignore[no-untyped-def]
    """Attack the published table with an LP written apart from the product's own; yields the bounds it reaches.

    Unknowns: every cell and every total; shown ones are fixed, hidden ones are at least 1.
    """
    import numpy as np
    from scipy.optimize import linprog

    rows, columns = len(values), len(values[0])
    names = {}
    for row in range(rows + 1):
        for column in range(columns + 1):
            names[row, column] = len(names)
    bounds = []
    for row in range(rows + 1):
        for column in range(columns + 1):
            if row < rows and column < columns:
                shown = cells[row][column]
            elif row < rows:
                shown = row_totals[row]
            elif column < columns:
                shown = column_totals[column]
            else:
                shown = total
            bounds.append((1, None) if shown is None else (shown, shown))
    equations, zeros = [], []
    for row in range(rows + 1):
        line = np.zeros(len(names))
        for column in range(columns):
            line[names[row, column]] = 1
        line[names[row, columns]] = -1
        equations.append(line)
        zeros.append(0)
    for column in range(columns + 1):
        line = np.zeros(len(names))
        for row in range(rows):
            line[names[row, column]] = 1
        line[names[rows, column]] = -1
        equations.append(line)
        zeros.append(0)
    for place, bound in enumerate(bounds):
        if bound[1] is None:
            target = np.zeros(len(names))
            target[place] = 1
            low = linprog(target, A_eq=equations, b_eq=zeros, bounds=bounds)
            high = linprog(-target, A_eq=equations, b_eq=zeros, bounds=bounds)
            yield low.fun, (np.inf if high.status == 3 else -high.fun)
