"""Who may train: age, competence, number of persons followed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.rules.law import ContractKind, Finding, Level
from app.rules.tutor import TutorFacts, check_tutor

START = date(2026, 12, 1)
APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
BLOCK, WARN, INFO = Level.BLOCK, Level.WARN, Level.INFO
EXPERT = Decimal(5)


def clauses(found: list[Finding]) -> list[tuple[str, Level]]:
    return [(item.rule_id, item.level) for item in found]


@pytest.mark.parametrize(
    ("tutor", "expected"),
    [
        (TutorFacts(practice_years=EXPERT, birth_date=date(2008, 12, 1)), []),
        (TutorFacts(practice_years=EXPERT, birth_date=date(2008, 12, 2)), [("MA-01", BLOCK)]),
        (TutorFacts(practice_years=EXPERT, volunteer=False), [("MA-01", BLOCK)]),
        (TutorFacts(), [("MA-02", WARN)]),
        (TutorFacts(practice_years=Decimal(2)), []),
        (TutorFacts(practice_years=Decimal("1.5")), [("MA-02", WARN)]),
        (TutorFacts(practice_years=Decimal(1), diploma_level=3, same_field=True), []),
        (
            TutorFacts(practice_years=Decimal(1), diploma_level=2, same_field=True),
            [("MA-02", WARN)],
        ),
        (
            TutorFacts(practice_years=Decimal(1), diploma_level=5, same_field=False),
            [("MA-02", WARN)],
        ),
        (
            TutorFacts(practice_years=Decimal("0.5"), diploma_level=5, same_field=True),
            [("MA-02", WARN)],
        ),
    ],
)
def test_a_maitre_d_apprentissage_is_an_adult_who_knows_the_trade(
    tutor: TutorFacts, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_tutor(APPRENTICESHIP, tutor, START, prepared_level=3)) == expected


def test_an_unknown_prepared_level_leaves_a_question() -> None:
    tutor = TutorFacts(practice_years=Decimal(1), diploma_level=3, same_field=True)

    found = check_tutor(APPRENTICESHIP, tutor, START)

    assert clauses(found) == [("MA-02", WARN)]
    assert "à vérifier" in found[0].message


def test_before_2019_a_year_more_of_practice_was_asked() -> None:
    tutor = TutorFacts(practice_years=Decimal(2))

    assert clauses(check_tutor(APPRENTICESHIP, tutor, date(2018, 9, 1))) == [("MA-02", WARN)]


@pytest.mark.parametrize(
    ("apprentices", "repeaters", "newcomer_repeats", "blocked"),
    [
        (0, 0, False, False),
        (1, 0, False, False),
        (2, 0, False, True),
        (1, 1, False, False),
        (2, 0, True, False),
        (2, 1, True, True),
        (1, 1, True, False),
        (0, 2, False, False),
        (1, 2, False, True),
    ],
)
def test_two_apprentices_and_one_repeater_at_most(
    apprentices: int, repeaters: int, newcomer_repeats: bool, blocked: bool
) -> None:
    tutor = TutorFacts(practice_years=EXPERT, apprentices=apprentices, repeaters=repeaters)

    found = check_tutor(APPRENTICESHIP, tutor, START, newcomer_repeats=newcomer_repeats)

    assert clauses(found) == ([("MA-03", BLOCK)] if blocked else [])


def test_a_recorded_derogation_turns_the_refusal_into_a_note() -> None:
    tutor = TutorFacts(practice_years=EXPERT, apprentices=2, derogation=True)

    found = check_tutor(APPRENTICESHIP, tutor, START)

    assert clauses(found) == [("MA-03", INFO)]
    assert "Dérogation enregistrée" in found[0].message


@pytest.mark.parametrize(
    ("apprentices", "others", "warned"), [(1, 1, False), (1, 2, True), (2, 0, False)]
)
def test_both_contract_kinds_count_together(apprentices: int, others: int, warned: bool) -> None:
    tutor = TutorFacts(
        practice_years=EXPERT, apprentices=apprentices, professionalisation=others, derogation=True
    )

    found = check_tutor(APPRENTICESHIP, tutor, START)

    assert ("MA-06" in [item.rule_id for item in found]) is warned


@pytest.mark.parametrize(
    ("tutor", "expected"),
    [
        (TutorFacts(practice_years=Decimal(2)), []),
        (TutorFacts(), [("PRO-06", WARN)]),
        (TutorFacts(practice_years=Decimal(1)), [("PRO-06", WARN)]),
        (TutorFacts(practice_years=EXPERT, professionalisation=2), []),
        (TutorFacts(practice_years=EXPERT, professionalisation=3), [("PRO-06", WARN)]),
        (TutorFacts(practice_years=EXPERT, professionalisation=1, is_employer=True), []),
        (
            TutorFacts(
                practice_years=EXPERT, apprentices=1, professionalisation=1, is_employer=True
            ),
            [("PRO-06", WARN)],
        ),
    ],
)
def test_the_tutor_of_a_contrat_pro_follows_three_persons_or_two_as_employer(
    tutor: TutorFacts, expected: list[tuple[str, Level]]
) -> None:
    assert clauses(check_tutor(PROFESSIONALISATION, tutor, START)) == expected


def test_hotels_and_restaurants_have_a_permit_to_train_to_confirm() -> None:
    found = check_tutor(
        APPRENTICESHIP, TutorFacts(practice_years=EXPERT), START, idcc="1979", conclusion=START
    )

    assert clauses(found) == [("MA-05", INFO)]
    assert not found[0].is_certain
