"""Ways through the engine that small random pools never take: the ends of the Earth, values that cannot be, ties and
overflows. With the others they leave no branch of the engine untried (`make cover-engine`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.engine.brute import brute_best
from app.engine.candidates import best_for_opening
from app.engine.certificate import certify
from app.engine.kernels.asked import Columns, Places
from app.engine.model import BOTH_KINDS, Wish
from app.engine.pairs import Sought
from app.engine.plan import cheapest_ways_in, plan
from app.engine.plan import rounding as local_search
from app.engine.plan.rounding import improved
from app.engine.pool import Pool
from app.engine.pool import texts as pool_texts
from app.engine.reasons import Doubt, HardRule, Reason
from app.engine.similarity import Neighbours, trade_proximity
from app.engine.triples import best_triples, check_pair, check_triple, count_triples, pair_best
from app.engine.weights import DEFAULT
from tests.engine.plain_rows import QUIMPER, TODAY, baker, bakery, bakery_course
from tests.engine.random_pools import random_rows, random_times

FAR_PLACES = [
    pytest.param((89.95, 20.0), (89.96, -150.0), id="over the pole"),
    pytest.param((-13.3, 179.97), (-13.3, -179.97), id="across the line of dates"),
]


@pytest.mark.parametrize(("home", "company"), FAR_PLACES)
def test_a_circle_that_crosses_the_end_of_the_map_finds_what_is_on_the_other_side(
    home: tuple[float, float], company: tuple[float, float]
) -> None:
    youth = baker(lat=home[0], lon=home[1])
    opening = bakery(lat=company[0], lon=company[1])
    course = bakery_course(lat=company[0], lon=company[1])
    pool = Pool.build([youth], [opening], [course])

    found = best_triples(pool, youth, 3)

    assert found == brute_best(youth, [opening], [course], pool.likeness, pool.weights, 3)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"available_to": TODAY + 40}, HardRule.DATES),
        ({"apprenticeship_starts": (TODAY - 900, TODAY + 40)}, HardRule.AGE),
        ({"kinds": BOTH_KINDS, "apprenticeship_starts": (TODAY - 900, TODAY + 40)}, None),
    ],
)
def test_a_session_that_leaves_a_youth_no_lawful_start_says_whether_the_age_or_the_dates_do(
    changes: dict[str, object], rule: HardRule | None
) -> None:
    youth = baker(professionalisation_starts=(TODAY, TODAY + 900), **changes)
    late = bakery_course(contract_from=TODAY + 50, kinds=BOTH_KINDS)
    pool = Pool.build([youth], [bakery(kinds=BOTH_KINDS)], [late])

    broken = check_pair(pool, youth, session=9).broken

    assert (broken and broken.code) == rule
    assert count_triples(pool, youth) == (1 if rule is None else 0)


@pytest.mark.parametrize("seed", range(6))
def test_a_clover_of_two_leaves_is_judged_alone_as_in_the_list(seed: int) -> None:
    pool = Pool.build(*random_rows(seed), times=random_times(seed))

    for youth in pool.youths:
        courses = pair_best(pool, youth, sought=Sought.COURSE, k=99)
        companies = pair_best(pool, youth, sought=Sought.EMPLOYER, k=99)
        alone = [check_pair(pool, youth, opening=each) for each in pool.openings]
        alone += [check_pair(pool, youth, session=each) for each in pool.sessions]
        kept = {(p.opening, p.session): p for p in alone if p.broken is None}
        assert {(p.opening, p.session): p for p in (*courses, *companies)} == kept
        for listed in (courses, companies):
            assert [p.score for p in listed] == sorted((p.score for p in listed), reverse=True)


def test_a_clover_of_two_leaves_tells_its_gravest_doubts_once_each() -> None:
    ages = (TODAY - 500, TODAY + 3000)
    youth = baker(kinds=None, licence=None, professionalisation_starts=ages)
    pool = Pool.build([youth], [bakery(kinds=None, licence_needed=True)], [bakery_course()])

    doubts = check_pair(pool, youth, opening=7).doubts

    assert [doubt.code for doubt in doubts] == [Doubt.LICENCE_UNKNOWN, Doubt.KIND_UNKNOWN]


def test_a_clover_of_two_leaves_has_exactly_one_of_opening_and_session() -> None:
    pool = Pool.build([baker()], [bakery()], [bakery_course()])

    with pytest.raises(ValueError, match="exactly one"):
        check_pair(pool, 1)
    with pytest.raises(ValueError, match="exactly one"):
        check_pair(pool, 1, opening=7, session=9)


def test_a_wish_barely_alike_and_a_course_that_leads_there_by_its_words_are_no_reasons() -> None:
    """Similarities between the floors and the bounds from which they are told."""
    youth = baker(wishes=(Wish(rank=1, text="vendeur boulangerie"),))
    opening = bakery(title="Employé de boulangerie", trade=None)
    course = bakery_course(title="CAP Vente en boulangerie", trades=())
    weights = replace(DEFAULT, version="test", course_floor=0.1)
    triple = check_triple(Pool.build([youth], [opening], [course], weights), youth, 7, 9).triple

    assert triple is not None
    told = {reason.code for reason in triple.reasons}
    assert triple.parts.wish_opening < 0.5
    assert triple.parts.opening_course < 0.8
    assert not told & {Reason.WISH_FIRST, Reason.COURSE_FOR_JOB, Reason.COURSE_WISHED}


def test_a_way_of_which_nothing_is_known_is_no_reason_however_it_is_valued() -> None:
    weights = replace(DEFAULT, version="test", unknown_journey=0.9)
    pool = Pool.build([baker(lat=None, lon=None)], [bakery()], [bakery_course()], weights)

    reasons = {reason.code for reason in best_triples(pool, 1, 1)[0].reasons}

    assert not reasons & {Reason.NEAR_COMPANY, Reason.SHORT_COMPANY, Reason.NEAR_SITE}


@pytest.mark.parametrize(
    ("opening", "session"),
    [
        ({"positions_free": -1}, {}),
        ({}, {"seats_free": -1}),
        ({"levels": frozenset({15})}, {}),
        ({"lat": 91.0}, {}),
        ({}, {"lon": 181.0}),
    ],
)
def test_rows_that_cannot_be_are_refused(
    opening: dict[str, object], session: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"negative|level|position on Earth"):
        Pool.build([baker()], [bakery(**opening)], [bakery_course(**session)])


def test_the_same_id_twice_is_refused_and_an_unknown_one_is_named() -> None:
    with pytest.raises(ValueError, match="twice"):
        Pool.build([baker(), baker()], [], [])
    with pytest.raises(KeyError):
        best_for_opening(Pool.build([baker()], [bakery()], []), 999)


def test_each_verb_of_a_pool_makes_the_next_one_and_leaves_the_old_one() -> None:
    pool = Pool.build([baker()], [bakery()], [bakery_course()])

    grown = (
        pool.replace_youth(baker(2)).replace_session(bakery_course(10)).replace_opening(bakery(8))
    )
    shrunk = grown.remove_youth(1).remove_opening(7).remove_session(9).remove_session(999)

    assert (list(grown.youths), list(grown.openings), list(grown.sessions)) == (
        [1, 2],
        [7, 8],
        [9, 10],
    )
    assert (list(shrunk.youths), list(shrunk.openings), list(shrunk.sessions)) == ([2], [8], [10])
    assert count_triples(shrunk, 2) == 1
    assert list(pool.youths) == [1]
    assert shrunk.version == pool.version + 7


def test_likeness_is_the_same_when_little_is_remembered_or_all_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool.build(*random_rows(3))
    before = [best_triples(pool, youth, 5) for youth in pool.youths]

    pool.ground.texts.forget()
    monkeypatch.setattr(pool_texts, "REMEMBERED", 1)

    assert [best_triples(pool, youth, 5) for youth in pool.youths] == before


@pytest.mark.parametrize("few", [0, 99])
def test_texts_compared_together_are_those_compared_one_by_one(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool.build(*random_rows(4)).replace_opening(bakery(99, title="Luthier", trade=None))
    texts, queries = pool.ground.texts, ["boulanger", "", "luthier", "serveur", "xyzzy"]
    alone = [texts.row(query) for query in queries]

    monkeypatch.setattr(pool_texts, "FEW", few)
    for floor in (0.0, 0.3):
        together = texts.above(queries, floor)

        for one, first, last in zip(alone, together.start, together.start[1:], strict=False):
            kept = one[1] >= floor
            assert together.title[first:last].tolist() == one[0][kept].tolist()
            assert together.value[first:last].tolist() == one[1][kept].tolist()


@pytest.mark.parametrize("floor", [0.0, 0.3, 0.6, 0.9])
def test_neighbours_of_a_trade_are_those_whose_proximity_reaches_the_floor(floor: float) -> None:
    related = {("D1102", "G1602"): 0.95, ("I1604", "D1106"): 0.4}
    codes = ["D1102", "D1101", "D1104", "D1502", "G1602", "D1106", "K1306"]
    neighbours = Neighbours({code: number for number, code in enumerate(codes)}, related, floor)

    for code in [*codes, "I1604", "Z9999"]:
        near = [(n, trade_proximity(code, other, related)) for n, other in enumerate(codes)]
        assert list(neighbours.near(code)) == [pair for pair in near if pair[1] >= max(floor, 1e-9)]
        assert neighbours.near(code) == neighbours.near(code)


def test_a_certificate_holds_for_two_titles_of_one_trade_and_a_course_known_by_its_words() -> None:
    openings = [bakery(1, title="Boulanger"), bakery(2, title="Tourier"), bakery(3, trade=None)]
    courses = [bakery_course(9, seats_free=2), bakery_course(10, title="CAP boulanger", trades=())]
    pool = Pool.build([baker(one) for one in range(1, 5)], openings, courses)

    assert certify(pool, plan(pool)).sound


def test_a_session_given_to_more_youths_than_it_has_seats_is_found_out() -> None:
    rows = [baker(1), baker(2)], [bakery(7), bakery(8)]
    roomy, narrow = (Pool.build(*rows, [bakery_course(seats_free=seats)]) for seats in (2, 1))

    faults = certify(narrow, plan(roomy)).faults

    assert "session 9 is given to 2 youths" in faults


def test_a_triple_beyond_the_limit_of_its_youth_is_found_out() -> None:
    roomy, narrow = (
        Pool.build([baker(1, limit_km=limit)], [bakery(7)], [bakery_course(9)])
        for limit in (30.0, 1.0)
    )

    faults = certify(narrow, plan(roomy)).faults

    assert any("breaks a rule" in fault for fault in faults)


def test_the_change_that_asks_least_is_told_when_several_would_do() -> None:
    openings = [bakery(7), bakery(8, licence_needed=True), bakery(9, lat=48.33)]
    pool = Pool.build([baker(1), baker(2)], openings, [bakery_course(seats_free=5)])
    made = plan(pool)
    left = [one.youth for one in made.left_out]

    ways = cheapest_ways_in(pool, made, left)

    assert len(left) == 1
    assert ways[left[0]].triple.opening in (8, 9)


def columns(*rows: list[tuple[int, int, float]]) -> Columns:
    """Columns of a few youths as (opening, session, value), padded to one shape."""
    most = max(map(len, rows))
    table = np.array([[*row, *[(0, 0, 0.0)] * (most - len(row))] for row in rows])
    return Columns(
        table[:, :, 0].astype(np.int32),
        table[:, :, 1].astype(np.int32),
        table[:, :, 2],
        np.array([len(row) for row in rows], dtype=np.int32),
    )


def no_prices(places: Places) -> Places:
    """Places that cost nothing: whatever is worth nearly as much as the best is tried."""
    return Places(np.zeros_like(places.openings), np.zeros_like(places.sessions))


def searched(
    given: Columns, chosen: list[int], openings: list[int], sessions: list[int]
) -> list[int]:
    """What local search makes of a draft, whose use of the places is taken off first."""
    places = Places(np.array(openings, np.float64), np.array(sessions, np.float64))
    room = Places(places.openings.copy(), places.sessions.copy())
    for youth, slot in enumerate(chosen):
        if slot >= 0:
            room.openings[given.opening[youth, slot]] -= 1.0
            room.sessions[given.session[youth, slot]] -= 1.0
    return improved(
        given, np.array(chosen, np.int32), room, places, no_prices(places)
    ).chosen.tolist()


def test_local_search_takes_what_is_free_before_it_pushes_anybody() -> None:
    given = columns([(0, 0, 0.9), (1, 0, 0.5)], [(0, 0, 0.4), (1, 0, 0.8)])

    assert searched(given, [-1, -1], [1, 1], [2]) == [0, 1]


def test_local_search_pushes_aside_who_loses_least_by_leaving() -> None:
    """Opening 0 is full of two holders who can move to opening 1 or 2: one for 0.3 less, one for 0.1 less."""
    given = columns([(0, 0, 0.9), (1, 1, 0.6)], [(0, 0, 0.9), (2, 1, 0.8)], [(0, 0, 1.0)])

    assert searched(given, [0, 0, -1], [2, 1, 1], [3, 2]) == [0, 1, 0]


def test_local_search_leaves_without_who_has_no_other_way_and_gains_less() -> None:
    given = columns([(0, 0, 0.5)], [(0, 0, 0.9)])

    assert searched(given, [0, -1], [1], [1]) == [-1, 0]


def test_local_search_pushes_who_holds_both_full_places_and_loses_least() -> None:
    """Opening and session are full of the same two holders; the second one has the better way out."""
    cheap_last = columns([(0, 0, 0.9), (1, 1, 0.2)], [(0, 0, 0.9), (1, 1, 0.8)], [(0, 0, 1.0)])
    cheap_first = columns([(0, 0, 0.9), (1, 1, 0.8)], [(0, 0, 0.9), (1, 1, 0.2)], [(0, 0, 1.0)])

    assert searched(cheap_last, [0, 0, -1], [2, 2], [2, 2]) == [0, 1, 0]
    assert searched(cheap_first, [0, 0, -1], [2, 2], [2, 2]) == [1, 0, 0]


def test_local_search_leaves_a_place_that_is_kept_free_alone() -> None:
    """One of two positions is held and the other one kept: only the holder could be pushed, and would lose more."""
    given = columns([(0, 0, 0.9)], [(0, 1, 0.5)])
    places = Places(np.array([2.0]), np.array([1.0, 1.0]))
    room = Places(np.array([0.0]), np.array([0.0, 1.0]))

    draft = improved(given, np.array([0, -1], np.int32), room, places, no_prices(places))
    assert draft.chosen.tolist() == [0, -1]


def test_local_search_ends_after_its_passes_even_while_it_gains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_search, "PASSES", 1)
    given = columns([(0, 0, 0.9)], [(1, 0, 0.5)])

    assert searched(given, [-1, -1], [1, 1], [2]) == [0, 0]


def test_a_course_that_can_no_longer_win_is_passed_by_and_the_best_triple_found() -> None:
    """The second bakery hopes for a little more than the triple found at the first, but not from its higher course,
    too far from the aim.
    """
    home = {"lat": QUIMPER[0], "lon": QUIMPER[1]}
    later = {"start_from": TODAY + 75, "start_to": TODAY + 75}
    pool = Pool.build(
        [baker(1, **home)],
        [
            bakery(7, **home, answer_rate=0.9),
            bakery(8, **home, answer_rate=0.25, levels=frozenset({3, 5})),
        ],
        [bakery_course(9, **home, **later), bakery_course(10, **home, **later, level=5)],
    )

    found = best_triples(pool, 1, k=1)

    best = brute_best(
        pool.youths[1],
        pool.openings.values(),
        pool.sessions.values(),
        pool.likeness,
        pool.weights,
        1,
    )
    assert found == best
    assert (found[0].opening, found[0].session) == (7, 9)
