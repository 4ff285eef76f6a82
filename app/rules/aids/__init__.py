"""Aids by period, company size, level and contract kind. Amounts are maxima, never promises."""

from app.rules.aids.case import AidCase, Verdict, judge
from app.rules.aids.search import (
    AidLine,
    AidReport,
    employer_aids,
    training_centre_aids,
    youth_aids,
)
from app.rules.aids.tables import (
    AidAmount,
    AidRow,
    AidTable,
    Conditions,
    DayBasis,
    Family,
    Side,
    aid_table,
)

__all__ = [
    "AidAmount",
    "AidCase",
    "AidLine",
    "AidReport",
    "AidRow",
    "AidTable",
    "Conditions",
    "DayBasis",
    "Family",
    "Side",
    "Verdict",
    "aid_table",
    "employer_aids",
    "judge",
    "training_centre_aids",
    "youth_aids",
]
