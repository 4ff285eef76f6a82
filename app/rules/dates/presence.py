"""Estimate of the days of presence in the company (rule TER-01).

The first 45 days of practical training are a question of fact: absences and real timetables move
them. What is computed here is an estimate from the rhythm, and is labelled so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.rules.dates.arithmetic import ONE_DAY, is_public_holiday
from app.rules.law import limit

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
ALERT_PRESENCE_DAYS = (30, 40, 45)
_SEARCH_YEARS = 5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Weeks in the company then weeks at the CFA, in turn, and weekdays worked (0 is Monday).

    ``centre_weekdays`` are the weekdays spent at the CFA in a company week, for rhythms such as
    two days at school and three at work. ``starts_with_centre`` tells which side comes first.
    """

    company_weeks: int = 1
    centre_weeks: int = 0
    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    centre_weekdays: tuple[int, ...] = ()
    starts_with_centre: bool = False

    def __post_init__(self) -> None:
        if self.company_weeks < 1 or self.centre_weeks < 0:
            raise ValueError("a rhythm needs at least one week in the company")
        if not set(self.weekdays) - set(self.centre_weekdays):
            raise ValueError("a rhythm needs at least one day in the company")

    def is_company_day(self, day: date, first_day: date) -> bool:
        """Whether the rhythm that began in the week of ``first_day`` puts ``day`` at work."""
        if day.weekday() not in self.weekdays or day.weekday() in self.centre_weekdays:
            return False
        weeks = (day.toordinal() - first_day.toordinal() + first_day.weekday()) // 7
        position = weeks % (self.company_weeks + self.centre_weeks)
        if self.starts_with_centre:
            return position >= self.centre_weeks
        return position < self.company_weeks


@dataclass(frozen=True, slots=True)
class EstimatedDay:
    """The ``count``-th day of presence, estimated; ``label`` must be shown with the day."""

    rule_id: str
    count: int
    day: date
    label: str = "date estimée d'après le rythme, hors absences"


def presence_day(
    count: int, practical_start: date, rhythm: Rhythm, department: str = ""
) -> EstimatedDay:
    """The ``count``-th day in the company from ``practical_start``, public holidays left out.

    Raises ``ValueError`` when ``count`` is not positive or the rhythm does not reach it in five
    years.
    """
    if count < 1:
        raise ValueError("presence days are counted from 1")
    day, done = practical_start, 0
    for _ in range(_SEARCH_YEARS * 366):
        if rhythm.is_company_day(day, practical_start) and not is_public_holiday(day, department):
            done += 1
            if done == count:
                return EstimatedDay("TER-01", count, day)
        day += ONE_DAY
    raise ValueError("this rhythm does not reach the day asked for")


def end_of_free_termination(
    practical_start: date, rhythm: Rhythm, department: str = ""
) -> EstimatedDay:
    """Estimated last day on which either party may leave without reason (L6222-18)."""
    count = limit("TER-01", "presence_days", practical_start)
    return presence_day(count, practical_start, rhythm, department)
