"""Minimum pay period by period, from start to end (rules.md §8, points 1 to 13 and 16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary, first_of_next_month
from app.rules.law import Finding
from app.rules.pay.case import PayCase
from app.rules.pay.notes import pay_findings
from app.rules.pay.period import FULL_TIME, PayPeriod
from app.rules.pay.rates import (
    BAND_AGES,
    HUNDRED,
    LAST_GRID_YEAR,
    cell_on,
    contract_year,
    pay_age,
    percentage,
)
from app.rules.pay.tables import cents, is_provisional, smic_on, smic_rows


@dataclass(frozen=True, slots=True)
class PaySchedule:
    """The periods in order, without gap or overlap, and what to tell the reader about them."""

    periods: tuple[PayPeriod, ...]
    findings: tuple[Finding, ...]

    def on(self, day: date) -> PayPeriod:
        """The period that holds ``day``; raises ``LookupError`` outside the contract."""
        for period in self.periods:
            if period.start <= day <= period.end:
                return period
        raise LookupError(f"{day.isoformat()} is outside the contract")


def pay_schedule(case: PayCase) -> PaySchedule:
    """The minimum pay of the whole contract, cut wherever an amount may change.

    Raises ``NoRuleInForce`` when a grid or the SMIC has no row for the contract's dates or age.
    """
    cuts = [*sorted(_cuts(case)), case.end + ONE_DAY]
    periods = [_period(case, first, after - ONE_DAY) for first, after in pairwise(cuts)]
    return PaySchedule(tuple(_merged(periods)), tuple(pay_findings(case, periods)))


def minimum_pay(case: PayCase, day: date) -> PayPeriod:
    """The minimum pay of the period that holds ``day``."""
    return pay_schedule(case).on(day)


def _cuts(case: PayCase) -> set[date]:
    candidates = [
        first_of_next_month(anniversary(case.birth_date, age)) for age in BAND_AGES[case.kind]
    ]
    candidates += [
        add_months(case.start, 12 * year - case.months_done) for year in range(1, LAST_GRID_YEAR)
    ]
    for row in smic_rows(case.territory):
        candidates.append(row.valid_from)
        if row.valid_to is None:
            candidates.append(row.known_until + ONE_DAY)
    if case.extension is not None:
        candidates.append(case.extension.since)
    return {case.start} | {day for day in candidates if case.start < day <= case.end}


def _period(case: PayCase, first: date, last: date) -> PayPeriod:
    row, rules = cell_on(case, first)
    pct, more = percentage(case, row, first)
    smic = smic_on(first, case.territory)
    share = min(case.weekly_hours, FULL_TIME) / FULL_TIME
    reference, base = cents(smic.monthly * share), "SMIC"
    amount = cents(reference * pct / HUNDRED)
    if row.pct_minimum is not None and case.conventional_minimum is not None:
        floor_pct = pct if row.pct_minimum == row.pct_smic else row.pct_minimum
        minimum = cents(case.conventional_minimum * share)
        floor = cents(minimum * floor_pct / HUNDRED)
        if floor > amount:
            amount, reference, base, pct = floor, minimum, "SMC", floor_pct
    return PayPeriod(
        start=first,
        end=last,
        age=pay_age(case, first),
        contract_year=contract_year(case, first),
        pct=pct,
        base=base,
        reference=reference,
        amount=amount,
        provisional=is_provisional(first, case.territory),
        pay_id=row.pay_id,
        rule_ids=(*rules, *more),
        source=row.source,
        mark=row.mark,
    )


def _merged(periods: list[PayPeriod]) -> list[PayPeriod]:
    # A cut that changed nothing to read (a birthday inside one band) is closed again.
    merged: list[PayPeriod] = []
    for period in periods:
        if merged and _terms(merged[-1]) == _terms(period):
            merged[-1] = replace(merged[-1], end=period.end)
        else:
            merged.append(period)
    return merged


def _terms(period: PayPeriod) -> tuple[object, ...]:
    return (
        period.contract_year,
        period.pct,
        period.base,
        period.reference,
        period.provisional,
        period.pay_id,
        period.rule_ids,
    )
