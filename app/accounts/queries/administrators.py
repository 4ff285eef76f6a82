"""Who administers an organisation, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.accounts.labels import admin_role
from app.accounts.models import JoinRequest, Membership, Organisation, OrganisationStatus, User
from app.core import clock
from app.policy.actor import OrganisationKind, Role


def administrators_of(db_session: Session, organisation: Organisation) -> list[User]:
    """The people in use who administer this organisation."""
    return _holders(
        db_session,
        Membership.organisation_id == organisation.id,
        admin_role(organisation.kind),
    )


def platform_administrators(db_session: Session) -> list[User]:
    """The people in use who administer the platform."""
    of_platform = select(Organisation.id).where(
        Organisation.kind == OrganisationKind.PLATFORM,
        Organisation.status != OrganisationStatus.CLOSED,
    )
    return _holders(db_session, Membership.organisation_id.in_(of_platform), Role.PLATFORM_ADMIN)


def pending_requests(
    db_session: Session, organisation: Organisation | None = None
) -> list[JoinRequest]:
    """Who waits to join this organisation, the oldest first; everybody who waits when none is given."""
    if organisation is None:
        return _oldest(db_session)
    if organisation.siret is None:
        return []
    return _oldest(db_session, JoinRequest.siret == organisation.siret)


def requests_without_administrator(db_session: Session) -> list[JoinRequest]:
    """Who waits for the platform, the oldest first: their SIRET is unknown, or nobody administers the house."""
    decides = (
        select(Membership.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Organisation.siret == JoinRequest.siret,
            Organisation.status != OrganisationStatus.CLOSED,
            Membership.role.in_({admin_role(kind) for kind in OrganisationKind}),
            Membership.is_current(clock.today()),
            User.is_active,
        )
        .correlate(JoinRequest)
    )
    return _oldest(db_session, ~decides.exists())


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A member as the quarterly review shows them."""

    user_id: int
    name: str
    email: str
    is_active: bool
    last_login_at: datetime | None
    roles: tuple[Role, ...]


def review_rows(db_session: Session, organisation_id: int) -> list[Reviewed]:
    """The members of an organisation with their roles and their last sign-in, by name: one statement."""
    rows = db_session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.is_current(clock.today()),
        )
        .order_by(User.family_name, User.given_name, User.id, Membership.role)
    )
    people: dict[int, tuple[User, list[Role]]] = {}
    for row in rows:
        people.setdefault(row.User.id, (row.User, []))[1].append(row.role)
    return [
        Reviewed(one.id, one.full_name, one.email, one.is_active, one.last_login_at, tuple(roles))
        for one, roles in people.values()
    ]


def _oldest(db_session: Session, *narrowed: ColumnElement[bool]) -> list[JoinRequest]:
    """Requests without answer, the oldest first."""
    waiting = JoinRequest.decided_at.is_(None)
    query = select(JoinRequest).where(waiting, *narrowed).order_by(JoinRequest.id)
    return list(db_session.scalars(query.limit(200)))


def _holders(db_session: Session, where: object, role: Role) -> list[User]:
    return list(
        db_session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(
                where,  # type: ignore[arg-type]
                Membership.role == role,
                Membership.is_current(clock.today()),
                User.is_active,
            )
            .distinct()
            .order_by(User.id)
        )
    )
