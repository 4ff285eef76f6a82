"""Dated rows of law, and the findings that quote them.

A limit is never a constant in the code: it is a row of ``data/rules.csv`` with a period of
validity, a source and a mark. A finding copies the row it rests on, so that a screen can always
say which text speaks and how sure we are of it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from importlib import resources


class Mark(StrEnum):
    """How well a row is known: verified, secondary, unverified, or a choice of this portal."""

    VERIFIED = "V"
    SECONDARY = "P"
    UNVERIFIED = "U"
    DESIGN = "design"


class Level(StrEnum):
    """What a finding asks of the reader.

    ``BLOCK``: the contract would be void or refused. ``WARN``: a person must confirm.
    ``INFO``: worth knowing. ``COMPUTE``: the rule only feeds a computation.
    """

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"
    COMPUTE = "compute"


class ContractKind(StrEnum):
    """The two contracts of alternance."""

    APPRENTICESHIP = "apprenticeship"
    PROFESSIONALISATION = "professionalisation"


class NoRuleInForce(LookupError):
    """No row of the dated table covers the day asked for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One dated row. ``parameter`` is empty when the rule is a sentence without a figure."""

    rule_id: str
    parameter: str
    value: Decimal | None
    unit: str
    scope: str
    valid_from: date | None
    valid_to: date | None
    date_basis: str
    level: Level
    basis: str
    source: str
    mark: Mark
    title: str

    def covers(self, day: date) -> bool:
        """Whether the row is in force on ``day``; an empty bound means "without limit"."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: a French sentence for the reader, and the text it rests on.

    ``code`` is an optional machine-readable detail, such as the derogation of the form.
    """

    rule_id: str
    level: Level
    message: str
    basis: str
    source: str
    mark: Mark
    code: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether the contract cannot go on while this finding stands."""
        return self.level is Level.BLOCK

    @property
    def is_certain(self) -> bool:
        """Whether the row was read in the text itself; otherwise the screen says "à confirmer"."""
        return self.mark is Mark.VERIFIED


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A figure that nobody may print as a number: unverified, contradictory or still to come."""

    rule_id: str
    reason: str
    source: str = "–"

    def __str__(self) -> str:
        return f"à confirmer ({self.reason})"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a packaged CSV file of ``app/rules/data``.

    Raises ``FileNotFoundError`` when the installation lacks the file.
    """
    text = resources.files("app.rules").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every row of ``rules.csv``, in the order of the file."""
    return tuple(
        Rule(
            rule_id=row["rule_id"],
            parameter=row["parameter"],
            value=Decimal(row["value"]) if row["value"] else None,
            unit=row["unit"],
            scope=row["scope"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            date_basis=row["date_basis"],
            level=Level(row["level"]),
            basis=row["basis"],
            source=row["source"],
            mark=Mark(row["mark"]),
            title=row["title"],
        )
        for row in read_table("rules.csv")
    )


@lru_cache(maxsize=1)
def _by_id() -> Mapping[str, tuple[Rule, ...]]:
    grouped: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in all_rules():
        grouped[rule.rule_id].append(rule)
    return {rule_id: tuple(rows) for rule_id, rows in grouped.items()}


@lru_cache(maxsize=4096)
def rule_on(rule_id: str, day: date, parameter: str | None = None) -> Rule:
    """The row of ``rule_id`` in force on ``day``, the first one when ``parameter`` is None.

    Raises ``NoRuleInForce`` when no row covers the day.
    """
    for rule in _by_id().get(rule_id, ()):
        if rule.covers(day) and parameter in (None, rule.parameter):
            return rule
    raise NoRuleInForce(f"{rule_id} {parameter or ''} on {day.isoformat()}")


def in_force(rule_id: str, day: date, parameter: str | None = None) -> bool:
    """Whether a row of ``rule_id`` (and of ``parameter`` when given) covers ``day``."""
    return any(
        rule.covers(day) and parameter in (None, rule.parameter)
        for rule in _by_id().get(rule_id, ())
    )


def limit(rule_id: str, parameter: str, day: date) -> int:
    """A whole-number limit (years, months, days, hours, minutes or persons, see ``unit``).

    Raises ``NoRuleInForce`` when no row covers the day, ``TypeError`` when the row has no figure.
    """
    value = rule_on(rule_id, day, parameter).value
    if value is None:
        raise TypeError(f"{rule_id} {parameter} has no figure")
    return int(value)


def finding(
    rule_id: str, day: date, message: str, *, level: Level | None = None, code: str = ""
) -> Finding:
    """A finding that quotes the row of ``rule_id`` on ``day``; ``level`` overrides the row's.

    Raises ``NoRuleInForce`` when no row covers the day.
    """
    rule = rule_on(rule_id, day)
    return Finding(
        rule_id=rule_id,
        level=level or rule.level,
        message=message,
        basis=rule.basis,
        source=rule.source,
        mark=rule.mark,
        code=code,
    )


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop the contract."""
    return [found for found in findings if found.is_blocking]
