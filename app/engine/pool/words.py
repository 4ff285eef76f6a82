"""Numbers for everything a pool names: titles, trades, audiences, communes, kinds of rows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar

from app.engine.text import fold
from app.engine.travel_times import Home

Name = TypeVar("Name", bound=Hashable)


class Numbering(Generic[Name]):
    """Names numbered in the order met. Only ever grows; a pool copies it before it grows."""

    def __init__(self) -> None:
        self.numbers: dict[Name, int] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, name: Name) -> int:
        """The number of a name, given now when it is new."""
        return self.numbers.setdefault(name, len(self.numbers))

    def copy(self) -> Numbering[Name]:
        """An equal numbering that may grow on its own."""
        other: Numbering[Name] = Numbering()
        other.numbers = dict(self.numbers)
        return other


@dataclass(frozen=True, slots=True)
class Words:
    """Numbers of what openings and sessions name. ``titles`` are folded.

    ``openings`` are kinds (title, trade, levels mask), ``sessions`` kinds (title, trades, level).
    ``spellings`` number titles as they were written; each is folded once.
    """

    titles: Numbering[str] = field(default_factory=Numbering)
    trades: Numbering[str] = field(default_factory=Numbering)
    communes: Numbering[str] = field(default_factory=Numbering)
    audiences: Numbering[frozenset[int] | None] = field(default_factory=Numbering)
    openings: Numbering[tuple[int, int, int]] = field(default_factory=Numbering)
    sessions: Numbering[tuple[int, tuple[int, ...], int]] = field(default_factory=Numbering)
    spellings: dict[str, int] = field(default_factory=dict)

    def title(self, written: str) -> int:
        """The number of a title as somebody wrote it."""
        number = self.spellings.get(written)
        if number is None:
            number = self.spellings[written] = self.titles.number(fold(written))
        return number

    def copy(self) -> Words:
        """Equal numberings that may grow on their own."""
        return Words(*(getattr(self, each.name).copy() for each in fields(self)))


@dataclass(frozen=True, slots=True)
class YouthWords:
    """Numbers of what a batch of youths names; each is a row of one of the batch's tables."""

    wishes: Numbering[str] = field(default_factory=Numbering)
    trades: Numbering[str] = field(default_factory=Numbering)
    homes: Numbering[Home] = field(default_factory=Numbering)
    memberships: Numbering[frozenset[int]] = field(default_factory=Numbering)

    def copy(self) -> YouthWords:
        """Equal numberings that may grow on their own."""
        return YouthWords(*(getattr(self, each.name).copy() for each in fields(self)))
