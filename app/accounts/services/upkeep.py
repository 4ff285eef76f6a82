"""What time does to members: a quarterly "are these still your people?", and accounts that nobody uses closed."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import Organisation, OrganisationStatus, User
from app.accounts.queries import administrators_of, hats_of
from app.accounts.services.departures import what_is_held
from app.accounts.services.epochs import raise_epoch
from app.accounts.services.invitations import load_to_manage
from app.core import clock, journal
from app.core.errors import Conflict
from app.policy.actor import CLOCK, Actor, OrganisationKind

ASK_AGAIN_AFTER = timedelta(days=14)
WARNING = timedelta(days=30)


def ask_for_reviews(db_session: Session, *, every_days: int) -> int:
    """Ask the administrators whose members have not been looked at for a quarter. Returns how many organisations."""
    now = clock.now()
    due = now - timedelta(days=every_days)
    organisations = db_session.scalars(
        select(Organisation).where(
            Organisation.status == OrganisationStatus.ACTIVE,
            Organisation.kind != OrganisationKind.COMPANY,
            func.coalesce(Organisation.members_reviewed_at, Organisation.created_at) < due,
            or_(
                Organisation.review_asked_at.is_(None),
                Organisation.review_asked_at < now - ASK_AGAIN_AFTER,
            ),
        )
    ).all()
    asked = 0
    for one in organisations:
        admins = administrators_of(db_session, one)
        if admins:
            one.review_asked_at = now
            asked += 1
        for user in admins:
            emails.review_members(db_session, user, one)
    db_session.flush()
    return asked


def confirm_members(db_session: Session, actor: Actor, *, organisation_id: int) -> Organisation:
    """Say that the members are the right ones, today.

    Raises:
        NotFound, Forbidden: not this actor's organisation.
    """
    organisation = load_to_manage(db_session, actor, organisation_id)
    organisation.members_reviewed_at = clock.now()
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation_id,
        event="members_confirmed",
    )
    db_session.flush()
    return organisation


def close_dormant_accounts(db_session: Session, *, after_days: int) -> tuple[int, int]:
    """Warn those whose account nobody has used for long, and close those who were warned a month ago.

    Who still follows files is never closed by the clock: an administrator hands the files over first.

    Returns:
        how many were warned, how many were closed.
    """
    now = clock.now()
    last_used = func.coalesce(User.last_login_at, User.created_at)
    silent = now - timedelta(days=after_days) + WARNING
    warned = closed = 0
    query = select(User).where(User.is_active, last_used < silent)
    for user in db_session.scalars(query.order_by(User.id)).all():
        used = user.last_login_at or user.created_at
        if user.dormancy_warned_at is None or user.dormancy_warned_at < used:
            user.dormancy_warned_at = now
            emails.dormant_account(db_session, user, closes_on=now + WARNING)
            warned += 1
        elif user.dormancy_warned_at <= now - WARNING and not _holds_files(db_session, user):
            user.is_active = False
            raise_epoch(user)
            journal.record(
                db_session,
                CLOCK,
                subject_kind="user",
                subject_id=user.id,
                event="dormant_account_closed",
            )
            closed += 1
    db_session.flush()
    return warned, closed


def reopen_account(db_session: Session, actor: Actor, *, organisation_id: int, user: User) -> None:
    """Open a closed account of a member again; the caller has found the member in this organisation.

    Raises:
        NotFound, Forbidden: not this actor's organisation.
        Conflict: it is open.
    """
    load_to_manage(db_session, actor, organisation_id)
    if user.is_active:
        raise Conflict("Ce compte est ouvert.")
    user.is_active, user.dormancy_warned_at = True, None
    user.last_login_at = clock.now()
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation_id,
        event="account_reopened",
        details={"user_id": user.id},
    )
    db_session.flush()


def _holds_files(db_session: Session, user: User) -> bool:
    return any(
        what_is_held(db_session, organisation_id=hat.organisation_id, user_id=user.id)
        for hat in hats_of(db_session, user.id)
    )
