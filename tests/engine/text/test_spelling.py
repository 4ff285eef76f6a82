"""Unknown words are corrected when they are long; known words never."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.text import spelling
from app.engine.text.sounds import sound
from app.engine.text.spelling import Speller

USES = {
    "boulanger": 9, "vente": 30, "vert": 12, "manager": 8, "vendeur": 40, "agent": 200, "chef": 90,
    "mime": 1, "monteur": 30, "moteur": 5, "photographe": 4, "informatique": 20, "information": 20,
    "electricien": 12, "vigile": 2, "caisse": 9, "r2d2": 1,
}  # fmt: skip


@pytest.fixture
def speller() -> Speller:
    return Speller(USES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("boulenger", "boulanger"),
        ("bouulangre", "boulanger"),
        ("vendur", "vendeur"),
        ("fotographe", "photographe"),
        ("informatik", "informatique"),
        ("electrissien", "electricien"),
        ("agnt", "agent"),
        ("chfe", "chef"),
        ("montteur", "monteur"),
        ("kaisse", "caisse"),
    ],
)
def test_a_slip_in_a_word_is_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "word", ["vente", "verte", "manger", "moteur", "mine", "zhef", "abc", "r2d3", "astronaute"]
)
def test_words_known_short_or_far_from_any_stay_as_typed(speller: Speller, word: str) -> None:
    assert speller.correct(word) == word


def test_two_slips_in_a_word_of_six_need_the_right_first_letter(speller: Speller) -> None:
    assert speller.correct("vogele") == "vigile"
    assert speller.correct("bigele") == "bigele"


def test_a_word_between_two_known_words_may_stand_for_both(speller: Speller) -> None:
    meant = speller.meant("moyteur")

    assert [word for word, _ in meant] == ["moteur", "monteur"]
    assert 1 > meant[0][1] > meant[1][1] > 0


def test_a_known_word_is_fully_trusted(speller: Speller) -> None:
    assert speller.meant("vente") == [("vente", 1.0)]


def test_a_word_is_mended_the_same_when_nothing_more_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spelling, "_REMEMBERED", 0)

    forgetful = Speller(USES)

    assert [forgetful.correct("boulenger") for _ in range(2)] == ["boulanger", "boulanger"]


def test_an_everyday_word_is_right_but_names_no_trade(speller: Speller) -> None:
    assert speller.knows("manger")
    assert not speller.recognises("manger")
    assert speller.recognises("boulenger")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("photo", "foto"),
        ("mecanique", "mecanik"),
        ("caissier", "kaissier"),
        ("bureau", "buro"),
        ("patissier", "patisier"),
        ("coiffeur", "coifeur"),
    ],
)
def test_words_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12))
def test_what_was_mended_is_known_and_is_not_mended_again(word: str) -> None:
    speller = Speller(USES)

    mended = speller.correct(word)

    assert mended == word or mended in USES
    assert speller.correct(mended) == mended
