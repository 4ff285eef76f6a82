"""Hours, nights, rest and regulated work of those under eighteen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.law import Finding, Level
from app.rules.minors import (
    HourLimits,
    RegulatedWork,
    asks_regulated_work,
    check_minor_hours,
    check_regulated_work,
    check_rest_day,
    daily_rest_hours,
    declaration_alerts,
    hour_limits,
    is_night_work,
    night_ban,
    protections,
    trade_doubts,
)

ENORA = date(2011, 11, 2)
START = date(2026, 11, 30)
ADULT = date(2000, 1, 1)
BLOCK, WARN, INFO = Level.BLOCK, Level.WARN, Level.INFO


def clauses(found: list[Finding]) -> list[tuple[str, Level]]:
    return [(item.rule_id, item.level) for item in found]


@pytest.mark.parametrize(
    ("rome", "day", "limits"),
    [
        ("D1102", START, HourLimits(480, 2100, 480, 2100)),
        (None, START, HourLimits(480, 2100, 480, 2100)),
        ("F1703", START, HourLimits(480, 2100, 600, 2400)),
        ("A1203", START, HourLimits(480, 2100, 600, 2400)),
        ("F1703", date(2018, 11, 30), HourLimits(480, 2100, 480, 2100)),
    ],
)
def test_hours_of_a_minor_by_trade(rome: str | None, day: date, limits: HourLimits) -> None:
    assert hour_limits(day.replace(year=day.year - 16), day, rome) == limits


def test_an_adult_has_no_limit_of_minors() -> None:
    assert hour_limits(ADULT, START) is None
    assert daily_rest_hours(ADULT, START) is None
    assert night_ban(ADULT, START) is None
    assert check_minor_hours(ADULT, START, weekly_minutes=2400) == []
    assert check_rest_day(ADULT, date(2026, 12, 6)) == []
    assert protections(ADULT, START) == []


@pytest.mark.parametrize(
    ("weekly", "daily", "rome", "expected"),
    [
        (2100, 480, "D1102", []),
        (2100, None, "D1102", []),
        (2160, 480, "D1102", [("MIN-03", WARN)]),
        (2400, 480, "D1102", [("MIN-03", WARN)]),
        (2460, 480, "D1102", [("MIN-01", BLOCK)]),
        (2100, 481, "D1102", [("MIN-01", BLOCK)]),
        (2400, 600, "F1703", [("MIN-02", WARN)]),
        (2401, 600, "F1703", [("MIN-01", BLOCK)]),
        (2400, 601, "F1703", [("MIN-01", BLOCK)]),
    ],
)
def test_long_hours_of_a_minor_are_refused_or_need_a_reason(
    weekly: int, daily: int | None, rome: str, expected: list[tuple[str, Level]]
) -> None:
    found = check_minor_hours(ENORA, START, weekly_minutes=weekly, daily_minutes=daily, rome=rome)

    assert clauses(found) == expected


def test_under_sixteen_the_night_runs_from_20_to_6_then_from_22_to_6() -> None:
    young = night_ban(ENORA, START, "D1102")
    older = night_ban(ENORA, date(2027, 11, 2), "D1102")

    assert young is not None
    assert older is not None
    assert (young.from_minute, young.to_minute, young.last_day, young.exception) == (
        1200,
        360,
        date(2027, 11, 1),
        "",
    )
    assert (older.from_minute, older.to_minute, older.last_day) == (1320, 360, date(2029, 11, 1))
    assert older.exception.startswith("dès 4 h")


@pytest.mark.parametrize(
    ("rome", "word"), [("D1104", "4 h"), ("G1602", "23 h 30"), ("L1508", "24 h"), ("M1607", "")]
)
def test_the_inspector_may_permit_some_nights_from_sixteen(rome: str, word: str) -> None:
    ban = night_ban(date(2010, 6, 30), START, rome)

    assert ban is not None
    assert word in ban.exception
    assert bool(ban.exception) == bool(word)


@pytest.mark.parametrize(
    ("birth", "minute", "banned"),
    [
        (ENORA, 22 * 60, True),
        (ENORA, 20 * 60, True),
        (ENORA, 20 * 60 - 1, False),
        (ENORA, 6 * 60 - 1, True),
        (ENORA, 6 * 60, False),
        (date(2010, 6, 30), 21 * 60, False),
        (date(2010, 6, 30), 22 * 60, True),
        (ADULT, 2 * 60, False),
    ],
)
def test_a_minute_of_the_night_is_banned_by_age(birth: date, minute: int, banned: bool) -> None:
    assert is_night_work(birth, START, minute) is banned


@pytest.mark.parametrize(
    ("birth", "hours"), [(ENORA, 14), (date(2010, 6, 30), 12), (date(2010, 11, 30), 12)]
)
def test_the_daily_rest_is_longer_under_sixteen(birth: date, hours: int) -> None:
    assert daily_rest_hours(birth, START) == hours


@pytest.mark.parametrize(
    ("day", "rome", "expected"),
    [
        (date(2026, 12, 6), "D1102", [("MIN-08", INFO)]),
        (date(2026, 12, 6), "M1607", [("MIN-08", WARN)]),
        (date(2026, 12, 6), None, [("MIN-08", WARN)]),
        (date(2026, 12, 25), "D1102", [("MIN-09", WARN)]),
        (date(2026, 12, 7), "M1607", []),
    ],
)
def test_sundays_and_holidays_depend_on_the_trade(
    day: date, rome: str | None, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_rest_day(ENORA, day, rome)) == expected


@pytest.mark.parametrize(
    ("birth", "rome", "asked"),
    [
        (ENORA, "D1102", True),
        (ENORA, "F1703", True),
        (ENORA, "G1602", True),
        (ENORA, "G1803", False),
        (ENORA, "M1607", False),
        (ENORA, None, False),
        (ADULT, "F1703", False),
    ],
)
def test_regulated_work_is_asked_for_minors_in_exposed_trades(
    birth: date, rome: str | None, asked: bool
) -> None:
    assert asks_regulated_work(birth, START, rome) is asked


SIRET = "00000092700012"


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (RegulatedWork(), [("MIN-15", WARN)]),
        (RegulatedWork(concerned=False), []),
        (RegulatedWork(concerned=True), [("MIN-11", WARN), ("MIN-11", WARN)]),
        (RegulatedWork(concerned=True, medical_opinion=True), [("MIN-11", WARN)]),
        (
            RegulatedWork(concerned=True, medical_opinion=True, declared_on=date(2026, 1, 5)),
            [("MIN-11", WARN)],
        ),
        (
            RegulatedWork(True, date(2026, 1, 5), SIRET, True),
            [],
        ),
        (
            RegulatedWork(True, date(2023, 11, 30), SIRET, True),
            [("MIN-11", WARN)],
        ),
        (RegulatedWork(True, date(2023, 12, 1), SIRET, True), []),
        (
            RegulatedWork(True, None, None, True, holds_trade_cap=True),
            [("MIN-13", INFO)],
        ),
    ],
)
def test_regulated_work_needs_a_declared_place_and_a_medical_opinion(
    work: RegulatedWork, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_regulated_work(ENORA, START, "D1102", work)) == expected


def test_regulated_work_is_not_asked_of_adults_or_quiet_trades() -> None:
    concerned = RegulatedWork(concerned=True)

    assert check_regulated_work(ADULT, START, "F1703", concerned) == []
    assert check_regulated_work(ENORA, START, "M1607", RegulatedWork()) == []


def test_a_declaration_lasts_three_years_with_two_reminders() -> None:
    work = RegulatedWork(declared_on=date(2026, 1, 5))

    assert work.expires_on == date(2029, 1, 4)
    assert RegulatedWork().expires_on is None
    assert declaration_alerts(date(2029, 1, 4)) == (date(2028, 10, 6), date(2028, 12, 5))


@pytest.mark.parametrize(
    ("rome", "expected"),
    [
        ("G1801", [("MIN-14", WARN)]),
        ("N4101", [("DIP-07", WARN)]),
        ("D1102", []),
    ],
)
def test_unverified_bans_are_doubts(rome: str, expected: list[tuple[str, Level]]) -> None:
    assert clauses(trade_doubts(ENORA, START, rome)) == expected
    assert trade_doubts(ADULT, START, rome) == []


def test_the_protections_of_a_fifteen_year_old_baker_are_said_in_words() -> None:
    text = " ".join(item.message for item in protections(ENORA, START, "D1102"))

    assert "35 heures" in text
    assert "14 heures de repos" in text
    assert "entre 20 h et 6 h jusqu'au 01/11/2027" in text
    assert "Exception" not in text


def test_the_protections_of_a_sixteen_year_old_baker_name_the_exception() -> None:
    text = " ".join(item.message for item in protections(date(2010, 6, 30), START, "D1102"))

    assert "entre 22 h et 6 h" in text
    assert "dès 4 h" in text


@given(
    birth=st.dates(min_value=date(2008, 1, 1), max_value=date(2012, 1, 1)),
    day=st.dates(min_value=date(2026, 1, 1), max_value=date(2029, 1, 1)),
    minute=st.integers(min_value=0, max_value=1439),
)
def test_growing_up_never_bans_a_minute_that_was_free(birth: date, day: date, minute: int) -> None:
    later = day + timedelta(days=200)

    assert is_night_work(birth, day, minute) or not is_night_work(birth, later, minute)
