"""Sentences that nobody computes: who reads which, and what they never say."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from app.rules.aids import AidCase, employer_aids
from app.rules.good_to_know import employer_share, good_to_know
from app.rules.law import ContractKind, Level, Mark
from app.rules.opco import deposit_recipient, opco_by_naf

APPRENTICESHIP = ContractKind.APPRENTICESHIP
PROFESSIONALISATION = ContractKind.PROFESSIONALISATION
DAY = date(2026, 11, 23)


def ids(kind: ContractKind, **more: object) -> list[str]:
    return [item.rule_id for item in good_to_know(kind, DAY, **more)]  # type: ignore[arg-type]


def test_an_apprenticeship_and_a_contrat_pro_have_their_own_sentences() -> None:
    apprenticeship, professionalisation = ids(APPRENTICESHIP), ids(PROFESSIONALISATION)

    assert {"DUR-12", "TER-02", "MA-04", "DIP-03", "DIP-06", "CFA-01", "CFA-05"} <= set(
        apprenticeship
    )
    assert {"PRO-05", "PRO-07", "TER-08"} <= set(professionalisation)
    assert "PRO-05" not in apprenticeship
    assert "CFA-04" not in professionalisation
    assert {"EMP-01", "EMP-06", "DIP-08"} <= set(apprenticeship) & set(professionalisation)


def test_dangerous_work_is_told_for_a_minor_only() -> None:
    assert "MIN-12" in ids(APPRENTICESHIP, minor=True)
    assert "MIN-12" not in ids(APPRENTICESHIP)


def test_what_sources_disagree_on_holds_no_figure() -> None:
    unverified = [one for one in good_to_know(APPRENTICESHIP, DAY) if one.mark is Mark.UNVERIFIED]

    assert {one.rule_id for one in unverified} == {"TER-06", "EMP-07"}
    for one in unverified:
        assert "à confirmer" in one.message
        assert not re.search(r"\d", one.message)


def test_every_sentence_informs_and_quotes_its_text() -> None:
    for kind in ContractKind:
        for one in good_to_know(kind, DAY, minor=True, level=8):
            assert one.level is Level.INFO
            assert one.message.endswith(".")
            assert one.source


def test_a_sentence_waits_for_its_day() -> None:
    before = [one.rule_id for one in good_to_know(APPRENTICESHIP, date(2025, 10, 31))]

    assert "TER-07" not in before
    assert "TER-07" in ids(APPRENTICESHIP)


@pytest.mark.parametrize(
    ("day", "level", "after_break", "euros"),
    [
        (date(2025, 6, 30), 6, False, 0),
        (date(2025, 7, 1), 5, False, 0),
        (date(2025, 7, 1), 6, False, 750),
        (date(2025, 7, 1), 7, True, 200),
    ],
)
def test_the_employers_share_is_the_one_of_the_aids_table(
    day: date, level: int, after_break: bool, euros: int
) -> None:
    case = AidCase(
        APPRENTICESHIP, day, employer_size=10, diploma_level=level, after_break=after_break
    )

    costs = [one.amount for one in employer_aids(case).lines if one.aid_id == "COST-750"]

    assert employer_share(day, level, after_break=after_break) == euros
    assert costs == ([Decimal(-euros)] if euros else [])


@pytest.mark.parametrize(
    ("naf", "opco"),
    [
        ("10.71C", "OPCO EP"),
        ("1072Z", "OCAPIAT"),
        ("81.21Z", "AKTO"),
        ("43.21A", "Constructys"),
        ("25.62B", "OPCO 2i"),
        ("84.11Z", None),
        ("pain", None),
    ],
)
def test_the_activity_suggests_an_opco_the_finest_division_first(
    naf: str, opco: str | None
) -> None:
    assert opco_by_naf(naf) == opco


def test_a_guess_from_the_activity_is_said_to_be_one_and_the_agreement_speaks_first() -> None:
    assert "sans doute OPCO EP" in deposit_recipient("9999", naf="10.71C")
    assert deposit_recipient("1979", naf="10.71C").startswith("AKTO")
    assert "Celia" in deposit_recipient("1979", naf="10.71C", public_employer=True)
