"""Asking to join an organisation by its SIRET: whoever administers it decides, the platform when nobody does.

The page answers the same, after the same work, whether the SIRET is known or not: a task looks later. To accept is
to invite: the link of the invitation proves the address, so that nothing is opened to who only typed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.accounts import emails
from app.accounts.models import JoinRequest, Organisation, OrganisationStatus
from app.accounts.queries import administrators_of, platform_administrators
from app.accounts.services.invitations import checked_email, invite, load_to_manage
from app.accounts.services.organisations import checked_siret
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.tasks import enqueue
from app.policy.actor import Actor, Role
from app.policy.permissions import Permission

TASK = "tell_of_join_request"
KEPT_FOR = timedelta(days=30)


def ask_to_join(
    db_session: Session,
    *,
    siret: str,
    email: str,
    given_name: str,
    family_name: str,
    request_key: str | None = None,
) -> JoinRequest:
    """Write down that somebody wants to join; nobody looks whether the SIRET is known.

    Raises:
        Invalid: the SIRET or the address has the wrong form.
        AlreadyDone: the same form came twice.
    """
    checked = checked_siret(siret)
    if checked is None:
        raise Invalid("Écrivez le SIRET de votre établissement.", field="siret")
    address = checked_email(email)
    use_once(db_session, request_key)
    row = JoinRequest(
        siret=checked,
        email=address,
        given_name=given_name,
        family_name=family_name,
        asked_at=clock.now(),
    )
    db_session.add(row)
    db_session.flush()
    enqueue(db_session, TASK, {"request_id": row.id})
    return row


def tell_of_request(db_session: Session, *, request_id: int) -> int:
    """Write to whoever decides, once: who asks again while a request waits adds nothing to it.

    Returns:
        how many mails.
    """
    row = db_session.get(JoinRequest, request_id)
    if row is None or row.decided_at is not None:
        return 0
    if _waits_already(db_session, row):
        db_session.delete(row)
        return 0
    organisation = organisation_asked(db_session, row)
    deciders = administrators_of(db_session, organisation) if organisation else []
    deciders = deciders or platform_administrators(db_session)
    for user in deciders:
        emails.join_asked(db_session, user, row, organisation=organisation)
    return len(deciders)


def accept_request(
    db_session: Session, actor: Actor, *, request_id: int, roles: Iterable[Role]
) -> None:
    """Let somebody in: an invitation leaves for their address, with these roles.

    Raises:
        NotFound, Forbidden: the actor does not decide for this organisation.
        Conflict: it is decided already, or the platform must create the organisation, or open it again, first.
        Invalid: no role, or a role that this kind of organisation does not have.
    """
    row, organisation = load_request(db_session, actor, request_id)
    if organisation is None:
        closed = closed_house(db_session, row)
        raise Conflict(
            f"{closed.name}, qui porte ce SIRET, est fermée. Rouvrez-la d’abord, ou refusez la demande."
            if closed
            else "Aucune organisation active ne porte ce SIRET. Créez-la d’abord."
        )
    invite(
        db_session,
        actor,
        organisation_id=organisation.id,
        email=row.email,
        given_name=row.given_name,
        family_name=row.family_name,
        roles=roles,
    )
    _decide(db_session, actor, row, is_accepted=True)


def refuse_request(db_session: Session, actor: Actor, *, request_id: int) -> None:
    """Say no; the person is told without a reason that could hurt.

    Raises:
        NotFound, Forbidden: the actor does not decide for this organisation.
        Conflict: it is decided already.
    """
    row, _organisation = load_request(db_session, actor, request_id)
    _decide(db_session, actor, row, is_accepted=False)
    emails.join_refused(db_session, row)


def load_request(
    db_session: Session, actor: Actor, request_id: int
) -> tuple[JoinRequest, Organisation | None]:
    """A request that this actor decides, locked, and the organisation that it is about.

    Raises:
        NotFound, Forbidden: another one's.
        Conflict: it is decided already.
    """
    row = db_session.scalar(
        select(JoinRequest).where(JoinRequest.id == request_id).with_for_update()
    )
    if row is None:
        raise NotFound
    organisation = organisation_asked(db_session, row)
    if organisation is None:
        ensure(actor, Permission.ORGANISATION_APPROVE)
    else:
        load_to_manage(db_session, actor, organisation.id)
    if row.decided_at is not None:
        raise Conflict("Cette demande a déjà sa réponse.")
    return row, organisation


def organisation_asked(db_session: Session, row: JoinRequest) -> Organisation | None:
    """The organisation in use that bears this SIRET."""
    return _bearer(db_session, row, Organisation.status != OrganisationStatus.CLOSED)


def closed_house(db_session: Session, row: JoinRequest) -> Organisation | None:
    """The closed organisation that bears this SIRET: it is opened again, as no second one can bear it."""
    return _bearer(db_session, row, Organisation.status == OrganisationStatus.CLOSED)


def _bearer(
    db_session: Session, row: JoinRequest, status: ColumnElement[bool]
) -> Organisation | None:
    return db_session.scalar(select(Organisation).where(Organisation.siret == row.siret, status))


def _waits_already(db_session: Session, row: JoinRequest) -> bool:
    older = select(JoinRequest.id).where(
        JoinRequest.id < row.id,
        JoinRequest.siret == row.siret,
        JoinRequest.email == row.email,
        JoinRequest.decided_at.is_(None),
    )
    return db_session.scalar(older.limit(1)) is not None


def forget_old_requests(db_session: Session) -> int:
    """Delete what was asked more than a month ago, decided or not. Returns how many."""
    gone = db_session.execute(
        delete(JoinRequest).where(JoinRequest.asked_at < clock.now() - KEPT_FOR)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _decide(db_session: Session, actor: Actor, row: JoinRequest, *, is_accepted: bool) -> None:
    row.decided_at, row.decided_by_id, row.is_accepted = clock.now(), actor.user_id, is_accepted
    journal.record(
        db_session,
        actor,
        subject_kind="join_request",
        subject_id=row.id,
        event="join_accepted" if is_accepted else "join_refused",
    )
    db_session.flush()
