"""The list of placements of one reader: filters in the address, names only where the reader may read them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.queries.facts import visible_placements
from app.placements.queries.identity import label_for, revealed_scope, scope_for
from app.placements.queries.words import Cfa, Employer, with_parties
from app.placements.workflow import (
    LEAF_OPEN_STAGES,
    LIVE_STAGES,
    RUNNING_STAGES,
    Leaf,
    LeafState,
    Stage,
)
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING, Facts
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

TOGETHER = 25  # at most, in one go: a page of the list
DUE_COLUMNS = MappingProxyType(
    {
        Leaf.YOUTH: Placement.youth_due_on,
        Leaf.EMPLOYER: Placement.employer_due_on,
        Leaf.CFA: Placement.cfa_due_on,
    }
)
LEAF_COLUMNS = MappingProxyType(
    {
        Leaf.YOUTH: Placement.youth_leaf,
        Leaf.EMPLOYER: Placement.employer_leaf,
        Leaf.CFA: Placement.cfa_leaf,
    }
)
# What a filter of the address means; "live" is what a person looks for without saying it.
STAGE_FILTERS: Mapping[str, frozenset[Stage]] = MappingProxyType(
    {
        "live": LIVE_STAGES,
        "open": frozenset({Stage.OPEN}),
        "agreed": frozenset({Stage.AGREED}),
        "signed": RUNNING_STAGES,
        "over": frozenset(Stage) - LIVE_STAGES,
        "all": frozenset(Stage),
    }
)


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What the address asks for: my answers only, stages, a due date, a search, an order."""

    mine: bool = False
    due: str = ""
    stage: str = "live"
    text: str = ""
    sort: str = "-updated"


DUE_FILTERS = ("late", "today", "week")
NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """One line of the list.

    Attributes:
        dues: the answers that wait, with their dates, the earliest first; every party sees them all.
        due_on: the reader's own date while its answer waits.
        awaited: the reader's own leaf while it waits.
    """

    id: int
    youth_id: int
    youth: str
    house_id: int
    is_named: bool
    stage: Stage
    youth_leaf: LeafState
    employer_leaf: LeafState
    cfa_leaf: LeafState
    post: str | None
    company: str | None
    course: str | None
    cfa: str | None
    due_on: date | None
    is_mine: bool
    awaited: Leaf | None
    updated_at: datetime
    dues: tuple[tuple[Leaf, date], ...] = ()
    opening_id: int | None = None
    session_id: int | None = None
    seats_free: int | None = None
    positions_free: int | None = None

    @property
    def completes(self) -> bool:
        """True when a yes of the one who waits would be the third."""
        leaves = (self.youth_leaf, self.employer_leaf, self.cfa_leaf)
        return sorted(leaves) == sorted((LeafState.WAITING, LeafState.YES, LeafState.YES))


def own_leaf(actor: Actor) -> Leaf | None:
    """The leaf that readers of this role answer for, in every placement they see."""
    if predicates.adviser(actor, NOTHING):
        return Leaf.YOUTH
    if predicates.employer(actor, NOTHING):
        return Leaf.EMPLOYER
    if predicates.cfa_officer(actor, NOTHING) or predicates.point_a_officer(actor, NOTHING):
        return Leaf.CFA
    return None


def awaits_reader(actor: Actor) -> ColumnElement[bool]:
    """The placement waits for the word of this reader."""
    leaf = own_leaf(actor)
    if leaf is None:
        return visible_placements(actor) & Placement.id.is_(None)
    return and_(Placement.stage.in_(LEAF_OPEN_STAGES), LEAF_COLUMNS[leaf] == LeafState.WAITING)


def list_placements(
    db_session: Session, actor: Actor, filters: ListFilters, *, page: int
) -> Page[PlacementRow]:
    """One page of what this reader may see: two statements."""
    query = with_parties(select(Placement)).where(visible_placements(actor))
    query = query.where(Placement.stage.in_(STAGE_FILTERS.get(filters.stage, LIVE_STAGES)))
    if filters.mine:
        query = query.where(awaits_reader(actor))
    if filters.text.strip():
        query = query.where(_found(actor, filters.text))
    if filters.due in DUE_FILTERS:
        leaf = own_leaf(actor) if filters.mine else None
        query = query.where(_is_due(filters.due, [leaf] if leaf else list(Leaf)))
    found = paginate(db_session, _columns(query, actor, filters.sort), number=page)
    return replace(found, rows=[_row(actor, one) for one in found.rows])


def to_answer_together(
    db_session: Session, actor: Actor, placement_ids: Collection[int]
) -> list[PlacementRow]:
    """Those of these placements that wait for this reader, the earliest date first: one statement."""
    query = with_parties(select(Placement)).where(
        visible_placements(actor), awaits_reader(actor), Placement.id.in_(placement_ids)
    )
    rows = db_session.execute(_columns(query, actor, "due").limit(TOGETHER)).all()
    return [_row(actor, one) for one in rows]


def count_to_answer(db_session: Session, actor: Actor) -> int:
    """How many placements wait for this reader."""
    return (
        db_session.scalar(
            select(func.count())
            .select_from(Placement)
            .where(visible_placements(actor), awaits_reader(actor))
        )
        or 0
    )


