"""Trades proposed while somebody types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from app.engine.text.fold import fold
from app.engine.text.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class TradeTitle:
    """A title of a trade that may be proposed; ``kind`` is ``label`` or ``appellation``."""

    code: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A trade proposed for a text; ``matched`` is the wording that brought it."""

    code: str
    title: str
    matched: str
    score: float


class TradeSuggester:
    """Trades proposed while somebody types."""

    def __init__(self, trades: Sequence[TradeTitle], knowledge: Knowledge | None = None) -> None:
        self._trades = tuple(trades)
        self._folded = [fold(trade.title) for trade in self._trades]

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The best trades, one a code."""
        wanted = fold(text)
        best: dict[str, Suggestion] = {}
        for trade, folded in zip(self._trades, self._folded, strict=True):
            score = fuzz.WRatio(wanted, folded) / 100
            if score >= 0.8 and (trade.code not in best or best[trade.code].score < score):
                best[trade.code] = Suggestion(trade.code, trade.title, trade.title, score)
        return sorted(best.values(), key=lambda s: (-s.score, s.title))[:limit]
