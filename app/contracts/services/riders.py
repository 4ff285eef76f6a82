"""Riders of a contract that has left: begun, filled by those who know, signed, deposited, answered, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contracts.models import ContractRider
from app.contracts.queries.projection import HOLDERS, PERMISSIONS, Part
from app.contracts.queries.values import sheet_values
from app.contracts.services.filling import refuse_wording
from app.contracts.services.guarded import (
    OpenedSheet,
    bring_end,
    note_answer,
    open_sheet,
    write_down,
)
from app.contracts.workflow import NotAllowed, SheetEvent, SheetState, next_state
from app.core import clock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.journal import Audience
from app.core.requests import use_once
from app.placements.services import keep_tutor_address
from app.placements.services.checking import past_day
from app.placements.workflow import RUNNING_STAGES
from app.policy.actor import Actor
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.contract_sheet import (
    DISABILITY_RIDER,
    form_for,
    missing_of_rider,
    rider_fields,
    rider_holder,
    rider_kind,
)

LEFT = frozenset({SheetState.DEPOSITED, SheetState.ACCEPTED})


@dataclass(slots=True)
class OpenedRider:
    """A rider of a sheet that is locked for this transaction."""

    rider: ContractRider
    sheet: OpenedSheet


def begin_rider(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    rider_type: str,
    effect_on: date,
    request_key: str | None = None,
) -> ContractRider:
    """Begin the next version of a contract that was deposited.

    Raises:
        NotFound: not this actor's contract.
        Forbidden: neither the employer, nor its agent, nor the CFA.
        Conflict: the contract has not left yet: its sheet is corrected instead.
        Invalid: no rider of this form, or one that would tell what the youth did not tell.
        AlreadyDone: the same form came twice.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_VIEW)
    _ensure_writer(actor, opened)
    use_once(db_session, request_key)
    if opened.source.placement.stage not in RUNNING_STAGES or opened.sheet.state not in LEFT:
        raise Conflict("Un avenant change un contrat déposé : corrigez plutôt la fiche.")
    try:
        kind = rider_kind(form_for(opened.sheet.kind), rider_type)
    except KeyError:
        raise Invalid("Choisissez ce que l’avenant change.", field="rider_type") from None
    if kind.code == DISABILITY_RIDER and opened.source.told_at is None:
        raise Invalid("Choisissez ce que l’avenant change.", field="rider_type")
    last = db_session.scalar(
        select(func.max(ContractRider.number)).where(ContractRider.placement_id == placement_id)
    )
    now = clock.now()
    rider = ContractRider(
        placement_id=placement_id,
        number=(last or 0) + 1,
        rider_type=kind.code,
        effect_on=effect_on,
        state=SheetState.PREPARING,
        changes={},
        before={},
        created_at=now,
        created_by=actor.user_id,
        updated_at=now,
    )
    db_session.add(rider)
    db_session.flush()
    _note(db_session, actor, OpenedRider(rider, opened), "rider_begun")
    return rider


def fill_rider(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    number: int,
    values: Mapping[str, str | None],
    effect_on: date | None = None,
    signed_on: date | None = None,
) -> ContractRider:
    """Write the fields that this actor holds; an emptied one, or one that says what it was, changes nothing any more.

    Raises:
        NotFound, Forbidden: not this actor's rider.
        WrongState: it has left.
        Invalid: a forbidden wording, or a signature to come.
    """
    opened = _open(db_session, actor, placement_id, number, Permission.CONTRACT_VIEW)
    parts = _ensure_writer(actor, opened.sheet)
    rider = opened.rider
    rider.state = _after(rider.state, SheetEvent.FILL)
    sent = {
        one.field_id: values[one.field_id]
        for one in rider_fields(form_for(opened.sheet.sheet.kind), rider.rider_type)
        if one.field_id in values and any(rider_holder(one) in HOLDERS[part] for part in parts)
    }
    refuse_wording(sent)
    known = {**sheet_values(opened.sheet.source), **rider.before}
    changes, before = dict(rider.changes), dict(rider.before)
    for field_id, value in sent.items():
        changes.pop(field_id, None)
        before.pop(field_id, None)
        if value and value != known.get(field_id):
            changes[field_id] = value
            if known.get(field_id):
                before[field_id] = known[field_id]
    rider.changes, rider.before, rider.emptied_at = changes, before, None
    rider.effect_on = effect_on or rider.effect_on
    rider.signed_on = past_day(signed_on, field="signed_on") if signed_on else rider.signed_on
    _note(db_session, actor, opened, "rider_filled", details={"fields": len(sent)})
    return rider


