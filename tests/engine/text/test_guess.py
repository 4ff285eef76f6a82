"""From a free title to its code."""

from __future__ import annotations

import pytest

from app.engine.similarity import Knowledge, TradeGuesser
from tests.engine.text.small_world import small_knowledge


@pytest.fixture(scope="module")
def guesser() -> TradeGuesser:
    return TradeGuesser(small_knowledge())


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Apprenti boulanger H/F - 78", "D1102"),
        ("Mécanicien auto confirmé", "I1604"),
        ("Agent de sécurité événementiel", "K2503"),
        ("Coiffeuse barbière", "D1202"),
    ],
)
def test_a_title_never_seen_gets_the_code_of_its_trade(
    guesser: TradeGuesser, title: str, code: str
) -> None:
    assert guesser.guess(title)[0][0] == code


def test_beliefs_fall_and_add_up_to_one_over_all_codes(guesser: TradeGuesser) -> None:
    beliefs = [belief for _, belief in guesser.guess("boulanger", k=1000)]

    assert beliefs == sorted(beliefs, reverse=True)
    assert sum(beliefs) == pytest.approx(1.0)


def test_k_cuts_the_list(guesser: TradeGuesser) -> None:
    assert len(guesser.guess("boulanger", k=2)) == 2


@pytest.mark.parametrize("title", ["", "xyzzy"])
def test_a_title_near_no_known_title_is_not_guessed(guesser: TradeGuesser, title: str) -> None:
    assert guesser.guess(title) == []


def test_themes_of_courses_are_never_guessed(guesser: TradeGuesser) -> None:
    codes = [code for code, _ in guesser.guess("surveillance et gardiennage sécurité", k=1000)]

    assert "theme:sécurité" not in codes


def test_without_titles_nothing_is_guessed() -> None:
    assert TradeGuesser(Knowledge()).guess("boulanger") == []
