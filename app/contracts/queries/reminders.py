"""Which reminders of a contract are due today: signature, deposit, the OPCO's answer to it and to
its riders, aid, the declaration of regulated work, birthdays (dossier, workflow.md table E).

Of several rungs of one ladder that have passed only the highest is sent, and only once each.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import ContractRider
from app.contracts.queries.facts import expected_start, read_sheet
from app.contracts.queries.source import SHEET_STAGES, SheetSource, source_from, source_query
from app.contracts.queries.values import sheet_values
from app.contracts.workflow import SheetState
from app.core.journal import Audience
from app.placements.models import Placement, SentReminder
from app.placements.workflow import Stage
from app.policy.actor import CLOCK
from app.rules.age import is_minor
from app.rules.contract_sheet import DISABILITY_RIDER
from app.rules.dates import (
    aid_transmission_alerts,
    aid_transmission_day,
    deposit_deadline,
    deposit_reminders,
    opco_answer_day,
)
from app.rules.law import ContractKind, NoRuleInForce
from app.rules.minors import declaration_alerts
from app.rules.pay import band_changes

SIGNATURE_DAYS = (15, 7, 2)
_TO_DEPOSIT = (SheetState.PREPARING, SheetState.RETURNED)


class Ladder(enum.StrEnum):
    """What a reminder is about."""

    SIGNATURE = "signature"
    DEPOSIT = "deposit"
    OPCO = "opco"
    AID = "aid"
    DECLARATION = "declaration"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class ContractReminder:
    """One reminder: `about_on` is the day that it speaks of, `kind` makes it unique; no name of a youth."""

    placement_id: int
    youth_id: int
    ladder: Ladder
    kind: str
    about_on: date
    title: str
    organisation_ids: frozenset[int]
    user_ids: frozenset[int]
    audience: Audience = Audience.PARTIES
    rider_number: int | None = None


def due_contract_reminders(db_session: Session, today: date) -> list[ContractReminder]:
    """Reminders of today that were not sent: three statements."""
    rows = db_session.execute(
        source_query(CLOCK).where(Placement.stage.in_(SHEET_STAGES)).order_by(Placement.id)
    )
    sent = {
        (one.placement_id, one.kind, one.about_on)
        for one in db_session.scalars(
            select(SentReminder).where(SentReminder.kind.startswith("contract_"))
        )
    }
    riders = _deposited_riders(db_session)
    sources = [source_from(row) for row in rows]
    found = [
        one
        for source in sources
        for one in (
            *_of_contract(source, today),
            *_of_riders(source, riders[source.placement.id], today),
        )
    ]
    return [one for one in found if (one.placement_id, one.kind, one.about_on) not in sent]


def _of_contract(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    if source.placement.stage is Stage.AGREED:
        yield from _signature(source, today)
        return
    state = source.sheet.state if source.sheet else SheetState.PREPARING
    if state in _TO_DEPOSIT:
        yield from _deposit(source, today)
        yield from _aid(source, today)
    if (about := answer_is_late(source, today)) is not None:
        yield _opco(source, about)
    yield from _declaration(source, today)
    yield from _birthdays(source, today)


def _deposited_riders(db_session: Session) -> defaultdict[int, list[ContractRider]]:
    """Riders that wait for an answer, by placement: one statement."""
    found: defaultdict[int, list[ContractRider]] = defaultdict(list)
    waiting = (
        select(ContractRider)
        .where(ContractRider.state == SheetState.DEPOSITED)
        .order_by(ContractRider.placement_id, ContractRider.number)
    )
    for rider in db_session.scalars(waiting):
        found[rider.placement_id].append(rider)
    return found


def _of_riders(
    source: SheetSource, riders: Sequence[ContractRider], today: date
) -> Iterator[ContractReminder]:
    """The twenty days are written for the contract (EMP-03, PRO-08) and no source says them of a rider: the day
    only starts the question, it is announced as to be confirmed and silence is given no meaning.
    """
    for rider in riders:
        about = _overdue(rider.deposited_on, source.kind, today)
        if about is None:
            continue
        title = (
            f"Un avenant est déposé depuis le {rider.deposited_on:%d/%m/%Y}, sans réponse notée "
            "(vingt jours pour un contrat ; pour un avenant, délai à confirmer) : "
            "demandez sa réponse à l’OPCO, puis notez-la."
        )
        # The number is in the kind: two riders that left on one day are two questions.
        kind = f"opco_answer_rider_{rider.number}"
        one = replace(_reminder(source, Ladder.OPCO, kind, about, title), rider_number=rider.number)
        yield _apart(source, one) if rider.rider_type == DISABILITY_RIDER else one


def _apart(source: SheetSource, reminder: ContractReminder) -> ContractReminder:
    """A rider whose very name tells of a disability: the employer that was told hears of it, else the adviser alone."""
    adviser, employer = source.youth.adviser_id, source.row.employer_id
    is_told = source.told_at is not None
    return replace(
        reminder,
        organisation_ids=frozenset({employer} if is_told else ()),
        user_ids=frozenset() if is_told or adviser is None else frozenset({adviser}),
        audience=Audience.ADVISER,
    )


def _signature(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    start = expected_start(source, sheet_values(source))
    left = (start - today).days
    # Without a day said by anybody the likely start is today: nothing to hurry towards.
    if source.opening.start_from is None and source.placement.contract_starts_on is None:
        return
    passed = [days for days in SIGNATURE_DAYS if 0 < left <= days]
    if passed:
        title = (
            f"Un contrat doit commencer le {start:%d/%m/%Y} et n’est pas signé : "
            "complétez la fiche et signez avant ce jour."
        )
        yield _reminder(source, Ladder.SIGNATURE, f"signature_{min(passed)}", start, title)


def _deposit(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    start = source.placement.contract_starts_on
    if start is None:
        return
    days = deposit_reminders(start, source.department)
    passed = [number for number, day in zip((2, 4, 6), days, strict=True) if day <= today]
    if not passed:
        return
    legal = deposit_deadline(start, source.kind, source.department).legal_day
    title = (
        f"Un contrat n’est pas noté déposé : le délai finit le {legal:%d/%m/%Y}."
        if passed[-1] < 6
        else f"Un contrat n’est pas noté déposé : le délai a pris fin le {legal:%d/%m/%Y}. Déposez-le sans attendre."
    )
    yield _reminder(source, Ladder.DEPOSIT, f"deposit_{passed[-1]}", legal, title)


def _aid(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    signed = source.placement.signed_on
    if signed is None:
        return
    try:
        last = aid_transmission_day(signed)
    except NoRuleInForce:
        return
    passed = [n for n, day in enumerate(aid_transmission_alerts(signed), start=1) if day <= today]
    if passed and today <= last:
        title = f"Pour garder l’aide, un contrat doit être transmis à l’OPCO au plus tard le {last:%d/%m/%Y}."
        yield _reminder(source, Ladder.AID, f"aid_{passed[-1]}", last, title)


def answer_is_late(source: SheetSource, today: date) -> date | None:
    """The day by which the OPCO should have answered, once it has come and nothing is noted (EMP-03, PRO-08)."""
    sheet = source.sheet
    if sheet is None or sheet.state is not SheetState.DEPOSITED:
        return None
    return _overdue(sheet.deposited_on, sheet.kind, today)


def _overdue(deposited_on: date | None, kind: ContractKind, today: date) -> date | None:
    """Twenty days after a deposit, once they have passed."""
    last = None if deposited_on is None else opco_answer_day(deposited_on, kind)
    return last if last is not None and last <= today else None


def declaration_to_renew(source: SheetSource, today: date) -> date | None:
    """The last day of the declaration of regulated work, when it nears and the youth is still a minor then (MIN-11)."""
    last = source.sheet.declaration_ends_on if source.sheet else None
    if last is None or not is_minor(source.youth.birth_date, last):
        return None
    return last if declaration_alerts(last)[0] <= today <= last else None


def _opco(source: SheetSource, about: date) -> ContractReminder:
    """Silence accepts a contrat pro (PRO-08); what it does to an apprenticeship is not sure (EMP-03)."""
    title = f"L’OPCO avait jusqu’au {about:%d/%m/%Y} pour répondre à un contrat déposé : "
    if source.sheet and source.sheet.kind is ContractKind.PROFESSIONALISATION:
        title += "son silence vaut accord. Vérifiez qu’il n’a rien écrit, puis notez-le."
    else:
        title += "demandez-lui sa réponse, puis notez-la."
    return _reminder(source, Ladder.OPCO, "opco_answer", about, title)


def _declaration(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    last = declaration_to_renew(source, today)
    if last is None:
        return
    passed = sum(day <= today for day in declaration_alerts(last))
    title = (
        f"La déclaration de travaux réglementés d’un contrat prend fin le {last:%d/%m/%Y} : "
        "renouvelez-la auprès de l’inspection du travail avant ce jour."
    )
    yield _reminder(source, Ladder.DECLARATION, f"declaration_{passed}", last, title)


def _birthdays(source: SheetSource, today: date) -> Iterator[ContractReminder]:
    terms = read_sheet(source, sheet_values(source), told=False).terms
    for change in band_changes(terms.pay_case()):
        if change.reminder <= today < change.day:
            title = f"La paie minimale d’un contrat change le {change.day:%d/%m/%Y} : préparez le nouveau montant."
            yield _reminder(source, Ladder.BIRTHDAY, f"birthday_{change.age}", change.day, title)


def _reminder(
    source: SheetSource, ladder: Ladder, kind: str, about_on: date, title: str
) -> ContractReminder:
    """A birthday is for those who pay and teach, a declaration for the employer who makes it and the one who helps;
    the answer of the OPCO is asked for by whoever follows the deposit; the rest is for all who help to conclude.
    """
    row, placement = source.row, source.placement
    told = {row.employer_id} if ladder is Ladder.DECLARATION else {row.employer_id, row.cfa_id}
    users = {source.youth.adviser_id, placement.suggested_by}
    if ladder is Ladder.BIRTHDAY:
        users = set()
    elif ladder in (Ladder.OPCO, Ladder.DECLARATION):
        users.discard(source.youth.adviser_id)
    return ContractReminder(
        placement_id=placement.id,
        youth_id=placement.youth_id,
        ladder=ladder,
        kind=f"contract_{kind}",
        about_on=about_on,
        title=title,
        organisation_ids=frozenset(one for one in told if one is not None),
        user_ids=frozenset(one for one in users if one is not None),
    )
