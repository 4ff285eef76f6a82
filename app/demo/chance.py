"""Chance that can be replayed: one stream of random numbers a subject, all from one seed."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

KEYBOARD_SLIPS = {"s": "d", "e": "r", "i": "o", "a": "z", "n": "b", "t": "r"}
PUBLIC_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Chance(random.Random):
    """Random choices of one subject ("youth", "openings"): drawing more of one moves no other."""

    def __init__(self, seed: int, subject: str) -> None:
        # A text seed is hashed by SHA-512, the same in every process and on every machine.
        super().__init__(f"{seed}/{subject}")

    def happens(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random() < share

    def among(self, options: Mapping[T, float]) -> T:
        """One of the keys, with these weights."""
        return self.choices(list(options), list(options.values()))[0]

    def code(self, length: int = 8) -> str:
        """Letters and figures that nobody mistakes for one another."""
        return "".join(self.choice(PUBLIC_CODE_LETTERS) for _ in range(length))

    def mistyped(self, text: str) -> str:
        """The text with one of the slips of a hurried thumb."""
        slips = (self._without_accents, self._swapped, self._dropped, self._doubled, self._slipped)
        return self.choice(slips)(text)

    def _without_accents(self, text: str) -> str:
        parts = unicodedata.normalize("NFKD", text)
        return "".join(letter for letter in parts if not unicodedata.combining(letter))

    def _swapped(self, text: str) -> str:
        at = self._inside(text)
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]

    def _dropped(self, text: str) -> str:
        at = self._inside(text)
        return text[:at] + text[at + 1 :]

    def _doubled(self, text: str) -> str:
        at = self._inside(text)
        return text[: at + 1] + text[at:]

    def _slipped(self, text: str) -> str:
        at = self._inside(text)
        return text[:at] + KEYBOARD_SLIPS.get(text[at : at + 1], text[at : at + 1]) + text[at + 1 :]

    def _inside(self, text: str) -> int:
        return self.randrange(1, max(2, len(text) - 1))


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """A whole number cut in proportion to the weights, by largest remainders: the parts add up."""
    sum_of_weights = sum(weights)
    exact = [total * weight / sum_of_weights for weight in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return parts
