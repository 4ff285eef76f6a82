"""Where to go today, as numbers: hand-made cases, the way round, and the benchmark that stands for the claim."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outreach.ranking import Hosting, Prospect, Waiting, rank, way_km, way_round
from benchmarks.outreach import measure

QUIMPER = (47.996, -4.097)
BAKER, PASTRY, MASON = "D1102", "D1104", "F1703"


def _company(number: int, shares: dict[str, float], **values: object) -> Prospect:
    given_values: dict[str, object] = {"lat": 47.99, "lon": -4.09, "headcount": 12, **values}
    return Prospect(id=number, shares=shares, **given_values)  # type: ignore[arg-type]


def _youths(count: int, *trades: str, reach: float | None = 20.0) -> list[Waiting]:
    return [Waiting(47.98, -4.1, reach, trades) for _ in range(count)]


def _first(prospects: list[Prospect], waiting: list[Waiting], **more: object) -> int:
    return rank(prospects, waiting, start=QUIMPER, **more)[0].prospect.id  # type: ignore[arg-type]


def test_a_company_goes_first_when_more_youth_wait_for_what_it_hires() -> None:
    prospects = [_company(1, {MASON: 1.0}), _company(2, {BAKER: 1.0})]

    first = _first(prospects, [*_youths(8, BAKER), *_youths(3, MASON)])

    assert first == 2


def test_youth_who_cannot_reach_a_company_do_not_count() -> None:
    far, near = _company(1, {BAKER: 1.0}, lat=48.4, lon=-4.5), _company(2, {BAKER: 1.0})

    ranked = rank([far, near], _youths(6, BAKER, reach=10.0), start=QUIMPER)

    assert [row.prospect.id for row in ranked] == [2, 1]
    assert ranked[0].waiting == ((BAKER, 6),)
    assert ranked[1].waiting == ()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"hosting": Hosting.YES}, {}),
        ({}, {"hosting": Hosting.NO}),
        ({"expiring": 1}, {}),
        ({"first_time": True}, {}),
        ({"silent_days": 200}, {"silent_days": 3}),
        ({"headcount": 40}, {"headcount": 1}),
    ],
)
def test_what_is_known_of_a_company_lifts_or_lowers_it(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    prospects = [_company(1, {BAKER: 1.0}, **worse), _company(2, {BAKER: 1.0}, **better)]

    assert _first(prospects, _youths(5, BAKER)) == 2


def test_a_trade_in_shortage_goes_before_one_that_is_not() -> None:
    prospects = [_company(1, {MASON: 1.0}), _company(2, {BAKER: 1.0})]
    waiting = [*_youths(5, BAKER), *_youths(5, MASON)]

    assert _first(prospects, waiting, short=frozenset({BAKER})) == 2


def test_a_neighbour_of_the_wished_trade_counts_for_less() -> None:
    exact, neighbour, other = (
        _company(number, {code: 1.0}) for number, code in enumerate((BAKER, PASTRY, MASON), 1)
    )

    ranked = rank([other, neighbour, exact], _youths(5, BAKER), start=QUIMPER)

    assert [row.prospect.id for row in ranked] == [1, 2, 3]
    assert ranked[1].worth > ranked[2].worth == 0


def test_nobody_to_visit_and_nobody_who_waits_are_no_error() -> None:
    assert rank([], _youths(3, BAKER), start=QUIMPER) == []
    assert [row.worth for row in rank([_company(1, {BAKER: 1.0})], [], start=QUIMPER)] == [0]
    assert way_round(QUIMPER, []) == []


Coordinates = st.tuples(st.floats(47.5, 48.5), st.floats(-4.6, -3.5))


@given(st.lists(Coordinates, min_size=1, max_size=6))
def test_a_way_round_meets_each_place_once_and_is_no_longer_than_going_as_listed(
    places: list[tuple[float, float]],
) -> None:
    order = way_round(QUIMPER, places)

    assert sorted(order) == list(range(len(places)))
    best = min(way_km(QUIMPER, list(one)) for one in permutations(places))
    found = way_km(QUIMPER, [places[at] for at in order])
    assert found <= best * 1.35 + 1e-6


@pytest.mark.slow
def test_the_list_beats_the_order_of_distance_over_the_seeds_of_the_benchmark() -> None:
    lines = "\n".join(measure(None, seeds=20))

    low = float(lines.split("paired differences: ")[1].split(" to ")[0])
    assert low > 0
