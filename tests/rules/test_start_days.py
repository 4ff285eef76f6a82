"""Age limits as plain days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.age import AgeExemptions, FormerContract, check_age
from app.rules.law import ContractKind, blocking
from app.rules.start_days import lawful_start_days

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
BIRTHS = st.dates(min_value=date(1985, 1, 1), max_value=date(2013, 12, 31))
STARTS = st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 12, 31))


@pytest.mark.parametrize(
    ("exemptions", "strict", "first", "last"),
    [
        (
            AgeExemptions(finished_lower_secondary=True),
            True,
            date(2026, 11, 3),
            date(2041, 11, 1),
        ),
        (AgeExemptions(), False, date(2026, 11, 3), date(2041, 11, 1)),
        (AgeExemptions(), True, date(2027, 11, 2), date(2041, 11, 1)),
        (
            AgeExemptions(finished_lower_secondary=False),
            False,
            date(2027, 11, 2),
            date(2041, 11, 1),
        ),
        (AgeExemptions(disabled_worker=True), False, date(2026, 11, 3), None),
        (AgeExemptions(high_level_athlete=True), False, date(2026, 11, 3), None),
        (AgeExemptions(failed_exam_new_employer=True), False, date(2026, 11, 3), None),
        (AgeExemptions(failed_exam_new_employer=True), True, date(2027, 11, 2), date(2041, 11, 1)),
        (
            AgeExemptions(disabled_worker=True, disabled_until=date(2045, 3, 31)),
            False,
            date(2026, 11, 3),
            date(2045, 3, 31),
        ),
    ],
)
def test_lawful_days_of_an_apprentice_born_in_november_2011(
    exemptions: AgeExemptions, strict: bool, first: date, last: date | None
) -> None:
    days = lawful_start_days(date(2011, 11, 2), APPRENTICESHIP, exemptions, strict=strict)

    assert days == (first, last)


@pytest.mark.parametrize(
    ("strict", "end", "last"),
    [
        (False, date(2026, 6, 30), date(2027, 5, 13)),
        (True, date(2026, 6, 30), date(2026, 5, 13)),
        (False, date(2025, 6, 30), date(2026, 6, 30)),
    ],
)
def test_a_former_contract_prolongs_the_days_to_35_or_one_year(
    strict: bool, end: date, last: date
) -> None:
    exemptions = AgeExemptions(
        former_contract=FormerContract.BROKEN_OUTSIDE_WILL, former_contract_end=end
    )

    days = lawful_start_days(date(1991, 5, 14), APPRENTICESHIP, exemptions, strict=strict)

    assert days.last_day == last


def test_before_2019_the_last_day_was_the_eve_of_26() -> None:
    days = lawful_start_days(date(1990, 3, 10), APPRENTICESHIP, signed=date(2015, 9, 1))

    assert days == (date(2005, 3, 11), date(2016, 3, 9))


@pytest.mark.parametrize(
    ("exemptions", "strict", "last"),
    [
        (AgeExemptions(), False, None),
        (AgeExemptions(), True, date(2029, 8, 16)),
        (AgeExemptions(registered_jobseeker=False), False, date(2029, 8, 16)),
        (AgeExemptions(registered_jobseeker=True), True, None),
        (AgeExemptions(minimum_income_recipient=True), True, None),
        (AgeExemptions(former_subsidised_contract=True), True, None),
    ],
)
def test_lawful_days_of_a_contrat_pro(
    exemptions: AgeExemptions, strict: bool, last: date | None
) -> None:
    days = lawful_start_days(date(2003, 8, 17), PROFESSIONALISATION, exemptions, strict=strict)

    assert days == (date(2019, 8, 17), last)


@given(birth=BIRTHS, start=STARTS, kind=st.sampled_from(ContractKind))
def test_days_and_sentences_agree_on_every_start(
    birth: date, start: date, kind: ContractKind
) -> None:
    days = lawful_start_days(birth, kind)

    inside = days.first_day <= start and (days.last_day is None or start <= days.last_day)
    refused = bool(blocking(check_age(birth, start, kind)))
    on_fifteenth = kind is APPRENTICESHIP and start == days.first_day - timedelta(days=1)
    assert inside != refused or on_fifteenth


@given(birth=BIRTHS, kind=st.sampled_from(ContractKind))
def test_strict_days_never_reach_beyond_the_wide_ones(birth: date, kind: ContractKind) -> None:
    wide, strict = lawful_start_days(birth, kind), lawful_start_days(birth, kind, strict=True)

    assert strict.first_day >= wide.first_day
    assert wide.last_day is None or (
        strict.last_day is not None and strict.last_day <= wide.last_day
    )
