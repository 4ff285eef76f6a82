"""Support looks at the portal as somebody else: with a reason, for half an hour, without writing, never at a youth."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import Impersonation, Membership, Organisation, User, WebSession
from app.accounts.queries import is_member
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.permissions import Permission

LOOK_FOR = timedelta(minutes=30)
REASON_MIN = 10


def begin_looking(
    db_session: Session,
    actor: Actor,
    *,
    user_id: int,
    organisation_id: int,
    reason: str,
    web_session_id: int,
) -> Impersonation:
    """Look at the portal as this member of this organisation, in this browser; they are told by mail at once.

    Raises:
        NotFound: the actor is not the platform, or no such member.
        Invalid: no reason that somebody could understand.
        Conflict: nobody looks as the platform, nor as themselves, nor as a closed account.
    """
    ensure(actor, Permission.SUPPORT_LOOK)
    user, organisation = (
        db_session.get(User, user_id),
        db_session.get(Organisation, organisation_id),
    )
    if user is None or organisation is None:
        raise NotFound
    if not is_member(db_session, user_id=user_id, organisation_id=organisation_id):
        raise NotFound
    if organisation.kind is OrganisationKind.PLATFORM or user.id == actor.user_id:
        raise Conflict("On ne regarde pas le portail à la place de l’équipe de la plateforme.")
    if not user.is_active:
        raise Conflict("Ce compte est fermé.")
    if len(reason.strip()) < REASON_MIN:
        raise Invalid(
            "Écrivez pourquoi, en une phrase : la personne la lira dans un courriel.",
            field="reason",
        )
    row = Impersonation(
        support_user_id=int(actor.user_id or 0),
        user_id=user_id,
        organisation_id=organisation_id,
        reason=reason.strip(),
        began_at=clock.now(),
        ends_at=clock.now() + LOOK_FOR,
    )
    db_session.add(row)
    db_session.flush()
    db_session.execute(
        update(WebSession).where(WebSession.id == web_session_id).values(impersonation_id=row.id)
    )
    _note(db_session, actor, row, "support_began")
    emails.support_looked(db_session, user, by=actor.name, reason=row.reason)
    return row


def end_looking(db_session: Session, *, web_session_id: int) -> None:
    """Support is itself again in this browser; nothing to end is no error."""
    web = db_session.get(WebSession, web_session_id)
    if web is None or web.impersonation_id is None:
        return
    row = db_session.get_one(Impersonation, web.impersonation_id)
    web.impersonation_id = None
    if row.ended_at is None:
        row.ended_at = clock.now()
        _note(db_session, _support_of(db_session, row), row, "support_ended")
    db_session.flush()


def _support_of(db_session: Session, row: Impersonation) -> Actor:
    """Who looked, for the platform, as the journal keeps them: the session wears another hat while it looks."""
    platform = db_session.scalar(
        select(Membership.organisation_id)
        .where(Membership.user_id == row.support_user_id, Membership.role == Role.PLATFORM_ADMIN)
        .order_by(Membership.until.is_not(None), Membership.id.desc())
        .limit(1)
    )
    return Actor(user_id=row.support_user_id, organisation_id=platform)


def _note(db_session: Session, actor: Actor, row: Impersonation, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="user",
        subject_id=row.user_id,
        event=event,
        details={"organisation_id": row.organisation_id, "impersonation_id": row.id},
    )
