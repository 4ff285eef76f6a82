"""Durations, order of dates, share of training and weekly hours."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.dates import (
    ContractDates,
    DurationCase,
    check_date_order,
    check_duration,
    check_training_share,
    check_weekly_hours,
    longest_months,
)
from app.rules.law import ContractKind, Finding, Level

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
BLOCK, WARN, INFO = Level.BLOCK, Level.WARN, Level.INFO


def clauses(found: list[Finding]) -> list[tuple[str, Level]]:
    return [(item.rule_id, item.level) for item in found]


@pytest.mark.parametrize(
    ("start", "end", "case", "expected"),
    [
        (date(2026, 11, 30), date(2028, 8, 31), DurationCase(), []),
        (date(2026, 12, 1), date(2027, 5, 31), DurationCase(), []),
        (date(2026, 12, 1), date(2027, 5, 30), DurationCase(), [("DUR-01", BLOCK)]),
        (date(2026, 9, 1), date(2029, 8, 31), DurationCase(), []),
        (date(2026, 9, 1), date(2029, 9, 1), DurationCase(), [("DUR-01", BLOCK)]),
        (date(2026, 9, 1), date(2030, 8, 31), DurationCase(disabled=True), []),
        (date(2026, 9, 1), date(2030, 8, 31), DurationCase(high_level_athlete=True), []),
        (date(2026, 9, 1), date(2030, 8, 31), DurationCase(failed_exam=True), []),
        (date(2026, 9, 1), date(2026, 8, 31), DurationCase(), [("DUR-01", BLOCK)]),
        # The range of 2009: one to three years, six months in listed cases only.
        (date(2009, 9, 1), date(2010, 8, 31), DurationCase(), []),
        (date(2009, 9, 1), date(2010, 5, 31), DurationCase(), [("DUR-02", BLOCK)]),
        (date(2009, 9, 1), date(2010, 5, 31), DurationCase(listed_case=True), [("DUR-02", WARN)]),
        (date(2009, 9, 1), date(2009, 12, 31), DurationCase(listed_case=True), [("DUR-02", BLOCK)]),
    ],
)
def test_an_apprenticeship_lasts_from_six_months_to_three_years(
    start: date, end: date, case: DurationCase, expected: list[tuple[str, Level]]
) -> None:
    found = check_duration(APPRENTICESHIP, ContractDates(start, end), case)

    assert clauses(found) == expected


@pytest.mark.parametrize(
    ("end", "agreement", "level", "code"),
    [
        (date(2028, 5, 31), False, WARN, "21"),
        (date(2028, 10, 31), False, WARN, "22"),
        (date(2028, 5, 31), True, INFO, ""),
    ],
)
def test_a_duration_other_than_the_cycle_asks_the_duration_agreement(
    end: date, agreement: bool, level: Level, code: str
) -> None:
    case = DurationCase(cycle_months=24, duration_agreement=agreement)

    found = check_duration(APPRENTICESHIP, ContractDates(date(2026, 9, 1), end), case)

    assert [(item.rule_id, item.level, item.code) for item in found] == [("DUR-03", level, code)]


def test_the_length_of_the_cycle_asks_nothing() -> None:
    dates = ContractDates(date(2026, 9, 1), date(2028, 8, 31))

    assert check_duration(APPRENTICESHIP, dates, DurationCase(cycle_months=24)) == []


def test_an_unknown_end_is_not_judged() -> None:
    assert check_duration(APPRENTICESHIP, ContractDates(date(2026, 9, 1))) == []


@pytest.mark.parametrize(
    ("end", "case", "expected"),
    [
        (date(2027, 11, 30), DurationCase(), []),
        (date(2027, 12, 31), DurationCase(), [("PRO-03", WARN)]),
        (date(2028, 11, 30), DurationCase(branch_agreement=True), []),
        (date(2029, 11, 30), DurationCase(priority_public=True), []),
        (date(2029, 12, 31), DurationCase(priority_public=True), [("PRO-03", BLOCK)]),
        (date(2027, 4, 30), DurationCase(), [("PRO-03", BLOCK)]),
    ],
)
def test_a_contrat_pro_lasts_six_to_twelve_months_or_more_by_exception(
    end: date, case: DurationCase, expected: list[tuple[str, Level]]
) -> None:
    found = check_duration(PROFESSIONALISATION, ContractDates(date(2026, 12, 1), end), case)

    assert clauses(found) == expected


def test_the_36_months_of_priority_publics_are_only_said_since_the_reform() -> None:
    case = DurationCase(priority_public=True, branch_agreement=True)

    assert longest_months(PROFESSIONALISATION, date(2026, 1, 1), case) == 36
    assert longest_months(PROFESSIONALISATION, date(2012, 1, 1), case) == 24


START = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (ContractDates(START), []),
        (ContractDates(START, conclusion=date(2026, 12, 2)), [("FORM-03", BLOCK)]),
        (ContractDates(START, conclusion=START), []),
        (ContractDates(START, practical_start=date(2026, 11, 30)), [("FORM-03", BLOCK)]),
        (ContractDates(START, practical_start=date(2027, 3, 1)), []),
        (ContractDates(START, practical_start=date(2027, 3, 2)), [("DUR-06", BLOCK)]),
        (
            ContractDates(START, end=date(2027, 1, 1), practical_start=date(2027, 2, 1)),
            [("FORM-03", BLOCK)],
        ),
        (ContractDates(START, course_start=date(2027, 3, 1)), []),
        (ContractDates(START, course_start=date(2027, 3, 2)), [("DUR-07", BLOCK)]),
        (ContractDates(START, course_start=date(2026, 9, 1)), []),
        (ContractDates(START, course_start=date(2026, 8, 31)), [("DUR-08", WARN)]),
        (
            ContractDates(START, end=date(2028, 6, 30), last_exam=date(2028, 7, 1)),
            [("DUR-09", WARN)],
        ),
        (ContractDates(START, end=date(2028, 9, 1), last_exam=date(2028, 7, 1)), []),
        (
            ContractDates(START, end=date(2028, 9, 2), last_exam=date(2028, 7, 1)),
            [("DUR-09", WARN)],
        ),
        (
            ContractDates(START, end=date(2028, 10, 2), last_exam=date(2028, 7, 1)),
            [("DUR-09", WARN)],
        ),
        (
            ContractDates(
                START, end=date(2028, 10, 2), last_exam=date(2028, 7, 1), open_ended=True
            ),
            [],
        ),
    ],
)
def test_dates_of_a_contract_follow_one_another(
    dates: ContractDates, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_date_order(dates)) == expected


def test_two_and_three_months_after_the_exam_say_different_things() -> None:
    exam = date(2028, 7, 1)

    two = check_date_order(ContractDates(START, end=date(2028, 9, 2), last_exam=exam))
    three = check_date_order(ContractDates(START, end=date(2028, 10, 2), last_exam=exam))

    assert "2 mois" in two[0].message
    assert "3 mois" in three[0].message


def test_contracts_before_the_reform_have_no_order_of_dates_here() -> None:
    old = ContractDates(date(2012, 9, 1), course_start=date(2013, 9, 1))

    assert check_date_order(old) == []


@pytest.mark.parametrize(
    ("kind", "training", "expected"),
    [
        (APPRENTICESHIP, 400, []),
        (APPRENTICESHIP, 399, [("DUR-10", WARN)]),
        (PROFESSIONALISATION, 240, []),
        (PROFESSIONALISATION, 400, []),
        (PROFESSIONALISATION, 401, [("PRO-04", WARN)]),
        (PROFESSIONALISATION, 149, [("PRO-04", WARN), ("PRO-04", WARN)]),
    ],
)
def test_training_takes_its_share_of_the_contract(
    kind: ContractKind, training: int, expected: list[tuple[str, Level]]
) -> None:
    found = check_training_share(kind, START, training_hours=training, contract_hours=1600)

    assert clauses(found) == expected


def test_the_share_of_training_is_a_rule_of_2019() -> None:
    old = date(2012, 9, 1)

    assert check_training_share(APPRENTICESHIP, old, training_hours=1, contract_hours=1600) == []


def test_a_contract_without_hours_is_an_error() -> None:
    with pytest.raises(ValueError, match="working hours"):
        check_training_share(APPRENTICESHIP, START, training_hours=400, contract_hours=0)


@pytest.mark.parametrize(
    ("minutes", "part_time", "count"),
    [(2100, False, 0), (2400, False, 0), (2401, False, 1), (2099, False, 1), (1200, True, 0)],
)
def test_full_time_is_the_rule_and_forty_hours_the_top(
    minutes: int, part_time: bool, count: int
) -> None:
    found = check_weekly_hours(minutes, START, part_time_allowed=part_time)

    assert clauses(found) == [("DUR-11", WARN)] * count
