"""Months, working days, windows, deadlines and days of presence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.dates import (
    Rhythm,
    add_months,
    add_working_days,
    after_break_window,
    aid_stops_on,
    aid_transmission_alerts,
    aid_transmission_day,
    anniversary,
    completed_months,
    completed_years,
    deposit_deadline,
    deposit_reminders,
    end_of_free_termination,
    first_of_next_month,
    is_public_holiday,
    is_working_day_legal,
    is_working_day_usual,
    notice_after_diploma,
    opco_answer_day,
    pre_hire_window,
    presence_day,
    reminder_friday,
    resignation_dates,
    start_window,
    trainee_window,
)
from app.rules.law import ContractKind, NoRuleInForce, ToConfirm

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
DAYS = st.dates(min_value=date(2009, 1, 1), max_value=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 10, 5), 3, date(2027, 1, 5)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_go_to_the_same_day_number_or_the_end_of_the_month(
    day: date, months: int, expected: date
) -> None:
    assert add_months(day, months) == expected


def test_a_birthday_of_29_february_never_comes_early() -> None:
    assert anniversary(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert anniversary(date(2008, 2, 29), 20) == date(2028, 2, 29)


@given(first=DAYS, length=st.integers(min_value=1, max_value=2000))
def test_whole_months_of_a_period_are_the_most_that_fit(first: date, length: int) -> None:
    last = first + timedelta(days=length)

    months = completed_months(first, last)

    assert add_months(first, months) <= last + timedelta(days=1) < add_months(first, months + 1)


@given(day=DAYS, years=st.integers(min_value=0, max_value=40))
def test_the_anniversary_completes_the_year_and_the_eve_does_not(day: date, years: int) -> None:
    reached = anniversary(day, years)

    assert completed_years(day, reached) == years
    assert completed_years(day, reached - timedelta(days=1)) == years - 1


def test_the_month_after_december_is_january() -> None:
    assert first_of_next_month(date(2026, 12, 31)) == date(2027, 1, 1)


def test_saturday_is_a_working_day_of_the_law_and_not_of_the_office() -> None:
    saturday = date(2026, 12, 5)

    assert is_working_day_legal(saturday)
    assert not is_working_day_usual(saturday)
    assert not is_working_day_legal(date(2026, 12, 6))
    assert not is_working_day_legal(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("day", "department", "holiday"),
    [
        (date(2026, 12, 26), "67", True),
        (date(2026, 12, 26), "57", True),
        (date(2026, 12, 26), "29", False),
        (date(2026, 5, 22), "972", True),
        (date(2026, 5, 22), "", False),
    ],
)
def test_some_departments_have_holidays_of_their_own(
    day: date, department: str, holiday: bool
) -> None:
    assert is_public_holiday(day, department) is holiday


@pytest.mark.parametrize(
    ("start", "legal", "reminder"),
    [
        (date(2026, 11, 30), date(2026, 12, 5), date(2026, 12, 4)),
        (date(2026, 12, 1), date(2026, 12, 7), date(2026, 12, 4)),
        (date(2026, 12, 7), date(2026, 12, 12), date(2026, 12, 11)),
        (date(2027, 1, 4), date(2027, 1, 9), date(2027, 1, 8)),
        # Christmas and Sunday do not count.
        (date(2026, 12, 21), date(2026, 12, 28), date(2026, 12, 24)),
    ],
)
def test_an_apprenticeship_contract_is_deposited_within_five_working_days(
    start: date, legal: date, reminder: date
) -> None:
    deadline = deposit_deadline(start, APPRENTICESHIP)

    assert (deadline.legal_day, deadline.reminder_day) == (legal, reminder)
    assert deadline.other_reading is None
    assert deadline.late_from == legal + timedelta(days=1)


def test_a_contrat_pro_shows_the_earlier_reading_of_five_days_and_keeps_the_other() -> None:
    deadline = deposit_deadline(date(2026, 12, 1), PROFESSIONALISATION)

    assert deadline.legal_day == date(2026, 12, 6)
    assert deadline.other_reading == date(2026, 12, 7)
    assert deadline.reminder_day == date(2026, 12, 4)


def test_both_readings_of_a_contrat_pro_may_meet() -> None:
    deadline = deposit_deadline(date(2026, 11, 30), PROFESSIONALISATION)

    assert deadline.legal_day == date(2026, 12, 5)
    assert deadline.other_reading is None


@given(start=DAYS)
def test_a_deposit_deadline_is_a_working_day_after_exactly_five(start: date) -> None:
    deadline = deposit_deadline(start, APPRENTICESHIP).legal_day

    counted = [
        start + timedelta(days=n)
        for n in range(1, (deadline - start).days + 1)
        if is_working_day_legal(start + timedelta(days=n))
    ]
    assert len(counted) == 5
    assert counted[-1] == deadline


@given(day=DAYS)
def test_the_reminder_is_an_office_day_not_later_than_the_deadline(day: date) -> None:
    reminder = reminder_friday(day)

    assert is_working_day_usual(reminder)
    assert reminder <= day


def test_reminders_of_the_deposit_come_at_two_four_and_six_working_days() -> None:
    assert deposit_reminders(date(2026, 11, 30)) == (
        date(2026, 12, 2),
        date(2026, 12, 4),
        date(2026, 12, 7),
    )


def test_zero_working_days_after_a_day_is_the_day_itself() -> None:
    assert add_working_days(date(2026, 12, 6), 0) == date(2026, 12, 6)


def test_three_months_without_employer_end_on_the_same_day_number() -> None:
    window = trainee_window(date(2026, 10, 5))

    assert window.end == date(2027, 1, 5)
    assert window.days_left(date(2026, 11, 26)) == 40
    assert window.alerts[75] == date(2026, 12, 19)
    assert list(window.alerts) == [30, 60, 75, 85]
    assert window.contains(date(2027, 1, 5))
    assert not window.contains(date(2027, 1, 6))


def test_after_a_break_the_course_goes_on_six_months() -> None:
    window = after_break_window(date(2026, 8, 31))

    assert window.end == date(2027, 2, 28)
    assert list(window.alerts) == [1, 15, 45, 120, 165]
    assert window.rule_id == "TER-05"


@pytest.mark.parametrize(
    ("course", "first", "last"),
    [
        (date(2026, 10, 5), date(2026, 7, 5), date(2027, 1, 5)),
        # Three months after 28 February is 28 May: the first start is 1 March.
        (date(2027, 5, 31), date(2027, 3, 1), date(2027, 8, 31)),
    ],
)
def test_a_contract_starts_within_three_months_around_the_course(
    course: date, first: date, last: date
) -> None:
    assert start_window(course) == (first, last)


@given(course=DAYS.filter(lambda day: day.year >= 2019))
def test_the_start_window_holds_exactly_the_starts_the_law_does_not_question(
    course: date,
) -> None:
    first, last = start_window(course)

    assert add_months(first, 3) >= course > add_months(first - timedelta(days=1), 3)
    assert last == add_months(course, 3)


def test_the_opco_answers_within_twenty_days_of_the_complete_file() -> None:
    assert opco_answer_day(date(2026, 12, 5), APPRENTICESHIP) == date(2026, 12, 25)
    assert opco_answer_day(date(2026, 12, 6), PROFESSIONALISATION) == date(2026, 12, 26)


def test_the_aid_asks_a_transmission_within_six_months() -> None:
    assert aid_transmission_day(date(2026, 11, 28)) == date(2027, 5, 28)
    assert aid_transmission_alerts(date(2026, 11, 28)) == (
        date(2027, 3, 28),
        date(2027, 4, 28),
        date(2027, 5, 13),
    )
    with pytest.raises(NoRuleInForce):
        aid_transmission_day(date(2024, 1, 1))


def test_the_declaration_before_hiring_has_eight_days() -> None:
    assert pre_hire_window(date(2026, 12, 1)) == (date(2026, 11, 23), date(2026, 11, 30))


def test_a_resignation_waits_five_days_then_seven() -> None:
    dates = resignation_dates(date(2026, 12, 1))

    assert dates.employer_informed_from == date(2026, 12, 6)
    assert dates.effective_from == date(2026, 12, 13)
    assert dates.mediator_answers_by == date(2026, 12, 16)


@pytest.mark.parametrize(
    ("informed", "effective"),
    [(date(2026, 12, 2), date(2026, 12, 13)), (date(2026, 12, 10), date(2026, 12, 17))],
)
def test_telling_the_employer_early_gains_nothing_and_late_costs_days(
    informed: date, effective: date
) -> None:
    assert resignation_dates(date(2026, 12, 1), informed).effective_from == effective


def test_the_notice_after_the_diploma_is_to_confirm() -> None:
    assert isinstance(notice_after_diploma(), ToConfirm)


def test_the_aid_stops_the_day_after_the_end() -> None:
    assert aid_stops_on(date(2027, 2, 28)) == date(2027, 3, 1)


def test_the_end_of_the_45_days_is_an_estimate_and_says_so() -> None:
    rhythm = Rhythm(company_weeks=2, centre_weeks=1)

    estimate = end_of_free_termination(date(2027, 1, 4), rhythm)

    # Ten days in each block of three weeks: the fifth block opens on 29 March, a holiday.
    assert (estimate.count, estimate.day) == (45, date(2027, 4, 5))
    assert "estimée" in estimate.label


@pytest.mark.parametrize(
    ("count", "rhythm", "day"),
    [
        (1, Rhythm(), date(2027, 1, 4)),
        (5, Rhythm(), date(2027, 1, 8)),
        (6, Rhythm(), date(2027, 1, 11)),
        (6, Rhythm(company_weeks=1, centre_weeks=1), date(2027, 1, 18)),
        (1, Rhythm(company_weeks=1, centre_weeks=2, starts_with_centre=True), date(2027, 1, 18)),
        (4, Rhythm(centre_weekdays=(0, 1)), date(2027, 1, 13)),
        (44, Rhythm(company_weeks=2, centre_weeks=1), date(2027, 4, 2)),
    ],
)
def test_presence_days_follow_the_rhythm(count: int, rhythm: Rhythm, day: date) -> None:
    assert presence_day(count, date(2027, 1, 4), rhythm).day == day


def test_a_public_holiday_is_not_a_day_of_presence() -> None:
    friday_first_january = date(2027, 1, 1)

    assert presence_day(1, friday_first_january, Rhythm()).day == date(2027, 1, 4)


def test_a_rhythm_without_company_day_is_refused() -> None:
    with pytest.raises(ValueError, match="day in the company"):
        Rhythm(weekdays=(0, 1), centre_weekdays=(0, 1))
    with pytest.raises(ValueError, match="week in the company"):
        Rhythm(company_weeks=0)


def test_presence_days_are_counted_from_one_and_within_reach() -> None:
    with pytest.raises(ValueError, match="from 1"):
        presence_day(0, date(2027, 1, 4), Rhythm())
    with pytest.raises(ValueError, match="does not reach"):
        presence_day(2000, date(2027, 1, 4), Rhythm())


@given(start=DAYS, count=st.integers(min_value=1, max_value=60))
def test_presence_days_only_move_forward(start: date, count: int) -> None:
    rhythm = Rhythm(company_weeks=1, centre_weeks=1)

    assert presence_day(count, start, rhythm).day < presence_day(count + 1, start, rhythm).day
