"""Words by length and letters, so that few are looked at closely when a slip is sought."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def _letters(word: str) -> int:
    """One bit for each letter a to z that a word holds, and one more if it holds it twice.

    A slip changes two of these bits at most: words that differ in more need no closer look.
    """
    bits = 0
    for letter in word:
        bit = 1 << (ord(letter) - ord("a")) * 2
        bits |= bit << 1 if bits & bit else bit
    return bits


def _by_length(word: str) -> tuple[int, str]:
    return len(word), word


class Shapes:
    """Some words of letters a to z; others are left out. Immutable."""

    def __init__(self, words: Iterable[str], shortest: int = 1) -> None:
        kept = (word for word in words if word.isalpha() and len(word) >= shortest)
        self.words = sorted(kept, key=_by_length)
        self._lengths = np.array([len(word) for word in self.words], np.int64)
        self._letters = np.array([_letters(word) for word in self.words], np.uint64)

    def close(self, word: str, slips: int) -> list[str]:
        """Every word that so few slips could make of another one, and some more."""
        if not word.isalpha():
            return []
        bounds = (len(word) - slips, len(word) + slips + 1)
        first, last = np.searchsorted(self._lengths, bounds).tolist()
        apart = np.bitwise_count(self._letters[first:last] ^ np.uint64(_letters(word)))
        return [self.words[first + place] for place in np.flatnonzero(apart <= 2 * slips).tolist()]
