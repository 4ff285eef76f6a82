"""Invite companies and youth, and take an invitation back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.letters import inner_path
from app.core.permissions import ensure
from app.events.models import (
    EventCompany,
    EventMeeting,
    EventOpening,
    EventYouth,
    PromotionEvent,
)
from app.events.queries.asking import ASKED, advisers_to_ask, asked_since
from app.events.queries.facts import event_facts, load_event
from app.events.queries.guests import company_guests, youth_guests
from app.events.services.preparing import judged, note, page_of, send_letters, step
from app.events.workflow import EventState, EventVerb, GuestState
from app.notices.services import notify
from app.openings.models import Opening
from app.openings.workflow import OpeningStatus
from app.policy.actor import Actor, OrganisationKind
from app.policy.permissions import Permission
from app.youth.queries import facts_for

# Letters and digits that nobody mistakes for one another when they are read aloud at a door.
ALPHABET = "ACDEFGHJKLMNPQRTUVWXY3479"
MOST_TABLES = 20
ASKED_AGAIN_AFTER = timedelta(days=1)


def invite_companies(
    db_session: Session, actor: Actor, *, event_id: int, tables: Mapping[int, int]
) -> list[EventCompany]:
    """Invite companies with so many tables each; they show all that they have published.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is over.
        Invalid: not a company, or tables out of bounds.
    """
    event = judged(db_session, actor, event_id)
    step(event, EventVerb.INVITE)
    if any(not 1 <= one <= MOST_TABLES for one in tables.values()):
        raise Invalid("Une entreprise tient de 1 à 20 tables.", field="tables")
    known = set(
        db_session.scalars(
            select(Organisation.id).where(
                Organisation.id.in_(tables), Organisation.kind == OrganisationKind.COMPANY
            )
        )
    )
    if known != set(tables):
        raise Invalid("Une de ces entreprises n’existe plus.", field="company")
    there = {one.company_id for one in company_guests(db_session, event.id)}
    guests = [
        EventCompany(
            event_id=event.id,
            company_id=company_id,
            tables=tables[company_id],
            state=GuestState.INVITED,
            invited_at=clock.now(),
            invited_by=actor.user_id,
        )
        for company_id in sorted(known - there)
    ]
    db_session.add_all(guests)
    db_session.flush()
    _show_openings(db_session, guests)
    note(db_session, actor, event, "event_companies_invited")
    if guests and event.state is not EventState.DRAFT:
        notify(
            db_session,
            actor,
            event="event_invited",
            organisation_ids=[one.company_id for one in guests],
            title="Vous êtes invité à une opération de promotion de l’alternance.",
            path=page_of(event),
            subject_kind="event",
            subject_id=event.id,
        )
    send_letters(db_session, event)
    return guests


def invite_youth(
    db_session: Session, actor: Actor, *, event_id: int, youth_ids: Collection[int]
) -> list[EventYouth]:
    """Invite youth of one's own house. Those invited meanwhile by a colleague stay as they are.

    Raises:
        NotFound: the operation, or one of the youth, is not for this actor.
        WrongState: the operation is over.
    """
    event = load_event(db_session, event_id)
    ensure(actor, Permission.EVENT_VIEW, event_facts(db_session, event))
    facts = facts_for(db_session, youth_ids)
    if set(facts) != set(youth_ids):
        raise NotFound
    for one in facts.values():
        ensure(actor, Permission.EVENT_INVITE_YOUTH, one)
    step(event, EventVerb.INVITE)
    earlier = youth_guests(db_session, event.id)
    there = {one.youth_id for one in earlier}
    codes = {one.door_code for one in earlier}
    guests = [
        EventYouth(
            event_id=event.id,
            youth_id=youth_id,
            door_code=_new_code(codes),
            state=GuestState.INVITED,
            invited_at=clock.now(),
            invited_by=actor.user_id,
        )
        for youth_id in sorted(set(youth_ids) - there)
    ]
    db_session.add_all(guests)
    db_session.flush()
    for guest in guests:
        note(db_session, actor, event, "event_youth_invited", youth_id=guest.youth_id)
    send_letters(db_session, event)
    return guests


def show_openings(
    db_session: Session,
    actor: Actor,
    *,
    event_id: int,
    company_id: int,
    opening_ids: Collection[int],
) -> None:
    """Choose which published openings an invited company shows on the day.

    Raises:
        NotFound, Forbidden: not this actor's operation, not an invited company.
        WrongState: it is over.
        Invalid: none, or one that the company has not published.
        Conflict: a meeting speaks of one that would go.
    """
    event = judged(db_session, actor, event_id)
    step(event, EventVerb.INVITE)
    guest = db_session.scalar(
        select(EventCompany).where(
            EventCompany.event_id == event.id, EventCompany.company_id == company_id
        )
    )
    if guest is None:
        raise NotFound
    published = set(
        db_session.scalars(
            select(Opening.id).where(
                Opening.employer_id == company_id, Opening.status == OpeningStatus.PUBLISHED
            )
        )
    )
    wanted = set(opening_ids)
    if not wanted or not wanted <= published:
        raise Invalid("Cochez au moins une offre publiée de cette entreprise.", field="openings")
    spoken_of = set(
        db_session.scalars(
            select(EventMeeting.opening_id).where(
                EventMeeting.event_id == event.id, EventMeeting.company_id == company_id
            )
        )
    )
    if not spoken_of <= wanted:
        raise Conflict(
            "Une rencontre du planning porte sur une offre que vous retirez. "
            "Retirez d’abord la rencontre, ou gardez l’offre."
        )
    db_session.execute(delete(EventOpening).where(EventOpening.guest_id == guest.id))
    db_session.add_all(EventOpening(guest_id=guest.id, opening_id=one) for one in sorted(wanted))
    db_session.flush()
    note(db_session, actor, event, "event_openings_chosen")


def ask_houses(db_session: Session, actor: Actor, *, event_id: int) -> int:
    """Ask the advisers of the partner houses to invite their youth whom a post suits here.

    The organiser learns how many advisers are told, and of no youth: who comes is the adviser's word.

    Raises:
        NotFound, Forbidden: not this actor's operation.
        WrongState: it is over.
        Conflict: asked already today, or no youth of a partner has a post that suits.
    """
    event = judged(db_session, actor, event_id)
    step(event, EventVerb.INVITE)
    if asked_since(db_session, event.id, clock.now() - ASKED_AGAIN_AFTER):
        raise Conflict("La demande est partie il y a moins d’un jour : laissez-leur le temps.")
    waiting = advisers_to_ask(db_session, event)
    if not waiting:
        raise Conflict(
            "Aucun jeune de vos partenaires, sauf ceux déjà invités, n’a de poste qui lui convienne ici. "
            "Ajoutez une mission locale partenaire ou d’autres entreprises."
        )
    for adviser_id, count in waiting.items():
        notify(
            db_session,
            actor,
            event="event_invited",
            user_ids=[adviser_id],
            title=_asked_words(event, count),
            path=inner_path("events.choose_youth", event_id=event.id),
            subject_kind="event",
            subject_id=event.id,
        )
    note(db_session, actor, event, ASKED)
    return len(waiting)


def _asked_words(event: PromotionEvent, count: int) -> str:
    whose = (
        "un de vos jeunes a un poste qui lui convient"
        if count == 1
        else f"{count} de vos jeunes ont un poste qui leur convient"
    )
    return f"« {event.title[:80]} » : {whose}. Invitez-les si l’opération leur va."


def withdraw_guest(
    db_session: Session,
    actor: Actor,
    *,
    event_id: int,
    company_id: int | None = None,
    youth_id: int | None = None,
) -> None:
    """Take back an invitation; its meetings go with it.

    Raises:
        NotFound, Forbidden: not this actor's to take back.
        WrongState: the operation is over.
        Conflict: there is no such invitation any more, or the guest came.
    """
    event = _event_of_guest(db_session, actor, event_id, youth_id)
    step(event, EventVerb.INVITE)
    guest: EventCompany | EventYouth | None
    if youth_id is not None:
        guest = db_session.scalar(
            select(EventYouth).where(
                EventYouth.event_id == event.id, EventYouth.youth_id == youth_id
            )
        )
        meetings = EventMeeting.youth_id == youth_id
    else:
        guest = db_session.scalar(
            select(EventCompany).where(
                EventCompany.event_id == event.id, EventCompany.company_id == company_id
            )
        )
        meetings = EventMeeting.company_id == company_id
    if guest is None or guest.state is GuestState.CAME:
        raise Conflict("Cette invitation ne peut plus être retirée.")
    db_session.execute(delete(EventMeeting).where(EventMeeting.event_id == event.id, meetings))
    if isinstance(guest, EventCompany):
        db_session.execute(delete(EventOpening).where(EventOpening.guest_id == guest.id))
    db_session.delete(guest)
    db_session.flush()
    note(db_session, actor, event, "event_invitation_withdrawn", youth_id=youth_id)


def _event_of_guest(
    db_session: Session, actor: Actor, event_id: int, youth_id: int | None
) -> PromotionEvent:
    if youth_id is None:
        return judged(db_session, actor, event_id)
    event = load_event(db_session, event_id)
    ensure(actor, Permission.EVENT_VIEW, event_facts(db_session, event))
    facts = facts_for(db_session, [youth_id]).get(youth_id)
    if facts is None:
        raise NotFound
    ensure(actor, Permission.EVENT_INVITE_YOUTH, facts)
    return event


def _new_code(taken: set[str]) -> str:
    """A code that nobody else has at this operation; `taken` learns it."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(4))
        if code not in taken:
            taken.add(code)
            return code


def _show_openings(db_session: Session, guests: list[EventCompany]) -> None:
    by_company = {one.company_id: one.id for one in guests}
    rows = db_session.execute(
        select(Opening.id, Opening.employer_id).where(
            Opening.employer_id.in_(by_company), Opening.status == OpeningStatus.PUBLISHED
        )
    )
    db_session.add_all(
        EventOpening(guest_id=by_company[row.employer_id], opening_id=row.id) for row in rows
    )
    db_session.flush()
