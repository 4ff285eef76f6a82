"""What the demonstration knows of each trade: how often it is wished, taught and offered, and
how.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("data") / "trades.csv"


@dataclass(frozen=True, slots=True)
class CourseKind:
    """A course as CFAs teach it: level prepared, level asked at the door, months."""

    title: str
    level: int
    entry_level: int
    months: int


@dataclass(frozen=True, slots=True)
class DemoTrade:
    """One trade; `weight` follows the share of apprentices who learn it, roughly."""

    rome_code: str
    weight: int
    sector: str
    naf_code: str
    idcc: str | None
    courses: tuple[CourseKind, ...]
    opening_titles: tuple[str, ...]
    wishes: tuple[str, ...]
    firms: tuple[str, ...]


@lru_cache(maxsize=1)
def demo_trades() -> tuple[DemoTrade, ...]:
    """All trades of the demonstration, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            DemoTrade(
                rome_code=row["rome"],
                weight=int(row["weight"]),
                sector=row["sector"],
                naf_code=row["naf"],
                idcc=row["idcc"] or None,
                courses=tuple(_course(one) for one in row["courses"].split("|")),
                opening_titles=tuple(row["openings"].split("|")),
                wishes=tuple(row["wishes"].split("|")),
                firms=tuple(row["firms"].split("|")),
            )
            for row in csv.DictReader(file, delimiter=";")
        )


def _course(text: str) -> CourseKind:
    title, _, numbers = text.partition("@")
    level, entry_level, months = (int(one) for one in numbers.split("/"))
    return CourseKind(title, level, entry_level, months)


def sectors() -> dict[str, tuple[DemoTrade, ...]]:
    """Trades by sector: a CFA teaches one or two of them, a youth's second wish stays near."""
    found: dict[str, list[DemoTrade]] = {}
    for trade in demo_trades():
        found.setdefault(trade.sector, []).append(trade)
    return {sector: tuple(trades) for sector, trades in found.items()}
