"""What a contract costs the employer, month by month: an estimate that says what it leaves out.

Gross pay and aids are known; the employer's contributions depend on reliefs that the dossier does
not give, so they are "à confirmer" and the net figure is *before contributions*.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.rules.aids import AidReport, Family
from app.rules.dates.arithmetic import ONE_DAY, add_months, first_of_next_month
from app.rules.law import ToConfirm
from app.rules.pay.case import PayCase
from app.rules.pay.schedule import PaySchedule, pay_schedule
from app.rules.pay.tables import cents

_AID_MONTHS = 12
CONTRIBUTIONS = ToConfirm("EXO-2019", "cotisations patronales selon l'URSSAF ou la MSA", "MONENT")


@dataclass(frozen=True, slots=True)
class CostMonth:
    """One calendar month, in euros. ``first_day`` and ``last_day`` are days under contract.

    ``aid`` is at most; ``share`` is the one-off part paid to the CFA. ``net`` is gross + share −
    aid before contributions, or "à confirmer" with the aid.
    """

    first_day: date
    last_day: date
    gross: Decimal
    aid: Decimal | ToConfirm
    share: Decimal | ToConfirm
    provisional: bool

    @property
    def net(self) -> Decimal | ToConfirm:
        """Cost of the month before contributions."""
        if isinstance(self.aid, ToConfirm):
            return self.aid
        if isinstance(self.share, ToConfirm):
            return self.share
        return self.gross + self.share - self.aid


@dataclass(frozen=True, slots=True)
class CostSchedule:
    """Every month of the contract, and the words that must go with the figures."""

    months: tuple[CostMonth, ...]
    contributions: ToConfirm
    label: str

    @property
    def gross(self) -> Decimal:
        """Gross pay over the whole contract."""
        return sum((month.gross for month in self.months), Decimal(0))

    @property
    def aid(self) -> Decimal | ToConfirm:
        """Aids over the whole contract at most, or "à confirmer" when one month is."""
        return total(month.aid for month in self.months)

    @property
    def net(self) -> Decimal | ToConfirm:
        """Cost of the whole contract before contributions."""
        return total(month.net for month in self.months)


def total(amounts: Iterable[Decimal | ToConfirm]) -> Decimal | ToConfirm:
    """The sum, or the first "à confirmer" met: an unknown part makes the whole unknown."""
    known = Decimal(0)
    for amount in amounts:
        if isinstance(amount, ToConfirm):
            return amount
        known += amount
    return known


def employer_cost(case: PayCase, aids: AidReport) -> CostSchedule:
    """Cost month by month from start to end; parts of months count by calendar days.

    The State aid is spread over the first twelve months, by day (D6243-2). Raises
    ``NoRuleInForce`` as ``pay_schedule`` does.
    """
    months = cost_months(
        pay_schedule(case), aids, start=case.start, first=case.start, last=case.end
    )
    label = f"Estimation avant cotisations. {aids.sentence} Table du {aids.table_date:%d/%m/%Y}."
    return CostSchedule(months, CONTRIBUTIONS, label)


def cost_months(
    schedule: PaySchedule, aids: AidReport, *, start: date, first: date, last: date
) -> tuple[CostMonth, ...]:
    """The months from ``first`` to ``last`` of a contract that starts on ``start``."""
    months: list[CostMonth] = []
    while first <= last:
        end = min(first_of_next_month(first) - ONE_DAY, last)
        months.append(
            CostMonth(
                first_day=first,
                last_day=end,
                gross=_gross(schedule, first, end),
                aid=_aid(aids.state_amount, start, first, end),
                share=_share(aids) if first == start else Decimal(0),
                provisional=any(
                    period.provisional and period.start <= end and first <= period.end
                    for period in schedule.periods
                ),
            )
        )
        first = end + ONE_DAY
    return tuple(months)


def _days_in_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _gross(schedule: PaySchedule, first: date, last: date) -> Decimal:
    total = Decimal(0)
    for period in schedule.periods:
        days = _overlap(period.start, period.end, first, last)
        total += period.amount * days / _days_in_month(first)
    return cents(total)


def _aid(amount: Decimal | ToConfirm, start: date, first: date, last: date) -> Decimal | ToConfirm:
    end = add_months(start, _AID_MONTHS) - ONE_DAY
    if isinstance(amount, ToConfirm):
        return amount if _overlap(start, end, first, last) else Decimal(0)
    # Differences of running totals: rounded months never add up to more than the maximum.
    return _aid_until(amount, start, min(last, end)) - _aid_until(
        amount, start, min(first - ONE_DAY, end)
    )


def _aid_until(amount: Decimal, start: date, day: date) -> Decimal:
    parts, first = Decimal(0), start
    while first <= day:
        last = min(first_of_next_month(first) - ONE_DAY, day)
        parts += Decimal((last - first).days + 1) / _days_in_month(first)
        first = last + ONE_DAY
    return min(cents(amount * parts / _AID_MONTHS), amount)


def _share(aids: AidReport) -> Decimal | ToConfirm:
    for line in aids.lines:
        if line.row.family is Family.COST and line.amount is not None:
            return line.amount if isinstance(line.amount, ToConfirm) else -line.amount
    return Decimal(0)


def _overlap(start: date, end: date, first: date, last: date) -> int:
    return max((min(end, last) - max(start, first)) // timedelta(days=1) + 1, 0)
