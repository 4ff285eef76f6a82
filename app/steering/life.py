"""The life of placements as the journal tells it up to a day, and the figures that follow from it. Pure.

Nothing here reads the present state of a placement: the same journal and the same day give the same figure for ever.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta


class Side(enum.StrEnum):
    """Who answers."""

    YOUTH = "youth"
    EMPLOYER = "employer"
    CFA = "cfa"


# Days within which an answer counts as given in time (dossier: workflow, steps 8 and 11).
IN_TIME_DAYS: Mapping[Side, int] = {Side.YOUTH: 7, Side.EMPLOYER: 7, Side.CFA: 15}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the journal about a placement, with who the parties are; `day` is the day it says, if it says one."""

    placement_id: int
    youth_id: int | None
    event: str
    happened_at: datetime
    opening_id: int | None = None
    session_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Life:
    """One placement from its proposal to its end, as far as the journal goes.

    Attributes:
        taken_over: it goes on with the course after a break: nobody proposed it anew.
    """

    placement_id: int
    youth_id: int | None
    suggested_at: datetime
    opening_id: int | None = None
    session_id: int | None = None
    asked: dict[Side, datetime] = field(default_factory=dict)
    answered: dict[Side, datetime] = field(default_factory=dict)
    signed_on: date | None = None
    started_on: date | None = None
    broken_on: date | None = None
    completed_on: date | None = None
    result: str | None = None
    taken_over: bool = False

    @property
    def begins_on(self) -> date | None:
        """The first day of the contract: the first day attended, else the day it was signed."""
        return self.started_on or self.signed_on


def tell_lives(lines: Iterable[Told]) -> list[Life]:
    """Put the lines of each placement together; they come in the order of the journal."""
    lives: dict[int, Life] = {}
    for line in lines:
        life = lives.get(line.placement_id)
        if life is None:
            life = lives[line.placement_id] = Life(
                line.placement_id, line.youth_id, line.happened_at
            )
        life.opening_id = line.opening_id or life.opening_id
        life.session_id = line.session_id or life.session_id
        teller = _TELLERS.get(line.event)
        if teller is not None:
            teller(life, line)
    return list(lives.values())


def _suggested(life: Life, line: Told) -> None:
    life.asked.setdefault(Side.YOUTH, line.happened_at)
    if line.opening_id is not None:
        life.asked.setdefault(Side.EMPLOYER, line.happened_at)
    if line.session_id is not None:
        life.asked.setdefault(Side.CFA, line.happened_at)


def _said(side: Side) -> Callable[[Life, Told], None]:
    def tell(life: Life, line: Told) -> None:
        if side in life.asked:
            life.answered.setdefault(side, line.happened_at)

    return tell


def _signed(life: Life, line: Told) -> None:
    life.signed_on = _day(line, "signed_on")


def _started(life: Life, line: Told) -> None:
    life.started_on = _day(line, "started_on")


def _broken(life: Life, line: Told) -> None:
    life.broken_on = _day(line, "broken_on")


def _completed(life: Life, line: Told) -> None:
    life.completed_on = _day(line, "ended_on")
    life.result = line.details.get("result")


def _ran_out(life: Life, line: Told) -> None:
    """It is over, and nobody said how: no result."""
    life.completed_on = _day(line, "ended_on")


def _taken_over(life: Life, line: Told) -> None:
    life.taken_over = True


_TELLERS: Mapping[str, Callable[[Life, Told], None]] = {
    "suggest": _suggested,
    "attach": _suggested,
    "youth_says": _said(Side.YOUTH),
    "employer_says": _said(Side.EMPLOYER),
    "cfa_says": _said(Side.CFA),
    "sign": _signed,
    "start": _started,
    "break_off": _broken,
    "complete": _completed,
    "run_out": _ran_out,
    "take_over": _taken_over,
}


