"""What the pay of one contract depends on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.rules.law import ContractKind
from app.rules.pay.tables import Territory


class Qualification(StrEnum):
    """What the holder of a contrat pro already has (PAY-11)."""

    BELOW = "below"
    PROFESSIONAL_LEVEL_4 = "professional_level_4"
    GENERAL_BAC = "general_bac"
    UNKNOWN = "unknown"


class ExtensionKind(StrEnum):
    """Why an apprenticeship contract is extended."""

    FAILED_EXAM = "failed_exam"
    DISABILITY = "disability"


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension from a day on: the last year's rate, +15 points for disability (PAY-06)."""

    kind: ExtensionKind
    since: date


@dataclass(frozen=True, slots=True)
class PayCase:
    """One contract. ``conclusion`` chooses the grid; it is ``start`` while it is unknown.

    ``months_done`` are months of the cycle that count as done (PAY-05). ``same_level_related``
    says that the contract prepares the same level, directly related to a diploma held (PAY-07).
    ``former_last_pct`` is the legal percentage of the last year of a former contract whose diploma
    was obtained (PAY-08). ``conventional_minimum`` is euros a month for the job at full time, None
    while nobody has looked it up. ``weekly_hours`` above 35 are paid as 35 here.
    """

    kind: ContractKind
    birth_date: date
    start: date
    end: date
    conclusion: date | None = None
    territory: Territory = Territory.FRANCE
    idcc: str | None = None
    public_employer: bool = False
    conventional_minimum: Decimal | None = None
    weekly_hours: Decimal = Decimal(35)
    months_done: int = 0
    same_level_related: bool = False
    former_last_pct: Decimal | None = None
    one_year_professional_licence: bool = False
    extension: Extension | None = None
    qualification: Qualification = Qualification.UNKNOWN

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("the contract ends before it starts")
        if self.weekly_hours <= 0:
            raise ValueError("weekly hours must be positive")
        if self.months_done < 0:
            raise ValueError("months done cannot be negative")

    @property
    def law_day(self) -> date:
        """The day that chooses the grid."""
        return self.conclusion or self.start
