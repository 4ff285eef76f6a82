"""Arithmetic of legal dates: months to the same day number, birthdays, working days.

Source of the month rule: a period in months ends on the day with the same number, or on the last
day of the month when that number does not exist. Working days (*jours ouvrables*) are Monday to
Saturday without public holidays (dossier, ``cerfa.md`` §5).
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY, _FRIDAY = 5, 6, 4
# Départements whose public holidays differ from the rest of the country.
_HOLIDAY_SUBDIVISION = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "976": "976",
}


def add_months(day: date, months: int) -> date:
    """``day`` moved by calendar months, to the same day number or the last day of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def anniversary(day: date, years: int) -> date:
    """The ``years``-th anniversary; 29 February falls on 1 March, so no age comes too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def completed_years(since: date, on: date) -> int:
    """Whole years from ``since`` to ``on`` by the calendar; negative before ``since``."""
    years = on.year - since.year
    return years if anniversary(since, years) <= on else years - 1


def completed_months(first: date, last: date) -> int:
    """Whole months of the period from ``first`` to ``last``, both days included."""
    after = last + ONE_DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    return months if add_months(first, months) <= after else months - 1


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one of ``day``."""
    return add_months(day.replace(day=1), 1)


@lru_cache(maxsize=256)
def public_holidays(year: int, department: str = "") -> frozenset[date]:
    """Public holidays of ``year`` in ``department`` (INSEE code; empty for the general list)."""
    subdivision = _HOLIDAY_SUBDIVISION.get(department)
    # Ten megabytes that a process at rest need not hold.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year))


def is_public_holiday(day: date, department: str = "") -> bool:
    """Whether ``day`` is a public holiday in ``department``."""
    return day in public_holidays(day.year, department)


def is_working_day_legal(day: date, department: str = "") -> bool:
    """*Jour ouvrable*: Monday to Saturday, not a public holiday."""
    return day.weekday() != _SUNDAY and not is_public_holiday(day, department)


def is_working_day_usual(day: date, department: str = "") -> bool:
    """*Jour ouvré*: Monday to Friday, not a public holiday."""
    return day.weekday() < _SATURDAY and not is_public_holiday(day, department)


def add_working_days(start: date, count: int, department: str = "") -> date:
    """The ``count``-th *jour ouvrable* after ``start``, which is not counted itself."""
    day = start
    while count > 0:
        day += ONE_DAY
        if is_working_day_legal(day, department):
            count -= 1
    return day


def reminder_friday(deadline: date, department: str = "") -> date:
    """The last Friday on or before ``deadline``; the office day before it when it is a holiday.

    Many offices are closed on Saturday, so the legal day alone would be a trap.
    """
    day = deadline - timedelta(days=(deadline.weekday() - _FRIDAY) % 7)
    while not is_working_day_usual(day, department):
        day -= ONE_DAY
    return day
