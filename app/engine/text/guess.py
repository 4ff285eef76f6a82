"""From a free title to its ROME code, for titles that come without one.

Two opinions are added: the nearest known titles, and a naive Bayes model (uniform prior) of the
words, word pairs and n-grams of each code's titles, to which diploma titles add with less weight.
Each opinion is standardised over the codes, so that neither outshouts the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.engine.text.fold import fold
from app.engine.text.index import TitleIndex
from app.engine.text.knowledge import Knowledge, TitledCode

# Chosen on held-out ROME appellations, with another split than the one reported.
_SMOOTHING = 0.01
_DIPLOMA_WEIGHT = 0.4
_NEARNESS_POWER = 8
_MODEL_WEIGHT = 2.0
_SHARPNESS = 0.9
_SIZES = (3, 4, 5)
_SMALLEST = 1e-9


def features(title: str) -> dict[str, float]:
    """Words, pairs of words, the first word and n-grams of a folded title, with damped counts."""
    words = title.split()
    counts = Counter(f"_{word}" for word in words)
    counts.update(f"_{one}_{other}" for one, other in pairwise(words))
    counts.update(f"^{word}" for word in words[:1])
    for word in words:
        padded = f" {word} "
        for size in _SIZES:
            counts.update(padded[place : place + size] for place in range(len(padded) - size + 1))
    return {feature: 1 + log(count) for feature, count in counts.items()}


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
        folded = {title: features(fold(title)) for title in {entry.title for entry, _ in examples}}
        uses = Counter(feature for found in folded.values() for feature in found)
        self._places = {feature: place for place, feature in enumerate(sorted(uses))}
        self._weights = {
            feature: log((1 + len(folded)) / (1 + count)) + 1 for feature, count in uses.items()
        }
        rows, columns, masses = [], [], []
        for entry, weight in examples:
            for place, value in self._measured(folded[entry.title]):
                rows.append(place)
                columns.append(codes[entry.code])
                masses.append(weight * value)
        shape = (len(self._places), len(codes))
        table = csr_array((masses, (rows, columns)), shape=shape)
        table.sum_duplicates()
        totals = np.asarray(table.sum(axis=0)).ravel() / _SMOOTHING + len(self._places)
        self._base = np.log(np.maximum(totals, 1.0))
        table.data = np.log1p(table.data / _SMOOTHING)
        self._evidence = table

    def _measured(self, found: dict[str, float]) -> Iterable[tuple[int, float]]:
        """Known features with their tf-idf, scaled to length one, in alphabetical order."""
        known = [
            (name, found[name] * self._weights[name])
            for name in sorted(found)
            if name in self._places
        ]
        length = max(sqrt(sum(value**2 for _, value in known)), _SMALLEST)
        return [(self._places[name], value / length) for name, value in known]

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
        measured = list(self._measured(features(fold(title))))
        row = csr_array(
            (
                [value for _, value in measured],
                ([0] * len(measured), [place for place, _ in measured]),
            ),
            shape=(1, len(self._places)),
        )
        mass = sum(value for _, value in measured)
        return np.asarray((row @ self._evidence).toarray()).ravel() - mass * self._base


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shift and scale values to mean 0 and deviation 1."""
    return (values - values.mean()) / max(float(values.std()), _SMALLEST)
