"""One sheet as one reader sees it: values, what is missing and who has it, controls, pay, aids, papers, deposit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.contracts.queries.facts import SheetReading, read_sheet
from app.contracts.queries.labels import shown_value
from app.contracts.queries.missing import PRESENT, complete_values, missing_in, nir_is_due
from app.contracts.queries.projection import (
    HOLDERS,
    PERMISSIONS,
    Part,
    Side,
    hidden_fields,
    sheet_facts,
    side_of,
    visible_findings,
)
from app.contracts.queries.sheet import DisabilityChoice, FieldRow, Missing, SheetPage
from app.contracts.queries.source import SheetSource, load_source
from app.contracts.queries.values import (
    SIGNING_FIELDS,
    Values,
    known_values,
    sheet_values,
)
from app.core.errors import NotFound
from app.core.permissions import ensure
from app.core.vault import VaultClosed, unlock
from app.placements.queries.identity import HOUSE, Identity, identity, scope_for
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.aids import employer_aids
from app.rules.contract_sheet import (
    HOLDER_LABELS,
    FormVersion,
    Holder,
    SheetField,
    form_for,
    form_version,
    papers,
    sheet_fields,
    signatories,
)
from app.rules.dates import (
    aid_transmission_day,
    deposit_deadline,
    deposit_reminders,
)
from app.rules.estimate import ContractTerms, summary
from app.rules.good_to_know import good_to_know
from app.rules.law import NoRuleInForce
from app.rules.minors import protections
from app.rules.opco import deposit_recipient
from app.rules.pay import band_changes


def sheet_page(db_session: Session, actor: Actor, placement_id: int) -> SheetPage:
    """The sheet for this reader: about five statements.

    Raises:
        NotFound: no such placement, not for this actor, or not agreed yet.
    """
    facts = sheet_facts(db_session, placement_id)
    ensure(actor, Permission.CONTRACT_VIEW, facts)
    source = load_source(db_session, actor, placement_id)
    if source is None:
        raise NotFound("La fiche s’ouvre quand le jeune, l’employeur et le CFA ont dit oui.")
    side = side_of(actor, facts)
    reader = identity(db_session, source.youth, scope_for(actor, facts, source.row.revealed))
    is_named = reader.scope == HOUSE or reader.birth_date is not None
    return _page(actor, facts, source, side, reader, is_named)


def _page(
    actor: Actor, facts: Facts, source: SheetSource, side: Side, reader: Identity, is_named: bool
) -> SheetPage:
    values = sheet_values(source)
    sealed = source.sheet.nir_sealed if source.sheet else None
    reading = read_sheet(source, values, nir=_opened(sealed))
    kind, start = source.kind, reading.facts.dates.start
    form = form_for(kind)
    conditions = reading.facts.conditions()
    complete = complete_values(source, values, reading)
    found = missing_in(source, values, reading)
    parts = tuple(part for part, permission in PERMISSIONS.items() if can(actor, permission, facts))
    visible = visible_findings(source, side, reading.findings)
    terms = reading.terms if side in (Side.HOUSE, Side.EMPLOYER) else _untold(source, values)
    return SheetPage(
        placement_id=source.placement.id,
        youth_id=source.youth.id,
        side=side,
        youth=reader,
        is_open=is_named,
        source=source,
        version=_version(source, reading),
        sections=_sections(sheet_fields(form, conditions), complete, source, side),
        values=values,
        missing=tuple(_missing(holder, fields, parts) for holder, fields in found.items()),
        findings=visible,
        notes=tuple(
            good_to_know(
                kind,
                reading.facts.law_day,
                minor=reading.facts.is_minor,
                level=reading.terms.diploma_level,
            )
        ),
        protections=tuple(protections(source.youth.birth_date, start, source.opening.rome_code)),
        estimate=summary(terms),
        birthdays=band_changes(terms.pay_case()),
        papers=tuple(papers(reading.facts, visible)),
        signatories=tuple(signatories(reading.facts)),
        recipient=deposit_recipient(
            values.get("employer_idcc"),
            naf=values.get("employer_naf"),
            public_employer=reading.facts.public_employer,
        ),
        deadline=deposit_deadline(start, kind, source.department),
        reminders=deposit_reminders(start, source.department),
        aid_day=_aid_day(reading),
        dates=reading.facts.dates,
        disability=_disability(source, values) if side is Side.HOUSE else None,
        parts=parts,
        can_nir=can(actor, Permission.CONTRACT_NIR, facts),
        nir_is_due=nir_is_due(found),
        can_deposit=can(actor, Permission.CONTRACT_DEPOSIT, facts),
        derogation=reading.facts.derogation,
    )


def _opened(sealed: str | None) -> str | None:
    """The NIR for the controls alone; a number that no key opens silences them, it does not hide the sheet."""
    if sealed is None:
        return None
    try:
        return unlock(sealed)
    except VaultClosed:
        return None


def _untold(source: SheetSource, values: Values) -> ContractTerms:
    return read_sheet(source, values, told=False).terms


def _version(source: SheetSource, reading: SheetReading) -> FormVersion | None:
    try:
        return form_version(form_for(source.kind), reading.facts.law_day)
    except NoRuleInForce:
        return None


def _aid_day(reading: SheetReading) -> date | None:
    conclusion = reading.facts.dates.conclusion
    if conclusion is None:
        return None
    try:
        return aid_transmission_day(conclusion)
    except NoRuleInForce:
        return None


def _missing(holder: Holder, fields: Sequence[SheetField], parts: Sequence[Part]) -> Missing:
    is_mine = any(holder in HOLDERS[part] for part in parts)
    return Missing(holder, HOLDER_LABELS[holder], tuple(fields), is_mine)


def _sections(
    fields: Sequence[SheetField], values: Values, source: SheetSource, side: Side
) -> dict[str, list[FieldRow]]:
    hidden = hidden_fields(source, side)
    covered = frozenset() if side in (Side.HOUSE, Side.EMPLOYER) else SIGNING_FIELDS
    known = known_values(source)
    sections: dict[str, list[FieldRow]] = {}
    for field in fields:
        if field.field_id in hidden:
            continue
        raw = values.get(field.field_id)
        value = shown_value(field.field_id, raw, source.kind) if raw else None
        if value is not None and field.field_id in covered:
            value = PRESENT
        is_typed = raw is not None and known.get(field.field_id) != raw
        sections.setdefault(field.section, []).append(FieldRow(field, value, is_typed))
    return sections


def _disability(source: SheetSource, values: Values) -> DisabilityChoice | None:
    if source.recognition is None:
        return None
    with_it, without_it = (
        read_sheet(source, values, told=True),
        read_sheet(source, values, told=False),
    )
    return DisabilityChoice(
        valid_until=source.recognition.valid_until,
        told_at=source.told_at,
        with_it=with_it,
        without_it=without_it,
        aids_with=employer_aids(with_it.terms.aid_case()),
        aids_without=employer_aids(without_it.terms.aid_case()),
    )
