"""The steps that every verb on a sheet shares: lock, load, judge, create on the first word, journal."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import NUMBER_MAX, ContractSheet, Deposited
from app.contracts.queries.facts import regulated_work
from app.contracts.queries.projection import sheet_facts
from app.contracts.queries.source import SheetSource, load_source
from app.contracts.queries.values import as_day
from app.contracts.workflow import NotAllowed, SheetEvent, SheetState, next_state
from app.core import clock, journal
from app.core.errors import Invalid, NotFound, WrongState
from app.core.journal import Audience
from app.core.permissions import ensure
from app.placements.models import Placement
from app.placements.services import keep_contract_end
from app.placements.services.checking import past_day
from app.placements.services.guarded import lock_youth
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.rules.reasons import ReasonList, reason

CLOSED = {
    SheetState.DEPOSITED: "Le contrat est déposé : la fiche ne change plus tant que l’OPCO n’a pas répondu.",
    SheetState.ACCEPTED: "L’OPCO a accepté le contrat : la fiche ne change plus.",
    SheetState.REFUSED: "L’OPCO a refusé le contrat : la fiche ne change plus.",
}


@dataclass(slots=True)
class OpenedSheet:
    """A sheet locked for this transaction, with what the portal knows and the facts that judged the actor."""

    sheet: ContractSheet
    source: SheetSource
    facts: Facts


def open_sheet(
    db_session: Session, actor: Actor, placement_id: int, permission: Permission
) -> OpenedSheet:
    """Lock the youth, load the sheet (made on the first word), judge the actor.

    Raises:
        NotFound: no such placement, not agreed yet, or not for this actor.
        Forbidden: the actor may read the sheet but not do this.
    """
    youth_id = db_session.scalar(select(Placement.youth_id).where(Placement.id == placement_id))
    if youth_id is None:
        raise NotFound
    lock_youth(db_session, youth_id)
    facts = sheet_facts(db_session, placement_id)
    ensure(actor, permission, facts, seen_by=Permission.CONTRACT_VIEW)
    source = load_source(db_session, actor, placement_id)
    if source is None:
        raise NotFound("La fiche s’ouvre quand le jeune, l’employeur et le CFA ont dit oui.")
    if source.sheet is not None:
        _follow(source.sheet, source)
        return OpenedSheet(source.sheet, source, facts)
    now = clock.now()
    sheet = ContractSheet(
        placement_id=placement_id,
        kind=source.kind,
        state=SheetState.PREPARING,
        opening_id=source.placement.opening_id,
        session_id=source.placement.session_id,
        typed={},
        created_at=now,
        created_by=actor.user_id,
        updated_at=now,
        is_demonstration=source.placement.is_demonstration,
    )
    db_session.add(sheet)
    db_session.flush()
    found = load_source(db_session, actor, placement_id)
    assert found is not None  # the same placement, in the same transaction
    return OpenedSheet(sheet, found, facts)


def _follow(sheet: ContractSheet, source: SheetSource) -> None:
    """Another employer or course has joined: their sheet begins without the words of the former one."""
    kept, told_at = source.typed, source.told_at
    if not source.has_same_employer:
        sheet.declaration_ends_on = None
    sheet.typed, sheet.disability_told_at = kept, told_at
    sheet.opening_id = source.placement.opening_id
    sheet.session_id = source.placement.session_id


def keep_declaration(sheet: ContractSheet) -> None:
    """The last day of the declaration of regulated work, as long as somebody says that there is such work."""
    work = regulated_work(sheet.typed)
    sheet.declaration_ends_on = work.expires_on if work.concerned else None


def bring_end(
    db_session: Session, actor: Actor, placement: Placement, values: Mapping[str, str]
) -> None:
    """The last day on a paper that left becomes the contract's.

    One that is missing, that cannot be read or on which this contract cannot end changes nothing: the paper left
    all the same.
    """
    ends_on = as_day(values, "end_date")
    if ends_on is not None:
        with suppress(Invalid):
            keep_contract_end(db_session, actor, placement, ends_on)


def state_after(sheet: ContractSheet, event: SheetEvent) -> SheetState:
    """The next state of the sheet, to be set once everything else was checked.

    Raises:
        WrongState: the table has no such line.
    """
    try:
        return next_state(sheet.state, event)
    except NotAllowed:
        raise WrongState(CLOSED.get(sheet.state)) from None


def returned_for(code: str | None) -> str:
    """The OPCO's reason, checked against its closed list."""
    try:
        return reason(ReasonList.DEPOSIT_RETURN, code or "").code
    except KeyError:
        raise Invalid("Choisissez la raison donnée par l’OPCO.", field="why") from None


def note_answer(
    kept: Deposited,
    event: SheetEvent,
    *,
    on: date | None,
    number: str | None,
    asked: str,
    why: str | None,
) -> date:
    """Write what the OPCO answered to a contract or to a rider, and on which day; returns that day.

    Args:
        asked: the sentence that asks for the number that an acceptance bears.
        why: a code of the OPCO's closed list, for what is sent back or refused.

    Raises:
        Invalid: no number, no reason of the list, or a day that is not between the deposit and today.
    """
    day = past_day(on, field="decided_on")
    if kept.deposited_on is not None and day < kept.deposited_on:
        raise Invalid("La réponse vient après le dépôt.", field="decided_on")
    if event is SheetEvent.ACCEPT:
        if not number:
            raise Invalid(asked, field="number")
        kept.deposit_number = number[:NUMBER_MAX]
    else:
        kept.return_reason = returned_for(why)
    kept.decided_on = day
    return day


def note(
    db_session: Session,
    actor: Actor,
    opened: OpenedSheet,
    event: str,
    *,
    audience: Audience = Audience.PARTIES,
    reason: str | None = None,
    from_state: SheetState | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write what happened in the placement's timeline: field names at most, never a value."""
    opened.sheet.updated_at = clock.now()
    write_down(
        db_session,
        actor,
        opened.source.placement,
        event,
        audience=audience,
        reason=reason,
        from_state=from_state,
        to_state=opened.sheet.state,
        details=details,
    )


def write_down(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    event: str,
    *,
    audience: Audience,
    from_state: SheetState | None,
    to_state: SheetState,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One line of the placement's timeline, about its sheet or one of its riders."""
    journal.record(
        db_session,
        actor,
        subject_kind="placement",
        subject_id=placement.id,
        event=event,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        audience=audience,
        youth_id=placement.youth_id,
        opening_id=placement.opening_id,
        session_id=placement.session_id,
        details=details,
    )
    db_session.flush()