def deposit_rider(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    number: int,
    deposited_on: date | None = None,
) -> ContractRider:
    """The rider left for the OPCO; the tutor's address and the last day that it changes hold from now on.

    Raises:
        NotFound, Forbidden: not this actor's rider.
        WrongState: it left already.
        Invalid: something is missing, it is not signed, or a day to come.
    """
    opened = _open(db_session, actor, placement_id, number, Permission.CONTRACT_DEPOSIT)
    rider, before = opened.rider, opened.rider.state
    after = _after(rider.state, SheetEvent.DEPOSIT)
    lacking = missing_of_rider(form_for(opened.sheet.sheet.kind), rider.rider_type, rider.changes)
    if lacking or not rider.changes:
        raise Invalid(
            "Écrivez d’abord ce que l’avenant change, sans rien oublier.", field="deposited_on"
        )
    if rider.signed_on is None:
        raise Invalid("Notez d’abord le jour de la signature de l’avenant.", field="deposited_on")
    on = past_day(deposited_on, field="deposited_on")
    if on < rider.signed_on:
        raise Invalid("Le dépôt vient après la signature.", field="deposited_on")
    rider.deposited_on, rider.state = on, after
    rider.decided_on = rider.return_reason = None
    if "tutor_email" in rider.changes:
        keep_tutor_address(
            db_session, actor, opened.sheet.source.placement, rider.changes["tutor_email"]
        )
    bring_end(db_session, actor, opened.sheet.source.placement, rider.changes)
    _note(db_session, actor, opened, "rider_deposited", from_state=before)
    return rider


def decide_rider(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    number: int,
    event: SheetEvent,
    decided_on: date | None = None,
    deposit_number: str | None = None,
    why: str | None = None,
) -> ContractRider:
    """The OPCO's answer to a rider: its number, or a reason of the list.

    Raises:
        NotFound, Forbidden: not this actor's rider.
        WrongState: nothing is deposited.
        Invalid: no number, no reason, or a day that cannot be.
    """
    opened = _open(db_session, actor, placement_id, number, Permission.CONTRACT_DEPOSIT)
    rider, before = opened.rider, opened.rider.state
    after = _after(rider.state, event)
    note_answer(
        rider,
        event,
        on=decided_on,
        number=deposit_number,
        asked="Indiquez le numéro d’avenant donné par l’OPCO.",
        why=why,
    )
    rider.state = after
    _note(db_session, actor, opened, f"rider_{after.value}", from_state=before)
    return rider


def drop_rider(db_session: Session, actor: Actor, *, placement_id: int, number: int) -> None:
    """Give up a rider that never left.

    Raises:
        NotFound, Forbidden: not this actor's rider.
        WrongState: it was deposited.
    """
    opened = _open(db_session, actor, placement_id, number, Permission.CONTRACT_VIEW)
    _ensure_writer(actor, opened.sheet)
    if opened.rider.deposited_on is not None:
        raise WrongState("Cet avenant est parti : il ne s’abandonne plus.")
    _note(db_session, actor, opened, "rider_dropped")
    db_session.delete(opened.rider)
    db_session.flush()


def _open(
    db_session: Session, actor: Actor, placement_id: int, number: int, permission: Permission
) -> OpenedRider:
    opened = open_sheet(db_session, actor, placement_id, permission)
    rider = db_session.scalars(
        select(ContractRider).where(
            ContractRider.placement_id == placement_id, ContractRider.number == number
        )
    ).one_or_none()
    if rider is None or _is_hidden(actor, opened, rider):
        raise NotFound
    return OpenedRider(rider, opened)


def _is_hidden(actor: Actor, opened: OpenedSheet, rider: ContractRider) -> bool:
    """A rider whose very name tells of a disability is for the house and the employer that was told."""
    if rider.rider_type != DISABILITY_RIDER:
        return False
    if can(actor, Permission.CONTRACT_FILL_YOUTH, opened.facts):
        return False
    is_employer = can(actor, Permission.CONTRACT_NIR, opened.facts)
    return not (is_employer and opened.source.told_at is not None)


def _ensure_writer(actor: Actor, opened: OpenedSheet) -> list[Part]:
    """Parts of this actor among the two that riders change."""
    parts = [
        part for part in (Part.EMPLOYER, Part.CENTRE) if can(actor, PERMISSIONS[part], opened.facts)
    ]
    if not parts:
        raise Forbidden
    return parts


def _after(state: SheetState, event: SheetEvent) -> SheetState:
    try:
        return next_state(state, event)
    except NotAllowed:
        raise WrongState("Cet avenant est parti : il ne change plus.") from None


def _note(
    db_session: Session,
    actor: Actor,
    opened: OpenedRider,
    event: str,
    *,
    from_state: SheetState | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """What happened, in the placement's timeline: the number and the type at most, never a value."""
    rider = opened.rider
    rider.updated_at = clock.now()
    is_told = rider.rider_type == DISABILITY_RIDER
    write_down(
        db_session,
        actor,
        opened.sheet.source.placement,
        event,
        audience=Audience.ADVISER if is_told else Audience.PARTIES,
        from_state=from_state,
        to_state=rider.state,
        details={"number": rider.number, **(details or {})},
    )
