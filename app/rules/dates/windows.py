"""Legal windows in calendar months, and the alerts inside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from app.rules.dates.arithmetic import add_months
from app.rules.law import limit

# Days of reminders (dossier, workflow.md table E): portal choices, not law.
TRAINEE_ALERT_DAYS = (30, 60, 75, 85)
AFTER_BREAK_ALERT_DAYS = (1, 15, 45, 120, 165)


@dataclass(frozen=True, slots=True)
class Window:
    """A window that opens on ``start`` and whose last day is ``end``, with dated alerts.

    ``alerts`` maps the number of days elapsed since ``start`` to the day of the alert.
    """

    rule_id: str
    start: date
    end: date
    alerts: Mapping[int, date]

    def days_left(self, day: date) -> int:
        """Days from ``day`` to the last day of the window; negative once it is over."""
        return (self.end - day).days

    def contains(self, day: date) -> bool:
        """Whether ``day`` lies in the window, both ends included."""
        return self.start <= day <= self.end


def _window(rule_id: str, start: date, months: int, alert_days: tuple[int, ...]) -> Window:
    alerts = {days: start + timedelta(days=days) for days in alert_days}
    return Window(rule_id, start, add_months(start, months), MappingProxyType(alerts))


def trainee_window(trainee_since: date) -> Window:
    """The three months without employer, to the same day number (L6222-12-1, rule CFA-02)."""
    months = limit("CFA-02", "max_months", trainee_since)
    return _window("CFA-02", trainee_since, months, TRAINEE_ALERT_DAYS)


def after_break_window(break_date: date) -> Window:
    """The six months of training after a break (L6222-18-2, rules TER-05 and CFA-03)."""
    months = limit("TER-05", "follow_up_months", break_date)
    return _window("TER-05", break_date, months, AFTER_BREAK_ALERT_DAYS)


def start_window(course_start: date) -> tuple[date, date]:
    """First and last contract start that meets a course starting on ``course_start``.

    The course may start up to three months after the contract (DUR-07); the contract may start up
    to three months after the course without a question (DUR-08). Both bounds are included.
    """
    after = limit("DUR-07", "max_months", course_start)
    late = limit("DUR-08", "max_months", course_start)
    first = add_months(course_start, -after)
    # From a short month, going back and forth need not meet: step until the law is met.
    while add_months(first, after) < course_start:
        first += timedelta(days=1)
    return first, add_months(course_start, late)
