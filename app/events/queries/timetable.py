"""The timetable of an operation: computed from the pairs, read as a grid, and judged before a hand changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.engine.candidates import turns
from app.engine.pool import Pool
from app.events.models import EventCompany, EventMeeting, EventYouth, PromotionEvent
from app.events.queries.facts import is_own
from app.events.queries.matching import fits_of, openings_shown
from app.events.workflow import EXPECTED
from app.matching.queries.pool import current_pool
from app.openings.models import Opening
from app.policy.actor import Actor
from app.youth.models import Youth

if TYPE_CHECKING:
    from app.engine.timetable import Meeting

FIRST_BONUS = 10.0
"""More than a day of meetings is worth: nobody stays without a meeting who could have one."""


@dataclass(frozen=True, slots=True)
class Guests:
    """Who is expected: tables by company, and youth. Two drafts of one day are compared by it."""

    slots: int
    tables: tuple[tuple[int, int], ...]
    youths: tuple[int, ...]
    shown: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A timetable computed with no transaction open, and the guests that it was computed for.

    `openings` says what each pair speaks about; `gap` is 0 when no better timetable exists.
    """

    guests: Guests
    meetings: tuple[Meeting, ...]
    openings: dict[tuple[int, int], int]
    without: tuple[int, ...]
    gap: float
    faults: tuple[str, ...]


def expected_guests(db_session: Session, event: PromotionEvent) -> Guests:
    """Who did not say no: three statements."""
    companies = db_session.execute(
        select(EventCompany.company_id, EventCompany.tables)
        .where(EventCompany.event_id == event.id, EventCompany.state.in_(EXPECTED))
        .order_by(EventCompany.company_id)
    )
    youths = db_session.scalars(
        select(EventYouth.youth_id)
        .where(EventYouth.event_id == event.id, EventYouth.state.in_(EXPECTED))
        .order_by(EventYouth.youth_id)
    )
    return Guests(
        event.slots,
        tuple((row.company_id, row.tables) for row in companies),
        tuple(youths),
        tuple(sorted(openings_shown(db_session, event.id).items())),
    )


def draft_timetable(db_session: Session, event: PromotionEvent) -> Draft:
    """Compute who meets whom and when, from the pairs of today.

    The solver knows youth by a number drawn for this day from their code: by their id, whoever came first to the
    portal would meet first, and the grid would tell it.
    """
    from app.engine import timetable as engine  # noqa: PLC0415 - its solver is not loaded at start

    guests, pool = expected_guests(db_session, event), current_pool(db_session)
    found = fits_of(pool, guests.youths, dict(guests.shown))
    pairs = [fit for fits in found.values() for fit in fits]
    called = _in_turn(pool, list(found), event)
    number = {youth_id: place for place, youth_id in enumerate(called)}
    asked = engine.Event(
        wanted=tuple(
            engine.Wanted(youth=number[one.youth_id], company=one.company_id, value=one.value)
            for one in pairs
        ),
        slots=guests.slots,
        tables=dict(guests.tables),
        first_bonus=FIRST_BONUS,
    )
    made = engine.timetable(asked)
    meetings = tuple(replace(one, youth=called[one.youth]) for one in made.meetings)
    met = {one.youth for one in meetings}
    return Draft(
        guests=guests,
        meetings=meetings,
        openings={(one.youth_id, one.company_id): one.opening_id for one in pairs},
        without=tuple(one for one in guests.youths if one not in met),
        gap=made.gap,
        faults=engine.conflicts(asked, made.meetings),
    )


def _in_turn(pool: Pool, youth_ids: list[int], event: PromotionEvent) -> list[int]:
    """These youth in an order drawn for this operation, the same at each computation."""
    drawn = turns(pool, youth_ids, f"operation {event.id}").tolist()
    return [one for _turn, one in sorted(zip(drawn, youth_ids, strict=True))]


