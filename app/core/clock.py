"""The only place that asks what time it is, so that a test can freeze it and a rule can be replayed at any date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The current instant, in UTC and aware."""
    return datetime.now(UTC)


def today() -> date:
    """The legal date in mainland France: deadlines of the law are calendar dates there, not in UTC."""
    return now().astimezone(PARIS).date()


def midnight(day: date) -> datetime:
    """When this day begins in mainland France."""
    return datetime.combine(day, time(), tzinfo=PARIS)


def local(instant: datetime) -> datetime:
    """The same instant on a French wall clock, for screens and mails."""
    return instant.astimezone(PARIS)
