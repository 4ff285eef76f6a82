"""Similarity of trade titles: the public face of ``app.engine.text``."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.text.guess import TradeGuesser
from app.engine.text.index import TitleIndex
from app.engine.text.knowledge import (
    Knowledge,
    Synonym,
    SynonymKind,
    TitledCode,
    parse_synonyms,
)
from app.engine.text.proximity import Neighbours, trade_proximity
from app.engine.text.suggest import Suggestion, TradeSuggester, TradeTitle

__all__ = [
    "Knowledge",
    "Neighbours",
    "Suggestion",
    "Synonym",
    "SynonymKind",
    "TitleIndex",
    "TitledCode",
    "TradeGuesser",
    "TradeSuggester",
    "TradeTitle",
    "parse_synonyms",
    "rank",
    "trade_proximity",
]


def rank(
    queries: Sequence[str], corpus: Sequence[str], k: int, knowledge: Knowledge | None = None
) -> list[list[tuple[int, float]]]:
    """Return the k best corpus titles of each query as (index, score), best first.

    Scores lie in [0, 1]; equal scores are ordered by title, then by index. Titles below the floors
    of the score (``app/engine/text/index.py``) are never returned, so a list may be short or empty.
    """
    index = TitleIndex(corpus, knowledge)
    return [index.search(query, k) for query in queries]
