"""From a free title to its ROME code, for titles that come without one.

Two opinions are added: the nearest known titles, and a naive Bayes model (uniform prior) of the
words, word pairs and n-grams of each code's titles, to which diploma titles add with less weight.
Each opinion is standardised over the codes, so that neither outshouts the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.text.fold import fold
from app.engine.text.index import TitleIndex
from app.engine.text.knowledge import Knowledge, TitledCode
from app.engine.text.sparse import damped_tfidf, incidence, numbered

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Chosen on held-out ROME appellations, with another split than the one reported.
_SMOOTHING = 0.01
_DIPLOMA_WEIGHT = 0.4
_NEARNESS_POWER = 8
_MODEL_WEIGHT = 2.0
_SHARPNESS = 0.9
_SIZES = (3, 4, 5)
_SMALLEST = 1e-9


def _tokens(title: str) -> list[str]:
    """Words of a folded title, its pairs of words and its first word marked as such."""
    words = title.split()
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    return [*words, *pairs, *(f"^{word}" for word in words[:1])]


def _features(token: str) -> list[str]:
    """A word gives itself and its n-grams; a pair or a first word gives itself."""
    if " " in token or token.startswith("^"):
        return [token]
    padded = f" {token} "
    grams = (
        padded[place : place + size] for size in _SIZES for place in range(len(padded) - size + 1)
    )
    return [f"_{token}", *grams]


class TradeGuesser:
    """Guesses the ROME codes of a title among those of ``knowledge.titles``. Immutable."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._index = TitleIndex([entry.title for entry in knowledge.titles], knowledge)
        self._codes = sorted({entry.code for entry in knowledge.titles})
        numbers = {code: number for number, code in enumerate(self._codes)}
        self._code_of = np.array([numbers[entry.code] for entry in knowledge.titles], np.int64)
        examples = [(entry, 1.0) for entry in knowledge.titles]
        examples += [(entry, _DIPLOMA_WEIGHT) for entry in knowledge.diplomas]
        self._learn(
            [(entry, weight) for entry, weight in examples if entry.code in numbers], numbers
        )

    def _learn(self, examples: Sequence[tuple[TitledCode, float]], codes: dict[str, int]) -> None:
        titles = numbered(entry.title for entry, _ in examples)
        split = [_tokens(fold(title)) for title in titles]
        self._tokens = numbered(token for tokens in split for token in tokens)
        spelled = [_features(token) for token in self._tokens]
        places = numbered(feature for found in spelled for feature in found)
        self._spelled = incidence([[places[name] for name in row] for row in spelled], len(places))
        counts = self._counts(split)
        uses = np.bincount(counts.indices, minlength=len(places))
        self._idf = np.log((1 + len(titles)) / (1 + uses)) + 1
        shares = incidence([[codes[entry.code]] for entry, _ in examples], len(codes))
        shares.data = np.array([weight for _, weight in examples])
        used = incidence([[titles[entry.title]] for entry, _ in examples], len(titles))
        table = ((shares.T @ used) @ damped_tfidf(counts, self._idf)).T.tocsr()
        totals = np.asarray(table.sum(axis=0)).ravel() / _SMOOTHING + len(places)
        self._base = np.log(np.maximum(totals, 1.0))
        table.data = np.log1p(table.data / _SMOOTHING)
        self._evidence = table

    def _counts(self, titles: Sequence[Sequence[str]]) -> csr_array:
        """Counts of known features by title."""
        known = [[self._tokens[token] for token in row if token in self._tokens] for row in titles]
        counts: csr_array = incidence(known, len(self._tokens)) @ self._spelled
        return counts

    def guess(self, title: str, k: int = 5) -> list[tuple[str, float]]:
        """Return the k likeliest codes with the belief in each (all codes together have 1).

        Empty when no known title comes near: then there is nothing to go by.
        """
        found, scores = self._index.scores(title)
        if not len(found):
            return []
        nearness = np.bincount(
            self._code_of[found], weights=scores**_NEARNESS_POWER, minlength=len(self._codes)
        ) ** (1 / _NEARNESS_POWER)
        opinion = _standard(nearness) + _MODEL_WEIGHT * _standard(self._likelihood(title))
        belief = np.exp(_SHARPNESS * (opinion - opinion.max()))
        belief /= belief.sum()
        order = np.argsort(-belief, kind="stable")[:k]
        return [(self._codes[place], float(belief[place])) for place in order.tolist()]

    def _likelihood(self, title: str) -> NDArray[np.float64]:
        """Log-likelihood of a title under each code, up to a constant."""
        row = damped_tfidf(self._counts([_tokens(fold(title))]), self._idf)
        evidence = np.asarray((row @ self._evidence).toarray(), dtype=np.float64).ravel()
        return np.asarray(evidence - float(row.data.sum()) * self._base, dtype=np.float64)


def _standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shift and scale values to mean 0 and deviation 1."""
    centred = values - values.mean()
    return np.asarray(centred / max(float(values.std()), _SMALLEST), dtype=np.float64)
