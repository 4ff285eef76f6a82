"""Answers of the simulators: pure, from what was typed in the address, each figure with the row it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.rules.age import check_age, is_minor
from app.rules.aids import AidLine, youth_aids
from app.rules.dates import (
    Rhythm,
    aid_transmission_day,
    deposit_deadline,
    end_of_free_termination,
    longest_months,
    pre_hire_window,
    start_window,
    trainee_window,
)
from app.rules.dates.arithmetic import ONE_DAY, add_months, anniversary
from app.rules.estimate import ContractTerms, Estimate, estimate
from app.rules.good_to_know import good_to_know
from app.rules.law import ContractKind, Finding, NoRuleInForce, Rule, limit, rule_on
from app.rules.minors import protections
from app.rules.opco import deposit_recipient
from app.rules.pay import BandChange, PayPeriod, PayRow, SmicRow, band_changes, pay_rows, smic_on


@dataclass(frozen=True, slots=True)
class PayLine:
    """One period of pay, with its rule, the cell of the grid and the SMIC it stands on, each with its validity."""

    period: PayPeriod
    rule: Rule
    cell: PayRow
    smic: SmicRow


@dataclass(frozen=True, slots=True)
class PaySimulation:
    """Pay of one youth over one contract; `refusal` instead of lines when no grid has such a contract."""

    terms: ContractTerms
    lines: tuple[PayLine, ...]
    birthdays: tuple[BandChange, ...]
    findings: tuple[Finding, ...]
    aids: tuple[AidLine, ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CostSimulation:
    """Cost of one contract for its employer, the aids with their periods, and where the file goes."""

    terms: ContractTerms
    estimate: Estimate | None
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    recipient: str
    refusal: str = ""


NO_FIGURE = "Aucun barème ne couvre ce contrat à ces dates ou à cet âge : vérifiez la date de naissance et le début."


def simulate_pay(terms: ContractTerms) -> PaySimulation:
    """The pay period by period, the birthdays that move it, and what else the youth may receive."""
    age = check_age(terms.birth_date, terms.start, terms.kind, conclusion=terms.conclusion)
    try:
        found = estimate(terms)
    except NoRuleInForce:
        return PaySimulation(terms, (), (), tuple(age), (), NO_FIGURE)
    cells = {row.pay_id: row for row in pay_rows()}
    territory = terms.pay_case().territory
    lines = tuple(
        PayLine(
            one,
            rule_on(one.rule_ids[0], terms.conclusion or terms.start),
            cells[one.pay_id],
            smic_on(one.start, territory),
        )
        for one in found.pay.periods
    )
    return PaySimulation(
        terms=terms,
        lines=lines,
        birthdays=band_changes(terms.pay_case()),
        findings=(*age, *found.pay.findings),
        aids=youth_aids(terms.aid_case()).lines,
    )


def simulate_cost(terms: ContractTerms, *, naf: str | None = None) -> CostSimulation:
    """The cost month by month and the aids of one contract."""
    age = check_age(terms.birth_date, terms.start, terms.kind, conclusion=terms.conclusion)
    recipient = deposit_recipient(terms.idcc, naf=naf, public_employer=terms.public_employer)
    notes = good_to_know(
        terms.kind,
        terms.conclusion or terms.start,
        minor=is_minor(terms.birth_date, terms.start),
        level=terms.diploma_level,
    )
    try:
        found = estimate(terms)
    except NoRuleInForce:
        return CostSimulation(terms, None, tuple(age), tuple(notes), recipient, NO_FIGURE)
    findings = (*age, *found.pay.findings)
    return CostSimulation(terms, found, findings, tuple(notes), recipient)


@dataclass(frozen=True, slots=True)
class DatesCase:
    """What the dates of a contract depend on; None means "not typed"."""

    kind: ContractKind
    start: date
    course_start: date | None = None
    conclusion: date | None = None
    birth_date: date | None = None
    trainee_since: date | None = None
    rhythm: Rhythm | None = None
    department: str = ""


@dataclass(frozen=True, slots=True)
class DateLine:
    """One day, or a period, with the rule that gives it."""

    label: str
    first: date
    last: date | None
    rule: Rule
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatesSimulation:
    """The dates in their order, what they call for, and the protections of a minor."""

    case: DatesCase
    lines: tuple[DateLine, ...]
    findings: tuple[Finding, ...]
    protections: tuple[Finding, ...]


def simulate_dates(case: DatesCase) -> DatesSimulation:
    """Every legal date of the contract that the case allows to compute."""
    lines = sorted(_date_lines(case), key=lambda line: (line.first, line.label))
    found: list[Finding] = []
    guarded: list[Finding] = []
    if case.birth_date is not None:
        found = check_age(case.birth_date, case.start, case.kind, conclusion=case.conclusion)
        guarded = protections(case.birth_date, case.start)
    return DatesSimulation(case, tuple(lines), tuple(found), tuple(guarded))


def _date_lines(case: DatesCase) -> Iterator[DateLine]:
    for family in _FAMILIES:
        try:
            yield from family(case)
        except NoRuleInForce:
            # An older contract: the rule did not exist, so it gives no date.
            continue


def _course(case: DatesCase) -> Iterator[DateLine]:
    if case.course_start is None or case.kind is ContractKind.PROFESSIONALISATION:
        return
    first, last = start_window(case.course_start)
    yield DateLine(
        "Le contrat peut débuter sans question",
        first,
        last,
        rule_on("DUR-08", case.course_start),
        "trois mois avant et trois mois après le premier jour de cours",
    )


def _practice(case: DatesCase) -> Iterator[DateLine]:
    if case.kind is ContractKind.PROFESSIONALISATION:
        return
    months = limit("DUR-06", "max_months", case.start)
    yield DateLine(
        "Dernier jour pour débuter chez l’employeur",
        add_months(case.start, months),
        None,
        rule_on("DUR-06", case.start),
    )
    yield DateLine(
        "Dernier jour pour débuter au CFA",
        add_months(case.start, months),
        None,
        rule_on("DUR-07", case.start),
    )


def _length(case: DatesCase) -> Iterator[DateLine]:
    rule_id = "DUR-01" if case.kind is ContractKind.APPRENTICESHIP else "PRO-03"
    shortest = limit(rule_id, "min_months", case.start)
    yield DateLine(
        "La fin du contrat tombe entre",
        add_months(case.start, shortest) - ONE_DAY,
        add_months(case.start, longest_months(case.kind, case.start)) - ONE_DAY,
        rule_on(rule_id, case.start),
        "hors cas particuliers : handicap, sport de haut niveau, échec à l’examen, accord de branche",
    )


def _before(case: DatesCase) -> Iterator[DateLine]:
    first, last = pre_hire_window(case.start)
    yield DateLine("Déclaration préalable à l’embauche", first, last, rule_on("EMP-01", case.start))


def _deposit(case: DatesCase) -> Iterator[DateLine]:
    deadline = deposit_deadline(case.start, case.kind, case.department)
    note = f"pour ne pas tomber un samedi, visez le {deadline.reminder_day:%d/%m/%Y}"
    if deadline.other_reading is not None:
        note += f" ; en jours ouvrables, le délai irait au {deadline.other_reading:%d/%m/%Y}"
    yield DateLine(
        "Dépôt du contrat au plus tard",
        deadline.legal_day,
        None,
        rule_on(deadline.rule_id, case.start),
        note,
    )


def _aid(case: DatesCase) -> Iterator[DateLine]:
    if case.conclusion is None or case.kind is ContractKind.PROFESSIONALISATION:
        return
    yield DateLine(
        "Dernier jour pour garder l’aide : contrat transmis à l’OPCO",
        aid_transmission_day(case.conclusion),
        None,
        rule_on("EMP-04", case.conclusion),
    )


def _presence(case: DatesCase) -> Iterator[DateLine]:
    if case.rhythm is None or case.kind is ContractKind.PROFESSIONALISATION:
        return
    day = end_of_free_termination(case.start, case.rhythm, case.department)
    yield DateLine(
        "45e jour de présence en entreprise",
        day.day,
        None,
        rule_on("TER-01", case.start),
        day.label,
    )


def _trainee(case: DatesCase) -> Iterator[DateLine]:
    if case.trainee_since is None:
        return
    window = trainee_window(case.trainee_since)
    yield DateLine(
        "Fin des trois mois de formation sans employeur",
        window.end,
        None,
        rule_on(window.rule_id, case.trainee_since),
        f"rappel au 75e jour : {window.alerts[75]:%d/%m/%Y}",
    )


def _birthdays(case: DatesCase) -> Iterator[DateLine]:
    if case.birth_date is None:
        return
    for age in (16, 18, 21, 26):
        day = anniversary(case.birth_date, age)
        if case.start < day <= case.start + timedelta(days=3 * 366):
            rule_id = {16: "MIN-07", 18: "MIN-01"}.get(age, "PAY-03")
            label = {
                16: "16 ans : horaires de nuit",
                18: "18 ans : fin des règles des mineurs, la paie change le mois suivant",
            }
            yield DateLine(
                label.get(age, f"{age} ans : la paie change le mois suivant"),
                day,
                None,
                rule_on(rule_id, case.start),
            )


_FAMILIES: tuple[Callable[[DatesCase], Iterator[DateLine]], ...] = (
    _course,
    _practice,
    _length,
    _before,
    _deposit,
    _aid,
    _presence,
    _trainee,
    _birthdays,
)
