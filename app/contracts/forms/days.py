"""Days that the rules of contracts can answer for; a slip of the year is told beside its field."""

from __future__ import annotations

from datetime import date

from app.core.forms import CHECK_YEAR, DateBetween

FIRST_DAY, LAST_DAY = date(2008, 5, 1), date(2040, 12, 31)
FIRST_BIRTH = date(1930, 1, 1)


def a_day(message: str = CHECK_YEAR) -> DateBetween:
    """A day of a contract."""
    return DateBetween(lambda: FIRST_DAY, lambda: LAST_DAY, message)


def a_birth() -> DateBetween:
    """The birthday of a youth or of a tutor."""
    return DateBetween(lambda: FIRST_BIRTH, lambda: LAST_DAY, "Vérifiez l’année de naissance.")
