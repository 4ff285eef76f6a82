"""What a timetable is made for, what it is, and what is wrong with one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

Absence = tuple[int, int]
"""Somebody's id and a slot, counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A meeting that could be held and what it is worth, more than 0."""

    youth: int
    company: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a timetable is made for.

    ``slots`` are numbered from 0. ``tables`` says how many youths a company meets at the same time
    (1 when it is not named). ``youths_away`` and ``companies_away`` are slots somebody misses.
    ``most_meetings`` bounds a youth's day. ``first_bonus`` is added once for every youth who meets
    anybody: large, it leaves nobody without a meeting who could have one.
    """

    wanted: tuple[Wanted, ...]
    slots: int
    tables: Mapping[int, int] = field(default_factory=dict)
    youths_away: Collection[Absence] = ()
    companies_away: Collection[Absence] = ()
    most_meetings: int | None = None
    first_bonus: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant (``ValueError``)."""
        pairs = {(each.youth, each.company) for each in self.wanted}
        if len(pairs) < len(self.wanted):
            raise ValueError("a pair was named twice")
        if any(each.value <= 0.0 for each in self.wanted) or self.first_bonus < 0.0:
            raise ValueError("a meeting is worth more than nothing")
        if min((self.slots, self.most(), *self.tables.values())) < 0:
            raise ValueError("numbers of slots, tables and meetings cannot be negative")

    def room(self, company: int) -> int:
        """How many youths a company meets at the same time."""
        return self.tables.get(company, 1)

    def most(self) -> int:
        """Meetings a youth can have at most."""
        return self.slots if self.most_meetings is None else min(self.most_meetings, self.slots)


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """Who meets whom, when, and at which of the company's tables (from 0)."""

    slot: int
    company: int
    table: int
    youth: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """Meetings by slot, company and table; ``bound`` no timetable of the event can exceed.

    ``value`` includes the bonus of each youth who meets somebody. ``without`` are youths who
    wanted a meeting and have none.
    """

    meetings: tuple[Meeting, ...]
    value: float
    bound: float
    without: tuple[int, ...]

    @property
    def gap(self) -> float:
        """``1 - value / bound``: 0 when nothing better exists."""
        return 1.0 - self.value / self.bound if self.bound > 0.0 else 0.0


def conflicts(event: Event, meetings: Iterable[Meeting]) -> tuple[str, ...]:
    """What is wrong with some meetings, in words; nothing when they can be held."""
    held = list(meetings)
    known = {(each.youth, each.company) for each in event.wanted}
    faults = [f"{m} is not wanted" for m in held if (m.youth, m.company) not in known]
    faults += [f"{m} is in no slot" for m in held if not 0 <= m.slot < event.slots]
    faults += [f"{m} is at no table" for m in held if not 0 <= m.table < event.room(m.company)]
    away = set(event.youths_away)
    faults += [f"{m} misses its youth" for m in held if (m.youth, m.slot) in away]
    away = set(event.companies_away)
    faults += [f"{m} misses its company" for m in held if (m.company, m.slot) in away]
    counted: tuple[tuple[str, Counter[tuple[int, ...]], int], ...] = (
        ("youth and slot", Counter((m.youth, m.slot) for m in held), 1),
        ("table and slot", Counter((m.company, m.table, m.slot) for m in held), 1),
        ("pair", Counter((m.youth, m.company) for m in held), 1),
        ("youth", Counter((m.youth,) for m in held), event.most()),
    )
    for what, counts, most in counted:
        faults += [f"{what} {key}: {n} meetings" for key, n in counts.items() if n > most]
    return tuple(faults)
