"""Each side fills its own part; the youth chooses what is told of a disability."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.queries.projection import HOLDERS, PERMISSIONS, Part
from app.contracts.queries.source import is_told_since_deposit
from app.contracts.queries.values import known_values
from app.contracts.services.guarded import (
    OpenedSheet,
    keep_declaration,
    note,
    open_sheet,
    state_after,
)
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.journal import Audience
from app.notices.services import notify
from app.openings.services import refuse_closed
from app.placements.services import keep_tutor_address
from app.placements.workflow import Stage
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.contract_sheet import FieldKind, field_form, form_for, sheet_fields
from app.rules.contract_sheet.fields import Condition
from app.rules.identifiers import normalise_siret
from app.rules.law import ContractKind
from app.rules.wording import check_wording

DECLARATION_FIELDS = frozenset({"dangerous_work", "regulated_declared_on"})
NEVER_TYPED = frozenset({"nir", "disabled_worker"})


def part_fields(part: Part, kind: ContractKind) -> list[str]:
    """Ids of the fields that this part may hold, conditional ones included."""
    return [
        field.field_id
        for field in sheet_fields(form_for(kind), frozenset(Condition))
        if field.holder in HOLDERS[part] and field.field_id not in NEVER_TYPED
    ]


def fill_part(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    part: Part,
    values: Mapping[str, str | None],
) -> ContractSheet:
    """Write the fields of one part; an empty value gives the field back to what the portal knows.

    Raises:
        NotFound, Forbidden: not this actor's part.
        WrongState: the contract is deposited.
        Invalid: a forbidden wording.
    """
    opened = open_sheet(db_session, actor, placement_id, PERMISSIONS[part])
    state_after(opened.sheet, SheetEvent.FILL)
    allowed = part_fields(part, opened.sheet.kind)
    sent = {field_id: values[field_id] for field_id in allowed if field_id in values}
    refuse_wording(sent)
    changed = _merge(opened, sent)
    if not DECLARATION_FIELDS.isdisjoint(changed):
        keep_declaration(opened.sheet)
    _refuse_closed_siret(db_session, opened, changed)
    if "tutor_email" in changed:
        keep_tutor_address(db_session, actor, opened.source.placement, sent["tutor_email"])
    if changed:
        note(
            db_session,
            actor,
            opened,
            "contract_filled",
            audience=Audience.ORGANISATION,
            details={"part": part.value, "fields": len(changed)},
        )
    return opened.sheet


def _refuse_closed_siret(db_session: Session, opened: OpenedSheet, changed: list[str]) -> None:
    """A contract names an establishment that is open (FORM-06)."""
    siret = opened.sheet.typed.get("employer_siret")
    if "employer_siret" in changed and siret:
        try:
            refuse_closed(db_session, normalise_siret(siret))
        except Invalid as error:
            raise Invalid(error.message, field="employer_siret") from None


def _merge(opened: OpenedSheet, sent: Mapping[str, str | None]) -> list[str]:
    """Keep only what differs from the rows the portal reads: a corrected address there must reach the sheet."""
    known = known_values(opened.source)
    typed = dict(opened.sheet.typed)
    for field_id, value in sent.items():
        if not value or value == known.get(field_id):
            typed.pop(field_id, None)
        else:
            typed[field_id] = value
    changed = [one for one in sent if typed.get(one) != opened.sheet.typed.get(one)]
    opened.sheet.typed = typed
    return changed


def refuse_wording(sent: Mapping[str, str | None]) -> None:
    """A free text of a contract names no criterion of L1132-1 either (EQ-01)."""
    for field_id, value in sent.items():
        if value and field_form(field_id).kind is FieldKind.TEXT:
            found = check_wording(value, clock.today())
            if found:
                raise Invalid(found[0].message, field=field_id)


def choose_kind(
    db_session: Session, actor: Actor, *, placement_id: int, kind: ContractKind
) -> ContractSheet:
    """Choose the contract where the opening offers both; what was typed for the other form is kept aside.

    Raises:
        NotFound, Forbidden: not this actor's sheet.
        Invalid: the opening does not offer that contract.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_FILL_EMPLOYER)
    state_after(opened.sheet, SheetEvent.FILL)
    opening = opened.source.opening
    offered = {
        ContractKind.APPRENTICESHIP: opening.apprenticeship,
        ContractKind.PROFESSIONALISATION: opening.professionalisation,
    }
    if not offered[kind]:
        raise Invalid("L’offre ne prévoit pas ce contrat.", field="kind")
    opened.sheet.kind = kind
    note(db_session, actor, opened, "contract_kind_chosen", details={"kind": kind.value})
    return opened.sheet


def tell_disability(
    db_session: Session, actor: Actor, *, placement_id: int, tell: bool
) -> ContractSheet:
    """The youth decides that this employer learns of the recognised disability, or takes that back.

    Both are possible until the deposit: the consequences are shown, the choice is the youth's. Telling is possible
    during the contract too, and what was told since the deposit may be taken back: it is in no deposited paper. Once
    the contract is signed the employer is asked to open the talk on how the post can be adapted.

    Raises:
        NotFound: not this actor's youth.
        Conflict: no recognition is in the file.
        WrongState: the contract is deposited.
    """
    opened = open_sheet(db_session, actor, placement_id, Permission.CONTRACT_TELL_DISABILITY)
    sheet = opened.sheet
    state_after(sheet, SheetEvent.TELL if tell or is_told_since_deposit(sheet) else SheetEvent.FILL)
    if tell and opened.source.recognition is None:
        raise Conflict("Aucune reconnaissance n’est dans le dossier.")
    sheet.disability_told_at = clock.now() if tell else None
    note(
        db_session,
        actor,
        opened,
        "contract_told" if tell else "contract_untold",
        audience=Audience.ADVISER,
    )
    if tell and opened.source.placement.stage is not Stage.AGREED:
        _open_talk(db_session, actor, opened)
    return sheet


def _open_talk(db_session: Session, actor: Actor, opened: OpenedSheet) -> None:
    """Tell the employer of this contract alone, in words that say nothing of health (workflow.md, E)."""
    placement = opened.source.placement
    notify(
        db_session,
        actor,
        event="contract_to_complete",
        organisation_ids=[opened.source.row.employer_id],
        title="La fiche d’un contrat a changé : lisez-la, puis convenez d’un échange avec le jeune et son conseiller.",
        path=f"/propositions/{placement.id}/contrat",
        subject_kind="placement",
        subject_id=placement.id,
        youth_id=placement.youth_id,
        placement_id=placement.id,
    )
