"""Texts that a corpus was asked for, kept so that a title that comes later finds those like it.

The score of a text and a title (``index.py``) is the same seen from either side, but for rounding:
the cosine of n-grams and the likeness of words are symmetric, and alignment is a product of both
shares. So the texts stand here as titles, and a new title asks *them*: who is far below the floors
from this side is below them from the other. Those who are left are compared as always. A country
has 41,000 distinct wishes; a new title is like some dozens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from app.engine.text.arrays import Ints, corpus_of
from app.engine.text.batches import Reading
from app.engine.text.lexicon import Analysis, Lexicon
from app.engine.text.plain import passing
from app.engine.text.questions import Asker
from app.engine.text.shapes import Shapes
from app.engine.text.sounds import sound

_SLACK = 1e-4
"""Floors are lowered by more than n-gram parts of 32 bits can lose."""
_SLIPS = 2


class AskedTexts:
    """Some folded texts with the readings a corpus gave them. Immutable; any thread may ask."""

    def __init__(
        self,
        lexicon: Lexicon,
        texts: Sequence[str],
        readings: Sequence[Sequence[Reading]],
        strange: Iterable[str],
    ) -> None:
        """``strange``: the words of the texts that the corpus does not know."""
        self.count = len(texts)
        numbers: dict[Analysis, int] = {}
        pairs = [
            (numbers.setdefault(reading.asked, len(numbers)), row)
            for row, read in enumerate(readings)
            for reading in read
        ]
        table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
        self._rows = table[:, 1]
        self._starts = np.searchsorted(table[:, 0], np.arange(len(numbers) + 1))
        corpus = corpus_of(lexicon, list(numbers))
        self._titles = corpus.arrays
        self._asker = Asker(lexicon, corpus)
        # A word met twice counts twice on one side only: such a text is always compared.
        self._twice = [
            n for asked, n in numbers.items() if len(set(asked.words)) < len(asked.words)
        ]
        self._read_strange(texts, frozenset(strange))

    def _read_strange(self, texts: Sequence[str], strange: frozenset[str]) -> None:
        self._holders: defaultdict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(texts):
            for word in text.split():
                if word in strange:
                    self._holders[word].append(row)
        self._shapes = Shapes(self._holders)
        self._by_sound: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._holders:
            self._by_sound[sound(word)].append(word)

    def like(self, titles: Sequence[Analysis], learnt: Iterable[str]) -> Ints:
        """Rows, ascending, of the texts that may have a score with one of some titles.

        ``learnt`` are words of these titles that the corpus did not know: a text with a strange
        word close to one of them may now be read in another way.
        """
        questions = self._asker.questions(titles)
        found = set(self._twice)
        for q in range(len(titles)):
            found.update(passing(self._titles, questions, q, _SLACK).tolist())
        numbers = sorted(found)
        parts = [self._rows[self._starts[number] : self._starts[number + 1]] for number in numbers]
        held = [row for word in learnt for near in self._near(word) for row in self._holders[near]]
        return np.unique(np.concatenate([np.array(held, np.int64), *parts]))

    def _near(self, word: str) -> set[str]:
        """Strange words that may stand for a word, and a few more."""
        return {*self._shapes.close(word, _SLIPS), *self._by_sound.get(sound(word), ())}
