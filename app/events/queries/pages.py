"""What each page of operations shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import AnyRow
from app.core.pages import Page, paginate
from app.core.permissions import ensure
from app.events.models import (
    EventCompany,
    EventKind,
    EventMeeting,
    EventOpening,
    EventPartner,
    EventYouth,
    PromotionEvent,
)
from app.events.queries.facts import event_facts, is_own, load_event, visible_events
from app.events.workflow import EXPECTED, EventState, GuestState
from app.openings.models import Opening, OpeningStatus
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.policy.actor import ADVISING_KINDS, Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune
from app.youth.models import Youth

SMALL = 5
"""Below it a count is hidden from those who did not organise the operation."""
GuestCounts = Mapping[GuestState, int]
CONCLUDED = (Stage.SIGNED, Stage.STARTED, Stage.COMPLETED, Stage.BROKEN)


@dataclass(frozen=True, slots=True)
class EventFilters:
    """What the list is narrowed to."""

    words: str = ""
    kind: EventKind | None = None
    when: str = "coming"  # coming, past, all
    only_ours: bool = False


def event_list(
    db_session: Session, actor: Actor, filters: EventFilters, *, number: int
) -> Page[Any]:
    """Operations this actor may see, those to come by date, past ones the latest first: two statements."""
    youths = _count_of(EventYouth)
    companies = _count_of(EventCompany)
    query: Any = (
        select(
            PromotionEvent,
            Organisation.name.label("organiser"),
            Commune.name.label("commune"),
            youths.label("youths"),
            companies.label("companies"),
        )
        .join(Organisation, Organisation.id == PromotionEvent.organiser_id)
        .join(Commune, Commune.insee_code == PromotionEvent.commune_code)
        .where(visible_events(actor))
    )
    if filters.kind is not None:
        query = query.where(PromotionEvent.kind == filters.kind)
    if filters.only_ours:
        query = query.where(PromotionEvent.organiser_id == actor.organisation_id)
    if filters.words:
        query = query.where(
            or_(
                PromotionEvent.title.icontains(filters.words, autoescape=True),
                Commune.name.icontains(filters.words, autoescape=True),
                Organisation.name.icontains(filters.words, autoescape=True),
            )
        )
    if filters.when == "coming":
        query = query.where(PromotionEvent.ends_at >= clock.now())
    elif filters.when == "past":
        query = query.where(PromotionEvent.ends_at < clock.now())
    first = PromotionEvent.starts_at
    return paginate(
        db_session,
        query.order_by(first if filters.when == "coming" else first.desc(), PromotionEvent.id),
        number=number,
    )


def _count_of(table: type[EventYouth] | type[EventCompany]) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(table.event_id == PromotionEvent.id)
        .correlate(PromotionEvent)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """An invited company and what it shows."""

    guest: EventCompany
    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YouthLine:
    """An invited youth: by name in their own house, by code elsewhere; `door_code` for the door alone."""

    guest: EventYouth
    youth: Youth
    label: str
    is_named: bool


@dataclass(frozen=True, slots=True)
class Results:
    """What came of an operation; None is a small number that this reader does not get."""

    invited: int | None
    coming: int | None
    came: int | None
    meetings: int | None
    held: int | None
    proposals: int | None
    contracts: int | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """One operation for this reader."""

    event: PromotionEvent
    facts: Facts
    organiser: str
    commune: str
    partners: Sequence[AnyRow]
    companies: tuple[CompanyLine, ...]
    own_youth: tuple[YouthLine, ...]
    results: Results


def seen_event(db_session: Session, actor: Actor, event_id: int) -> tuple[PromotionEvent, Facts]:
    """An operation that this actor may see, and its facts: two statements.

    Raises:
        NotFound: it does not exist, or not for this actor.
    """
    event = load_event(db_session, event_id)
    facts = event_facts(db_session, event)
    ensure(actor, Permission.EVENT_VIEW, facts)
    return event, facts


def event_page(db_session: Session, actor: Actor, event_id: int) -> EventPage:
    """An operation with its partners, companies, the youth of one's own house, and results: nine statements."""
    event, facts = seen_event(db_session, actor, event_id)
    names = db_session.execute(
        select(Organisation.name, Commune.name.label("commune"))
        .join(PromotionEvent, PromotionEvent.organiser_id == Organisation.id)
        .join(Commune, Commune.insee_code == PromotionEvent.commune_code)
        .where(PromotionEvent.id == event.id)
    ).one()
    partners = db_session.execute(
        select(Organisation.id, Organisation.name)
        .join(EventPartner, EventPartner.organisation_id == Organisation.id)
        .where(EventPartner.event_id == event.id)
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()
    is_ours = event.organiser_id == actor.organisation_id
    return EventPage(
        event=event,
        facts=facts,
        organiser=names.name,
        commune=names.commune,
        partners=partners,
        companies=company_lines(db_session, event.id),
        own_youth=(
            youth_lines(db_session, actor, event.id, only_own=True)
            if actor.organisation_kind in ADVISING_KINDS
            else ()
        ),
        results=results_of(db_session, event, everything=is_ours),
    )


def company_lines(db_session: Session, event_id: int) -> tuple[CompanyLine, ...]:
    """Invited companies by name, with the titles they show: two statements."""
    titles: dict[int, list[str]] = {}
    for row in db_session.execute(
        select(EventOpening.guest_id, Opening.title)
        .join(EventCompany, EventCompany.id == EventOpening.guest_id)
        .join(Opening, Opening.id == EventOpening.opening_id)
        .where(EventCompany.event_id == event_id)
        .order_by(Opening.sort_name, Opening.id)
    ):
        titles.setdefault(row.guest_id, []).append(row.title)
    rows = db_session.execute(
        select(EventCompany, Organisation.name)
        .join(Organisation, Organisation.id == EventCompany.company_id)
        .where(EventCompany.event_id == event_id)
        .order_by(Organisation.sort_name, EventCompany.id)
    )
    return tuple(
        CompanyLine(row.EventCompany, row.name, tuple(titles.get(row.EventCompany.id, ())))
        for row in rows
    )


def expected_companies(db_session: Session, event_id: int) -> list[tuple[int, str]]:
    """`(company, name)` of those who did not say no, by name: one statement."""
    rows = db_session.execute(
        select(EventCompany.company_id, Organisation.name)
        .join(Organisation, Organisation.id == EventCompany.company_id)
        .where(EventCompany.event_id == event_id, EventCompany.state.in_(EXPECTED))
        .order_by(Organisation.sort_name, EventCompany.id)
    )
    return [(row.company_id, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class PublishedOpening:
    """An opening that an invited company could show, and whether it does."""

    id: int
    title: str
    is_shown: bool


def published_openings(db_session: Session, event_id: int) -> dict[int, list[PublishedOpening]]:
    """Published openings of each invited company, by company: one statement."""
    rows = db_session.execute(
        select(Opening.id, Opening.title, Opening.employer_id, EventOpening.guest_id)
        .join(EventCompany, EventCompany.company_id == Opening.employer_id)
        .outerjoin(
            EventOpening,
            and_(EventOpening.guest_id == EventCompany.id, EventOpening.opening_id == Opening.id),
        )
        .where(EventCompany.event_id == event_id, Opening.status == OpeningStatus.PUBLISHED)
        .order_by(Opening.sort_name, Opening.id)
    )
    found: dict[int, list[PublishedOpening]] = {}
    for row in rows:
        found.setdefault(row.employer_id, []).append(
            PublishedOpening(row.id, row.title, row.guest_id is not None)
        )
    return found


def youth_lines(
    db_session: Session, actor: Actor, event_id: int, *, only_own: bool
) -> tuple[YouthLine, ...]:
    """Invited youth: those of one's own house by name first, the others by code: one statement."""
    query = (
        select(EventYouth, Youth)
        .join(Youth, Youth.id == EventYouth.youth_id)
        .where(EventYouth.event_id == event_id)
    )
    if only_own:
        query = query.where(Youth.organisation_id == actor.organisation_id)
    lines = []
    for row in db_session.execute(query):
        named = is_own(actor, row.Youth)
        label = row.Youth.full_name if named else row.Youth.public_code
        lines.append(YouthLine(row.EventYouth, row.Youth, label, named))
    return tuple(
        sorted(
            lines,
            key=lambda one: (
                not one.is_named,
                one.youth.folded_name if one.is_named else one.label,
            ),
        )
    )


def results_of(db_session: Session, event: PromotionEvent, *, everything: bool) -> Results:
    """Count guests, meetings, and the proposals and contracts between those who met: three statements."""
    states: dict[GuestState, int] = {
        row.state: row.total
        for row in db_session.execute(
            select(EventYouth.state, func.count().label("total"))
            .where(EventYouth.event_id == event.id)
            .group_by(EventYouth.state)
        )
    }
    met = db_session.execute(
        select(
            func.count().label("total"),
            func.count().filter(EventMeeting.was_held.is_(True)).label("held"),
        ).where(EventMeeting.event_id == event.id)
    ).one()
    after = db_session.execute(_placements_after(event)).one()
    figures = (
        sum(states.values()),
        states.get(GuestState.COMING, 0) + states.get(GuestState.CAME, 0),
        states.get(GuestState.CAME, 0),
        met.total,
        met.held,
        after.total,
        after.signed,
    )
    return Results(*(figures if everything else _for_others(figures)))


def _for_others(figures: Sequence[int]) -> list[int | None]:
    """Small numbers hidden, and those that lie so close to the one they are part of that the rest is small."""
    shown: list[int | None] = []
    # Coming of those invited, came of those coming; held of the meetings; contracts of the proposals.
    for number, part_of in zip(figures, (None, 0, 1, None, 3, None, 5), strict=True):
        whole = part_of
        while whole is not None and shown[whole] is None:
            whole = {1: 0, 2: 1, 4: 3, 6: 5}.get(whole)
        rest = 0 if whole is None else figures[whole] - number
        shown.append(None if 0 < number < SMALL or 0 < rest < SMALL else number)
    return shown


def _placements_after(event: PromotionEvent) -> Any:
    """Proposals made since the day between youth who came and companies that were there."""
    came = select(EventYouth.youth_id).where(
        EventYouth.event_id == event.id, EventYouth.state == GuestState.CAME
    )
    there = select(EventCompany.company_id).where(
        EventCompany.event_id == event.id, EventCompany.state == GuestState.CAME
    )
    return (
        select(
            func.count().label("total"),
            func.count().filter(Placement.stage.in_(CONCLUDED)).label("signed"),
        )
        .select_from(Placement)
        .join(Opening, Opening.id == Placement.opening_id)
        .where(
            Placement.youth_id.in_(came),
            Opening.employer_id.in_(there),
            Placement.suggested_at >= event.starts_at,
        )
    )


def coming_events(db_session: Session, actor: Actor, limit: int = 3) -> Sequence[AnyRow]:
    """The next operations of this actor, for a first page: one statement."""
    return db_session.execute(
        select(PromotionEvent, Commune.name.label("commune"))
        .join(Commune, Commune.insee_code == PromotionEvent.commune_code)
        .where(
            visible_events(actor),
            PromotionEvent.ends_at >= clock.now(),
            PromotionEvent.state != EventState.CANCELLED,
        )
        .order_by(PromotionEvent.starts_at, PromotionEvent.id)
        .limit(limit)
    ).all()
