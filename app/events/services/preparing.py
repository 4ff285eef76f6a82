"""Prepare an operation: its words, its partners, its opening, and calling it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, WrongState
from app.core.letters import inner_path
from app.core.permissions import ensure
from app.core.requests import use_once
from app.events import emails
from app.events.models import (
    EventCompany,
    EventKind,
    EventMeeting,
    EventPartner,
    PromotionEvent,
)
from app.events.queries.facts import event_facts, load_event
from app.events.queries.guests import company_guests, youth_guests
from app.events.workflow import EventState, EventVerb, GuestState, NotNow, next_event_state
from app.notices.services import notify
from app.partnerships.services import PARTY_KINDS
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune

LONGEST = timedelta(hours=12)
PAST = "Cette étape n’est plus possible : l’opération a avancé."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operation is: its words, its day, its place, and the length of a meeting if there are any."""

    kind: EventKind
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    commune_code: str
    slot_minutes: int | None = None


def create_event(
    db_session: Session, actor: Actor, *, wanted: Wanted, request_key: str | None = None
) -> PromotionEvent:
    """Write a draft, which its organiser alone sees.

    Raises:
        NotFound: this actor organises nothing.
        Invalid: hours turned, a day that is over, a meeting longer than the day.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.EVENT_EDIT, Facts(organisation_id=actor.organisation_id))
    use_once(db_session, request_key)
    _check(wanted)
    event = PromotionEvent(
        organiser_id=actor.organisation_id,
        state=EventState.DRAFT,
        created_at=clock.now(),
        created_by=actor.user_id,
        **_columns(db_session, wanted),
    )
    db_session.add(event)
    db_session.flush()
    note(db_session, actor, event, "event_created")
    return event


def change_event(
    db_session: Session, actor: Actor, *, event_id: int, wanted: Wanted
) -> PromotionEvent:
    """Correct an operation that has no timetable yet.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        Conflict: it has a timetable, or is over.
        Invalid: as for a new one.
    """
    event = judged(db_session, actor, event_id)
    if event.state not in (EventState.DRAFT, EventState.OPEN):
        raise WrongState(PAST)
    _check(wanted)
    for name, value in _columns(db_session, wanted).items():
        setattr(event, name, value)
    db_session.flush()
    note(db_session, actor, event, "event_changed")
    if event.state is EventState.OPEN:
        tell(db_session, actor, event, "Une opération qui vous concerne a changé.")
    return event


def open_event(db_session: Session, actor: Actor, *, event_id: int) -> PromotionEvent:
    """Open a draft: partners see it, and the invitations written meanwhile leave.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is no draft.
    """
    event = judged(db_session, actor, event_id)
    step(event, EventVerb.OPEN)
    db_session.flush()
    note(db_session, actor, event, "event_opened")
    tell(
        db_session, actor, event, "Une opération de promotion s’ouvre, à laquelle vous participez."
    )
    send_letters(db_session, event)
    return event


def cancel(db_session: Session, actor: Actor, *, event_id: int) -> PromotionEvent:
    """Call an operation off and tell those who were invited; its timetable goes.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is over.
    """
    event = judged(db_session, actor, event_id)
    was_known = event.state is not EventState.DRAFT
    step(event, EventVerb.CANCEL)
    db_session.execute(delete(EventMeeting).where(EventMeeting.event_id == event.id))
    db_session.flush()
    note(db_session, actor, event, "event_cancelled")
    if was_known:
        tell(db_session, actor, event, "Une opération qui vous concerne est annulée.")
        for company in company_guests(db_session, event.id):
            if company.state is not GuestState.NOT_COMING:
                emails.tell_company_cancelled(db_session, event, company)
        for youth in youth_guests(db_session, event.id):
            if youth.state is not GuestState.NOT_COMING:
                emails.tell_youth_cancelled(db_session, event, youth)
    return event


def add_partner(
    db_session: Session, actor: Actor, *, event_id: int, organisation_id: int
) -> EventPartner:
    """Hold the operation together with another organisation.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        Invalid: a company, or the organiser itself.
        Conflict: it is a partner already.
    """
    event = judged(db_session, actor, event_id)
    _refuse_past(event)
    kind = db_session.scalar(select(Organisation.kind).where(Organisation.id == organisation_id))
    if kind not in PARTY_KINDS or organisation_id == event.organiser_id:
        raise Invalid("Cette organisation ne peut pas être partenaire.", field="partner")
    if db_session.get(EventPartner, (event.id, organisation_id)) is not None:
        raise Conflict("Cette organisation est déjà partenaire.")
    partner = EventPartner(event_id=event.id, organisation_id=organisation_id, added_at=clock.now())
    db_session.add(partner)
    db_session.flush()
    note(db_session, actor, event, "event_partner_added")
    if event.state is not EventState.DRAFT:
        notify(
            db_session,
            actor,
            event="event_invited",
            organisation_ids=[organisation_id],
            title="Vous êtes partenaire d’une opération de promotion.",
            path=page_of(event),
            subject_kind="event",
            subject_id=event.id,
        )
    return partner


def remove_partner(
    db_session: Session, actor: Actor, *, event_id: int, organisation_id: int
) -> None:
    """Part with a partner; the youth whom it invited stay invited.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        Conflict: it is no partner any more.
    """
    event = judged(db_session, actor, event_id)
    _refuse_past(event)
    partner = db_session.get(EventPartner, (event.id, organisation_id))
    if partner is None:
        raise Conflict("Cette organisation n’est plus partenaire.")
    db_session.delete(partner)
    db_session.flush()
    note(db_session, actor, event, "event_partner_removed")


def judged(db_session: Session, actor: Actor, event_id: int) -> PromotionEvent:
    """An operation that this actor may prepare.

    Raises:
        NotFound: it is not for this actor's eyes.
        Forbidden: somebody else organises it.
    """
    event = load_event(db_session, event_id)
    facts = event_facts(db_session, event)
    ensure(actor, Permission.EVENT_EDIT, facts, seen_by=Permission.EVENT_VIEW)
    return event


def step(event: PromotionEvent, verb: EventVerb) -> None:
    """Move an operation on.

    Raises:
        WrongState: it is past that.
    """
    try:
        event.state = next_event_state(event.state, verb)
    except NotNow:
        raise WrongState(PAST) from None


def send_letters(db_session: Session, event: PromotionEvent) -> None:
    """Send the invitations that have not left, if the operation is open."""
    if event.state not in (EventState.OPEN, EventState.PLANNED):
        return
    for company in company_guests(db_session, event.id):
        if company.letter_sent_at is None:
            emails.invite_company(db_session, event, company)
            company.letter_sent_at = clock.now()
    for youth in youth_guests(db_session, event.id):
        if youth.letter_sent_at is None:
            emails.invite_youth(db_session, event, youth)
            youth.letter_sent_at = clock.now()
    db_session.flush()


def tell(db_session: Session, actor: Actor, event: PromotionEvent, title: str) -> None:
    """Tell the partners, and the invited companies that have an account."""
    partners = select(EventPartner.organisation_id).where(EventPartner.event_id == event.id)
    companies = select(EventCompany.company_id).where(EventCompany.event_id == event.id)
    houses = {*db_session.scalars(partners), *db_session.scalars(companies)}
    if houses:
        notify(
            db_session,
            actor,
            event="event_changed",
            organisation_ids=houses,
            title=title,
            path=page_of(event),
            subject_kind="event",
            subject_id=event.id,
        )


def page_of(event: PromotionEvent) -> str:
    """Where a notice leads."""
    return inner_path("events.show_event", event_id=event.id)


def note(
    db_session: Session,
    actor: Actor,
    event: PromotionEvent,
    name: str,
    youth_id: int | None = None,
) -> None:
    """One line of the journal."""
    journal.record(
        db_session,
        actor,
        subject_kind="event",
        subject_id=event.id,
        event=name,
        to_state=event.state.value,
        youth_id=youth_id,
    )


def _refuse_past(event: PromotionEvent) -> None:
    if event.state in (EventState.DONE, EventState.CANCELLED):
        raise WrongState(PAST)


def _columns(db_session: Session, wanted: Wanted) -> dict[str, object]:
    commune = db_session.get(Commune, wanted.commune_code)
    if commune is None:
        raise Invalid("Écrivez le nom de la commune ou son code postal.", field="commune")
    return {
        "kind": wanted.kind,
        "title": wanted.title,
        "starts_at": wanted.starts_at,
        "ends_at": wanted.ends_at,
        "place": wanted.place,
        "commune_code": commune.insee_code,
        "region_code": commune.region_code,
        "slot_minutes": wanted.slot_minutes,
    }


def _check(wanted: Wanted) -> None:
    if wanted.starts_at < clock.now():
        raise Invalid("Ce jour est passé. Choisissez un jour à venir.", field="day")
    if wanted.ends_at <= wanted.starts_at:
        raise Invalid("La fin vient après le début.", field="ends")
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise Invalid("Une opération dure douze heures au plus.", field="ends")
    if wanted.slot_minutes and timedelta(minutes=wanted.slot_minutes) > (
        wanted.ends_at - wanted.starts_at
    ):
        raise Invalid("Une rencontre ne dure pas plus que l’opération.", field="slot_minutes")