def _day(line: Told, name: str) -> date:
    said = line.details.get(name)
    return date.fromisoformat(said) if said else line.happened_at.date()


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included."""

    first: date
    last: date

    def holds(self, day: date | datetime | None) -> bool:
        """Whether the day lies inside; an unknown day does not."""
        if day is None:
            return False
        on = day.date() if isinstance(day, datetime) else day
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.count / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Spread:
    """How days are spread: number, first quartile, median, third quartile, ninetieth percentile."""

    count: int
    quarter: float | None = None
    median: float | None = None
    three_quarters: float | None = None
    ninety: float | None = None


def spread(days: Sequence[float]) -> Spread:
    """The usual percentiles, by linear interpolation between neighbours.

    >>> spread([1, 2, 3, 4]).median
    2.5
    """
    if not days:
        return Spread(0)
    ordered = sorted(days)
    at = (_percentile(ordered, share) for share in (0.25, 0.5, 0.75, 0.9))
    return Spread(len(ordered), *at)


def _percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def days_between(first: datetime, then: datetime) -> float:
    """Days and parts of days."""
    return (then - first).total_seconds() / 86_400


def days_to_answer(lives: Iterable[Life], side: Side, period: Period) -> list[float]:
    """From the question to the first answer, for questions put in the period and answered."""
    return [
        days_between(life.asked[side], life.answered[side])
        for life in lives
        if side in life.asked and period.holds(life.asked[side]) and side in life.answered
    ]


def answered_in_time(lives: Iterable[Life], side: Side, period: Period, on: date) -> Share:
    """Of the questions put in the period whose delay is over or that were answered: those answered within it."""
    limit = timedelta(days=IN_TIME_DAYS[side])
    count = total = 0
    for life in lives:
        asked = life.asked.get(side)
        if asked is None or not period.holds(asked):
            continue
        answer = life.answered.get(side)
        if answer is None and (asked + limit).date() >= on:
            continue
        total += 1
        count += answer is not None and answer - asked <= limit
    return Share(count, total)


def days_to_signature(lives: Iterable[Life], period: Period) -> list[float]:
    """From the proposal to the day of signature, for contracts signed in the period."""
    return [
        float((life.signed_on - life.suggested_at.date()).days)
        for life in lives
        if life.signed_on is not None and period.holds(life.signed_on)
    ]


class BreakWithin(enum.Enum):
    """After which time a contract is looked at again (dossier: workflow, D and I9)."""

    DAYS_45 = relativedelta(days=45)
    MONTHS_3 = relativedelta(months=3)
    MONTHS_9 = relativedelta(months=9)
    MONTHS_18 = relativedelta(months=18)


def broken_within(lives: Iterable[Life], within: BreakWithin, period: Period, on: date) -> Share:
    """Of the contracts begun in the period long enough ago to tell: those broken within that time."""
    count = total = 0
    for life in lives:
        begun = life.begins_on
        if begun is None or not period.holds(begun) or begun + within.value > on:
            continue
        total += 1
        count += life.broken_on is not None and life.broken_on <= begun + within.value
    return Share(count, total)


def insertion(lives: Iterable[Life], period: Period) -> Share:
    """Of the contracts that ran to their end in the period and whose result was said: those with the diploma."""
    ended = [life for life in lives if life.result is not None and period.holds(life.completed_on)]
    return Share(sum(life.result == "diploma" for life in ended), len(ended))


@dataclass(frozen=True, slots=True)
class Readiness:
    """When a youth became ready, and until when (None: still is)."""

    youth_id: int
    since: datetime
    until: datetime | None = None


def days_to_first_proposal(
    readiness: Iterable[Readiness], lives: Iterable[Life], period: Period
) -> list[float]:
    """From the day a youth is ready to the first proposal after it, for those who became ready in the period."""
    proposals: dict[int, list[datetime]] = defaultdict(list)
    for life in lives:
        if life.youth_id is not None and not life.taken_over:
            proposals[life.youth_id].append(life.suggested_at)
    found = []
    for one in readiness:
        later = [at for at in proposals.get(one.youth_id, ()) if at >= one.since]
        if later and period.holds(one.since):
            found.append(days_between(one.since, min(later)))
    return found


def ready_without_answer(
    readiness: Iterable[Readiness], lives: Iterable[Life], on: date, days: int = 60
) -> Share:
    """Of the youth who are ready that day: those ready for longer than `days` whom no employer and no CFA has answered
    in that time (I10).
    """
    heard: dict[int, datetime] = {}
    for life in lives:
        for side in (Side.EMPLOYER, Side.CFA):
            at = life.answered.get(side)
            if at is not None and life.youth_id is not None:
                heard[life.youth_id] = max(at, heard.get(life.youth_id, at))
    limit = on - timedelta(days=days)
    ready = [one for one in readiness if one.until is None]
    left = [
        one
        for one in ready
        if one.since.date() < limit
        and (one.youth_id not in heard or heard[one.youth_id].date() < limit)
    ]
    return Share(len(left), len(ready))
