"""Small truths around the pay: what is deducted, exempted, checked and how it is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.rules.law import Finding, Level, NoRuleInForce, finding, limit
from app.rules.pay.case import PayCase
from app.rules.pay.schedule import minimum_pay
from app.rules.pay.tables import CENT, cents

_NBSP, _NARROW_NBSP = "\u00a0", "\u202f"


def euros(amount: Decimal) -> str:
    """French writing of an amount: ``1 867,02 €``, without cents when there are none."""
    text = f"{amount:,.2f}".removesuffix(".00")
    return text.replace(",", _NARROW_NBSP).replace(".", ",") + _NBSP + "€"


def in_kind_deduction_cap(usual_deduction: Decimal, day: date) -> Decimal:
    """Largest deduction for food or housing: 75 % of that of other employees (PAY-10)."""
    return cents(usual_deduction * limit("PAY-10", "max_share", day) / 100)


def employee_exempt_share(conclusion: date) -> int | None:
    """Share of the SMIC (percent) free of the apprentice's contributions (PAY-14).

    None before 2019: the dossier does not give the former rule.
    """
    try:
        return limit("PAY-14", "exempt_share", conclusion)
    except NoRuleInForce:
        return None


def check_gross(case: PayCase, gross: Decimal, day: date) -> Finding | None:
    """A finding when ``gross`` (euros a month) is under the minimum of ``day``; a cent is allowed.

    Blocking, unless the minimum itself is provisional or of a secondary source: then a warning.
    """
    period = minimum_pay(case, day)
    if gross >= period.amount - CENT:
        return None
    message = (
        f"Salaire de {euros(gross)} : le minimum est d'environ {euros(period.amount)} "
        f"({period.pct.normalize():f} % du {period.base})."
    )
    rule_id = period.rule_ids[0]
    level = Level.WARN if period.provisional else Level.BLOCK
    return finding(rule_id, case.law_day, message, level=level)
