"""The social security number: asked last, sealed, shown on purpose, dropped after the deposit (privacy.md, 5)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.queries.facts import read_sheet
from app.contracts.queries.missing import missing_in, nir_is_due
from app.contracts.queries.values import sheet_values
from app.contracts.services.guarded import note, open_sheet, state_after
from app.contracts.workflow import SheetEvent
from app.core.errors import Conflict, Invalid, NotFound, Unavailable
from app.core.journal import Audience
from app.core.vault import VaultClosed, lock, unlock
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.contract_sheet.controls import check_nir
from app.rules.identifiers import format_nir
from app.rules.identifiers.people import normalise_nir


def save_nir(
    db_session: Session, actor: Actor, *, placement_id: int, nir: str | None
) -> ContractSheet:
    """Seal the number after its controls, or drop it when it is empty.

    Raises:
        NotFound, Forbidden: not for this actor.
        WrongState: the contract is deposited.
        Conflict: the rest of the sheet is not complete: the page does not ask for the number yet.
        Invalid: the key is wrong, or the number contradicts the file; the message never repeats it.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_NIR)
    state_after(opened.sheet, SheetEvent.FILL)
    if not nir:
        opened.sheet.nir_sealed = None
        note(db_session, actor, opened, "contract_nir_dropped", audience=Audience.ADVISER)
        return opened.sheet
    values = sheet_values(opened.source)
    reading = read_sheet(opened.source, values)
    if not nir_is_due(missing_in(opened.source, values, reading)):
        raise Conflict("Il se demande en dernier : complétez d’abord le reste de la fiche.")
    found = check_nir(replace(reading.facts, nir=nir))
    if found:
        raise Invalid(" ".join(one.message for one in found), field="nir")
    opened.sheet.nir_sealed = lock(normalise_nir(nir))
    note(db_session, actor, opened, "contract_nir_written", audience=Audience.ADVISER)
    return opened.sheet


def read_nir(db_session: Session, actor: Actor, *, placement_id: int) -> str:
    """Open the number for this reader, and remember that it was opened.

    Raises:
        NotFound: there is none, or not for this actor.
        Unavailable: no key of this installation opens it.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_NIR)
    if opened.sheet.nir_sealed is None:
        raise NotFound("Aucun numéro n’est enregistré.")
    note(db_session, actor, opened, "contract_nir_read", audience=Audience.ADVISER)
    try:
        return format_nir(unlock(opened.sheet.nir_sealed))
    except VaultClosed:
        raise Unavailable(
            "Ce numéro est chiffré avec une clé retirée : prévenez la personne qui administre Trèfle."
        ) from None
