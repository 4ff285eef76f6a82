"""Aids at every boundary date, by size, level and contract kind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.aids import (
    AidCase,
    AidReport,
    Conditions,
    Family,
    Side,
    aid_table,
    employer_aids,
    judge,
    training_centre_aids,
    youth_aids,
)
from app.rules.law import ContractKind, Mark, ToConfirm

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
ADULT, MINOR = date(2000, 6, 1), date(2010, 6, 1)
UNKNOWN = "?"


def apprenticeship(day: date, **more: object) -> AidCase:
    values: dict[str, object] = {
        "employer_size": 10,
        "diploma_level": 3,
        "birth_date": day.replace(year=day.year - 19),
        **more,
    }
    return AidCase(APPRENTICESHIP, day, **values)  # type: ignore[arg-type]


def ids(report: AidReport) -> list[str]:
    return [line.aid_id for line in report.lines]


def state(case: AidCase) -> int | str:
    amount = employer_aids(case).state_amount
    return UNKNOWN if isinstance(amount, ToConfirm) else int(amount)


def line_amount(report: AidReport, aid_id: str) -> Decimal | ToConfirm | None:
    return next(line.amount for line in report.lines if line.aid_id == aid_id)


# --- The table ------------------------------------------------------------------------------


def test_every_row_has_a_french_label_a_source_and_a_mark() -> None:
    rows = aid_table().rows

    assert len(rows) == len({row.aid_id for row in rows}) == 45
    assert all(row.label and row.source and row.mark in Mark for row in rows)


@pytest.mark.parametrize(
    ("families", "first", "last"),
    [
        ({Family.SINGLE}, date(2019, 1, 1), None),
        ({Family.EXCEPTIONAL, Family.GAP}, date(2020, 7, 1), date(2026, 12, 31)),
    ],
)
def test_the_apprenticeship_regimes_follow_one_another_without_gap(
    families: set[Family], first: date, last: date | None
) -> None:
    rows = sorted(
        (
            row
            for row in aid_table().rows
            if row.family in families and row.contract == "apprenticeship" and row.valid_from
        ),
        key=lambda row: row.valid_from or date.min,
    )

    for earlier, later in pairwise(rows):
        assert earlier.valid_to is not None
        assert later.valid_from == earlier.valid_to + timedelta(days=1)
    assert (rows[0].valid_from, rows[-1].valid_to) == (first, last)


@given(day=st.dates(min_value=date(2009, 1, 1), max_value=date(2028, 12, 31)))
def test_a_day_has_at_most_one_regime_of_each_family(day: date) -> None:
    for contract in ("apprenticeship", "professionalisation"):
        for families in ({Family.SINGLE}, {Family.EXCEPTIONAL, Family.GAP}):
            covering = [
                row
                for row in aid_table().rows
                if row.contract == contract and row.family in families and row.covers(day)
            ]
            assert len(covering) <= 1, covering


# --- Boundary dates -------------------------------------------------------------------------


def test_each_row_opens_on_its_first_day_and_closes_after_its_last() -> None:
    """Every boundary of the table, from the plan of 24 April 2009 to 1 January 2027 and after."""
    boundaries = [
        (row, day, inside)
        for row in aid_table().rows
        for bound, shift in ((row.valid_from, -1), (row.valid_to, 1))
        if bound is not None
        for day, inside in ((bound, True), (bound + timedelta(days=shift), False))
    ]

    wrong = [(row.aid_id, day) for row, day, inside in boundaries if row.covers(day) is not inside]

    assert len(boundaries) > 120
    assert {date(2009, 4, 24), date(2026, 12, 31), date(2027, 1, 1)} <= {
        day for _, day, _ in boundaries
    }
    assert wrong == []


@pytest.mark.parametrize(
    ("start", "additional", "expected"),
    [
        (date(2009, 4, 23), True, []),
        (date(2009, 4, 24), True, ["PJ09-APP-1800"]),
        (date(2010, 12, 31), True, ["PJ09-APP-1800"]),
        (date(2011, 1, 1), True, []),
        (date(2009, 4, 24), False, []),
    ],
)
def test_the_2009_premium_for_one_more_apprentice(
    start: date, additional: bool, expected: list[str]
) -> None:
    report = employer_aids(apprenticeship(start, additional_apprentice=additional))

    assert [aid_id for aid_id in ids(report) if aid_id.startswith("PJ09")] == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (10, ["PJ09-APP-1800"]),
        (11, ["PJ09-APP-1800", "PJ09-ZERO"]),
        (49, ["PJ09-APP-1800", "PJ09-ZERO"]),
        (50, ["PJ09-ZERO"]),
    ],
)
def test_the_2009_plan_looks_at_the_size(size: int, expected: list[str]) -> None:
    case = apprenticeship(date(2009, 9, 1), employer_size=size, additional_apprentice=True)

    report = employer_aids(case)

    assert [aid_id for aid_id in ids(report) if aid_id.startswith("PJ09")] == expected


@pytest.mark.parametrize(
    ("start", "held", "amount"),
    [
        (date(2009, 4, 23), 3, None),
        (date(2009, 4, 24), 3, 2000),
        (date(2010, 12, 31), 4, 1000),
        (date(2011, 1, 1), 3, None),
    ],
)
def test_the_2009_premium_for_a_contrat_pro(start: date, held: int, amount: int | None) -> None:
    case = AidCase(
        PROFESSIONALISATION, start, birth_date=date(1988, 1, 1), held_level=held, employer_size=9
    )

    lines = [line for line in employer_aids(case).lines if line.aid_id == "PJ09-PRO"]

    assert [line.amount for line in lines] == ([] if amount is None else [amount])


@pytest.mark.parametrize(
    ("day", "size", "level", "expected"),
    [
        # The single aid of 2019 has unverified amounts: never a number.
        (date(2018, 12, 31), 10, 3, 0),
        (date(2019, 1, 1), 10, 3, UNKNOWN),
        (date(2020, 6, 30), 10, 3, UNKNOWN),
        # The exceptional aid from July 2020 (an adult apprentice).
        (date(2020, 7, 1), 10, 3, 8000),
        (date(2022, 12, 31), 300, 7, 8000),
        (date(2022, 12, 31), 300, 8, 0),
        # 2023 and 2024: 6,000 for all.
        (date(2023, 1, 1), 10, 3, 6000),
        (date(2023, 1, 1), 10, 7, 6000),
        (date(2024, 12, 31), 300, 3, 6000),
        (date(2024, 12, 31), 300, 8, 0),
        # January and February 2025: the single aid alone.
        (date(2025, 1, 1), 10, 4, 6000),
        (date(2025, 1, 1), 10, 5, 0),
        (date(2025, 2, 23), 300, 3, 0),
        # From 24 February 2025.
        (date(2025, 2, 24), 10, 4, 5000),
        (date(2025, 2, 24), 10, 5, 5000),
        (date(2025, 12, 31), 10, 7, 5000),
        (date(2025, 12, 31), 250, 3, 2000),
        (date(2025, 12, 31), 250, 8, 0),
        # January to 7 March 2026: the single aid alone.
        (date(2026, 1, 1), 10, 4, 5000),
        (date(2026, 1, 1), 10, 5, 0),
        (date(2026, 3, 7), 250, 3, 0),
        # From 8 March 2026, by level and size.
        (date(2026, 3, 8), 249, 3, 5000),
        (date(2026, 3, 8), 249, 4, 5000),
        (date(2026, 3, 8), 249, 5, 4500),
        (date(2026, 3, 8), 249, 6, 2000),
        (date(2026, 3, 8), 249, 7, 2000),
        (date(2026, 3, 8), 249, 8, 0),
        (date(2026, 12, 31), 250, 3, 2000),
        (date(2026, 12, 31), 250, 4, 2000),
        (date(2026, 12, 31), 250, 5, 1500),
        (date(2026, 12, 31), 250, 6, 750),
        (date(2026, 12, 31), 250, 7, 750),
        (date(2026, 12, 31), 250, 8, 0),
        # 2027 is not known.
        (date(2027, 1, 1), 10, 3, UNKNOWN),
        (date(2027, 1, 1), 250, 7, UNKNOWN),
    ],
)
def test_the_state_aid_to_employers_of_apprentices(
    day: date, size: int, level: int, expected: int | str
) -> None:
    assert state(apprenticeship(day, employer_size=size, diploma_level=level)) == expected


@pytest.mark.parametrize(
    ("day", "size", "level", "expected"),
    [
        (date(2025, 2, 23), 10, 4, 6000),
        (date(2025, 2, 24), 10, 4, 6000),
        (date(2025, 2, 24), 320, 7, 6000),
        (date(2026, 1, 1), 10, 4, 6000),
        (date(2026, 1, 1), 320, 4, 0),
        (date(2026, 3, 8), 320, 4, 6000),
        (date(2026, 12, 31), 320, 7, 6000),
        (date(2026, 12, 31), 320, 8, 0),
        (date(2027, 1, 1), 320, 4, UNKNOWN),
    ],
)
def test_the_aid_for_a_disabled_apprentice(
    day: date, size: int, level: int, expected: int | str
) -> None:
    case = apprenticeship(day, employer_size=size, diploma_level=level, disabled=True)

    assert state(case) == expected


@pytest.mark.parametrize(
    ("birth", "expected"), [(date(2004, 1, 1), 5000), (date(2000, 1, 1), 8000)]
)
def test_in_2020_the_age_chose_the_amount(birth: date, expected: int) -> None:
    assert state(apprenticeship(date(2020, 9, 1), birth_date=birth)) == expected


@pytest.mark.parametrize(
    ("day", "birth", "expected"),
    [
        (date(2020, 6, 30), date(1999, 1, 1), 0),
        (date(2020, 7, 1), date(1999, 1, 1), 8000),
        (date(2022, 12, 31), date(2005, 6, 1), 5000),
        (date(2022, 12, 31), date(1992, 1, 1), 0),
        (date(2023, 1, 1), date(1999, 1, 1), 6000),
        (date(2024, 4, 30), date(1999, 1, 1), 6000),
        (date(2024, 5, 1), date(1999, 1, 1), 0),
        (date(2026, 12, 31), date(2003, 8, 17), 0),
        (date(2027, 1, 1), date(2003, 8, 17), UNKNOWN),
    ],
)
def test_the_state_aid_to_a_contrat_pro(day: date, birth: date, expected: int | str) -> None:
    case = AidCase(
        PROFESSIONALISATION,
        day,
        birth_date=birth,
        employer_size=60,
        diploma_level=5,
        jobseeker=False,
    )

    assert state(case) == expected


def test_signed_in_december_and_started_in_january_is_outside_the_2026_aid() -> None:
    case = apprenticeship(date(2027, 1, 4), conclusion=date(2026, 12, 30))

    report = employer_aids(case)

    assert "AEX-2026" not in ids(report)
    assert {"AUEA-2025", "AEX-2027"} <= set(ids(report))
    assert all(line.is_to_confirm for line in report.state_lines)


def test_the_single_and_the_exceptional_aid_are_never_added_up() -> None:
    report = employer_aids(apprenticeship(date(2026, 9, 1), disabled=True))

    assert [line.aid_id for line in report.state_lines] == ["AUEA-2025"]
    assert report.state_amount == 6000


def test_overseas_level_five_waits_for_the_order_of_the_two_texts() -> None:
    doubtful = apprenticeship(date(2026, 9, 1), diploma_level=5, overseas=True)
    clear = apprenticeship(date(2025, 9, 1), diploma_level=5, overseas=True)

    report = employer_aids(doubtful)

    assert [line.aid_id for line in report.state_lines] == ["AUEA-2025"]
    assert isinstance(report.state_amount, ToConfirm)
    assert state(clear) == 5000


def test_the_unverified_single_aid_stands_beside_the_exceptional_one() -> None:
    report = employer_aids(apprenticeship(date(2020, 9, 1)))

    assert [line.aid_id for line in report.state_lines] == ["AUEA-2019", "AEX-2020"]
    assert report.state_amount == 8000


def test_the_contradiction_of_early_2026_is_kept_as_a_note() -> None:
    report = employer_aids(apprenticeship(date(2026, 2, 1), diploma_level=6))

    gap = next(line for line in report.lines if line.aid_id == "AEX-GAP-2026")
    assert gap.amount == 0
    assert "communiqué" in gap.row.notes[0]


@pytest.mark.parametrize(
    ("missing", "name"),
    [("employer_size", "effectif"), ("diploma_level", "niveau préparé")],
)
def test_an_unknown_fact_is_named_instead_of_an_amount(missing: str, name: str) -> None:
    amount = employer_aids(apprenticeship(date(2026, 9, 1), **{missing: None})).state_amount

    assert isinstance(amount, ToConfirm)
    assert name in amount.reason


def test_a_public_employer_is_outside_the_2026_aid_and_to_confirm_for_the_other() -> None:
    large = apprenticeship(date(2026, 9, 1), employer_size=400, public_employer=True)
    small = apprenticeship(date(2026, 9, 1), public_employer=True)

    assert state(large) == 0
    assert state(small) == UNKNOWN


def test_a_second_contract_of_the_same_pair_is_outside_the_2026_aid() -> None:
    case = apprenticeship(date(2026, 9, 1), employer_size=400, same_pair_again=True)

    assert state(case) == 0


@pytest.mark.parametrize(
    ("day", "level", "after_break", "amount"),
    [
        (date(2025, 6, 30), 6, False, None),
        (date(2025, 7, 1), 6, False, -750),
        (date(2025, 7, 1), 5, False, None),
        (date(2026, 7, 1), 7, True, -200),
    ],
)
def test_the_employers_share_is_a_cost_from_level_six(
    day: date, level: int, after_break: bool, amount: int | None
) -> None:
    report = employer_aids(apprenticeship(day, diploma_level=level, after_break=after_break))

    costs = [line.amount for line in report.lines if line.row.family is Family.COST]
    assert costs == ([] if amount is None else [amount])


def test_no_disability_aid_appears_unless_the_youth_agreed_to_say_it() -> None:
    silent = employer_aids(apprenticeship(date(2026, 9, 1)))
    said = employer_aids(apprenticeship(date(2026, 9, 1), disabled=True))

    assert not any("AGEFIPH" in line.row.label for line in silent.lines)
    assert isinstance(line_amount(said, "AGEFIPH-APP"), ToConfirm)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (date(1990, 1, 1), ["CPRO-AFE"]),
        (date(1975, 1, 1), ["CPRO-AFE", "CPRO-45"]),
        (date(2003, 1, 1), []),
    ],
)
def test_jobseekers_in_a_contrat_pro_open_aids_by_age(birth: date, expected: list[str]) -> None:
    case = AidCase(PROFESSIONALISATION, date(2026, 9, 1), birth_date=birth, jobseeker=True)

    report = employer_aids(case)

    assert [aid_id for aid_id in ids(report) if aid_id in ("CPRO-AFE", "CPRO-45")] == expected


def test_an_unverified_amount_is_never_a_number() -> None:
    cases = [
        apprenticeship(date(year, 9, 1), additional_apprentice=True, disabled=True)
        for year in range(2009, 2028)
    ]
    for case in cases:
        for report in (employer_aids(case), youth_aids(case), training_centre_aids(case)):
            for line in report.lines:
                if line.row.mark is Mark.UNVERIFIED:
                    assert not isinstance(line.amount, Decimal), line.aid_id


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)]
)
def test_the_driving_licence_aid_ended_with_2025_and_stays_to_confirm(
    day: date, expected: bool
) -> None:
    report = youth_aids(apprenticeship(day))

    assert ("PERMIS500" in ids(report)) is expected


def test_a_youth_sees_the_transport_refund_and_the_tax_exemption() -> None:
    apprentice = youth_aids(apprenticeship(date(2026, 9, 1)))
    employee = youth_aids(AidCase(PROFESSIONALISATION, date(2026, 9, 1), birth_date=ADULT))

    assert {"TRANSP50", "IR81", "CEJ-ALLOC"} <= set(ids(apprentice))
    assert "TRANSP50" in ids(employee)
    assert "IR81" not in ids(employee)


def test_a_training_centre_sees_only_its_own_line() -> None:
    report = training_centre_aids(apprenticeship(date(2026, 9, 1), disabled=True))

    assert ids(report) == ["OPCO-HAND"]
    assert report.lines[0].row.side is Side.TRAINING_CENTRE


def test_every_report_carries_the_sentence_and_the_date_of_the_table() -> None:
    report = employer_aids(apprenticeship(date(2026, 9, 1)))

    assert report.sentence == "Montants indicatifs, décision de l’ASP."
    assert report.table_date == date(2026, 11, 23)


def test_one_certain_no_outweighs_everything_unknown() -> None:
    conditions = Conditions(size_max=249, level_max=4)
    case = AidCase(APPRENTICESHIP, date(2026, 9, 1), diploma_level=7)

    verdict = judge(conditions, case, date(2026, 9, 1))

    assert verdict.holds is False
    assert verdict.missing == ()


@given(
    day=st.dates(min_value=date(2009, 1, 1), max_value=date(2028, 12, 31)),
    size=st.one_of(st.none(), st.integers(min_value=0, max_value=1000)),
    level=st.one_of(st.none(), st.integers(min_value=3, max_value=8)),
    disabled=st.booleans(),
    kind=st.sampled_from(ContractKind),
)
def test_no_case_promises_more_than_the_table_or_anything_for_2027(
    day: date, size: int | None, level: int | None, disabled: bool, kind: ContractKind
) -> None:
    case = AidCase(
        kind, day, employer_size=size, diploma_level=level, disabled=disabled, birth_date=MINOR
    )

    amount = employer_aids(case).state_amount

    if day >= aid_table().horizon:
        assert isinstance(amount, ToConfirm)
    elif isinstance(amount, Decimal):
        assert 0 <= amount <= 8000
