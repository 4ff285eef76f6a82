"""Reads of field agents: who works where, for whom, how much they met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import (
    FieldCommune,
    FieldSector,
    FieldTerritory,
    Membership,
    Organisation,
    User,
)
from app.core import clock
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.outreach.models import CompanyFollow, FieldAgentPost, Visit
from app.policy.actor import Actor, Role
from app.policy.facts import NOTHING, Facts
from app.policy.predicates import platform_admin, regional_coordinator, regional_correspondent
from app.reference.models import Commune

RECENT = timedelta(days=30)


def visible_agents(actor: Actor) -> ColumnElement[bool]:
    """Those of one's own network, of one's region, or all for the platform; joins Organisation outside."""
    if platform_admin(actor, NOTHING):
        return true()
    lines = [Organisation.id == actor.organisation_id]
    if regional_coordinator(actor, NOTHING) or regional_correspondent(actor, NOTHING):
        lines.append(Organisation.region_code.in_(actor.regions))
    return or_(*lines)


def agent_list(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """Agents with their post, portfolio and the last thirty days: two statements."""
    since = clock.today() - RECENT
    followed = (
        select(func.count(CompanyFollow.id))
        .where(
            CompanyFollow.user_id == User.id,
            CompanyFollow.organisation_id == Organisation.id,
            CompanyFollow.until.is_(None),
        )
        .correlate(User, Organisation)
        .scalar_subquery()
    )
    met = (
        select(func.count(Visit.id))
        .where(
            Visit.user_id == User.id,
            Visit.organisation_id == Organisation.id,
            Visit.happened_on >= since,
        )
        .correlate(User, Organisation)
        .scalar_subquery()
    )
    query: Any = (
        select(
            Membership.id,
            Membership.user_id,
            User.given_name,
            User.family_name,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"),
            Organisation.network,
            FieldAgentPost.employer_name,
            FieldAgentPost.financing_share,
            FieldAgentPost.contract_focus,
            FieldAgentPost.ends_on,
            followed.label("followed"),
            met.label("met"),
        )
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(FieldAgentPost, FieldAgentPost.membership_id == Membership.id)
        .where(
            Membership.role == Role.FIELD_AGENT,
            Membership.is_current(clock.today()),
            visible_agents(actor),
        )
        .order_by(Organisation.sort_name, User.family_name, User.given_name, Membership.id)
    )
    return paginate(db_session, query, number=number)


def territories_of(
    db_session: Session, membership_ids: Collection[int]
) -> dict[int, Sequence[str]]:
    """Département codes by membership: one statement."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in db_session.execute(
        select(FieldTerritory.membership_id, FieldTerritory.departement_code)
        .where(FieldTerritory.membership_id.in_(membership_ids))
        .order_by(FieldTerritory.membership_id, FieldTerritory.departement_code)
    ):
        found[row.membership_id].append(row.departement_code)
    return dict(found)


@dataclass(frozen=True, slots=True)
class AgentFile:
    """One agent: the seat, the post, the territory; colleagues to whom a portfolio may be handed over."""

    membership: Membership
    person: User
    organisation: Organisation
    post: FieldAgentPost | None
    departements: Sequence[str]
    communes: Sequence[str]
    sectors: Sequence[str]
    colleagues: Sequence[Any]
    followed: int

    @property
    def facts(self) -> Facts:
        """What the policy needs."""
        region = self.organisation.region_code
        return Facts(
            organisation_id=self.organisation.id, regions=frozenset({region} if region else ())
        )


def agent_file(db_session: Session, membership_id: int) -> AgentFile:
    """Six statements.

    Raises:
        NotFound: there is no field agent of this number.
    """
    row = db_session.execute(
        select(Membership, User, Organisation, FieldAgentPost)
        .join(User, User.id == Membership.user_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(FieldAgentPost, FieldAgentPost.membership_id == Membership.id)
        .where(Membership.id == membership_id, Membership.role == Role.FIELD_AGENT)
    ).one_or_none()
    if row is None:
        raise NotFound
    seat: Membership = row[0]
    return AgentFile(
        membership=seat,
        person=row[1],
        organisation=row[2],
        post=row[3],
        departements=territories_of(db_session, [membership_id]).get(membership_id, ()),
        communes=db_session.scalars(
            select(Commune.name)
            .join(FieldCommune, FieldCommune.insee_code == Commune.insee_code)
            .where(FieldCommune.membership_id == membership_id)
            .order_by(Commune.sort_name)
        ).all(),
        sectors=db_session.scalars(
            select(FieldSector.naf_division)
            .where(FieldSector.membership_id == membership_id)
            .order_by(FieldSector.naf_division)
        ).all(),
        colleagues=db_session.execute(
            select(User.id, User.given_name, User.family_name)
            .join(Membership, Membership.user_id == User.id)
            .where(
                Membership.organisation_id == seat.organisation_id,
                Membership.role == Role.FIELD_AGENT,
                Membership.user_id != seat.user_id,
                Membership.is_current(clock.today()),
                User.is_active,
            )
            .order_by(User.family_name, User.id)
        ).all(),
        followed=db_session.scalar(
            select(func.count(CompanyFollow.id)).where(
                CompanyFollow.user_id == seat.user_id,
                CompanyFollow.organisation_id == seat.organisation_id,
                CompanyFollow.until.is_(None),
            )
        )
        or 0,
    )


def is_in_post(db_session: Session, user_id: int, organisation_id: int, on: date) -> bool:
    """Whether this person is a field agent of that network on that day."""
    return (
        db_session.scalar(
            select(Membership.id).where(
                Membership.user_id == user_id,
                Membership.organisation_id == organisation_id,
                Membership.role == Role.FIELD_AGENT,
                Membership.since <= on,
                Membership.is_current(on),
            )
        )
        is not None
    )
