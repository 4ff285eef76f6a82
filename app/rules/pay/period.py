"""One period of pay: the terms that hold from a day to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rules.law import Mark

FULL_TIME = Decimal(35)


@dataclass(frozen=True, slots=True)
class PayPeriod:
    """Minimum gross pay a month from ``start`` to ``end`` included.

    ``pct`` is the percentage of ``base`` ("SMIC" or "SMC", the conventional minimum), and
    ``reference`` that base in euros a month for the hours of the contract. ``provisional`` means
    that the SMIC of the period is not known: the amount stands on the newest one, and may change.
    """

    start: date
    end: date
    age: int
    contract_year: int
    pct: Decimal
    base: str
    reference: Decimal
    amount: Decimal
    provisional: bool
    pay_id: str
    rule_ids: tuple[str, ...]
    source: str
    mark: Mark
