"""What is proposed while somebody types a trade."""

from __future__ import annotations

import pytest

from app.engine.similarity import TradeSuggester, TradeTitle
from tests.engine.text.small_world import TITLES, small_knowledge

TRADES = [TradeTitle(code, titles[1], "appellation") for code, titles in TITLES.items()]
TRADES += [TradeTitle(code, titles[0], "label") for code, titles in TITLES.items()]


@pytest.fixture(scope="module")
def suggester() -> TradeSuggester:
    return TradeSuggester(TRADES, small_knowledge())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("boul", "D1102"),
        ("boulang", "D1102"),
        ("boulengerie", "D1102"),
        ("patiserie", "D1104"),
        ("mecanique voitur", "I1604"),
        ("mecanicien aut", "I1604"),
        ("coiffeuse", "D1202"),
        ("AVS", "K1306"),
        ("vendeuse", "D1106"),
    ],
)
def test_the_trade_meant_comes_first(suggester: TradeSuggester, typed: str, code: str) -> None:
    assert suggester.suggest(typed)[0].code == code


@pytest.mark.parametrize(
    "typed",
    ["", "b", "astronaute", "astronaute cosmique", "manger", "xyzzy", "rayon cosmique lunaire"],
)
def test_a_trade_that_does_not_exist_gives_nothing(suggester: TradeSuggester, typed: str) -> None:
    assert suggester.suggest(typed) == []


@pytest.mark.parametrize("typed", ["policier", "Policière", "polissier"])
def test_a_trade_without_apprenticeship_gives_alternatives_marked_as_such(
    suggester: TradeSuggester, typed: str
) -> None:
    [proposed] = suggester.suggest(typed)

    assert proposed.alternative
    assert (proposed.code, proposed.title) == ("K2503", "Agent / Agente de sécurité")
    assert (proposed.matched, proposed.score) == ("policier", 0.0)


def test_one_suggestion_a_trade_with_its_label_and_the_wording_found(
    suggester: TradeSuggester,
) -> None:
    found = suggester.suggest("commis de cuisine")

    assert [suggestion.code for suggestion in found].count("G1602") == 1
    assert found[0].title == "Cuisinier / Cuisinière"
    assert found[0].matched == "Commis / Commise de cuisine"
    assert not found[0].alternative


def test_the_limit_cuts_the_list(suggester: TradeSuggester) -> None:
    assert len(suggester.suggest("pâtisserie", limit=1)) == 1
    assert len(suggester.suggest("pâtisserie", limit=5)) > 1


def test_suggestions_come_by_falling_score(suggester: TradeSuggester) -> None:
    scores = [suggestion.score for suggestion in suggester.suggest("vendeur en boulangerie")]

    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.9


def test_titles_alone_are_enough_to_suggest() -> None:
    suggester = TradeSuggester([TradeTitle("D1102", "Boulanger / Boulangère", "label")])

    assert [found.code for found in suggester.suggest("boulangère")] == ["D1102"]
