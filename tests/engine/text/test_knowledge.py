"""Synonym lines are read strictly, and ours are sound."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from app.engine.similarity import Synonym, SynonymKind, parse_synonyms
from app.engine.text import fold
from app.engine.text.stems import stem

OURS = Path(__file__).parents[3] / "app" / "reference" / "data" / "synonyms.csv"


def our_lines() -> tuple[Synonym, ...]:
    with OURS.open(encoding="utf-8", newline="") as file:
        return parse_synonyms(csv.DictReader(file))


def test_a_line_is_read_with_its_kind() -> None:
    [line] = parse_synonyms([{"term": " AVS ", "kind": "short", "target": "auxiliaire de vie"}])

    assert line == Synonym("AVS", SynonymKind.SHORT, "auxiliaire de vie")


@pytest.mark.parametrize(
    "row",
    [
        {"term": "", "kind": "short", "target": "x"},
        {"term": "x", "kind": "short", "target": " "},
        {"term": "x", "kind": "other", "target": "y"},
        {"term": "x"},
    ],
)
def test_a_broken_line_is_refused_with_its_number(row: dict[str, str]) -> None:
    good = {"term": "AVS", "kind": "short", "target": "auxiliaire de vie"}

    with pytest.raises(ValueError, match="line 2"):
        parse_synonyms([good, row])


def test_our_short_forms_name_one_wording_each() -> None:
    terms = [fold(line.term) for line in our_lines() if line.kind is SynonymKind.SHORT]

    assert len(terms) == len(set(terms))
    assert all(terms)


def test_our_word_pairs_are_two_different_single_words() -> None:
    pairs = [
        (fold(line.term), fold(line.target))
        for line in our_lines()
        if line.kind is SynonymKind.WORD
    ]

    assert all(len(one.split()) == len(other.split()) == 1 for one, other in pairs)
    assert all(one != other for one, other in pairs)


def test_our_codes_have_the_shape_of_rome_codes() -> None:
    codes = [
        code
        for line in our_lines()
        if line.kind in (SynonymKind.CODE, SynonymKind.NONE)
        for code in line.target.split("|")
    ]

    assert codes
    assert all(re.fullmatch(r"[A-N][1-4]\d{3}", code) for code in codes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("boulanger", "boulangerie"),
        ("macon", "maconnerie"),
        ("soudeur", "soudage"),
        ("electricien", "electricite"),
        ("comptable", "comptabilite"),
        ("gestion", "gestionnaire"),
    ],
)
def test_words_of_one_family_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("cuisinier", "cuisiniste"), ("manager", "manger"), ("vente", "vert")]
)
def test_words_of_two_trades_do_not_share_a_stem(one: str, other: str) -> None:
    assert stem(one) != stem(other)
