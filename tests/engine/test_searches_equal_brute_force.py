"""Every compiled answer against the plain definition, on random pools that meet every rule."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from app.engine import candidates
from app.engine.brute import brute_best, every_triple
from app.engine.candidates import (
    Candidate,
    best_for_opening,
    best_for_session,
    merit,
    youths_matched,
)
from app.engine.hard_rules import broken_by_opening, broken_by_session
from app.engine.judge import ranked
from app.engine.model import Wish
from app.engine.parts import wish_fit
from app.engine.pool import Pool
from app.engine.pool.everybody import Everybody
from app.engine.search import openings_for, sessions_for
from app.engine.triples import (
    TripleTable,
    all_triples,
    best_completions,
    best_triples,
    check_triple,
    count_triples,
)
from app.engine.variants import youths_matched_by_openings, youths_matched_by_sessions
from tests.engine.plain_rows import QUIMPER, TODAY, baker, bakery, bakery_course
from tests.engine.random_pools import random_rows, random_times, shuffled_rows

SEEDS = range(12)
Row = tuple[int, int, int]


def told(table: TripleTable) -> list[object]:
    return [getattr(table, each.name).tolist() for each in fields(table)]


def told_of(candidate: Candidate) -> Row:
    return candidate.youth, candidate.opening, candidate.session


def pool_of(seed: int) -> Pool:
    return Pool.build(*random_rows(seed), times=random_times(seed))


def best_by_brute_force(pool: Pool, opening: int | None, session: int | None) -> list[Row]:
    """Youth, opening, session: the best triple of each youth by merit, equal ones by lower id."""
    best = []
    for youth in pool.youths.values():
        triples = every_triple(
            youth,
            pool.openings.values() if opening is None else (pool.openings[opening],),
            pool.sessions.values() if session is None else (pool.sessions[session],),
            pool.likeness,
            pool.weights,
            pool.times,
        )
        ranked = sorted(
            (-merit(t.parts, pool.weights), t.youth, t.opening, t.session) for t in triples
        )
        best += ranked[:1]
    return [row[1:] for row in sorted(best)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_triples_are_those_of_brute_force_to_the_last_bit(seed: int) -> None:
    pool = pool_of(seed)

    for youth in pool.youths.values():
        expected = brute_best(
            youth,
            pool.openings.values(),
            pool.sessions.values(),
            pool.likeness,
            pool.weights,
            7,
            pool.times,
        )
        assert best_triples(pool, youth, 7) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_and_completions_are_those_of_brute_force(seed: int) -> None:
    pool = pool_of(seed)

    for youth in pool.youths.values():
        everything = list(
            every_triple(
                youth,
                pool.openings.values(),
                pool.sessions.values(),
                pool.likeness,
                pool.weights,
                pool.times,
            )
        )
        assert count_triples(pool, youth) == len(everything)
        for opening in list(pool.openings)[:4]:
            found = best_completions(pool, youth, opening=opening, k=500)
            assert found == ranked([t for t in everything if t.opening == opening], 500)
        for session in list(pool.sessions)[:4]:
            found = best_completions(pool, youth, session=session, k=500)
            assert found == ranked([t for t in everything if t.session == session], 500)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_openings_and_sessions_kept_are_those_that_break_no_rule(seed: int) -> None:
    pool = pool_of(seed)
    likeness, weights, times = pool.likeness, pool.weights, pool.times

    for youth in pool.youths.values():
        openings = [
            row.id
            for row in pool.openings.values()
            if broken_by_opening(youth, row, likeness, weights, times) is None
        ]
        sessions = [
            row.id
            for row in pool.sessions.values()
            if broken_by_session(youth, row, weights, times) is None
            and wish_fit(youth, row.title, row.trades, likeness, weights).value > 0.0
        ]
        assert sorted(openings_for(pool, youth)) == openings
        assert sorted(sessions_for(pool, youth)) == sessions


@pytest.mark.parametrize("seed", SEEDS)
def test_candidates_come_in_order_of_wish_level_and_dates_alone(seed: int) -> None:
    pool = pool_of(seed)

    for opening in list(pool.openings)[:6]:
        best = best_by_brute_force(pool, opening, None)
        found = best_for_opening(pool, opening, 100)
        assert [told_of(c) for c in found] == best
        assert youths_matched(pool, opening=opening) == len(best)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_session_is_offered_to_the_youths_who_have_a_triple_with_it(seed: int) -> None:
    pool = pool_of(seed)

    for session in list(pool.sessions)[:6]:
        found = best_for_session(pool, session, 100)
        assert [told_of(c) for c in found] == best_by_brute_force(pool, None, session)
        assert youths_matched(pool, session=session) == len(found)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_short_list_from_many_youths_is_the_beginning_of_the_list_of_all(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom the first blocks leave out could not have entered the list; small ones leave out most."""
    monkeypatch.setattr(candidates, "FIRST_ASKED", 4)
    pool = Pool.build(*random_rows(seed, youths=80, openings=12, sessions=9))

    for opening, session in zip(pool.openings, pool.sessions, strict=False):
        by_opening = best_by_brute_force(pool, opening, None)
        by_session = best_by_brute_force(pool, None, session)
        for k in (1, 3, 10, 40):
            assert [told_of(c) for c in best_for_opening(pool, opening, k)] == by_opening[:k]
            assert [told_of(c) for c in best_for_session(pool, session, k)] == by_session[:k]


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_at_once_and_on_two_threads_gets_what_each_gets_alone(seed: int) -> None:
    pool = pool_of(seed)

    table = all_triples(pool, 3, threads=2)

    for row, youth in enumerate(table.youth_ids.tolist()):
        alone = best_triples(pool, youth, 3)
        filled = len(alone)
        assert table.opening_ids[row, :filled].tolist() == [t.opening for t in alone]
        assert table.session_ids[row, :filled].tolist() == [t.session for t in alone]
        assert table.scores[row, :filled].tolist() == [t.score for t in alone]
        assert (table.opening_ids[row, filled:] == -1).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffled_rows_make_the_same_answers(seed: int) -> None:
    rows = random_rows(seed)

    before, after = Pool.build(*rows), Pool.build(*shuffled_rows(rows))

    assert all(best_triples(before, y, 9) == best_triples(after, y, 9) for y in before.youths)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pool_changed_row_by_row_answers_as_one_built_afresh(seed: int) -> None:
    youths, openings, sessions = random_rows(seed)
    pool = Pool.build(youths, openings[:12], sessions[:9])

    for opening in openings[12:]:
        pool = pool.replace_opening(opening)
    pool = pool.changed(sessions=sessions[9:], gone_openings=(1, 2)).remove_session(3)

    fresh = Pool.build(youths, openings[2:], [row for row in sessions if row.id != 3])
    assert pool.version == 1 + len(openings[12:]) + 2
    for youth in pool.youths:
        assert count_triples(pool, youth) == count_triples(fresh, youth)


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_of_everybody_kept_through_changes_are_those_made_afresh(seed: int) -> None:
    youths, openings, sessions = random_rows(seed)
    others, _, _ = random_rows(seed + 1000)
    pool = Pool.build(youths, openings[:12], sessions[:9], times=random_times(seed))
    pool.whole_batch()

    changed = [pool := pool.replace_opening(row) for row in openings[12:]]
    changed.append(pool := pool.changed(youths=[others[0]], gone_youths=[others[1].id]))
    changed.append(pool := pool.changed(sessions=sessions[9:], youths=[others[1]]))
    for each in changed[::3] + changed[-2:]:
        afresh = replace(each, everybody=Everybody())
        assert told(all_triples(each, 9)) == told(all_triples(afresh, 9))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_verdict_on_a_triple_names_the_rule_it_breaks_or_gives_its_score(seed: int) -> None:
    pool = pool_of(seed)
    youth = next(iter(pool.youths.values()))
    best = {(t.opening, t.session): t for t in best_triples(pool, youth, 1000)}

    for opening in pool.openings:
        for session in pool.sessions:
            verdict = check_triple(pool, youth, opening, session)
            assert verdict.triple == best.get((opening, session))
            assert (verdict.broken is None) == (verdict.triple is not None)


