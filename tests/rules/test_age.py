"""Ages at the start of a contract, and the clause each answer rests on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.age import AgeExemptions, FormerContract, age_on, check_age, is_minor
from app.rules.law import ContractKind, Finding, Level

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
FINISHED = AgeExemptions(finished_lower_secondary=True)
BIRTHS = st.dates(min_value=date(1970, 1, 1), max_value=date(2015, 12, 31))
STARTS = st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 12, 31))


def clauses(found: list[Finding]) -> list[tuple[str, Level]]:
    return [(item.rule_id, item.level) for item in found]


@pytest.mark.parametrize(
    ("birth", "start", "exemptions", "expected"),
    [
        # 15 years and 28 days, 3e finished: accepted with derogation 11.
        (date(2011, 11, 2), date(2026, 11, 30), FINISHED, [("AGE-03", Level.INFO)]),
        # The same youth before the 15th birthday: refused, school status proposed.
        (
            date(2011, 11, 2),
            date(2026, 11, 1),
            FINISHED,
            [("AGE-03", Level.BLOCK)],
        ),
        # Born a year later by a typing error.
        (date(2012, 11, 2), date(2026, 11, 30), FINISHED, [("AGE-03", Level.BLOCK)]),
        # On the very 15th birthday: the practice asks one day more.
        (
            date(2011, 11, 2),
            date(2026, 11, 2),
            FINISHED,
            [("AGE-03", Level.WARN), ("AGE-03", Level.INFO)],
        ),
        # The eve of the 30th birthday is still 29.
        (date(1996, 12, 2), date(2026, 12, 1), AgeExemptions(), []),
        # The 30th birthday itself is not.
        (date(1996, 12, 1), date(2026, 12, 1), AgeExemptions(), [("AGE-01", Level.BLOCK)]),
        # Born on 29 February: 18 on 1 March of a common year.
        (date(2008, 2, 29), date(2026, 2, 28), AgeExemptions(), []),
        # 33, recognised disabled worker, proof in date.
        (
            date(1993, 5, 14),
            date(2026, 12, 1),
            AgeExemptions(disabled_worker=True, disabled_until=date(2028, 3, 31)),
            [("AGE-05", Level.INFO)],
        ),
        # The same with a proof that expired a month before.
        (
            date(1993, 5, 14),
            date(2026, 12, 1),
            AgeExemptions(disabled_worker=True, disabled_until=date(2026, 10, 31)),
            [("AGE-05", Level.BLOCK), ("AGE-01", Level.BLOCK)],
        ),
        # 26 in 2018: the old limit of 25 applies.
        (date(1992, 1, 1), date(2018, 10, 1), AgeExemptions(), [("AGE-02", Level.BLOCK)]),
        # 25 in 2018 is fine.
        (date(1993, 1, 1), date(2018, 10, 1), AgeExemptions(), []),
    ],
)
def test_odd_ages_answer_with_the_clause_they_rest_on(
    birth: date, start: date, exemptions: AgeExemptions, expected: list[tuple[str, Level]]
) -> None:
    found = check_age(birth, start, APPRENTICESHIP, exemptions)

    assert [item for item in clauses(found) if item[0] != "AGE-04"] == expected


def test_a_youth_who_turns_fifteen_before_december_may_wait_at_school() -> None:
    found = check_age(date(2011, 12, 20), date(2026, 10, 1), APPRENTICESHIP)

    assert clauses(found) == [("AGE-03", Level.BLOCK), ("AGE-04", Level.INFO)]
    assert "statut scolaire" in found[1].message


def test_a_youth_who_turns_fifteen_next_year_has_no_school_path_yet() -> None:
    found = check_age(date(2012, 1, 5), date(2026, 10, 1), APPRENTICESHIP)

    assert clauses(found) == [("AGE-03", Level.BLOCK)]


@pytest.mark.parametrize(
    ("finished", "level", "code"),
    [(True, Level.INFO, "11"), (None, Level.WARN, "11"), (False, Level.BLOCK, "")],
)
def test_fifteen_depends_on_the_end_of_3e(finished: bool | None, level: Level, code: str) -> None:
    exemptions = AgeExemptions(finished_lower_secondary=finished)

    found = check_age(date(2011, 6, 1), date(2026, 9, 1), APPRENTICESHIP, exemptions)

    assert [(item.rule_id, item.level, item.code) for item in found] == [("AGE-03", level, code)]


@pytest.mark.parametrize(
    "exemptions",
    [
        AgeExemptions(disabled_worker=True),
        AgeExemptions(business_project=True),
        AgeExemptions(high_level_athlete=True),
    ],
)
def test_three_situations_lift_the_upper_limit_with_derogation_12(
    exemptions: AgeExemptions,
) -> None:
    found = check_age(date(1980, 1, 1), date(2026, 9, 1), APPRENTICESHIP, exemptions)

    assert [(item.rule_id, item.level, item.code) for item in found] == [
        ("AGE-05", Level.INFO, "12")
    ]


def test_an_exception_before_2019_is_a_doubt_because_our_sources_start_in_2019() -> None:
    exemptions = AgeExemptions(disabled_worker=True)

    found = check_age(date(1980, 1, 1), date(2015, 9, 1), APPRENTICESHIP, exemptions)

    assert clauses(found) == [("AGE-02", Level.WARN)]


def test_an_expired_proof_before_2019_is_refused_under_the_old_rule() -> None:
    exemptions = AgeExemptions(disabled_worker=True, disabled_until=date(2014, 1, 1))

    found = check_age(date(1980, 1, 1), date(2015, 9, 1), APPRENTICESHIP, exemptions)

    assert clauses(found) == [("AGE-02", Level.BLOCK), ("AGE-02", Level.BLOCK)]


def former(end: date | None) -> AgeExemptions:
    return AgeExemptions(
        former_contract=FormerContract.COMPLETED_LOWER_LEVEL, former_contract_end=end
    )


@pytest.mark.parametrize(
    ("birth", "end", "expected"),
    [
        # 33, signed within the year.
        (date(1993, 5, 14), date(2026, 6, 30), [("AGE-06", Level.INFO)]),
        # One year and a day after the former contract.
        (date(1993, 5, 14), date(2025, 8, 31), [("AGE-06", Level.BLOCK)]),
        # 35 on the day of signature: the two readings.
        (date(1991, 5, 14), date(2026, 6, 30), [("AGE-07", Level.WARN)]),
        # 36: beyond both readings.
        (date(1990, 5, 14), date(2026, 6, 30), [("AGE-06", Level.BLOCK)]),
        # The end of the former contract is not known.
        (date(1993, 5, 14), None, [("AGE-06", Level.WARN)]),
    ],
)
def test_after_a_former_contract_the_limit_is_35_at_signature(
    birth: date, end: date | None, expected: list[tuple[str, Level]]
) -> None:
    found = check_age(birth, date(2026, 9, 1), APPRENTICESHIP, former(end))

    assert clauses(found) == expected


def test_before_2019_the_limit_after_a_former_contract_was_30() -> None:
    found = check_age(date(1984, 1, 1), date(2015, 9, 1), APPRENTICESHIP, former(date(2015, 6, 30)))

    assert clauses(found) == [("AGE-06", Level.BLOCK)]
    assert "30 ans" in found[0].message


def test_exactly_30_before_2019_has_no_second_reading() -> None:
    found = check_age(date(1985, 1, 1), date(2015, 9, 1), APPRENTICESHIP, former(date(2015, 6, 30)))

    assert clauses(found) == [("AGE-06", Level.INFO)]


def test_repeating_an_exam_elsewhere_asks_the_opco() -> None:
    exemptions = AgeExemptions(failed_exam_new_employer=True)

    found = check_age(date(1990, 1, 1), date(2026, 9, 1), APPRENTICESHIP, exemptions)

    assert clauses(found) == [("AGE-08", Level.WARN)]


def test_a_beneficiary_of_the_employment_duty_above_29_is_a_doubt() -> None:
    exemptions = AgeExemptions(employment_duty_beneficiary=True)

    found = check_age(date(1990, 1, 1), date(2026, 9, 1), APPRENTICESHIP, exemptions)

    assert clauses(found) == [("AGE-09", Level.WARN)]


@pytest.mark.parametrize(
    ("birth", "start", "count"),
    [
        (date(2008, 1, 1), date(2026, 9, 1), 1),
        (date(2005, 1, 1), date(2026, 9, 1), 0),
        (date(2005, 1, 1), date(2023, 9, 1), 0),
    ],
)
def test_the_youth_equivalence_opens_an_adapted_contract_from_15_to_20_since_2024(
    birth: date, start: date, count: int
) -> None:
    exemptions = AgeExemptions(youth_equivalence=True)

    found = check_age(birth, start, APPRENTICESHIP, exemptions)

    assert clauses(found) == [("AGE-09", Level.INFO)] * count


def test_signing_before_30_and_starting_after_is_never_accepted_by_itself() -> None:
    found = check_age(
        date(1996, 11, 20),
        date(2026, 12, 1),
        APPRENTICESHIP,
        conclusion=date(2026, 11, 15),
    )

    assert clauses(found) == [("AGE-10", Level.WARN)]


@pytest.mark.parametrize(
    ("birth", "exemptions", "expected"),
    [
        (date(2011, 6, 1), AgeExemptions(), [("PRO-01", Level.BLOCK)]),
        (date(2003, 8, 17), AgeExemptions(), []),
        (date(2000, 12, 2), AgeExemptions(), []),
        (date(2000, 12, 1), AgeExemptions(registered_jobseeker=False), [("PRO-01", Level.BLOCK)]),
        (date(2000, 12, 1), AgeExemptions(), [("PRO-01", Level.WARN)]),
        (date(1980, 1, 1), AgeExemptions(registered_jobseeker=True), []),
        (date(1980, 1, 1), AgeExemptions(minimum_income_recipient=True), []),
        (date(1980, 1, 1), AgeExemptions(former_subsidised_contract=True), []),
    ],
)
def test_a_contrat_pro_is_for_16_to_25_then_for_jobseekers(
    birth: date, exemptions: AgeExemptions, expected: list[tuple[str, Level]]
) -> None:
    found = check_age(birth, date(2026, 12, 1), PROFESSIONALISATION, exemptions)

    assert clauses(found) == expected


def test_a_newborn_is_one_year_old_in_good_french() -> None:
    found = check_age(date(2025, 9, 1), date(2026, 10, 1), APPRENTICESHIP)

    assert found[0].message.startswith("1 an au début")


@given(birth=BIRTHS, day=STARTS)
def test_age_never_falls_as_days_pass(birth: date, day: date) -> None:
    assert age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


@given(birth=BIRTHS, day=STARTS)
def test_a_minor_is_exactly_someone_under_eighteen(birth: date, day: date) -> None:
    assert is_minor(birth, day) == (age_on(birth, day) < 18)


@given(birth=BIRTHS, start=STARTS)
def test_between_16_and_29_nothing_is_asked_and_outside_something_is(
    birth: date, start: date
) -> None:
    found = check_age(birth, start, APPRENTICESHIP)

    assert bool(found) != (16 <= age_on(birth, start) <= 29)
