"""Which cell of which grid pays on a day, and the percentage that comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.rules.age import age_on
from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary, first_of_next_month
from app.rules.law import ContractKind, limit
from app.rules.pay.case import ExtensionKind, PayCase, Qualification
from app.rules.pay.tables import Grid, PayRow, building_idccs, pay_row

HUNDRED = Decimal(100)
LAST_GRID_YEAR = 3
BAND_AGES = {
    ContractKind.APPRENTICESHIP: (18, 21, 26),
    ContractKind.PROFESSIONALISATION: (21,),
}
_BAND_REMINDER = timedelta(days=15)


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
    while year < LAST_GRID_YEAR and add_months(case.start, 12 * year - case.months_done) <= day:
        year += 1
    return year


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
        for age in BAND_AGES[case.kind]
    )
    return tuple(
        BandChange(age, day, day - _BAND_REMINDER)
        for age, day in changes
        if case.start < day <= case.end and age_on(case.birth_date, case.start) < age
    )


def cell_on(case: PayCase, day: date) -> tuple[PayRow, tuple[str, ...]]:
    """The cell that pays on ``day``, the better of the law's and the branch's, with its rules."""
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


def percentage(case: PayCase, row: PayRow, day: date) -> tuple[Decimal, tuple[str, ...]]:
    """The percentage of ``row`` with its increases (PAY-05 to PAY-09), and their rules."""
    pct, rules = row.pct_smic, []
    if case.kind is ContractKind.PROFESSIONALISATION:
        return pct, ()
    if case.one_year_professional_licence:
        rules.append("PAY-09")
    if case.months_done:
        rules.append("PAY-05")
    if has_related_bonus(case):
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
    return min(pct, max(HUNDRED, row.pct_smic)), tuple(rules)


def has_related_bonus(case: PayCase) -> bool:
    """Whether the fifteen points of a related contract of a year at most are due (PAY-07)."""
    months = limit("PAY-07", "max_months", case.law_day)
    return case.same_level_related and case.end < add_months(case.start, months)
