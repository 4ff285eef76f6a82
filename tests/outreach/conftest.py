"""A chamber with an agent in Finistère, a colleague of another network, and a bakery in Quimper."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, User
from app.policy.actor import Actor, OrganisationKind, Role
from tests.factories.accounts import (
    actor_of,
    make_organisation,
    make_site,
    make_territory,
    make_user,
)
from tests.factories.openings import make_company


@dataclass(slots=True)
class Field:
    """Who works where."""

    network: Organisation
    user: User
    agent: Actor
    seat: Membership
    other_network: Organisation
    other_user: User
    other_agent: Actor
    company: Organisation


def make_agent(
    session: Session, network: Organisation, departement: str = "29"
) -> tuple[User, Actor, Membership]:
    """An agent of this network in this département."""
    user = make_user(session, network)
    seat = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, seat, departement)
    return user, actor_of(session, user), seat


def make_placed_company(
    session: Session, name: str, insee_code: str = "29232", **values: object
) -> Organisation:
    """A company with its main site in a commune."""
    company = make_company(session, name=name, **values)  # type: ignore[arg-type]
    make_site(session, company, insee_code)
    return company


@pytest.fixture
def field(session: Session) -> Field:
    network = make_organisation(
        session, OrganisationKind.FIELD_NETWORK, name="Chambre de métiers", network="cma"
    )
    other = make_organisation(session, OrganisationKind.FIELD_NETWORK, name="CCI", network="cci")
    user, agent, seat = make_agent(session, network)
    other_user, other_agent, _ = make_agent(session, other)
    company = make_placed_company(session, "Fournil des Monts", siren="000000927")
    return Field(network, user, agent, seat, other, other_user, other_agent, company)


@pytest.fixture
def correspondent(session: Session) -> Actor:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    return actor_of(session, make_user(session, region, Role.REGIONAL_CORRESPONDENT))
