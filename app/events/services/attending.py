"""Coming or not, arriving at the door, and counting when the day is over."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.permissions import ensure
from app.events.models import EventCompany, EventMeeting, EventYouth, PromotionEvent
from app.events.queries.facts import company_guest_facts, load_event, youth_guest_facts
from app.events.queries.guests import (
    company_guest,
    company_guests,
    youth_guest,
    youth_guests,
)
from app.events.services.preparing import PAST, judged, note, step
from app.events.workflow import (
    EventState,
    EventVerb,
    GuestState,
    GuestVerb,
    NotNow,
    next_guest_state,
)
from app.policy.actor import Actor
from app.policy.permissions import Permission

LIVE = frozenset({EventState.OPEN, EventState.PLANNED})
Guest = EventCompany | EventYouth


def answer(
    db_session: Session,
    actor: Actor,
    *,
    is_coming: bool,
    company_guest_id: int | None = None,
    youth_guest_id: int | None = None,
) -> Guest:
    """Say whether a guest comes: the company, the youth by link, or the adviser on the youth's word.

    The answer given already is simply kept. Meetings of who declines leave the timetable.

    Raises:
        NotFound: not this actor's invitation.
        WrongState: the operation is not open, or the guest stands at the door already.
    """
    guest = _judged_guest(db_session, actor, company_guest_id, youth_guest_id)
    event = load_event(db_session, guest.event_id)
    if event.state not in LIVE:
        raise WrongState("Les réponses ne sont pas ouvertes, ou cette opération est terminée.")
    if guest.state is not (GuestState.COMING if is_coming else GuestState.NOT_COMING):
        _step_guest(guest, GuestVerb.ACCEPT if is_coming else GuestVerb.DECLINE)
        guest.answered_at = clock.now()
        if not is_coming:
            _free(db_session, event, guest)
        db_session.flush()
        verb = "event_accepted" if is_coming else "event_declined"
        youth_id = guest.youth_id if isinstance(guest, EventYouth) else None
        note(db_session, actor, event, verb, youth_id=youth_id)
    return guest


def type_code(db_session: Session, actor: Actor, *, event_id: int, code: str) -> EventYouth:
    """Let in the youth who says this code. A code typed twice lets in once.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is not open.
        Invalid: nobody has this code here.
    """
    event = _at_the_door(db_session, actor, event_id)
    guest = db_session.scalar(
        select(EventYouth).where(
            EventYouth.event_id == event.id,
            EventYouth.door_code == "".join(code.split()).upper(),
        )
    )
    if guest is None:
        raise Invalid("Personne n’a ce code ici. Relisez-le sur l’invitation.", field="code")
    if guest.state is not GuestState.CAME:
        _arrive(db_session, actor, event, guest)
    return guest


def tick(
    db_session: Session,
    actor: Actor,
    *,
    event_id: int,
    came: bool,
    company_guest_id: int | None = None,
    youth_guest_id: int | None = None,
) -> Guest:
    """Tick a guest in the list at the door, or take a tick back.

    Raises:
        NotFound, Forbidden: not this actor's operation, or no guest of it.
        WrongState: it is not open.
    """
    event = _at_the_door(db_session, actor, event_id)
    guest = _guest(db_session, company_guest_id, youth_guest_id)
    if guest.event_id != event.id:
        raise NotFound
    if came and guest.state is not GuestState.CAME:
        _arrive(db_session, actor, event, guest)
    elif not came and guest.state is GuestState.CAME:
        _step_guest(guest, GuestVerb.UNTICK)
        if isinstance(guest, EventYouth):
            guest.came_at = None
        db_session.flush()
    return guest


def finish(db_session: Session, actor: Actor, *, event_id: int) -> PromotionEvent:
    """Close the day: who was expected and not seen is absent; a meeting was held when both were there.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is a draft, or over.
        Conflict: it has not begun.
    """
    event = judged(db_session, actor, event_id)
    if event.starts_at > clock.now():
        raise Conflict("Cette opération n’a pas commencé : ses résultats se comptent après.")
    step(event, EventVerb.FINISH)
    there: dict[type, set[int]] = {EventCompany: set(), EventYouth: set()}
    guests: list[Guest] = [
        *company_guests(db_session, event.id),
        *youth_guests(db_session, event.id),
    ]
    for guest in guests:
        if guest.state in (GuestState.INVITED, GuestState.COMING):
            _step_guest(guest, GuestVerb.MISS)
        elif guest.state is GuestState.CAME:
            there[type(guest)].add(
                guest.company_id if isinstance(guest, EventCompany) else guest.youth_id
            )
    for meeting in db_session.scalars(
        select(EventMeeting).where(EventMeeting.event_id == event.id)
    ):
        meeting.was_held = (
            meeting.company_id in there[EventCompany] and meeting.youth_id in there[EventYouth]
        )
    db_session.flush()
    note(db_session, actor, event, "event_done")
    return event


def _at_the_door(db_session: Session, actor: Actor, event_id: int) -> PromotionEvent:
    event = judged(db_session, actor, event_id)
    if event.state not in LIVE:
        raise WrongState(PAST)
    return event


def _arrive(db_session: Session, actor: Actor, event: PromotionEvent, guest: Guest) -> None:
    _step_guest(guest, GuestVerb.ARRIVE)
    if isinstance(guest, EventYouth):
        guest.came_at = clock.now()
    db_session.flush()
    youth_id = guest.youth_id if isinstance(guest, EventYouth) else None
    note(db_session, actor, event, "event_arrived", youth_id=youth_id)


def _step_guest(guest: Guest, verb: GuestVerb) -> None:
    try:
        guest.state = next_guest_state(guest.state, verb)
    except NotNow:
        raise WrongState("Cette personne est déjà arrivée.") from None


def _free(db_session: Session, event: PromotionEvent, guest: Guest) -> None:
    whose = (
        EventMeeting.company_id == guest.company_id
        if isinstance(guest, EventCompany)
        else EventMeeting.youth_id == guest.youth_id
    )
    for meeting in db_session.scalars(
        select(EventMeeting).where(EventMeeting.event_id == event.id, whose)
    ):
        db_session.delete(meeting)


def _guest(db_session: Session, company_guest_id: int | None, youth_guest_id: int | None) -> Guest:
    if company_guest_id is not None:
        return company_guest(db_session, company_guest_id)
    return youth_guest(db_session, youth_guest_id or 0)


def _judged_guest(
    db_session: Session, actor: Actor, company_guest_id: int | None, youth_guest_id: int | None
) -> Guest:
    guest = _guest(db_session, company_guest_id, youth_guest_id)
    facts = (
        company_guest_facts(guest)
        if isinstance(guest, EventCompany)
        else youth_guest_facts(db_session, guest)
    )
    ensure(actor, Permission.EVENT_ANSWER, facts)
    return guest
