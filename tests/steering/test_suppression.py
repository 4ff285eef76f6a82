"""Hidden figures stay hidden, whatever the attacker adds and subtracts."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.steering.suppression import ROOM, SMALL_CELL, hidden_in_line


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


def test_two_ones_side_by_side_are_not_given_away_by_their_sum() -> None:
    flags = hidden_in_line([1, 1, 30, 50])

    assert flags == [True, True, True, False, False]


def test_a_line_of_small_figures_only_hides_its_sum() -> None:
    flags = hidden_in_line([2, 1, 0])

    assert flags == [True, True, False, True]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
@settings(max_examples=150)
def test_no_hidden_figure_of_a_line_can_be_computed_back(line: list[int]) -> None:
    flags = hidden_in_line(line)

    assert all(flag for value, flag in zip(line, flags, strict=False) if 0 < value < SMALL_CELL)
    if not flags[-1]:
        assert all(len(values) > ROOM for values in possible_values(line, flags))
