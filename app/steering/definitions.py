"""What each indicator means: one sentence that fixes it, its unit, its source, which way is better.

The ids are those of the dossier (workflow, G); those of the placement's life have a V.
"""

from __future__ import annotations

import csv
import enum
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "indicators.csv"


class Unit(enum.StrEnum):
    """How a figure is written."""

    SHARE = "share"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Definition:
    """One indicator as the page explains it.

    Attributes:
        aim: which way is better, or the figure of the founding note; empty when neither is agreed.
    """

    code: str
    title: str
    unit: Unit
    meaning: str
    source: str
    aim: str


def _read() -> tuple[Definition, ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Definition(
                row["code"],
                row["title"],
                Unit(row["unit"]),
                row["meaning"],
                row["source"],
                row["aim"],
            )
            for row in csv.DictReader(file)
        )


DEFINITIONS = _read()
BY_CODE = {one.code: one for one in DEFINITIONS}

GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Offres et contrats", frozenset({"I6", "I7", "I8", "V4", "V6", "V7"})),
    ("Délais et réponses", frozenset({"I10", "V1", "V2", "V3"})),
    ("Ruptures et suites", frozenset({"I9", "V5", "V8", "V9", "V10"})),
    ("Entreprises et développeurs", frozenset({"I1", "I2", "I3", "I4", "I5", "I11"})),
)
"""What the page puts together; a code may have parts, as I7-days."""


def grouped() -> list[tuple[str, list[Definition]]]:
    """Every definition under its heading, in the order of the dossier."""
    return [
        (heading, [one for one in DEFINITIONS if one.code.split("-")[0] in codes])
        for heading, codes in GROUPS
    ]
