"""Letters of an operation: to invited companies, and to youth with an address. No letter names a youth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.accounts.queries import contact_emails
from app.core import clock
from app.core.letters import absolute_url, post_letter
from app.core.links import write_link
from app.events.models import EventCompany, EventYouth, PromotionEvent
from app.events.queries.timetable import MeetingLine, clock_time, slot_starts
from app.policy.actor import Link, LinkSubject, Role
from app.reference.models import Commune
from app.youth.models import Youth

EMPLOYER_ROLES = frozenset({Role.EMPLOYER})
AFTER = timedelta(days=2)
"""The link still opens the day after: people look for an address on their way home."""


@dataclass(frozen=True, slots=True)
class About:
    """What every letter says of the operation."""

    title: str
    starts_at: str
    ends_at: str
    day: object
    place: str
    commune: str
    organiser: str


def about(db_session: Session, event: PromotionEvent) -> About:
    """The words of an operation: one statement."""
    row = db_session.execute(
        select(Organisation.name, Commune.name.label("commune"))
        .join(PromotionEvent, PromotionEvent.organiser_id == Organisation.id)
        .join(Commune, Commune.insee_code == PromotionEvent.commune_code)
        .where(PromotionEvent.id == event.id)
    ).one()
    return About(
        title=event.title,
        starts_at=clock_time(event.starts_at),
        ends_at=clock_time(event.ends_at),
        day=event.starts_at,
        place=event.place,
        commune=row.commune,
        organiser=row.name,
    )


def guest_link(event: PromotionEvent, subject: LinkSubject, guest_id: int) -> str:
    """The token with which one guest answers for one invitation, and reads their own meetings."""
    good_for = max(event.ends_at + AFTER - clock.now(), AFTER)
    return write_link(Link(subject, "event", guest_id), about=event.id, good_for=good_for)


def invite_company(db_session: Session, event: PromotionEvent, guest: EventCompany) -> None:
    """Come with so many tables, and say so by a button."""
    _to_company(db_session, event, guest, "invite_company", tables=guest.tables)


def invite_youth(db_session: Session, event: PromotionEvent, guest: EventYouth) -> None:
    """Come, say so by a button, and bring the code for the door."""
    _to_youth(db_session, event, guest, "invite_youth")


def tell_company_timetable(
    db_session: Session, event: PromotionEvent, guest: EventCompany, lines: Sequence[MeetingLine]
) -> None:
    """Whom the company meets and when, by code."""
    _to_company(db_session, event, guest, "timetable_company", lines=_said(event, lines))


def tell_youth_timetable(
    db_session: Session, event: PromotionEvent, guest: EventYouth, lines: Sequence[MeetingLine]
) -> None:
    """Whom the youth meets and when."""
    _to_youth(db_session, event, guest, "timetable_youth", lines=_said(event, lines))


def tell_company_cancelled(db_session: Session, event: PromotionEvent, guest: EventCompany) -> None:
    """It does not take place."""
    _to_company(db_session, event, guest, "cancelled")


def tell_youth_cancelled(db_session: Session, event: PromotionEvent, guest: EventYouth) -> None:
    """It does not take place."""
    _to_youth(db_session, event, guest, "cancelled")


def _said(event: PromotionEvent, lines: Sequence[MeetingLine]) -> list[tuple[str, MeetingLine]]:
    starts = slot_starts(event)
    return [(clock_time(starts[one.slot]), one) for one in lines]


def _to_company(
    db_session: Session, event: PromotionEvent, guest: EventCompany, name: str, **context: Any
) -> None:
    token = guest_link(event, LinkSubject.EMPLOYER, guest.id)
    post_letter(
        db_session,
        kind=f"event_{name}",
        template=f"events/email/{name}.txt",
        recipients=contact_emails(db_session, guest.company_id, EMPLOYER_ROLES),
        about=about(db_session, event),
        link=absolute_url("events.guest_page", token=token),
        **context,
    )


def _to_youth(
    db_session: Session, event: PromotionEvent, guest: EventYouth, name: str, **context: Any
) -> None:
    email = db_session.scalar(select(Youth.email).where(Youth.id == guest.youth_id))
    token = guest_link(event, LinkSubject.YOUTH, guest.id)
    post_letter(
        db_session,
        kind=f"event_{name}",
        template=f"events/email/{name}.txt",
        recipients=[email] if email else [],
        youth_id=guest.youth_id,
        about=about(db_session, event),
        link=absolute_url("events.guest_page", token=token),
        code=guest.door_code,
        **context,
    )