def _found(actor: Actor, text: str) -> ColumnElement[bool]:
    """Words of the post, the company, the course or the code; names only for the house that follows the youth.

    A search that found names would tell a partner who hides behind a code.
    """
    folded = sort_key(text)
    conditions = [
        Opening.sort_name.contains(folded, autoescape=True),
        Employer.sort_name.contains(folded, autoescape=True),
        Course.sort_name.contains(folded, autoescape=True),
        Cfa.sort_name.contains(folded, autoescape=True),
        Youth.public_code == text.strip().upper(),
    ]
    if predicates.adviser(actor, NOTHING):
        conditions.append(
            and_(
                Youth.organisation_id == actor.organisation_id,
                or_(
                    Youth.folded_name.contains(folded, autoescape=True),
                    Youth.folded_usage_name.contains(folded, autoescape=True),
                ),
            )
        )
    return or_(*conditions)


def _waits(leaf: Leaf) -> ColumnElement[bool]:
    return and_(Placement.stage.in_(LEAF_OPEN_STAGES), LEAF_COLUMNS[leaf] == LeafState.WAITING)


def _is_due(when: str, leaves: Collection[Leaf]) -> ColumnElement[bool]:
    """One of these answers waits, and its date has passed, is today, or is within a week."""
    today = clock.today()
    first, last = {
        "late": (date.min, today - timedelta(days=1)),
        "today": (today, today),
        "week": (today, today + timedelta(days=7)),
    }[when]
    return or_(*(and_(_waits(one), DUE_COLUMNS[one].between(first, last)) for one in leaves))


def _next_due() -> ColumnElement[Any]:
    """The earliest date of the answers that wait, in words that both databases read."""
    dates: list[Any] = [
        case((and_(_waits(leaf), due.is_not(None)), due), else_=literal(NEVER))
        for leaf, due in DUE_COLUMNS.items()
    ]
    earliest = dates[0]
    for one in dates[1:]:
        earliest = case((earliest <= one, earliest), else_=one)
    return func.nullif(earliest, literal(NEVER))


def _columns(query: Select[Any], actor: Actor, sort: str) -> Select[Any]:
    leaf = own_leaf(actor)
    due = DUE_COLUMNS[leaf] if leaf else Placement.youth_due_on
    orders: dict[str, ColumnElement[Any]] = {
        "updated": Placement.updated_at.asc(),
        "due": _next_due().asc().nulls_last(),
        "-due": _next_due().desc().nulls_last(),
    }
    order = orders.get(sort, Placement.updated_at.desc())
    columns: Any = query.with_only_columns(
        Placement.id,
        Placement.youth_id,
        Placement.stage,
        Placement.youth_leaf,
        Placement.employer_leaf,
        Placement.cfa_leaf,
        Placement.updated_at,
        due.label("due_on"),
        *DUE_COLUMNS.values(),
        Youth.public_code,
        Youth.given_name,
        func.coalesce(Youth.usage_name, Youth.family_name).label("family_name"),
        Youth.organisation_id,
        Opening.title.label("post"),
        Employer.name.label("company"),
        Course.title.label("course"),
        Cfa.name.label("cfa"),
        TrainingSession.starts_on,
        Placement.opening_id,
        Placement.session_id,
        (
            TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
        ).label("seats_free"),
        (Opening.positions - Opening.positions_taken).label("positions_free"),
        revealed_scope(actor).label("revealed"),
    )
    ordered: Select[Any] = columns.order_by(order, Placement.id.desc())
    return ordered


def _row(actor: Actor, row: Row[Any]) -> PlacementRow:
    scope = scope_for(actor, Facts(advising_organisation_id=row.organisation_id), row.revealed)
    leaf = own_leaf(actor)
    is_mine = (
        leaf is not None
        and row.stage in LEAF_OPEN_STAGES
        and getattr(row, f"{leaf.value}_leaf") is LeafState.WAITING
    )
    return PlacementRow(
        id=row.id,
        youth_id=row.youth_id,
        youth=label_for(
            scope,
            code=row.public_code,
            given_name=row.given_name,
            family_name=row.family_name,
        ),
        house_id=row.organisation_id,
        is_named=scope != "S1",
        stage=row.stage,
        youth_leaf=row.youth_leaf,
        employer_leaf=row.employer_leaf,
        cfa_leaf=row.cfa_leaf,
        post=row.post,
        company=row.company,
        course=row.course,
        cfa=row.cfa,
        due_on=row.due_on if is_mine else None,
        dues=_dues(row),
        is_mine=is_mine,
        awaited=leaf if is_mine else None,
        updated_at=row.updated_at,
        opening_id=row.opening_id,
        session_id=row.session_id,
        seats_free=row.seats_free,
        positions_free=row.positions_free,
    )


def _dues(row: Row[Any]) -> tuple[tuple[Leaf, date], ...]:
    """The dates of the answers that wait, the earliest first."""
    if row.stage not in LEAF_OPEN_STAGES:
        return ()
    found = [
        (leaf, due)
        for leaf in Leaf
        if getattr(row, f"{leaf.value}_leaf") is LeafState.WAITING
        and (due := getattr(row, f"{leaf.value}_due_on")) is not None
    ]
    return tuple(sorted(found, key=lambda one: one[1]))
