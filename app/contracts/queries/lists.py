"""Contracts to prepare: those this actor may open, soonest start first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.queries.facts import read_sheet
from app.contracts.queries.missing import missing_in
from app.contracts.queries.projection import HOLDERS, PERMISSIONS
from app.contracts.queries.reminders import answer_is_late, declaration_to_renew
from app.contracts.queries.source import SHEET_STAGES, SheetSource, source_from, source_query
from app.contracts.queries.values import sheet_values
from app.contracts.workflow import SheetState
from app.core.pages import Page, paginate
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.queries.facts import visible_placements
from app.placements.queries.identity import label_for, scope_for
from app.placements.workflow import Stage
from app.policy.actor import Actor, Role
from app.policy.facts import Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission
from app.rules.dates import deposit_deadline

OPEN_STATES = (SheetState.PREPARING, SheetState.RETURNED)
FILTERS: Mapping[str, str] = MappingProxyType(
    {"a-preparer": "À préparer", "deposes": "Déposés", "tous": "Tous"}
)
DEFAULT_FILTER = "a-preparer"
# A first page reads the oldest deposits; what stands behind a hundred of them is no news of the morning.
READ_FOR_DAYS = 100
HOUSE_ROLES = (Role.ADVISER, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line. `missing` counts required fields without a value, `mine` those this reader can write."""

    placement_id: int
    youth_id: int
    youth: str
    is_named: bool
    stage: Stage
    state: SheetState
    company: str
    post: str
    course: str | None
    starts_on: date
    deposit_by: date
    missing: int
    mine: int
    blocking: int


def visible_sheets(actor: Actor) -> ColumnElement[bool]:
    """`can(actor, CONTRACT_VIEW, facts)` as a condition on `Placement`; a test proves both equal."""
    if not may_ever(actor, Permission.CONTRACT_VIEW):
        return false()
    return (
        visible_placements(actor)
        & Placement.stage.in_(SHEET_STAGES)
        & Placement.opening_id.is_not(None)
    )


def _in_state(which: str) -> ColumnElement[bool] | None:
    undone = or_(ContractSheet.state.is_(None), ContractSheet.state.in_(OPEN_STATES))
    if which == "a-preparer":
        return undone
    return ~undone if which == "deposes" else None


def sheet_list(
    db_session: Session, actor: Actor, *, which: str = DEFAULT_FILTER, number: int = 1
) -> Page[SheetRow]:
    """One page of contracts: two statements."""
    query = source_query(actor).where(visible_sheets(actor))
    state = _in_state(which)
    if state is not None:
        query = query.where(state)
    ordered = query.order_by(
        func.coalesce(Placement.contract_starts_on, Opening.start_from).asc().nulls_last(),
        Placement.id,
    )
    found: Page[Any] = paginate(db_session, ordered, number=number)
    return replace(found, rows=[_row(actor, source_from(one)) for one in found.rows])


def sheets_to_prepare(db_session: Session, actor: Actor, *, shown: int = 5) -> list[SheetRow]:
    """The first contracts to prepare, for a first page: one statement."""
    rows = db_session.execute(
        source_query(actor)
        .where(visible_sheets(actor), _in_state(DEFAULT_FILTER))  # type: ignore[arg-type]
        .order_by(
            func.coalesce(Placement.contract_starts_on, Opening.start_from).asc().nulls_last(),
            Placement.id,
        )
        .limit(shown)
    )
    return [_row(actor, source_from(one)) for one in rows]


def count_to_prepare(db_session: Session, actor: Actor) -> int:
    """How many contracts wait to be prepared or deposited."""
    return (
        db_session.scalar(
            select(func.count())
            .select_from(Placement)
            .outerjoin(ContractSheet, ContractSheet.placement_id == Placement.id)
            .where(visible_sheets(actor), _in_state(DEFAULT_FILTER))  # type: ignore[arg-type]
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class DayToWatch:
    """A day of one contract that asks for an act: the OPCO's answer is late (`is_answer`), or a declaration ends."""

    placement_id: int
    company: str
    post: str
    is_answer: bool
    about_on: date


def days_to_watch(
    db_session: Session, actor: Actor, today: date, *, shown: int = 5
) -> list[DayToWatch]:
    """Deposits whose answer should have come, then declarations of regulated work that end soon: one statement."""
    if not may_ever(actor, Permission.CONTRACT_LIST) or actor.has(*HOUSE_ROLES):
        return []
    rows = db_session.execute(
        source_query(actor)
        .where(
            visible_sheets(actor),
            Placement.stage != Stage.AGREED,
            or_(
                ContractSheet.state == SheetState.DEPOSITED,
                ContractSheet.declaration_ends_on >= today,
            ),
        )
        .order_by(ContractSheet.deposited_on, Placement.id)
        .limit(READ_FOR_DAYS)
    )
    sources = [source_from(one) for one in rows]
    found = [
        DayToWatch(one.placement.id, one.row.employer_name, one.opening.title, is_answer, about)
        for is_answer, day_of in ((True, answer_is_late), (False, declaration_to_renew))
        for one in sources
        if (about := day_of(one, today)) is not None
    ]
    return found[:shown]


def _row(actor: Actor, source: SheetSource) -> SheetRow:
    row, youth = source.row, source.youth
    facts = Facts(
        advising_organisation_id=youth.organisation_id,
        employer_id=row.employer_id,
        cfa_id=row.cfa_id,
        helper_id=source.placement.suggested_by,
        helper_organisation_id=source.placement.suggested_by_organisation_id,
    )
    scope = scope_for(actor, facts, row.revealed)
    values = sheet_values(source)
    reading = read_sheet(source, values)
    missing = missing_in(source, values, reading)
    mine = {
        holder
        for part, permission in PERMISSIONS.items()
        if can(actor, permission, facts)
        for holder in HOLDERS[part]
    }
    start = reading.facts.dates.start
    return SheetRow(
        placement_id=source.placement.id,
        youth_id=youth.id,
        youth=label_for(
            scope,
            code=youth.public_code,
            given_name=youth.given_name,
            family_name=youth.usage_name or youth.family_name,
        ),
        is_named=scope != "S1",
        stage=source.placement.stage,
        state=source.sheet.state if source.sheet else SheetState.PREPARING,
        company=row.employer_name,
        post=source.opening.title,
        course=source.course.title if source.course else None,
        starts_on=start,
        deposit_by=deposit_deadline(start, source.kind, source.department).legal_day,
        missing=sum(len(fields) for fields in missing.values()),
        mine=sum(len(fields) for holder, fields in missing.items() if holder in mine),
        blocking=sum(one.is_blocking for one in reading.findings),
    )
