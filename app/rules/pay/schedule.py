"""Minimum pay period by period, from start to end (rules.md §8, points 1 to 13 and 16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from app.rules.age import age_on
from app.rules.dates.arithmetic import (
    ONE_DAY,
    add_months,
    anniversary,
    completed_months,
    first_of_next_month,
)
from app.rules.law import ContractKind, Finding, Level, Mark, finding, limit
from app.rules.pay.case import ExtensionKind, PayCase, Qualification
from app.rules.pay.tables import (
    Grid,
    PayRow,
    building_idccs,
    cents,
    is_provisional,
    pay_row,
    smic_on,
    smic_rows,
)

_FULL_TIME = Decimal(35)
_HUNDRED = Decimal(100)
_LAST_GRID_YEAR = 3
_BAND_REMINDER = timedelta(days=15)
_BAND_AGES = {
    ContractKind.APPRENTICESHIP: (18, 21, 26),
    ContractKind.PROFESSIONALISATION: (21,),
}


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


def pay_age(case: PayCase, day: date) -> int:
    """Age that pays on ``day``: a birthday counts from the first of the next month (PAY-03).

    The age at the start counts at once. In a contrat pro only the 21st birthday changes the band
    on the way (PAY-11-21); reaching 26 leaves the initial terms (PAY-11-26).
    """
    at_start = age_on(case.birth_date, case.start)
    age = max(at_start, age_on(case.birth_date, day.replace(day=1) - ONE_DAY))
    if case.kind is ContractKind.PROFESSIONALISATION and at_start < 26:
        return min(age, 25)
    return age


def contract_year(case: PayCase, day: date) -> int:
    """Year of the grid on ``day``, 1 to 3: anniversaries of the start, months done counted."""
    if case.one_year_professional_licence:
        return limit("PAY-09", "contract_year", case.law_day)
    if case.extension is not None and day >= case.extension.since:
        day = case.extension.since - ONE_DAY
    year = 1
    while year < _LAST_GRID_YEAR and add_months(case.start, 12 * year - case.months_done) <= day:
        year += 1
    return year


def pay_schedule(case: PayCase) -> PaySchedule:
    """The minimum pay of the whole contract, cut wherever an amount may change.

    Raises ``NoRuleInForce`` when a grid or the SMIC has no row for the contract's dates or age.
    """
    cuts = [*sorted(_cuts(case)), case.end + ONE_DAY]
    periods = [_period(case, first, after - ONE_DAY) for first, after in pairwise(cuts)]
    return PaySchedule(tuple(_merged(periods)), tuple(_findings(case, periods)))


@dataclass(frozen=True, slots=True)
class BandChange:
    """A birthday that changes the pay: the age, the first day paid, and the day of the reminder."""

    age: int
    day: date
    reminder: date


def band_changes(case: PayCase) -> tuple[BandChange, ...]:
    """Birthdays that change the band during the contract (PAY-03), each with its reminder.

    The reminder comes fifteen days before (dossier, ``workflow.md`` table E).
    """
    changes = (
        (age, first_of_next_month(anniversary(case.birth_date, age)))
        for age in _BAND_AGES[case.kind]
    )
    return tuple(
        BandChange(age, day, day - _BAND_REMINDER)
        for age, day in changes
        if case.start < day <= case.end and age_on(case.birth_date, case.start) < age
    )


def minimum_pay(case: PayCase, day: date) -> PayPeriod:
    """The minimum pay of the period that holds ``day``."""
    return pay_schedule(case).on(day)


def _cuts(case: PayCase) -> set[date]:
    candidates = [
        first_of_next_month(anniversary(case.birth_date, age)) for age in _BAND_AGES[case.kind]
    ]
    candidates += [
        add_months(case.start, 12 * year - case.months_done) for year in range(1, _LAST_GRID_YEAR)
    ]
    for row in smic_rows(case.territory):
        candidates.append(row.valid_from)
        if row.valid_to is None:
            candidates.append(row.known_until + ONE_DAY)
    if case.extension is not None:
        candidates.append(case.extension.since)
    return {case.start} | {day for day in candidates if case.start < day <= case.end}


def _period(case: PayCase, first: date, last: date) -> PayPeriod:
    row, rules = _row(case, first)
    pct, more = _percentage(case, row, first)
    smic = smic_on(first, case.territory)
    share = min(case.weekly_hours, _FULL_TIME) / _FULL_TIME
    reference, base = cents(smic.monthly * share), "SMIC"
    amount = cents(reference * pct / _HUNDRED)
    if row.pct_minimum is not None and case.conventional_minimum is not None:
        floor_pct = pct if row.pct_minimum == row.pct_smic else row.pct_minimum
        minimum = cents(case.conventional_minimum * share)
        floor = cents(minimum * floor_pct / _HUNDRED)
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


def _row(case: PayCase, day: date) -> tuple[PayRow, tuple[str, ...]]:
    age, year = pay_age(case, day), contract_year(case, day)
    if case.kind is ContractKind.PROFESSIONALISATION:
        higher = case.qualification is Qualification.PROFESSIONAL_LEVEL_4
        return _cell(case, Grid.HIGHER if higher else Grid.LOWER, age, year), ("PAY-11",)
    legal = _cell(case, Grid.LEGAL, age, year)
    rules: tuple[str, ...] = ("PAY-01", "PAY-02") if age < 16 else ("PAY-01",)
    if case.idcc not in building_idccs():
        return legal, rules
    branch = _cell(case, Grid.BUILDING, age, year)
    better = branch if branch.pct_smic >= legal.pct_smic else legal
    return better, (*rules, "PAY-16")


def _cell(case: PayCase, grid: Grid, age: int, year: int) -> PayRow:
    return pay_row(case.kind, grid, age=age, contract_year=year, conclusion=case.law_day)


def _percentage(case: PayCase, row: PayRow, day: date) -> tuple[Decimal, tuple[str, ...]]:
    pct, rules = row.pct_smic, []
    if case.kind is ContractKind.PROFESSIONALISATION:
        return pct, ()
    if case.one_year_professional_licence:
        rules.append("PAY-09")
    if case.months_done:
        rules.append("PAY-05")
    if _related_bonus(case):
        pct += limit("PAY-07", "points", case.law_day)
        rules.append("PAY-07")
    if case.extension is not None and day >= case.extension.since:
        rules.append("PAY-06")
        if case.extension.kind is ExtensionKind.DISABILITY:
            pct += limit("PAY-06", "points", case.law_day)
    if case.former_last_pct is not None and case.former_last_pct > pct:
        pct = case.former_last_pct
        rules.append("PAY-08")
    # Increases cannot lift the pay above the whole SMIC (D6222-31).
    return min(pct, max(_HUNDRED, row.pct_smic)), tuple(rules)


def _related_bonus(case: PayCase) -> bool:
    months = limit("PAY-07", "max_months", case.law_day)
    return case.same_level_related and case.end < add_months(case.start, months)


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


def _findings(case: PayCase, periods: list[PayPeriod]) -> list[Finding]:
    day = case.law_day
    found = [
        finding("PAY-13", day, "Montants bruts environ, arrondis au centime ; le texte fixe le %.")
    ]
    if any(period.provisional for period in periods):
        message = (
            "SMIC à venir inconnu : montants calculés sur le dernier SMIC publié, "
            "ils peuvent changer au 1er janvier."
        )
        found.append(finding("PAY-12", day, message, level=Level.WARN))
    if case.conventional_minimum is None:
        found += _unknown_minimum(case, periods)
    return [*found, *_branch_findings(case, day), *_kind_findings(case, day)]


def _unknown_minimum(case: PayCase, periods: list[PayPeriod]) -> list[Finding]:
    oldest = max(period.age for period in periods)
    if case.kind is ContractKind.PROFESSIONALISATION:
        rule_id, from_age, share = "PAY-11", 26, "85 % du minimum conventionnel"
    else:
        rule_id, from_age, share = "PAY-01", 21, "le même pourcentage du minimum conventionnel"
    if oldest < from_age:
        return []
    message = (
        f"Dès {from_age} ans, {share} de l'emploi est dû s'il donne plus : "
        "à vérifier dans la convention collective."
    )
    return [finding(rule_id, case.law_day, message, level=Level.WARN)]


def _branch_findings(case: PayCase, day: date) -> list[Finding]:
    found: list[Finding] = []
    if case.idcc in building_idccs():
        message = "Barème de la branche du bâtiment (accord de 2005) : extension à confirmer."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    elif case.idcc not in (None, "9998", "9999"):
        message = f"Convention collective {case.idcc} : un barème plus favorable est possible."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    if case.public_employer:
        message = "Employeur public : majoration facultative de 10 ou 20 points, à confirmer."
        found.append(finding("PAY-16", day, message, level=Level.WARN))
    if case.weekly_hours > _FULL_TIME:
        message = "Montants pour 35 h : les heures au-delà sont majorées, à confirmer."
        found.append(finding("DUR-11", day, message, level=Level.WARN))
    return found


def _kind_findings(case: PayCase, day: date) -> list[Finding]:
    if case.kind is ContractKind.APPRENTICESHIP:
        if case.same_level_related and not _related_bonus(case):
            months = completed_months(case.start, case.end)
            message = (
                f"Contrat de {months} mois : la majoration de 15 points demande un an au plus."
            )
            return [finding("PAY-07", day, message, level=Level.INFO)]
        return []
    at_start = age_on(case.birth_date, case.start)
    if at_start >= 26:
        return []
    found: list[Finding] = []
    if case.qualification in (Qualification.GENERAL_BAC, Qualification.UNKNOWN):
        message = (
            "Taux sans la majoration de 10 points : elle est due avec un diplôme professionnel de "
            "niveau 4 au moins. Pour un bac général, les sources se contredisent : à confirmer."
        )
        found.append(finding("PAY-11-BAC", day, message))
    if age_on(case.birth_date, case.end) >= 26:
        message = "26 ans pendant le contrat : conditions initiales maintenues, à confirmer."
        found.append(finding("PAY-11-26", day, message))
    return found
