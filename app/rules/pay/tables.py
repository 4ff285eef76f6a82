"""The dated grids of minimum pay and the SMIC (``data/pay.csv``, ``data/smic.csv``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache

from app.rules.law import ContractKind, Mark, NoRuleInForce, read_table

CENT = Decimal("0.01")
_KIND = {
    "apprentissage": ContractKind.APPRENTICESHIP,
    "professionnalisation": ContractKind.PROFESSIONALISATION,
}


class Territory(StrEnum):
    """Where the SMIC differs: Mayotte has its own."""

    FRANCE = "FR"
    MAYOTTE = "YT"


class Grid(StrEnum):
    """The pay grids: the law's, the building branch's, and the contrat pro's two columns."""

    LEGAL = "legal"
    BUILDING = "building"
    LOWER = "lower"
    HIGHER = "higher"


def cents(amount: Decimal) -> Decimal:
    """``amount`` rounded half-up to the cent; State tools differ by a cent (PAY-13)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SmicRow:
    """One value of the SMIC: gross per hour and per month of 35 hours, in euros."""

    territory: Territory
    valid_from: date
    valid_to: date | None
    hourly: Decimal
    monthly: Decimal
    basis: str
    source: str
    mark: Mark

    def covers(self, day: date) -> bool:
        """Whether this value is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def known_until(self) -> date:
        """Last day on which an open row is sure: the SMIC changes every 1 January at least."""
        return self.valid_to or date(self.valid_from.year, 12, 31)


@lru_cache(maxsize=2)
def smic_rows(territory: Territory = Territory.FRANCE) -> tuple[SmicRow, ...]:
    """All values for a territory, oldest first."""
    return tuple(
        SmicRow(
            territory=territory,
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            hourly=Decimal(row["hourly_gross_eur"]),
            monthly=Decimal(row["monthly_35h_gross_eur"]),
            basis=row["legal_basis"],
            source=row["source"],
            mark=Mark(row["mark"]),
        )
        for row in read_table("smic.csv")
        if row["territory"].startswith(territory.value)
    )


def smic_on(day: date, territory: Territory = Territory.FRANCE) -> SmicRow:
    """The SMIC in force on ``day``, the newest known for later days.

    Raises ``NoRuleInForce`` before the first row (May 2008; January 2018 for Mayotte).
    """
    for row in smic_rows(territory):
        if row.covers(day):
            return row
    raise NoRuleInForce(f"SMIC {territory} on {day.isoformat()}")


def is_provisional(day: date, territory: Territory = Territory.FRANCE) -> bool:
    """Whether the SMIC of ``day`` is not known yet and the newest value stands in for it."""
    return day > smic_on(day, territory).known_until


@dataclass(frozen=True, slots=True)
class PayRow:
    """One cell of a grid: percentages of the SMIC and, as a floor, of the branch minimum.

    ``age_to`` is None without upper limit; ``contract_year`` is None when every year is paid alike;
    ``pct_minimum`` is None when the conventional minimum plays no part.
    """

    pay_id: str
    kind: ContractKind
    grid: Grid
    age_from: int
    age_to: int | None
    contract_year: int | None
    pct_smic: Decimal
    pct_minimum: Decimal | None
    valid_from: date
    valid_to: date | None
    basis: str
    source: str
    mark: Mark

    def covers(self, day: date) -> bool:
        """Whether the row holds for a contract concluded on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def _grid_of(pay_id: str) -> Grid:
    if pay_id.startswith("BTP"):
        return Grid.BUILDING
    if pay_id.endswith("-L"):
        return Grid.LOWER
    return Grid.HIGHER if pay_id.endswith("-H") else Grid.LEGAL


@lru_cache(maxsize=1)
def pay_rows() -> tuple[PayRow, ...]:
    """Every cell of every grid, in the order of the file."""
    return tuple(
        PayRow(
            pay_id=row["pay_id"],
            kind=_KIND[row["contract"]],
            grid=_grid_of(row["pay_id"]),
            age_from=int(row["age_from"]),
            age_to=int(row["age_to"]) if row["age_to"] else None,
            contract_year=None if row["contract_year"] == "any" else int(row["contract_year"]),
            pct_smic=Decimal(row["pct_smic"]),
            pct_minimum=Decimal(row["floor_pct_smc"]) if row["floor_pct_smc"] else None,
            valid_from=date.fromisoformat(row["conclusion_from"]),
            valid_to=date.fromisoformat(row["conclusion_to"]) if row["conclusion_to"] else None,
            basis=row["legal_basis"],
            source=row["source"],
            mark=Mark(row["mark"]),
        )
        for row in read_table("pay.csv")
        if row["age_from"]
    )


@lru_cache(maxsize=1)
def building_idccs() -> frozenset[str]:
    """Agreements of the building branch, read in the scope of its own grid."""
    scope = next(row["scope"] for row in read_table("pay.csv") if row["pay_id"].startswith("BTP"))
    return frozenset(re.findall(r"\d{4}", scope))


def pay_row(
    kind: ContractKind, grid: Grid, *, age: int, contract_year: int, conclusion: date
) -> PayRow:
    """The cell for an age in years, a contract year (1 to 3) and a day of conclusion.

    Raises ``NoRuleInForce`` when the grid has no such cell, for instance under 15.
    """
    for row in pay_rows():
        if (
            row.kind is kind
            and (row.grid is grid or (row.contract_year is None and row.grid is Grid.LEGAL))
            and row.covers(conclusion)
            and row.age_from <= age <= (row.age_to if row.age_to is not None else age)
            and row.contract_year in (None, contract_year)
        ):
            return row
    raise NoRuleInForce(f"pay {kind} {grid} at {age}, year {contract_year}, on {conclusion}")