def faults_of(db_session: Session, event: PromotionEvent) -> tuple[str, ...]:
    """Whoever stands in two places at once in the meetings as stored: nothing when the day can be held."""
    from app.engine import timetable as engine  # noqa: PLC0415 - its solver is not loaded at start

    guests = expected_guests(db_session, event)
    rows = db_session.scalars(select(EventMeeting).where(EventMeeting.event_id == event.id)).all()
    held = [
        engine.Meeting(one.slot, one.company_id, one.table_number, one.youth_id) for one in rows
    ]
    pairs = {(one.youth, one.company) for one in held}
    asked = engine.Event(
        wanted=tuple(engine.Wanted(youth=y, company=c, value=1.0) for y, c in sorted(pairs)),
        slots=guests.slots,
        tables=dict(guests.tables),
    )
    return engine.conflicts(asked, held)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One meeting as grids show it; `youth` is a name in the youth's own house, a code elsewhere."""

    id: int
    slot: int
    table: int
    company_id: int
    company: str
    youth_id: int
    youth: str
    is_named: bool
    post: str
    was_held: bool | None


def meeting_lines(
    db_session: Session,
    actor: Actor,
    event: PromotionEvent,
    *,
    company_id: int | None = None,
    youth_id: int | None = None,
    house_id: int | None = None,
) -> list[MeetingLine]:
    """The meetings of an operation by slot, of one company, one youth or one house if asked: one statement."""
    query = (
        select(EventMeeting, Organisation.name, Opening.title, Youth)
        .join(Organisation, Organisation.id == EventMeeting.company_id)
        .join(Opening, Opening.id == EventMeeting.opening_id)
        .join(Youth, Youth.id == EventMeeting.youth_id)
        .where(EventMeeting.event_id == event.id)
        .order_by(
            EventMeeting.slot, Organisation.sort_name, EventMeeting.table_number, EventMeeting.id
        )
    )
    if company_id is not None:
        query = query.where(EventMeeting.company_id == company_id)
    if youth_id is not None:
        query = query.where(EventMeeting.youth_id == youth_id)
    if house_id is not None:
        query = query.where(Youth.organisation_id == house_id)
    lines = []
    for row in db_session.execute(query):
        one, is_named = row.EventMeeting, is_own(actor, row.Youth)
        lines.append(
            MeetingLine(
                id=one.id,
                slot=one.slot,
                table=one.table_number,
                company_id=one.company_id,
                company=row.name,
                youth_id=one.youth_id,
                youth=row.Youth.full_name if is_named else row.Youth.public_code,
                is_named=is_named,
                post=row.title,
                was_held=one.was_held,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of a grid: a table of a company, or a youth, with what stands in each slot."""

    label: str
    cells: tuple[MeetingLine | None, ...]


def grid(lines: Sequence[MeetingLine], slots: int, *, by_youth: bool) -> list[GridRow]:
    """Meetings as a grid by company and table, or by youth. Pure."""
    rows: defaultdict[tuple[str, int], dict[int, MeetingLine]] = defaultdict(dict)
    labels: dict[tuple[str, int], str] = {}
    several = {one.company_id for one in lines if one.table > 0}
    for one in lines:
        if by_youth:
            key, label = (one.youth, one.youth_id), one.youth
        else:
            key = (f"{one.company} {one.company_id:09d}", one.table)
            label = (
                f"{one.company}, table {one.table + 1}"
                if one.company_id in several
                else one.company
            )
        rows[key][one.slot] = one
        labels[key] = label
    return [
        GridRow(labels[key], tuple(rows[key].get(slot) for slot in range(slots)))
        for key in sorted(rows)
    ]


def slot_starts(event: PromotionEvent) -> list[datetime]:
    """When each slot begins."""
    return [
        event.starts_at + timedelta(minutes=slot * (event.slot_minutes or 0))
        for slot in range(event.slots)
    ]


def clock_time(at: datetime) -> str:
    """ "14 h 20" on a French wall clock."""
    local = clock.local(at)
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
