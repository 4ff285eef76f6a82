"""Every way of writing one title folds to one string, and two trades never do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.text import fold
from app.engine.text.fold import fold_title, plain
from app.engine.text.inflection import lemma

CASES = json.loads((Path(__file__).parents[1] / "cases" / "titles_folding.json").read_text("utf-8"))
FRENCH = st.text(alphabet="abcdefghilmnoprstuvxyzéèêàçœôî ABCÉ'()-/·.,&0123456789", max_size=40)


@pytest.mark.parametrize(
    ("wanted", "typed"), [(wanted, typed) for wanted, all_ in CASES.items() for typed in all_]
)
def test_a_title_folds_to_its_canonical_form(wanted: str, typed: str) -> None:
    assert fold(typed) == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vente", "verte"),
        ("manager", "manger"),
        ("cuisinier", "cuisiniste"),
        ("armée", "arme"),
        ("personne", "person"),
        ("matière", "matier"),
        ("technicien du son", "technicien"),
        ("dangereuse", "dangereur"),
    ],
)
def test_two_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(FRENCH)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)

    assert fold(once) == once


@given(st.text(max_size=30))
def test_any_text_folds_to_ascii_words_parted_by_one_space(text: str) -> None:
    folded = fold(text)

    assert folded.isascii()
    assert folded == " ".join(folded.split())


@given(FRENCH)
def test_case_does_not_change_the_folded_form(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@given(FRENCH)
def test_accents_do_not_change_the_folded_form(text: str) -> None:
    assert fold(plain(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=14))
def test_the_masculine_singular_of_a_word_is_its_own(word: str) -> None:
    once = lemma(word)

    assert lemma(once) == once


def test_typed_inflections_are_kept_beside_the_canonical_words() -> None:
    title = fold_title("Vendeuses en boulangeries")

    assert title.folded == "vendeur boulangerie"
    assert title.surface == "vendeuses boulangeries"


def test_letters_outside_the_latin_tables_are_decomposed() -> None:
    assert plain("ﬁne Ἀ") == "fine α"


def test_a_text_without_latin_letters_folds_to_nothing() -> None:
    assert fold("пекарь") == ""