def test_in_a_town_of_many_openings_a_course_and_its_variants_are_answered_for_theirs_alone() -> (
    None
):
    """The openings that a course leads to are fewer than those of the shelves of the town, and numbered anew."""
    others = [bakery(number, title="Couvreur", trade="F1610") for number in range(1, 300)]
    bakeries = [
        bakery(number, lat=QUIMPER[0] + 0.001 * (number - 300)) for number in range(300, 400)
    ]
    youths = [baker(1), baker(2, wishes=(Wish(rank=1, text="boulanger", trade=None),)), baker(3)]
    course = bakery_course(1)
    pool = Pool.build(youths, [*others, *bakeries], [course])
    given = pool.openings.values(), pool.sessions.values(), pool.likeness, pool.weights

    found = best_for_session(pool, 1, 5)
    by_openings = youths_matched_by_openings(pool, [bakeries[0]] * 40)
    by_sessions = youths_matched_by_sessions(pool, [course, replace(course, seats_free=0)])

    assert {each.youth for each in found} == {1, 2, 3}
    for each in found:
        assert each.opening in {
            triple.opening for triple in every_triple(pool.youths[each.youth], *given)
        }
    assert by_openings == [3] * 40
    assert by_sessions == [3, 0]


def test_in_a_town_of_many_openings_those_wished_are_found_without_passing_by_the_others() -> None:
    bakeries = [bakery(number, lat=QUIMPER[0] + 0.003 * number) for number in range(1, 71)]
    by_trade = [
        bakery(number, title="Tourier", lon=QUIMPER[1] + 0.01 * number) for number in (71, 72)
    ]
    elsewhere = [
        bakery(73, lat=None, lon=None),
        bakery(74, lon=QUIMPER[1] + 3.0),
        bakery(75, trade=None),
    ]
    others = [bakery(number, title="Couvreur", trade="F1610") for number in range(76, 240)]
    again = (
        Wish(rank=2, text="boulangère", trade="D1102"),
        Wish(rank=3, text="boulanger", trade=None),
    )
    bar = frozenset({"D1102"})
    youths = [
        baker(1, wishes=(Wish(rank=1, text="boulanger", trade="D1102"), *again)),
        baker(2, lat=None, lon=None),
        baker(3, barred_trades=bar),
        baker(4, limit_km=3.0),
    ]
    courses = [bakery_course(1), bakery_course(2, start_from=TODAY + 45, start_to=TODAY + 45)]
    pool = Pool.build(youths, [*bakeries, *by_trade, *elsewhere, *others], courses)

    for youth in youths:
        given = pool.openings.values(), pool.sessions.values(), pool.likeness, pool.weights
        everything = list(every_triple(youth, *given))
        assert best_triples(pool, youth, 9) == brute_best(youth, *given, 9)
        assert count_triples(pool, youth) == len(everything)
        assert {t.opening for t in everything} <= set(openings_for(pool, youth))
