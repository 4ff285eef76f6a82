"""The deposit and the answer of the OPCO, noted by hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.queries.values import sheet_values
from app.contracts.services.guarded import bring_end, note, note_answer, open_sheet, state_after
from app.contracts.workflow import SheetEvent
from app.core.errors import Invalid
from app.placements.services.checking import past_day
from app.placements.workflow import Stage
from app.policy.actor import Actor
from app.policy.permissions import Permission


def note_deposit(
    db_session: Session, actor: Actor, *, placement_id: int, deposited_on: date | None = None
) -> ContractSheet:
    """The contract left for the OPCO (or the DDETS) on this day; its last day outlives the sheet.

    Raises:
        NotFound, Forbidden: not this actor's sheet.
        WrongState: deposited already.
        Invalid: nothing is signed, or a day to come.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_DEPOSIT)
    before = opened.sheet.state
    after = state_after(opened.sheet, SheetEvent.DEPOSIT)
    if opened.source.placement.stage is Stage.AGREED:
        raise Invalid("Notez d’abord la signature du contrat.", field="deposited_on")
    opened.sheet.deposited_on = past_day(deposited_on, field="deposited_on")
    opened.sheet.decided_on = opened.sheet.return_reason = None
    opened.sheet.state = after
    if not opened.source.is_end_supposed:
        values = sheet_values(opened.source)
        bring_end(db_session, actor, opened.source.placement, values)
    note(
        db_session,
        actor,
        opened,
        "contract_deposited",
        from_state=before,
        details={"on": opened.sheet.deposited_on.isoformat()},
    )
    return opened.sheet


def note_decision(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    event: SheetEvent,
    decided_on: date | None = None,
    number: str | None = None,
    why: str | None = None,
) -> ContractSheet:
    """The OPCO accepted (with its number), sent back or refused (with a reason of the list).

    Raises:
        NotFound, Forbidden: not this actor's sheet.
        WrongState: nothing is deposited.
        Invalid: no number, no reason of the list, or a day that is not between the deposit and today.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_DEPOSIT)
    sheet, before = opened.sheet, opened.sheet.state
    after = state_after(sheet, event)
    on = note_answer(
        sheet,
        event,
        on=decided_on,
        number=number,
        asked="Indiquez le numéro de dépôt donné par l’OPCO.",
        why=why,
    )
    sheet.state = after
    note(
        db_session,
        actor,
        opened,
        f"contract_{sheet.state.value}",
        from_state=before,
        reason=sheet.return_reason if event is not SheetEvent.ACCEPT else None,
        details={"on": on.isoformat()},
    )
    return sheet
