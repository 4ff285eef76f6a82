"""Keep a computed timetable, and change it by hand without putting anybody in two places at once."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.events import emails
from app.events.models import EventCompany, EventMeeting, EventYouth, PromotionEvent
from app.events.queries.matching import fits_of, openings_shown
from app.events.queries.timetable import (
    Draft,
    MeetingLine,
    clock_time,
    expected_guests,
    meeting_lines,
    slot_starts,
)
from app.events.services.preparing import judged, note, step, tell
from app.events.workflow import EXPECTED, EventState, EventVerb
from app.matching.queries.pool import current_pool
from app.policy.actor import CLOCK, Actor


def keep_timetable(
    db_session: Session, actor: Actor, *, event_id: int, draft: Draft
) -> PromotionEvent:
    """Write a timetable computed a moment ago, instead of the one there was.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: a draft, or over.
        Conflict: a guest answered meanwhile, or nobody can meet anybody.
    """
    event = judged(db_session, actor, event_id)
    if not event.slot_minutes:
        raise Conflict("Cette opération n’a pas de rencontres : donnez-leur une durée d’abord.")
    step(event, EventVerb.PLAN)
    if expected_guests(db_session, event) != draft.guests:
        raise Conflict("Un invité a répondu pendant le calcul. Composez le planning de nouveau.")
    if not draft.meetings or draft.faults:
        raise Conflict(
            "Aucune rencontre possible : aucun jeune invité n’a de poste qui lui convienne "
            "dans les entreprises invitées."
        )
    db_session.execute(delete(EventMeeting).where(EventMeeting.event_id == event.id))
    db_session.add_all(
        EventMeeting(
            event_id=event.id,
            slot=one.slot,
            company_id=one.company,
            table_number=one.table,
            youth_id=one.youth,
            opening_id=draft.openings[one.youth, one.company],
        )
        for one in draft.meetings
    )
    event.planned_at = clock.now()
    db_session.flush()
    note(db_session, actor, event, "event_planned")
    return event


def move_meeting(
    db_session: Session, actor: Actor, *, event_id: int, meeting_id: int, slot: int
) -> EventMeeting:
    """Move one meeting to another slot, at a table of the same company that is free then.

    Raises:
        NotFound, Forbidden: not this actor's operation, no such meeting.
        Invalid: no such slot.
        Conflict: the youth or every table of the company is taken then; the message says by whom.
    """
    event, meeting = _planned_meeting(db_session, actor, event_id, meeting_id)
    free = _free_tables(
        db_session,
        event,
        slot,
        youth_id=meeting.youth_id,
        company_id=meeting.company_id,
        besides=meeting.id,
    )
    meeting.slot = slot
    meeting.table_number = meeting.table_number if meeting.table_number in free else free[0]
    db_session.flush()
    note(db_session, actor, event, "event_meeting_moved", youth_id=meeting.youth_id)
    return meeting


def add_meeting(
    db_session: Session, actor: Actor, *, event_id: int, youth_id: int, company_id: int, slot: int
) -> EventMeeting:
    """Add one meeting of two expected guests, at a table of the company that is free then.

    They speak about the opening that suits the youth best, else the first that the company shows.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        Invalid: no such slot, somebody who is not expected, a company that shows nothing.
        Conflict: they meet already, or one of them is taken then; the message says by whom.
    """
    event = judged(db_session, actor, event_id)
    _need_planned(event)
    guests = expected_guests(db_session, event)
    if youth_id not in guests.youths:
        raise Invalid("Choisissez un jeune attendu à cette opération.", field="youth")
    opening_id = _spoken_of(db_session, event, youth_id, company_id)
    if company_id not in dict(guests.tables) or opening_id is None:
        raise Invalid("Choisissez une entreprise attendue, qui montre une offre.", field="company")
    pair = select(EventMeeting.slot).where(
        EventMeeting.event_id == event.id,
        EventMeeting.youth_id == youth_id,
        EventMeeting.company_id == company_id,
    )
    known = db_session.scalar(pair)
    if known is not None:
        at = clock_time(slot_starts(event)[known])
        raise Conflict(f"Ces deux-là se rencontrent déjà à {at}.")
    table = _free_tables(db_session, event, slot, youth_id=youth_id, company_id=company_id)[0]
    meeting = EventMeeting(
        event_id=event.id,
        slot=slot,
        company_id=company_id,
        table_number=table,
        youth_id=youth_id,
        opening_id=opening_id,
    )
    db_session.add(meeting)
    db_session.flush()
    note(db_session, actor, event, "event_meeting_added", youth_id=youth_id)
    return meeting


def _spoken_of(
    db_session: Session, event: PromotionEvent, youth_id: int, company_id: int
) -> int | None:
    shown = {
        opening: company
        for opening, company in openings_shown(db_session, event.id).items()
        if company == company_id
    }
    fits = fits_of(current_pool(db_session), [youth_id], shown).get(youth_id)
    return fits[0].opening_id if fits else min(shown, default=None)


def _free_tables(
    db_session: Session,
    event: PromotionEvent,
    slot: int,
    *,
    youth_id: int,
    company_id: int,
    besides: int | None = None,
) -> list[int]:
    """Tables of the company that are free in a slot in which the youth is free too.

    Args:
        besides: a meeting that leaves its own place.

    Raises:
        Invalid: no such slot.
        Conflict: the youth or every table is taken; the message says by whom.
    """
    if not 0 <= slot < event.slots:
        raise Invalid("Ce créneau n’existe pas.", field="slot")
    at = clock_time(slot_starts(event)[slot])
    others = db_session.scalars(
        select(EventMeeting).where(
            EventMeeting.event_id == event.id,
            EventMeeting.slot == slot,
            EventMeeting.id != (besides or 0),
        )
    ).all()
    elsewhere = next((one for one in others if one.youth_id == youth_id), None)
    if elsewhere is not None:
        raise Conflict(
            f"À {at}, ce jeune rencontre déjà {_name(db_session, elsewhere.company_id)} : "
            "personne n’est à deux endroits à la fois."
        )
    taken = {one.table_number for one in others if one.company_id == company_id}
    tables = db_session.scalar(
        select(EventCompany.tables).where(
            EventCompany.event_id == event.id, EventCompany.company_id == company_id
        )
    )
    free = [one for one in range(tables or 1) if one not in taken]
    if not free:
        raise Conflict(
            f"À {at}, {_name(db_session, company_id)} reçoit déjà quelqu’un à chacune de ses tables."
        )
    return free


def drop_meeting(db_session: Session, actor: Actor, *, event_id: int, meeting_id: int) -> None:
    """Take one meeting out of the timetable.

    Raises:
        NotFound, Forbidden: not this actor's operation, no such meeting.
        WrongState: the operation is over.
    """
    event, meeting = _planned_meeting(db_session, actor, event_id, meeting_id)
    youth_id = meeting.youth_id
    db_session.delete(meeting)
    db_session.flush()
    note(db_session, actor, event, "event_meeting_dropped", youth_id=youth_id)


def send_timetable(db_session: Session, actor: Actor, *, event_id: int) -> int:
    """Send each guest their own meetings. Returns how many guests have some.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: there is no timetable.
    """
    event = judged(db_session, actor, event_id)
    _need_planned(event)
    by_company: defaultdict[int, list[MeetingLine]] = defaultdict(list)
    by_youth: defaultdict[int, list[MeetingLine]] = defaultdict(list)
    # Read as nobody's house: letters carry codes, whoever presses the button.
    for line in meeting_lines(db_session, CLOCK, event):
        by_company[line.company_id].append(line)
        by_youth[line.youth_id].append(line)
    for company in db_session.scalars(
        select(EventCompany).where(
            EventCompany.event_id == event.id, EventCompany.state.in_(EXPECTED)
        )
    ):
        if company.company_id in by_company:
            lines = by_company[company.company_id]
            emails.tell_company_timetable(db_session, event, company, lines)
    for youth in db_session.scalars(
        select(EventYouth).where(EventYouth.event_id == event.id, EventYouth.state.in_(EXPECTED))
    ):
        if youth.youth_id in by_youth:
            emails.tell_youth_timetable(db_session, event, youth, by_youth[youth.youth_id])
    note(db_session, actor, event, "event_timetable_sent")
    tell(db_session, actor, event, "Le planning d’une opération qui vous concerne est prêt.")
    return len(by_company) + len(by_youth)


def _planned_meeting(
    db_session: Session, actor: Actor, event_id: int, meeting_id: int
) -> tuple[PromotionEvent, EventMeeting]:
    event = judged(db_session, actor, event_id)
    _need_planned(event)
    meeting = db_session.get(EventMeeting, meeting_id)
    if meeting is None or meeting.event_id != event.id:
        raise NotFound
    return event, meeting


def _need_planned(event: PromotionEvent) -> None:
    if event.state is not EventState.PLANNED:
        raise Conflict("Cette opération n’a pas de planning, ou elle est terminée.")


def _name(db_session: Session, organisation_id: int) -> str:
    return db_session.get_one(Organisation, organisation_id).name
