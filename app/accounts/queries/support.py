"""What support looked at: for the door, for the person, for the platform."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Impersonation, Organisation, User
from app.core import clock
from app.core.db import AnyRow


def live_look(db_session: Session, impersonation_id: int) -> Impersonation | None:
    """The look that goes on in a session, None when its time is over."""
    row = db_session.get(Impersonation, impersonation_id)
    if row is None or row.ended_at is not None or row.ends_at <= clock.now():
        return None
    return row


def looks(db_session: Session, *, user_id: int | None = None, most: int = 50) -> list[AnyRow]:
    """Who of support looked as whom, why and when, the newest first; of one person, or of everybody."""
    person, support = aliased(User), aliased(User)
    query = (
        select(
            Impersonation,
            Organisation.name.label("organisation"),
            person.given_name.label("person_given"),
            person.family_name.label("person_family"),
            support.given_name.label("support_given"),
            support.family_name.label("support_family"),
        )
        .join(Organisation, Organisation.id == Impersonation.organisation_id)
        .join(person, person.id == Impersonation.user_id)
        .join(support, support.id == Impersonation.support_user_id)
        .order_by(Impersonation.id.desc())
        .limit(most)
    )
    if user_id is not None:
        query = query.where(Impersonation.user_id == user_id)
    return list(db_session.execute(query).all())
