"""Sixty-four people behind one barrier, each after a random delay, ten rounds on each base; `make trial` runs 200."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.concurrency.races import last_position, last_seat

ROUNDS = 10


@pytest.mark.parametrize("seats", [1, 3])
def test_sixty_four_people_never_lose_or_double_the_last_seats(
    racing_app: Flask, seats: int
) -> None:
    reports = [last_seat(racing_app, number=one, seats=seats) for one in range(ROUNDS // 2)]

    assert [one.faults("NoSeatLeft") for one in reports] == [[]] * (ROUNDS // 2)


@pytest.mark.parametrize("positions", [1, 3])
def test_sixty_four_people_never_lose_or_double_the_last_positions(
    racing_app: Flask, positions: int
) -> None:
    reports = [
        last_position(racing_app, number=one, positions=positions) for one in range(ROUNDS // 2)
    ]

    assert [one.faults("NoPositionLeft") for one in reports] == [[]] * (ROUNDS // 2)
