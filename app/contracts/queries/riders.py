"""Riders of one contract as one reader sees them: what changed, what is missing and who has it, controls, deposit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import ContractRider
from app.contracts.queries.facts import SheetReading, read_sheet
from app.contracts.queries.labels import shown_value
from app.contracts.queries.projection import HOLDERS, Part, may_see_disability, visible_findings
from app.contracts.queries.sheet import SheetPage
from app.contracts.queries.values import Values
from app.contracts.workflow import SheetEvent, allowed_events
from app.core.errors import NotFound
from app.rules.contract_sheet import (
    CONTRACT_TYPES,
    DISABILITY_RIDER,
    HOLDER_LABELS,
    PROFESSIONALISATION_TYPES,
    Holder,
    SheetField,
    check_rider,
    form_for,
    missing_of_rider,
    rider_fields,
    rider_holder,
    rider_kinds,
)
from app.rules.dates import rider_deposit_day
from app.rules.law import ContractKind, Finding
from app.rules.reasons import ReasonList, reason


@dataclass(frozen=True, slots=True)
class Change:
    """One changed field in words; `before` is None when nobody knew it, or when the retention emptied the sheet."""

    field: SheetField
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class RiderVersion:
    """One rider: version 1 is the contract, so its first rider is version 2."""

    rider: ContractRider
    label: str
    changes: tuple[Change, ...]

    @property
    def version(self) -> int:
        return self.rider.number + 1

    @property
    def return_label(self) -> str:
        code = self.rider.return_reason
        return reason(ReasonList.DEPOSIT_RETURN, code).label if code else ""

    @property
    def leave_by(self) -> date | None:
        """Last day to send it, five days after its signature (EMP-08)."""
        signed = self.rider.signed_on
        return rider_deposit_day(signed) if signed else None


@dataclass(frozen=True, slots=True)
class RiderPage:
    """One rider with what is missing and who has it."""

    page: SheetPage
    version: RiderVersion
    fields: tuple[SheetField, ...]
    values: Values
    missing: tuple[tuple[Holder, str, tuple[SheetField, ...], bool], ...]
    findings: tuple[Finding, ...]

    @property
    def events(self) -> frozenset[SheetEvent]:
        return allowed_events(self.version.rider.state) - {SheetEvent.TELL, SheetEvent.RENEW}

    @property
    def is_ready(self) -> bool:
        return not self.missing and not any(one.is_blocking for one in self.findings)

    def mine(self, part: Part) -> list[SheetField]:
        """Fields that this part writes."""
        return [one for one in self.fields if rider_holder(one) in HOLDERS[part]]


def rider_label(kind: ContractKind, code: str) -> str:
    """What a rider of this type is called, without the word that the form repeats."""
    if kind is ContractKind.PROFESSIONALISATION:
        return PROFESSIONALISATION_TYPES[code]
    text = CONTRACT_TYPES[code].removeprefix("Avenant : ")
    return text[0].upper() + text[1:]


def offered_riders(page: SheetPage) -> list[tuple[str, str]]:
    """Types that this reader may begin: the one whose name tells of a disability asks that it was told."""
    told = may_see_disability(page.source, page.side) and page.source.told_at is not None
    kind = page.source.kind
    return [
        (one.code, rider_label(kind, one.code))
        for one in rider_kinds(form_for(kind))
        if one.code != DISABILITY_RIDER or told
    ]


def versions_of(db_session: Session, page: SheetPage) -> list[RiderVersion]:
    """The riders that this reader may see, oldest first: one statement."""
    rows = db_session.scalars(
        select(ContractRider)
        .where(ContractRider.placement_id == page.placement_id)
        .order_by(ContractRider.number)
    )
    return [_version(one, page.source.kind) for one in rows if _may_see(page, one)]


def rider_page(db_session: Session, page: SheetPage, number: int) -> RiderPage:
    """One rider on its sheet: one statement more than the sheet.

    Raises:
        NotFound: no such rider, or its very name is not for this reader.
    """
    rider = db_session.scalars(
        select(ContractRider).where(
            ContractRider.placement_id == page.placement_id, ContractRider.number == number
        )
    ).one_or_none()
    if rider is None or not _may_see(page, rider):
        raise NotFound
    form = form_for(page.source.kind)
    values = {**page.values, **rider.changes}
    lacking = missing_of_rider(form, rider.rider_type, rider.changes)
    return RiderPage(
        page=page,
        version=_version(rider, page.source.kind),
        fields=tuple(rider_fields(form, rider.rider_type)),
        values=values,
        missing=tuple(
            (holder, HOLDER_LABELS[holder], tuple(fields), _is_mine(page, holder))
            for holder, fields in lacking.items()
        ),
        findings=_findings(page, rider, read_sheet(page.source, values)),
    )


def _findings(page: SheetPage, rider: ContractRider, reading: SheetReading) -> tuple[Finding, ...]:
    """Controls of the rider, then what the changes bring to the controls of the contract."""
    dates = reading.facts.dates
    own = check_rider(
        rider.effect_on,
        start=dates.start,
        end=dates.end,
        law_day=reading.facts.law_day,
        has_changes=bool(rider.changes),
    )
    known = set(page.findings)
    brought = visible_findings(page.source, page.side, reading.findings)
    return (*own, *(one for one in brought if one not in known))


def _is_mine(page: SheetPage, holder: Holder) -> bool:
    return any(holder in HOLDERS[part] for part in page.parts)


def _may_see(page: SheetPage, rider: ContractRider) -> bool:
    return rider.rider_type != DISABILITY_RIDER or may_see_disability(page.source, page.side)


def _version(rider: ContractRider, kind: ContractKind) -> RiderVersion:
    fields: Sequence[SheetField] = rider_fields(form_for(kind), rider.rider_type)
    return RiderVersion(
        rider,
        rider_label(kind, rider.rider_type),
        tuple(
            Change(
                one,
                shown_value(one.field_id, before, kind)
                if (before := rider.before.get(one.field_id))
                else None,
                shown_value(one.field_id, str(rider.changes[one.field_id]), kind),
            )
            for one in fields
            if one.field_id in rider.changes
        ),
    )
