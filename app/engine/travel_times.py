"""Known travel times between communes, by means of transport, and where they come from.

A table says how many minutes a means takes from one commune to another; the two ways are given
apart. It speaks for a youth when it knows the *fastest* of their means (``paces``): then the least
of the times of all their means is theirs. Otherwise the time is unknown and a distance stays a
distance; a youth whose means nobody noted has no known time.

A :class:`Line` is a service that a what-if adds: anybody may take it, and it counts for those whom
it brings there sooner than their own way (a known time, else the effort between the two communes)
and within their own limit. For everybody else nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.model import Means, YouthInput
from app.engine.paces import fastest, hours_per_km

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
UNTOLD = -1
LONGEST = 65_535
"""Minutes are kept as 16-bit whole numbers: a country of times is some megabytes."""


class Source(NamedTuple):
    """Who made a table, and the first day (ordinal) it speaks of."""

    name: str
    valid_from: int


class Departures(NamedTuple):
    """The times from one commune by one means: minutes by commune reached."""

    origin: str
    means: Means
    minutes: Mapping[str, float]
    source: Source | None = None


class Line(NamedTuple):
    """A service between two communes, one way: minutes door to door, km as the crow flies."""

    origin: str
    destination: str
    minutes: float
    km: float


class Home(NamedTuple):
    """All that a known time depends on. ``limit`` counts only where there are lines."""

    commune: str
    means: frozenset[Means]
    limit: float | None


class Leg(NamedTuple):
    """Packed departures: communes by number, ascending, and minutes; ``source`` is an index."""

    destination: Ints
    minutes: NDArray[np.uint16]
    source: int


@dataclass(frozen=True, slots=True)
class TravelTimes:
    """All tables at hand; build with :meth:`of`. ``numbers`` names the communes reached."""

    legs: Mapping[tuple[str, Means], Leg] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Source | None, ...] = ()
    lines: tuple[Line, ...] = ()

    @staticmethod
    def of(departures: Iterable[Departures]) -> TravelTimes:
        """Pack whole-minute departures; those met later replace the same origin and means.

        Raises ``ValueError`` for minutes that are negative, broken or beyond ``LONGEST``.
        """
        numbers: dict[str, int] = {}
        sources: dict[Source | None, int] = {}
        legs = {}
        for each in departures:
            source = sources.setdefault(each.source, len(sources))
            legs[each.origin, each.means] = _packed(each.minutes, numbers, source)
        return TravelTimes(MappingProxyType(legs), MappingProxyType(numbers), tuple(sources))

    def with_lines(self, lines: Iterable[Line]) -> TravelTimes:
        """The same tables with services added. Raises ``ValueError`` for a negative time."""
        added = (*self.lines, *lines)
        if any(line.minutes < 0 for line in added):
            raise ValueError("a line cannot take a negative time")
        return replace(self, lines=added)

    def __bool__(self) -> bool:
        """Whether anything at all is known."""
        return bool(self.legs or self.lines)

    def home(self, youth: YouthInput) -> Home | None:
        """What the known times of a youth depend on, ``None`` when none can be known."""
        if youth.commune is None or not (self.lines or (self.legs and youth.means)):
            return None
        return Home(youth.commune, youth.means, youth.limit_minutes if self.lines else None)

    def between(self, home: Home | None, destination: str | None) -> float | None:
        """Minutes from a home to a commune, ``None`` when nobody knows them."""
        if home is None or destination is None:
            return None
        return self._sooner(home, destination, self._in_table(home, destination))

    def _in_table(self, home: Home, destination: str) -> float | None:
        """The least time of the home's means, if that of the fastest one is told."""
        number = self.numbers.get(destination, UNTOLD)
        told = {
            means: minutes
            for means in home.means
            if (leg := self.legs.get((home.commune, means))) is not None
            and (minutes := _minutes(leg, number)) is not None
        }
        return min(told.values()) if fastest(home.means) in told else None

    def _sooner(self, home: Home, destination: str, table: float | None) -> float | None:
        """The known time, or that of a line which beats the home's own way within its limit."""
        for line in self.lines:
            if (line.origin, line.destination) == (home.commune, destination):
                own = 60.0 * line.km * hours_per_km(home.means) if table is None else table
                if line.minutes < own and (home.limit is None or line.minutes <= home.limit):
                    table = line.minutes
        return table

    def stops(self, communes: Iterable[str]) -> Ints:
        """Numbers of communes in these tables, for :meth:`reached`."""
        return np.array([self.numbers.get(each, UNTOLD) for each in communes], dtype=np.int32)

    def reached(self, home: Home, communes: Mapping[str, int], stops: Ints) -> tuple[Ints, Floats]:
        """What :meth:`between` says of many communes at once: which of them, and the minutes.

        ``communes`` numbers them from 0 on, in order; ``stops`` are their numbers here.
        """
        minutes = np.full(len(stops), np.inf)
        told = np.zeros(len(stops), dtype=np.bool_)
        for means in home.means:
            leg = self.legs.get((home.commune, means))
            if leg is not None and len(leg.minutes):
                place = np.searchsorted(leg.destination, stops).clip(max=len(leg.minutes) - 1)
                met = leg.destination[place] == stops
                minutes[met] = np.minimum(minutes[met], leg.minutes[place[met]])
                told |= met & (means is fastest(home.means))
        minutes[~told] = np.inf
        for line in self.lines:
            number = communes.get(line.destination)
            if line.origin == home.commune and number is not None:
                table = float(minutes[number]) if minutes[number] < np.inf else None
                sooner = self._sooner(home, line.destination, table)
                minutes[number] = np.inf if sooner is None else sooner
        known = np.flatnonzero(minutes < np.inf).astype(np.int32)
        return known, minutes[known]

    def source_of(self, youth: YouthInput) -> Source | None:
        """Who says the times of a youth's fastest means, ``None`` when nobody does."""
        leg = None
        if youth.commune is not None and youth.means:
            leg = self.legs.get((youth.commune, fastest(youth.means)))
        return None if leg is None else self.sources[leg.source]


def _packed(minutes: Mapping[str, float], numbers: dict[str, int], source: int) -> Leg:
    pairs = sorted((numbers.setdefault(one, len(numbers)), value) for one, value in minutes.items())
    if any(not 0 <= value <= LONGEST or value != int(value) for _, value in pairs):
        raise ValueError(f"a travel time is a whole number of minutes from 0 to {LONGEST}")
    destination = np.array([number for number, _ in pairs], dtype=np.int32)
    return Leg(destination, np.array([value for _, value in pairs], dtype=np.uint16), source)


def _minutes(leg: Leg, number: int) -> float | None:
    place = int(np.searchsorted(leg.destination, number))
    if place == len(leg.destination) or leg.destination[place] != number:
        return None
    return float(leg.minutes[place])


NO_TIMES = TravelTimes()
