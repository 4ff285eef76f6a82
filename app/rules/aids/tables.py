"""The dated table of aids (``data/aids.json``): employers', youths' and training centres'."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

from app.rules.law import Mark


class Side(StrEnum):
    """Who receives the aid (or pays, for a cost)."""

    EMPLOYER = "employer"
    YOUTH = "youth"
    TRAINING_CENTRE = "training_centre"


class Family(StrEnum):
    """Aids that exclude one another, and what is not an aid at all.

    ``GAP`` rows say that a period has no aid; the ``HORIZON`` row opens the unknown regime.
    """

    SINGLE = "single"
    EXCEPTIONAL = "exceptional"
    GAP = "gap"
    HORIZON = "horizon"
    COST = "cost"
    OTHER = "other"


class DayBasis(StrEnum):
    """Which day chooses the row."""

    CONCLUSION = "conclusion"
    START = "start"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a row or an amount asks; None asks nothing. Sizes are employees of the SIREN."""

    size_min: int | None = None
    size_max: int | None = None
    level_min: int | None = None
    level_max: int | None = None
    level_max_overseas: int | None = None
    age_min: int | None = None
    age_max: int | None = None
    held_level_max: int | None = None
    disabled: bool | None = None
    additional_apprentice: bool | None = None
    jobseeker: bool | None = None
    after_break: bool | None = None
    public: bool | None = None
    same_pair_again: bool | None = None
    start_before: date | None = None


@dataclass(frozen=True, slots=True)
class AidAmount:
    """One amount in euros at most, None when it is a formula; the first that applies is taken."""

    eur: Decimal | None
    text: str
    when: Conditions


@dataclass(frozen=True, slots=True)
class AidRow:
    """One aid over one period. ``contract`` is a contract kind, "both", "before" or "other"."""

    aid_id: str
    side: Side
    contract: str
    family: Family
    label: str
    valid_from: date | None
    valid_to: date | None
    day: DayBasis
    requires: Conditions
    amounts: tuple[AidAmount, ...]
    conditions: tuple[str, ...]
    payer: str
    legal_basis: str
    source: str
    mark: Mark
    notes: tuple[str, ...]

    def covers(self, day: date) -> bool:
        """Whether the row holds on ``day``, the day of its own basis."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class AidTable:
    """All rows, the day the table was made, and the first day about which nothing is known."""

    compiled: date
    seen_until: date
    horizon: date
    sentence: str
    rows: tuple[AidRow, ...]


def _conditions(data: dict[str, Any]) -> Conditions:
    values = dict(data)
    if "start_before" in values:
        values["start_before"] = date.fromisoformat(values["start_before"])
    return Conditions(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _row(data: dict[str, Any]) -> AidRow:
    return AidRow(
        aid_id=data["id"],
        side=Side(data["side"]),
        contract=data["contract"],
        family=Family(data["family"]),
        label=data["label_fr"],
        valid_from=_day(data["valid_from"]),
        valid_to=_day(data["valid_to"]),
        day=DayBasis(data["day"]),
        requires=_conditions(data["requires"]),
        amounts=tuple(
            AidAmount(
                Decimal(amount["eur"]) if amount["eur"] is not None else None,
                amount["text_fr"],
                _conditions(amount["when"]),
            )
            for amount in data["amounts"]
        ),
        conditions=tuple(data["conditions_fr"]),
        payer=data["payer_fr"],
        legal_basis=data["legal_basis"],
        source=data["source"],
        mark=Mark(data["mark"]),
        notes=tuple(data["notes_fr"]),
    )


@lru_cache(maxsize=1)
def aid_table() -> AidTable:
    """The packaged table, read once."""
    path = resources.files("app.rules").joinpath("data", "aids.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    return AidTable(
        compiled=date.fromisoformat(data["compiled"]),
        seen_until=date.fromisoformat(data["seen_until"]),
        horizon=date.fromisoformat(data["horizon"]),
        sentence=data["sentence_fr"],
        rows=tuple(_row(row) for row in data["aids"]),
    )
