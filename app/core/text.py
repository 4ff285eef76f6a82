"""Folding of names for sorting, searching and noticing that two spellings are the same person or company."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o", "’": " ", "'": " "}
)


def sort_key(text: str) -> str:
    """Lower case, no accent, words parted by one space: "Saint-Étienne" → "saint etienne".

    Sorting by this column gives the French order on both databases, whatever collations they were built with.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES).lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", plain).strip()


def plain_day(day: date) -> str:
    """A date in a mail: "07/12/2026"."""
    return f"{day:%d/%m/%Y}"


def day_in_words(day: date) -> str:
    """A date to be read slowly: "lundi 7 décembre 2026"."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{_WEEKDAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]} {day.year}"
