"""The guests of one operation as rows, for the verbs that go through all of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.events.models import EventCompany, EventYouth


def company_guests(db_session: Session, event_id: int) -> list[EventCompany]:
    """Every invited company, in the order of the invitations."""
    return list(
        db_session.scalars(
            select(EventCompany).where(EventCompany.event_id == event_id).order_by(EventCompany.id)
        )
    )


def youth_guests(db_session: Session, event_id: int) -> list[EventYouth]:
    """Every invited youth, in the order of the invitations."""
    return list(
        db_session.scalars(
            select(EventYouth).where(EventYouth.event_id == event_id).order_by(EventYouth.id)
        )
    )


def company_guest(db_session: Session, guest_id: int) -> EventCompany:
    """One invitation of a company.

    Raises:
        NotFound: there is none.
    """
    guest = db_session.get(EventCompany, guest_id)
    if guest is None:
        raise NotFound
    return guest


def youth_guest(db_session: Session, guest_id: int) -> EventYouth:
    """One invitation of a youth.

    Raises:
        NotFound: there is none.
    """
    guest = db_session.get(EventYouth, guest_id)
    if guest is None:
        raise NotFound
    return guest
