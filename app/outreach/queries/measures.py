"""Measures an agent may explain: rows of the dated aid table, as they hold on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.rules.aids import Family, Side, aid_table

SAID = frozenset({Family.SINGLE, Family.EXCEPTIONAL, Family.OTHER, Family.COST})


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: its id, its French label, and until when it holds, None when no end is known."""

    aid_id: str
    label: str
    valid_to: date | None


def measures_on(day: date) -> Sequence[Measure]:
    """What concerns employers that day, in the order of the table; no amount: a visit promises nothing."""
    return [
        Measure(row.aid_id, row.label, row.valid_to)
        for row in aid_table().rows
        if row.side is Side.EMPLOYER and row.family in SAID and row.covers(day)
    ]


def measure_labels() -> dict[str, str]:
    """The label of every row, past ones included."""
    return {row.aid_id: row.label for row in aid_table().rows}
