"""From a free title to its ROME code, for titles that come without one.

Two opinions are added: the nearest known titles, and directions that part the codes by the words,
word pairs and n-grams of their titles (``separating.py``), to which diploma titles add with less
weight. Each opinion is standardised over the codes, so that neither outshouts the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.engine.text.fold import fold
from app.engine.text.index import TitleIndex
from app.engine.text.knowledge import Knowledge, TitledCode
from app.engine.text.separating import Example, separating
from app.engine.text.sparse import damped_tfidf, incidence, numbered

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Chosen on held-out ROME appellations, with other splits than the one reported.
_DIPLOMA_WEIGHT = 0.4
_NEARNESS_POWER = 8
_MODEL_WEIGHT = 1.5
_SHARPNESS = 0.5  # makes the belief in the first code about as high as it is often right
_SIZES = (3, 4, 5)
_FEWEST_USES = 2  # what a single title holds tells it from all others, and teaches nothing
_SMALLEST = 1e-9


def _features(title: str) -> list[str]:
    """Of a title: words with their n-grams, pairs of words, apart or not, the first word marked."""
    words = fold(title).split()
    found = [f"{one} {other}" for one, other in combinations(words, 2)]
    found += [f"^{word}" for word in words[:1]]
    for word in words:
        padded = f" {word} "
        found.append(f"_{word}")
        found += (padded[at : at + size] for size in _SIZES for at in range(len(padded) - size + 1))
    return found


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
        rows = [_features(title) for title in titles]
        uses = Counter(name for row in rows for name in set(row))
        self._places = numbered(name for name, count in uses.items() if count >= _FEWEST_USES)
        kept = np.array([uses[name] for name in self._places])
        self._idf = np.log((1 + len(titles)) / (1 + kept)) + 1
        self._directions = separating(
            damped_tfidf(self._counts(rows), self._idf),
            [Example(titles[entry.title], codes[entry.code], weight) for entry, weight in examples],
            len(codes),
        )

    def _counts(self, rows: Sequence[Sequence[str]]) -> csr_array:
        """Counts of known features by title."""
        places = self._places
        known = [[places[name] for name in row if name in places] for row in rows]
        return incidence(known, len(places))

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
        opinion = _standard(nearness) + _MODEL_WEIGHT * _standard(self._separated(title))
        belief = np.exp(_SHARPNESS * (opinion - opinion.max()))
        belief /= belief.sum()
        order = np.argsort(-belief, kind="stable")[:k]
        return [(self._codes[place], float(belief[place])) for place in order.tolist()]

    def _separated(self, title: str) -> NDArray[np.float64]:
        """How far a title lies in the direction of each code."""
        row = damped_tfidf(self._counts([_features(title)]), self._idf)
        return np.asarray((row @ self._directions).toarray(), dtype=np.float64).ravel()


def _standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shift and scale values to mean 0 and deviation 1."""
    centred = values - values.mean()
    return np.asarray(centred / max(float(values.std()), _SMALLEST), dtype=np.float64)
