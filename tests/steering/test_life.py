"""Figures from the journal: what a line means, and that a day gone by is asked again with the same answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.steering.after import after_end, still_there
from app.steering.definitions import DEFINITIONS, grouped
from app.steering.field import (
    Contact,
    FieldWork,
    History,
    Offer,
    days_to_fill,
    moved_by_visits,
    offers_filled,
)
from app.steering.figures import (
    MONTH_CODE,
    STEP_CODE,
    all_figures,
    by_organisation,
    funnel,
    signed_by_month,
    twelve_months,
    year_to_date,
)
from app.steering.life import (
    BreakWithin,
    Life,
    Period,
    Readiness,
    Share,
    Side,
    Told,
    answered_in_time,
    broken_within,
    days_to_first_proposal,
    insertion,
    ready_without_answer,
    spread,
    tell_lives,
)
from app.steering.pace import pace_points

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def told(event: str, day: int, placement: int = 1, **details: Any) -> Told:
    return Told(
        placement, 7, event, NOON + timedelta(days=day), opening_id=3, session_id=4, details=details
    )


def life(**values: Any) -> Life:
    return Life(**{"placement_id": 1, "youth_id": 7, "suggested_at": NOON, **values})


def history(
    lives: list[Life], readiness: list[Readiness] | None = None, on: date = date(2026, 12, 31)
) -> History:
    return History(
        on=on,
        lives=lives,
        readiness=readiness or [],
        of_missions=frozenset({7}),
        houses={7: 70, 8: 80},
        employers={3: 30},
        cfas={4: 40},
    )


def test_a_proposal_asks_the_parties_it_has_and_the_first_answer_counts() -> None:
    lines = [
        Told(1, 7, "suggest", NOON, session_id=4),
        told("cfa_says", 2),
        told("attach", 3),
        told("cfa_says", 9),
        told("employer_says", 5),
    ]

    (found,) = tell_lives(lines)

    assert found.asked == {
        Side.YOUTH: NOON,
        Side.CFA: NOON,
        Side.EMPLOYER: NOON + timedelta(days=3),
    }
    assert found.answered == {
        Side.CFA: NOON + timedelta(days=2),
        Side.EMPLOYER: NOON + timedelta(days=5),
    }


def test_the_day_that_a_line_says_counts_and_not_the_day_it_was_written() -> None:
    (found,) = tell_lives(
        [told("suggest", 0), told("sign", 20, signed_on="2026-03-15"), told("start", 30)]
    )

    assert found.signed_on == date(2026, 3, 15)
    assert found.begins_on == date(2026, 4, 1)


def test_a_question_too_young_to_be_late_is_not_counted_as_late() -> None:
    lives = [life(asked={Side.EMPLOYER: NOON})]

    early = answered_in_time(lives, Side.EMPLOYER, YEAR, date(2026, 3, 9))
    late = answered_in_time(lives, Side.EMPLOYER, YEAR, date(2026, 3, 10))

    assert (early, late) == (Share(0, 0), Share(0, 1))


@pytest.mark.parametrize(
    ("broken_on", "expected"),
    [(date(2026, 4, 16), Share(1, 1)), (date(2026, 4, 17), Share(0, 1)), (None, Share(0, 1))],
)
def test_a_break_counts_until_the_forty_fifth_day_and_no_longer(
    broken_on: date | None, expected: Share
) -> None:
    lives = [life(started_on=date(2026, 3, 2), broken_on=broken_on)]

    assert broken_within(lives, BreakWithin.DAYS_45, YEAR, date(2026, 12, 31)) == expected


def test_a_contract_too_young_to_tell_is_left_out_of_the_share_of_breaks() -> None:
    lives = [life(started_on=date(2026, 3, 2), broken_on=date(2026, 3, 9))]

    assert broken_within(lives, BreakWithin.MONTHS_9, YEAR, date(2026, 11, 30)) == Share(0, 0)


def test_a_youth_answered_last_week_does_not_wait_since_sixty_days() -> None:
    readiness = [
        Readiness(7, NOON),
        Readiness(8, NOON),
        Readiness(9, NOON, NOON + timedelta(days=3)),
    ]
    lives = [life(answered={Side.CFA: NOON + timedelta(days=70)})]

    assert ready_without_answer(readiness, lives, date(2026, 5, 14)) == Share(1, 2)


def test_the_first_proposal_after_becoming_ready_counts_and_not_an_older_one() -> None:
    lives = [
        life(suggested_at=NOON - timedelta(days=90)),
        life(suggested_at=NOON + timedelta(days=6)),
    ]

    assert days_to_first_proposal([Readiness(7, NOON)], lives, YEAR) == [6.0]


def test_the_share_of_missions_uses_the_contracts_of_the_region_when_a_source_says_them() -> None:
    signed = [life(signed_on=date(2026, 4, 1)), life(youth_id=8, signed_on=date(2026, 4, 2))]

    of_region = all_figures(history(signed), YEAR, regional_contracts=50)["I6"]
    of_trefle = all_figures(history(signed), YEAR)["I6"]

    assert (of_region.count, of_region.total) == (1, 50)
    assert of_trefle.share == 0.5


def test_every_indicator_has_a_definition_and_every_definition_a_figure() -> None:
    figures = all_figures(history([]), YEAR)

    shown = {code for code in figures if not code.startswith((STEP_CODE, MONTH_CODE))}
    assert shown == {one.code for one in DEFINITIONS}
    assert sorted(one.code for _, group in grouped() for one in group) == sorted(shown)


def test_an_organisation_with_four_questions_is_not_ranked() -> None:
    lives = [
        life(session_id=4, asked={Side.CFA: NOON}, answered={Side.CFA: NOON + timedelta(days=2)})
    ]

    assert by_organisation(history(lives * 4), Side.CFA, YEAR) == []
    (ranked,) = by_organisation(history(lives * 5), Side.CFA, YEAR)
    assert (ranked.organisation_id, ranked.answers.median, ranked.in_time) == (40, 2.0, Share(5, 5))


def test_the_funnel_only_narrows() -> None:
    lives = [
        life(),
        life(answered={Side.CFA: NOON}),
        life(
            answered=dict.fromkeys(Side, NOON),
            signed_on=date(2026, 4, 1),
            started_on=date(2026, 4, 2),
        ),
    ]

    steps = funnel(lives, YEAR)

    assert steps == sorted(steps, reverse=True)
    assert steps[0] == 3


def test_months_without_a_signature_are_months_too() -> None:
    months = signed_by_month(
        [life(signed_on=date(2026, 2, 28))], Period(date(2025, 12, 15), date(2026, 3, 1))
    )

    assert months == [("2025-12", 0), ("2026-01", 0), ("2026-02", 1), ("2026-03", 0)]


@pytest.mark.parametrize("on", [date(2026, 11, 27), date(2024, 2, 29), date(2025, 2, 28)])
def test_twelve_months_are_a_year_and_no_day_more(on: date) -> None:
    period = twelve_months(on)

    assert period.last == on
    assert 364 <= (period.last - period.first).days <= 366
    assert year_to_date(on).first == date(on.year, 1, 1)


@given(st.lists(st.floats(0, 400), min_size=1, max_size=40))
def test_percentiles_come_in_their_order_and_inside_the_values(days: list[float]) -> None:
    found = spread(days)

    ordered = [
        min(days),
        found.quarter,
        found.median,
        found.three_quarters,
        found.ninety,
        max(days),
    ]
    assert all(a is not None and b is not None and a <= b + 1e-9 for a, b in pairwise(ordered))


def test_six_months_after_an_end_a_new_contract_is_known_and_silence_is_said_as_such() -> None:
    lives = [
        life(started_on=date(2026, 1, 5), broken_on=date(2026, 2, 1)),
        life(placement_id=2, signed_on=date(2026, 5, 1)),
        life(
            placement_id=3, youth_id=8, started_on=date(2026, 1, 5), completed_on=date(2026, 4, 1)
        ),
        life(placement_id=4, youth_id=9, started_on=date(2026, 1, 5), broken_on=date(2026, 11, 1)),
    ]

    found = after_end(lives, YEAR, date(2026, 12, 31))

    assert (found.again, found.unknown) == (Share(1, 1), Share(1, 2))
    assert still_there(lives, YEAR, date(2026, 12, 31)) == Share(3, 4)


def test_an_offer_is_filled_by_a_contract_or_by_the_word_of_the_company() -> None:
    offers = {
        number: Offer(number, 30, "000000927", date(2026, 3, 1), date(2026, 3, 2), closed)
        for number, closed in ((3, None), (4, date(2026, 3, 12)), (5, None))
    }
    contacts = [Contact("000000927", "cma", date(2026, 2, 27), is_visit=True)]
    work = FieldWork(contacts=contacts, offers=offers)
    lives = [life(opening_id=3, signed_on=date(2026, 3, 22))]

    moved = moved_by_visits(work, lives, YEAR)

    assert offers_filled(work, lives, YEAR) == Share(2, 3)
    assert days_to_fill(work, lives, YEAR) == [20.0, 10.0]
    assert (moved.convinced, moved.helped) == ({"000000927"}, {"000000927"})


def test_the_pace_of_2009_is_the_one_of_the_dossier() -> None:
    days = [date(2009, 12, 30)] * 15_000

    points = pace_points(
        days,
        start=date(2009, 7, 2),
        end=date(2010, 10, 31),
        target=50_000,
        today=date(2009, 12, 31),
    )

    now = next(one for one in points if one.on == date(2009, 12, 31))
    assert (now.counted, now.expected) == (15_000, 18_724)
    assert points[-1].counted is None


def test_a_contract_is_over_on_its_last_day_and_counts_for_the_diploma_once_somebody_said_how() -> (
    None
):
    lives = tell_lives(
        [
            told("suggest", 0, placement=1),
            told("complete", 90, placement=1, result="diploma", ended_on="2026-04-30"),
            told("suggest", 0, placement=2),
            told("run_out", 120, placement=2, result="unknown", ended_on="2026-04-30"),
            # Written before the journal kept the last day.
            told("suggest", 0, placement=3),
            told("complete", 90, placement=3, result="no_diploma"),
        ]
    )

    assert [one.completed_on for one in lives] == [
        date(2026, 4, 30),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]
    assert insertion(lives, YEAR) == Share(1, 2)
