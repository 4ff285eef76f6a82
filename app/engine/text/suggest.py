"""Trades proposed while somebody types, or nothing when no trade bears that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.engine.text.fold import fold
from app.engine.text.index import TitleIndex
from app.engine.text.knowledge import Knowledge, SynonymKind

# Below this a title shares a word with what was typed but names another trade: «agent commercial»
# is no «agent de sécurité». Found by reading the answers to made-up and real trades.
SOUND = 0.5
_COMPLETIONS = 8
_UNKNOWN = 0.4  # share of unknown words above which nothing was understood


@dataclass(frozen=True, slots=True)
class TradeTitle:
    """A title of a trade that may be proposed; ``kind`` is ``label`` or ``appellation``."""

    code: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A trade proposed for a text.

    ``title`` is the label of the trade, ``matched`` the wording that brought it, ``score`` in
    [0, 1]. ``alternative`` is true when no apprenticeship leads to what was typed and this trade is
    only worth a look; ``matched`` is then what was understood.
    """

    code: str
    title: str
    matched: str
    score: float
    alternative: bool = False


class TradeSuggester:
    """Proposes trades for a text; built once, read by any number of threads."""

    def __init__(self, trades: Sequence[TradeTitle], knowledge: Knowledge | None = None) -> None:
        self._trades = tuple(trades)
        self._index = TitleIndex([trade.title for trade in trades], knowledge)
        self._labels: dict[str, str] = {}
        for trade in sorted(trades, key=lambda trade: (trade.kind != "label", len(trade.title))):
            self._labels.setdefault(trade.code, trade.title)
        synonyms = () if knowledge is None else knowledge.synonyms
        self._codes: dict[SynonymKind, dict[str, tuple[str, tuple[str, ...]]]] = {
            kind: {
                fold(line.term): (line.term, tuple(line.target.split("|")))
                for line in synonyms
                if line.kind is kind
            }
            for kind in (SynonymKind.CODE, SynonymKind.NONE)
        }

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """Return the best trades, one a code, best first; empty when none is sound.

        Tolerates an unfinished last word, slips, missing accents, feminine and short forms.
        """
        spelled = self._index.spelled(text)
        closed = self._codes[SynonymKind.NONE].get(fold(text)) or self._codes[SynonymKind.NONE].get(
            spelled
        )
        if closed:
            return list(self._named(*closed, alternative=True))[:limit]
        best: dict[str, Suggestion] = {}
        named = self._named(*self._codes[SynonymKind.CODE].get(spelled, ("", ())))
        for suggestion in (*named, *self._found(text)):
            best.setdefault(suggestion.code, suggestion)
        return list(best.values())[:limit]

    def _named(
        self, term: str, codes: Iterable[str], *, alternative: bool = False
    ) -> Iterable[Suggestion]:
        """Trades that the synonym file names, in its order; those unknown here are left out."""
        for code in codes:
            if code in self._labels:
                yield Suggestion(
                    code, self._labels[code], term, 0.0 if alternative else 1.0, alternative
                )

    def _found(self, text: str) -> list[Suggestion]:
        if self._index.unknown_share(text) > _UNKNOWN:
            return []
        found, scores = self._index.typed_scores(text, _COMPLETIONS)
        sound = [
            (float(score), self._trades[place])
            for place, score in zip(found.tolist(), scores.tolist(), strict=True)
            if score >= SOUND
        ]
        sound.sort(
            key=lambda pair: (-pair[0], pair[1].kind != "label", len(pair[1].title), pair[1].title)
        )
        return [
            Suggestion(trade.code, self._labels[trade.code], trade.title, score)
            for score, trade in sound
        ]
