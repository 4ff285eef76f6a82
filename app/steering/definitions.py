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
