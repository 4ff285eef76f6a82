"""What a digest is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.text import plain_day


@dataclass(frozen=True, slots=True)
class Line:
    """One act and the way to it inside the site; never a name of a youth."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind."""

    title: str
    lines: Sequence[Line]


def when_due(day: date | None) -> str:
    """How a line ends that tells of an awaited answer: its day while there is time, how it is late afterwards."""
    if day is None:
        return ""
    if day < clock.today():
        return f", en retard : attendue le {plain_day(day)}"
    return f", avant le {plain_day(day)}"
