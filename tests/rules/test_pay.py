"""Minimum pay: grids by day of conclusion, bands by birthday, years by anniversary, SMIC by day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.law import ContractKind, Level, NoRuleInForce
from app.rules.pay import (
    Extension,
    ExtensionKind,
    Grid,
    PayCase,
    PayPeriod,
    PayRow,
    Qualification,
    Territory,
    band_changes,
    building_idccs,
    check_gross,
    employee_exempt_share,
    euros,
    in_kind_deduction_cap,
    is_provisional,
    minimum_pay,
    pay_row,
    pay_rows,
    pay_schedule,
    smic_on,
    smic_rows,
)

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION


def apprentice(birth: date, start: date, end: date, **more: object) -> PayCase:
    return PayCase(APPRENTICESHIP, birth, start, end, **more)  # type: ignore[arg-type]


def lines(case: PayCase) -> list[tuple[date, int, int]]:
    return [(p.start, p.contract_year, int(p.pct)) for p in pay_schedule(case).periods]


def rates(case: PayCase) -> list[tuple[date, int]]:
    """Days on which the percentage changes, whatever the SMIC does."""
    found: list[tuple[date, int]] = []
    for period in pay_schedule(case).periods:
        if not found or found[-1][1] != period.pct:
            found.append((period.start, int(period.pct)))
    return found


# --- The tables -----------------------------------------------------------------------------


@pytest.mark.parametrize("territory", list(Territory))
def test_the_smic_has_neither_gap_nor_overlap(territory: Territory) -> None:
    rows = smic_rows(territory)

    for earlier, later in pairwise(rows):
        assert earlier.valid_to is not None
        assert later.valid_from == earlier.valid_to + timedelta(days=1)
        assert later.monthly > earlier.monthly
    assert rows[-1].valid_to is None


@pytest.mark.parametrize(
    ("day", "territory", "monthly"),
    [
        (date(2009, 6, 30), Territory.FRANCE, "1321.02"),
        (date(2009, 7, 1), Territory.FRANCE, "1337.70"),
        (date(2025, 12, 31), Territory.FRANCE, "1801.80"),
        (date(2026, 1, 1), Territory.FRANCE, "1823.03"),
        (date(2026, 5, 31), Territory.FRANCE, "1823.03"),
        (date(2026, 6, 1), Territory.FRANCE, "1867.02"),
        (date(2026, 6, 1), Territory.MAYOTTE, "1449.93"),
    ],
)
def test_the_smic_of_a_day(day: date, territory: Territory, monthly: str) -> None:
    assert smic_on(day, territory).monthly == Decimal(monthly)


@pytest.mark.parametrize(
    ("day", "hourly", "text"),
    [
        (date(2008, 7, 1), "8.71", "Décret 2008-617"),
        (date(2009, 7, 1), "8.82", "Décret 2009-800"),
        (date(2019, 12, 31), "10.03", "Décret 2018-1173"),
        (date(2021, 10, 1), "10.48", "Arrêté du 27/09/2021"),
        (date(2022, 12, 31), "11.07", "Arrêté du 29/07/2022"),
        (date(2024, 11, 1), "11.88", "Décret n° 2024-951"),
        (date(2026, 1, 1), "12.02", "Décret n° 2025-1228"),
        (date(2026, 11, 28), "12.31", "Arrêté du 22 mai 2026"),
    ],
)
def test_the_hourly_smic_of_a_day_is_that_of_its_text(day: date, hourly: str, text: str) -> None:
    """Written by hand from the texts that set them, beside the file that the program reads."""
    rows = [row for row in smic_rows(Territory.FRANCE) if row.covers(day)]

    assert [(row.hourly, row.basis[: len(text)]) for row in rows] == [(Decimal(hourly), text)]


@pytest.mark.parametrize("territory", list(Territory))
def test_the_monthly_smic_is_the_hourly_one_for_35_hours_a_week(territory: Territory) -> None:
    """35 hours × 52 weeks ÷ 12 months, half-up; the source of Mayotte writes 2018 to 2021 otherwise."""
    for row in smic_rows(territory):
        month = (row.hourly * 35 * 52 / 12).quantize(Decimal("0.01"), ROUND_HALF_UP)

        if territory is Territory.FRANCE or row.valid_from.year >= 2022:
            assert row.monthly == month, row.valid_from
        else:
            assert abs(row.monthly - month) < 1, row.valid_from


@given(day=st.dates(min_value=date(2018, 1, 1), max_value=date(2030, 1, 1)))
def test_a_day_has_exactly_one_smic_in_each_territory(day: date) -> None:
    for territory in Territory:
        assert sum(row.covers(day) for row in smic_rows(territory)) == 1


@pytest.mark.parametrize(
    ("day", "territory"),
    [(date(2008, 4, 30), Territory.FRANCE), (date(2017, 12, 31), Territory.MAYOTTE)],
)
def test_before_the_first_row_the_smic_is_not_invented(day: date, territory: Territory) -> None:
    with pytest.raises(NoRuleInForce):
        smic_on(day, territory)


def test_the_smic_is_provisional_from_the_next_first_of_january() -> None:
    assert not is_provisional(date(2026, 12, 31))
    assert is_provisional(date(2027, 1, 1))
    assert not is_provisional(date(2024, 6, 1))


def test_cells_of_one_grid_never_overlap() -> None:
    cells: defaultdict[tuple[object, ...], list[PayRow]] = defaultdict(list)
    for row in pay_rows():
        cells[row.kind, row.grid, row.contract_year].append(row)
    for rows in cells.values():
        for first in rows:
            for second in rows:
                same_days = first.covers(second.valid_from) or second.covers(first.valid_from)
                same_ages = first.age_from <= second.age_from <= (first.age_to or 99)
                assert first is second or not (same_days and same_ages), (first, second)


@given(
    age=st.integers(min_value=15, max_value=40),
    year=st.integers(min_value=1, max_value=3),
    day=st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 1, 1)),
)
def test_every_age_and_year_has_a_cell_since_2019_and_older_never_earns_less(
    age: int, year: int, day: date
) -> None:
    for grid in (Grid.LEGAL, Grid.BUILDING):
        now = pay_row(APPRENTICESHIP, grid, age=age, contract_year=year, conclusion=day)
        next_age = pay_row(APPRENTICESHIP, grid, age=age + 1, contract_year=year, conclusion=day)
        next_year = min(year + 1, 3)
        later = pay_row(APPRENTICESHIP, grid, age=age, contract_year=next_year, conclusion=day)

        assert now.pct_smic <= next_age.pct_smic
        assert now.pct_smic <= later.pct_smic


def test_a_fourteen_year_old_has_no_pay() -> None:
    with pytest.raises(NoRuleInForce):
        pay_schedule(apprentice(date(2012, 11, 2), date(2026, 11, 1), date(2028, 8, 31)))


# --- Bands, years, SMIC ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        # 18 on 10 March 2027: the new band from 1 April.
        (
            date(2009, 3, 10),
            [
                (date(2026, 9, 1), 27),
                (date(2027, 4, 1), 43),
                (date(2027, 9, 1), 51),
            ],
        ),
        # 18 on the first of a month: the first of the month after.
        (
            date(2009, 3, 1),
            [(date(2026, 9, 1), 27), (date(2027, 4, 1), 43), (date(2027, 9, 1), 51)],
        ),
        # 18 on the day of the start: at once.
        (date(2008, 9, 1), [(date(2026, 9, 1), 43), (date(2027, 9, 1), 51)]),
        # 18 a few days before the start: at once too.
        (date(2008, 8, 25), [(date(2026, 9, 1), 43), (date(2027, 9, 1), 51)]),
        # 21 and the anniversary on the same first of September.
        (date(2006, 8, 12), [(date(2026, 9, 1), 43), (date(2027, 9, 1), 61)]),
        # 26 lifts to the whole SMIC.
        (
            date(2001, 5, 20),
            [(date(2026, 9, 1), 53), (date(2027, 6, 1), 100)],
        ),
    ],
)
def test_a_birthday_pays_from_the_first_of_the_next_month(
    birth: date, expected: list[tuple[date, int]]
) -> None:
    case = apprentice(birth, date(2026, 9, 1), date(2028, 8, 31))

    assert rates(case) == expected


def test_a_fourth_year_keeps_the_third_year_rate() -> None:
    case = apprentice(date(2007, 1, 1), date(2024, 9, 1), date(2028, 8, 31))

    schedule = pay_schedule(case)

    assert schedule.on(date(2027, 9, 1)).pct == schedule.on(date(2026, 10, 1)).pct == 67
    assert schedule.on(date(2027, 9, 1)).contract_year == 3
    assert schedule.on(date(2028, 8, 31)).pct == 78


def test_a_contract_of_2009_keeps_the_grid_of_2009_and_follows_the_smic() -> None:
    case = apprentice(date(1992, 1, 1), date(2009, 6, 1), date(2010, 8, 31))

    found = [(p.start, int(p.pct), p.amount) for p in pay_schedule(case).periods]

    assert found == [
        (date(2009, 6, 1), 25, Decimal("330.26")),
        (date(2009, 7, 1), 25, Decimal("334.43")),
        (date(2010, 1, 1), 25, Decimal("335.94")),
        (date(2010, 2, 1), 41, Decimal("550.95")),
        (date(2010, 6, 1), 49, Decimal("658.45")),
    ]


def test_the_grid_is_chosen_by_the_day_of_conclusion() -> None:
    birth, start, end = date(2001, 6, 1), date(2019, 1, 2), date(2020, 1, 1)

    old = apprentice(birth, start, end, conclusion=date(2018, 12, 31))
    new = apprentice(birth, start, end, conclusion=date(2019, 1, 1))

    assert pay_schedule(old).periods[0].pct == 25
    assert pay_schedule(new).periods[0].pct == 27


def test_mayotte_pays_on_its_own_smic() -> None:
    case = apprentice(
        date(2008, 3, 11), date(2026, 9, 1), date(2026, 12, 31), territory=Territory.MAYOTTE
    )

    assert pay_schedule(case).periods[0].amount == Decimal("623.47")


def test_months_done_bring_the_next_year_closer() -> None:
    start, end = date(2026, 9, 1), date(2027, 8, 31)
    one_year_left = apprentice(date(2008, 3, 11), start, end, months_done=12)
    few_months = apprentice(date(2008, 3, 11), start, end, months_done=3)

    assert lines(one_year_left)[0] == (date(2026, 9, 1), 2, 51)
    assert rates(few_months) == [(date(2026, 9, 1), 43), (date(2027, 6, 1), 51)]
    assert "PAY-05" in pay_schedule(few_months).periods[0].rule_ids


def test_a_one_year_professional_licence_is_paid_as_a_second_year() -> None:
    case = apprentice(
        date(2004, 3, 11),
        date(2026, 9, 1),
        date(2027, 8, 31),
        one_year_professional_licence=True,
    )

    assert rates(case) == [(date(2026, 9, 1), 61)]
    assert "PAY-09" in pay_schedule(case).periods[0].rule_ids


def test_a_related_contract_of_a_year_gains_fifteen_points() -> None:
    start = date(2026, 9, 1)
    year = apprentice(date(2008, 3, 11), start, date(2027, 8, 31), same_level_related=True)
    longer = apprentice(date(2008, 3, 11), start, date(2027, 9, 1), same_level_related=True)

    assert rates(year) == [(start, 58)]
    assert rates(longer)[0] == (start, 43)
    assert "PAY-07" in [f.rule_id for f in pay_schedule(longer).findings]
    assert "PAY-07" not in [f.rule_id for f in pay_schedule(year).findings]


def test_increases_never_pass_the_whole_smic() -> None:
    case = apprentice(
        date(2000, 1, 1), date(2026, 9, 1), date(2027, 8, 31), same_level_related=True
    )

    assert rates(case) == [(date(2026, 9, 1), 100)]


@pytest.mark.parametrize(
    ("kind", "pct"), [(ExtensionKind.FAILED_EXAM, 67), (ExtensionKind.DISABILITY, 82)]
)
def test_an_extension_keeps_the_last_year_and_disability_adds_fifteen_points(
    kind: ExtensionKind, pct: int
) -> None:
    extension = Extension(kind, since=date(2028, 9, 1))
    case = apprentice(date(2008, 1, 1), date(2025, 9, 1), date(2028, 12, 31), extension=extension)

    period = pay_schedule(case).on(date(2028, 9, 1))

    assert (int(period.pct), period.contract_year) == (pct, 3)
    assert "PAY-06" in period.rule_ids


def test_an_extension_after_two_years_stays_in_the_second() -> None:
    extension = Extension(ExtensionKind.FAILED_EXAM, since=date(2027, 9, 1))
    case = apprentice(date(2008, 1, 1), date(2025, 9, 1), date(2028, 8, 31), extension=extension)

    assert pay_schedule(case).on(date(2028, 1, 1)).pct == 51


def test_a_new_contract_keeps_at_least_the_last_rate_of_the_former() -> None:
    start, end = date(2026, 9, 1), date(2027, 8, 31)
    better = apprentice(date(2008, 1, 1), start, end, former_last_pct=Decimal(51))
    useless = apprentice(date(2004, 1, 1), start, end, former_last_pct=Decimal(51))

    assert rates(better) == [(start, 51)]
    assert "PAY-08" in pay_schedule(better).periods[0].rule_ids
    assert rates(useless) == [(start, 53)]


def test_from_21_the_conventional_minimum_counts_when_it_is_higher() -> None:
    start, end = date(2026, 9, 1), date(2026, 12, 31)
    minimum = Decimal("2000.00")

    adult = minimum_pay(
        apprentice(date(2004, 1, 1), start, end, conventional_minimum=minimum), start
    )
    youth = minimum_pay(
        apprentice(date(2007, 1, 1), start, end, conventional_minimum=minimum), start
    )
    low = minimum_pay(
        apprentice(date(2004, 1, 1), start, end, conventional_minimum=Decimal("1500")), start
    )

    assert (adult.base, adult.amount) == ("SMC", Decimal("1060.00"))
    assert youth.base == low.base == "SMIC"


def test_the_building_branch_has_its_own_grid() -> None:
    case = apprentice(date(2010, 1, 1), date(2026, 9, 1), date(2026, 12, 31), idcc="1597")

    period = pay_schedule(case).periods[0]

    assert "1597" in building_idccs()
    assert (period.pay_id, period.amount) == ("BTP05-15-1", Decimal("746.81"))
    assert "PAY-16" in period.rule_ids


def test_part_time_is_paid_in_proportion_and_extra_hours_are_left_to_confirm() -> None:
    start, end = date(2026, 9, 1), date(2026, 12, 31)
    part = apprentice(date(2008, 3, 11), start, end, weekly_hours=Decimal("17.5"))
    long = apprentice(date(2008, 3, 11), start, end, weekly_hours=Decimal(39))

    assert minimum_pay(part, start).amount == Decimal("401.41")
    assert minimum_pay(long, start).amount == Decimal("802.82")
    assert "DUR-11" in [f.rule_id for f in pay_schedule(long).findings]


def test_birthdays_that_change_the_pay_are_announced_fifteen_days_before() -> None:
    case = apprentice(date(2009, 3, 10), date(2026, 9, 1), date(2028, 8, 31))
    at_the_start = apprentice(date(2008, 8, 25), date(2026, 8, 26), date(2028, 8, 31))

    changes = [(change.age, change.day, change.reminder) for change in band_changes(case)]

    assert changes == [(18, date(2027, 4, 1), date(2027, 3, 17))]
    assert band_changes(at_the_start) == ()


# --- Contrat pro ----------------------------------------------------------------------------


def employee(birth: date, qualification: Qualification, **more: object) -> PayCase:
    return PayCase(
        PROFESSIONALISATION,
        birth,
        date(2026, 9, 1),
        date(2027, 8, 31),
        qualification=qualification,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("birth", "qualification", "pct", "amount"),
    [
        (date(2007, 1, 1), Qualification.BELOW, 55, "1026.86"),
        (date(2007, 1, 1), Qualification.PROFESSIONAL_LEVEL_4, 65, "1213.56"),
        (date(2003, 8, 17), Qualification.BELOW, 70, "1306.91"),
        (date(2003, 8, 17), Qualification.PROFESSIONAL_LEVEL_4, 80, "1493.62"),
        (date(2003, 8, 17), Qualification.GENERAL_BAC, 70, "1306.91"),
        (date(1990, 1, 1), Qualification.BELOW, 100, "1867.02"),
    ],
)
def test_a_contrat_pro_is_paid_by_age_and_qualification(
    birth: date, qualification: Qualification, pct: int, amount: str
) -> None:
    period = minimum_pay(employee(birth, qualification), date(2026, 9, 1))

    assert (int(period.pct), period.amount) == (pct, Decimal(amount))


def test_in_a_contrat_pro_21_changes_the_band_and_26_does_not() -> None:
    turning_21 = employee(date(2006, 1, 20), Qualification.BELOW)
    turning_26 = employee(date(2001, 1, 20), Qualification.BELOW)

    assert rates(turning_21) == [(date(2026, 9, 1), 55), (date(2027, 2, 1), 70)]
    assert rates(turning_26) == [(date(2026, 9, 1), 70)]
    assert "PAY-11-26" in [f.rule_id for f in pay_schedule(turning_26).findings]


def test_from_26_a_contrat_pro_pays_85_percent_of_the_minimum_when_higher() -> None:
    case = employee(date(1990, 1, 1), Qualification.BELOW, conventional_minimum=Decimal("2400.00"))

    period = minimum_pay(case, date(2026, 9, 1))

    assert (period.base, int(period.pct), period.amount) == ("SMC", 85, Decimal("2040.00"))


@pytest.mark.parametrize(
    ("qualification", "doubt"),
    [
        (Qualification.GENERAL_BAC, True),
        (Qualification.UNKNOWN, True),
        (Qualification.BELOW, False),
        (Qualification.PROFESSIONAL_LEVEL_4, False),
    ],
)
def test_a_general_bac_is_a_doubt_and_never_a_number(
    qualification: Qualification, doubt: bool
) -> None:
    findings = pay_schedule(employee(date(2003, 8, 17), qualification)).findings

    assert ("PAY-11-BAC" in [f.rule_id for f in findings]) is doubt


# --- What the reader is told ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "rule_id"),
    [
        ({"idcc": "0843"}, "PAY-16"),
        ({"idcc": "1597"}, "PAY-16"),
        ({"public_employer": True}, "PAY-16"),
        ({"birth": date(2004, 1, 1)}, "PAY-01"),
    ],
)
def test_a_doubt_about_the_pay_is_said(more: dict[str, object], rule_id: str) -> None:
    values: dict[str, object] = {"birth": date(2008, 3, 11), **more}
    birth = values.pop("birth")
    case = apprentice(birth, date(2026, 9, 1), date(2026, 12, 31), **values)  # type: ignore[arg-type]

    warned = [f.rule_id for f in pay_schedule(case).findings if f.level is Level.WARN]

    assert warned == [rule_id]


@pytest.mark.parametrize("idcc", [None, "9999", "9998"])
def test_without_agreement_or_future_nothing_is_warned(idcc: str | None) -> None:
    case = apprentice(date(2008, 3, 11), date(2026, 9, 1), date(2026, 12, 31), idcc=idcc)

    assert [f.level for f in pay_schedule(case).findings] == [Level.INFO]


def test_pay_beyond_the_known_smic_is_marked_provisional() -> None:
    case = apprentice(date(2008, 3, 11), date(2026, 12, 1), date(2027, 5, 31))

    schedule = pay_schedule(case)

    assert [(p.start, p.provisional) for p in schedule.periods] == [
        (date(2026, 12, 1), False),
        (date(2027, 1, 1), True),
    ]
    assert "1er janvier" in next(f.message for f in schedule.findings if f.rule_id == "PAY-12")


def test_gross_pay_under_the_minimum_is_refused_but_never_for_a_cent() -> None:
    case = apprentice(date(2008, 3, 11), date(2026, 12, 1), date(2027, 5, 31))
    today, next_year = date(2026, 12, 1), date(2027, 2, 1)

    refused = check_gross(case, Decimal("802.80"), today)
    later = check_gross(case, Decimal("802.80"), next_year)

    assert refused is not None
    assert refused.level is Level.BLOCK
    assert "43 % du SMIC" in refused.message
    assert later is not None
    assert later.level is Level.WARN
    assert check_gross(case, Decimal("802.81"), today) is None


def test_a_day_outside_the_contract_has_no_pay() -> None:
    case = apprentice(date(2008, 3, 11), date(2026, 9, 1), date(2026, 12, 31))

    with pytest.raises(LookupError, match="outside"):
        pay_schedule(case).on(date(2027, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": date(2026, 8, 31)},
        {"weekly_hours": Decimal(0)},
        {"months_done": -1},
    ],
)
def test_an_impossible_case_is_refused_at_once(wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"end": date(2027, 8, 31), **wrong}

    with pytest.raises(ValueError, match=r"before|positive|negative"):
        apprentice(date(2008, 3, 11), date(2026, 9, 1), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1867.02", "1\u202f867,02\u00a0€"),
        ("5000", "5\u202f000\u00a0€"),
        ("-750.00", "-750\u00a0€"),
    ],
)
def test_amounts_are_written_in_french(amount: str, text: str) -> None:
    assert euros(Decimal(amount)) == text


def test_benefits_in_kind_are_deducted_up_to_three_quarters() -> None:
    assert in_kind_deduction_cap(Decimal("4.25"), date(2026, 1, 1)) == Decimal("3.19")


@pytest.mark.parametrize(
    ("conclusion", "share"),
    [
        (date(2018, 12, 31), None),
        (date(2019, 1, 1), 79),
        (date(2025, 2, 28), 79),
        (date(2025, 3, 1), 50),
    ],
)
def test_the_exempt_share_of_contributions_by_conclusion(
    conclusion: date, share: int | None
) -> None:
    assert employee_exempt_share(conclusion) == share


# --- Properties -----------------------------------------------------------------------------

CASES = st.builds(
    lambda birth, start, days, idcc, done: apprentice(
        birth, start, start + timedelta(days=days), idcc=idcc, months_done=done
    ),
    birth=st.dates(min_value=date(1985, 1, 1), max_value=date(2004, 1, 1)),
    start=st.dates(min_value=date(2019, 1, 2), max_value=date(2028, 12, 31)),
    days=st.integers(min_value=0, max_value=1500),
    idcc=st.sampled_from([None, "1597", "0843"]),
    done=st.integers(min_value=0, max_value=24),
)


def same_terms(first: PayPeriod, second: PayPeriod) -> bool:
    return (first.pct, first.amount, first.provisional, first.contract_year) == (
        second.pct,
        second.amount,
        second.provisional,
        second.contract_year,
    )


@given(case=CASES)
def test_periods_cover_the_contract_without_gap_or_overlap(case: PayCase) -> None:
    periods = pay_schedule(case).periods

    assert (periods[0].start, periods[-1].end) == (case.start, case.end)
    for earlier, later in pairwise(periods):
        assert later.start == earlier.end + timedelta(days=1)
        assert not same_terms(earlier, later)


@given(case=CASES)
def test_the_rate_never_falls_during_a_contract(case: PayCase) -> None:
    periods = pay_schedule(case).periods

    assert all(earlier.pct <= later.pct for earlier, later in pairwise(periods))
    assert all(earlier.amount <= later.amount for earlier, later in pairwise(periods))
