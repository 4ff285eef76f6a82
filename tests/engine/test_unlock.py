"""Levers against really making the change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from itertools import combinations
from typing import Any

import pytest

from app.engine.candidates import youths_matched
from app.engine.levers import (
    Change,
    LeverCode,
    Row,
    opening_changes,
    session_changes,
    youth_changes,
)
from app.engine.model import BOTH_KINDS, Wish
from app.engine.pool import Pool
from app.engine.triples import added_triples, best_triples, count_triples
from app.engine.unlock import unlock, unlock_opening, unlock_session
from app.engine.weights import DEFAULT
from tests.engine.plain_rows import QUIMPER, TODAY, baker, bakery, bakery_course
from tests.engine.random_pools import random_rows, random_times

FAR = QUIMPER[0] + 0.3


@pytest.mark.parametrize("seed", range(6))
def test_a_lever_adds_what_making_the_change_adds(seed: int) -> None:
    pool = Pool.build(*random_rows(seed))

    for youth in pool.youths.values():
        before = count_triples(pool, youth)
        levers = {(lever.codes, str(lever.values)): lever for lever in unlock(pool, youth)}
        for change in youth_changes(youth, pool.trades(), pool.likeness, pool.weights):
            changed = change.make(youth)
            added = count_triples(pool, changed) - before
            lever = levers.get(((change.code,), str((change.values,))))
            assert (lever.added if lever else 0) == added
            assert lever is None or [lever.best] == best_triples(pool, changed, 1)
            had = {(t.opening, t.session) for t in best_triples(pool, youth, 999)}
            has = best_triples(pool, changed, 999)
            new = [t for t in has if (t.opening, t.session) not in had]
            assert added_triples(pool, youth, changed, 3) == (new[:3], len(new))


@pytest.mark.parametrize("seed", range(8))
def test_a_lever_of_an_opening_or_a_session_adds_what_making_the_change_adds(seed: int) -> None:
    pool = Pool.build(*random_rows(seed), times=random_times(seed))

    for opening in list(pool.openings.values())[:8]:
        before = youths_matched(pool, opening=opening.id)
        levers = {
            (lever.codes, str(lever.values)): lever for lever in unlock_opening(pool, opening.id)
        }
        for opened in opening_changes(opening):
            after = pool.replace_opening(opened.make(opening))
            added = youths_matched(after, opening=opening.id) - before
            lever = levers.get(((opened.code,), str((opened.values,))))
            assert (lever.added if lever else 0) == added
    for session in list(pool.sessions.values())[:8]:
        before = youths_matched(pool, session=session.id)
        levers = {
            (lever.codes, str(lever.values)): lever for lever in unlock_session(pool, session.id)
        }
        for change in session_changes(session):
            after = pool.replace_session(change.make(session))
            added = youths_matched(after, session=session.id) - before
            lever = levers.get(((change.code,), str((change.values,))))
            assert (lever.added if lever else 0) == added


def made(row: Row, changes: Iterable[Change[Row]]) -> dict[tuple[str, Any], dict[str, Any]]:
    """What each change writes, by its code and its first value."""
    return {
        (change.code.name, next(iter(change.values.values()), None)): {
            field.name: getattr(after, field.name)
            for field in fields(after)
            if getattr(after, field.name) != getattr(row, field.name)
        }
        for change in changes
        for after in (change.make(row),)
    }


def test_each_lever_of_a_youth_writes_what_its_words_say() -> None:
    youth = baker(levels_wanted=frozenset({3, 4}), missing_papers=(("cv", 0.2), ("phone", 0.9)))
    likeness = Pool.build([], [bakery()], []).likeness
    timed = baker(limit_km=None, limit_minutes=45.0, licence=True, boarding=True, kinds=BOTH_KINDS)

    changes = made(youth, youth_changes(youth, ("D1102", "D1104", "I1604"), likeness, DEFAULT))

    neighbour = Wish(rank=2, text="", trade="D1104")
    assert changes == {
        ("LICENCE", None): {"licence": True},
        ("FARTHER", 10.0): {"limit_km": 40.0},
        ("BOARDING", None): {"boarding": True},
        ("START_EARLIER", 30): {"available_from": TODAY - 30},
        ("START_LATER", 30): {"available_to": TODAY + 395},
        ("LEVEL_HIGHER", 5): {"levels_wanted": frozenset({3, 4, 5})},
        ("LEVEL_LOWER", 2): {"levels_wanted": frozenset({2, 3, 4})},
        ("NEIGHBOUR_TRADE", "D1104"): {"wishes": (*youth.wishes, neighbour)},
        ("OTHER_CONTRACT", None): {"kinds": BOTH_KINDS},
        ("PAPER", "cv"): {"readiness": 0.7},
        ("PAPER", "phone"): {"readiness": 1.0},
    }
    assert [code for code, _ in made(timed, youth_changes(timed, (), likeness, DEFAULT))] == [
        "FARTHER",
        "START_EARLIER",
        "START_LATER",
    ]


def test_a_first_paper_begins_at_nothing_and_three_neighbouring_trades_are_enough() -> None:
    youth = baker(readiness=None, missing_papers=(("cv", 0.2),))
    trades = ("D1105", "D1104", "D1103", "D1101", "D1106")
    likeness = Pool.build([], [bakery()], []).likeness

    changes = made(youth, youth_changes(youth, trades, likeness, DEFAULT))

    assert changes["PAPER", "cv"] == {"readiness": 0.2}
    neighbours = [value for code, value in changes if code == "NEIGHBOUR_TRADE"]
    assert neighbours == ["D1101", "D1103", "D1104"]


def test_each_lever_of_an_opening_and_of_a_session_writes_what_its_words_say() -> None:
    opening = bakery(minors_possible=None, licence_needed=None, positions_free=0)
    course = bakery_course(boarding=None, seats_free=0)

    assert made(opening, opening_changes(opening)) == {
        ("ACCEPT_MINORS", None): {"minors_possible": True},
        ("WITHOUT_LICENCE", None): {"licence_needed": False},
        ("ANY_LEVEL", None): {"levels": None},
        ("OTHER_CONTRACT", None): {"kinds": BOTH_KINDS},
        ("START_EARLIER", 30): {"start_from": TODAY},
        ("START_LATER", 30): {"start_to": TODAY + 90},
        ("ONE_MORE_POSITION", None): {"positions_free": 1},
    }
    assert made(course, session_changes(course)) == {
        ("BOARDING", None): {"boarding": True},
        ("ENTRY_LOWER", 1): {"entry_level": 1},
        ("ROLLING_ENTRY", 90): {"start_to": TODAY + 130, "contract_to": TODAY + 222},
        ("OTHER_CONTRACT", None): {"kinds": BOTH_KINDS},
        ("ONE_MORE_SEAT", None): {"seats_free": 1},
    }
    known = bakery(kinds=None, levels=None, start_from=None, start_to=None)
    assert made(known, opening_changes(known)) == {}


def test_two_changes_of_an_employer_are_named_together_when_neither_is_enough() -> None:
    young = baker(1, adult_from=TODAY + 200)
    opening = bakery(minors_possible=False, licence_needed=True)
    pool = Pool.build([young], [opening], [bakery_course()])

    levers = unlock_opening(pool, 7)

    assert [(set(lever.codes), lever.added) for lever in levers] == [
        ({LeverCode.ACCEPT_MINORS, LeverCode.WITHOUT_LICENCE}, 1)
    ]


def test_ten_kilometres_more_bring_the_bakery_that_was_too_far() -> None:
    youth = baker(limit_km=25.0)
    pool = Pool.build([youth], [bakery(lat=FAR)], [bakery_course()])

    levers = unlock(pool, youth)

    assert (levers[0].codes, levers[0].added) == ((LeverCode.FARTHER,), 1)
    assert levers[0].values == ({"km": 10.0},)
    assert levers[0].best is not None
    assert levers[0].gain == levers[0].best.score


def test_two_levers_are_named_together_only_when_neither_is_enough() -> None:
    youth = baker(limit_km=25.0)
    pool = Pool.build([youth], [bakery(lat=FAR, licence_needed=True)], [bakery_course()])

    levers = unlock(pool, youth)

    assert {lever.codes for lever in levers if lever.added} == {
        (LeverCode.LICENCE, LeverCode.FARTHER)
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_pair_is_named_when_it_adds_more_than_its_two_changes_one_by_one(seed: int) -> None:
    """Two neighbouring trades are two changes: what one adds says nothing of a pair with the other."""
    pool = Pool.build(*random_rows(seed))

    for youth in pool.youths.values():
        before = count_triples(pool, youth)
        changes = list(youth_changes(youth, pool.trades(), pool.likeness, pool.weights))
        alone = [max(0, count_triples(pool, each.make(youth)) - before) for each in changes]
        named = {
            str(tuple(zip(lever.codes, lever.values, strict=True))): lever.added
            for lever in unlock(pool, youth)
        }
        for (one, first), (other, second) in combinations(zip(changes, alone, strict=True), 2):
            added = count_triples(pool, other.make(one.make(youth))) - before
            told = named.get(str(((one.code, one.values), (other.code, other.values))))
            is_pair = one.code is not other.code and added > first + second
            assert told == (added if is_pair else None)


def test_a_missing_paper_raises_the_best_score_without_adding_triples() -> None:
    youth = baker(missing_papers=(("cv", 0.3),))
    pool = Pool.build([youth], [bakery()], [bakery_course()])

    paper = next(lever for lever in unlock(pool, youth) if lever.codes == (LeverCode.PAPER,))

    assert paper.added == 0
    assert paper.gain > 0.0
    assert paper.values == ({"paper": "cv"},)


def test_an_employer_is_told_how_many_youths_accepting_minors_would_add() -> None:
    minors = [baker(i, adult_from=TODAY + 200) for i in (1, 2, 3)]
    pool = Pool.build([*minors, baker(4)], [bakery(minors_possible=False)], [bakery_course()])

    levers = unlock_opening(pool, 7)

    assert (levers[0].codes, levers[0].added) == ((LeverCode.ACCEPT_MINORS,), 3)


def test_a_centre_is_told_how_many_youths_a_lower_entry_level_would_add() -> None:
    pool = Pool.build([baker(1), baker(2)], [bakery()], [bakery_course(entry_level=3)])

    levers = unlock_session(pool, 9)

    assert (levers[0].codes, levers[0].added) == ((LeverCode.ENTRY_LOWER,), 2)
    assert levers[0].values == ({"level": 2},)
