"""The declaration of regulated work, renewed while the contract runs."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.services.guarded import note, open_sheet, state_after
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.placements.services.checking import past_day
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.minors import RegulatedWork

DECLARED_ON = "regulated_declared_on"


def renew_declaration(
    db_session: Session, actor: Actor, *, placement_id: int, declared_on: date
) -> ContractSheet:
    """The place was declared again on this day: the three years of MIN-11 count from it.

    The rest of a deposited sheet does not change; a sheet that the retention emptied stays empty.

    Raises:
        NotFound, Forbidden: not this actor's part.
        WrongState: the contract has not left, or was refused.
        Conflict: the sheet knows no declaration that could be renewed.
        Invalid: a day to come, one that is over by now, or no later than the declaration that is known.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_FILL_EMPLOYER)
    sheet = opened.sheet
    state = state_after(sheet, SheetEvent.RENEW)
    known = sheet.declaration_ends_on
    if known is None:
        raise Conflict("La fiche ne connaît pas de déclaration à renouveler.")
    on = past_day(declared_on, field="declared_on")
    last = RegulatedWork(declared_on=on).expires_on
    if last is None or last <= known:
        raise Invalid(
            f"Cette date ne prolonge rien : la déclaration connue va jusqu’au {known:%d/%m/%Y}.",
            field="declared_on",
        )
    if last < clock.today():
        raise Invalid(
            f"Une déclaration de ce jour a déjà pris fin, le {last:%d/%m/%Y}.", field="declared_on"
        )
    sheet.state, sheet.declaration_ends_on = state, last
    # A sheet that comes back to be corrected must not fall back to the former declaration.
    if DECLARED_ON in sheet.typed:
        sheet.typed = {**sheet.typed, DECLARED_ON: on.isoformat()}
    note(db_session, actor, opened, "contract_declared_again", details={"on": on.isoformat()})
    return sheet
