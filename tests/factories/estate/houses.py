"""What the pages of organisations, people and agreements name."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Invitation,
    JoinRequest,
    Membership,
    OrganisationAlias,
    Site,
    WebSession,
)
from app.core import clock
from app.openings.models import CompanyMerge, MergeReason
from app.partnerships.models import Agreement, Framework
from tests.factories.accounts import make_agreement
from tests.factories.estate.sides import Ids, Side
from tests.factories.notices import make_notice
from tests.factories.openings import make_company
from tests.factories.personas import World


def add_houses(session: Session, world: World, side: Side, ids: Ids) -> None:
    """The house, its people, its agreement, its company's double."""
    house, user, company = (
        world.places[side.mission],
        world.users[side.adviser],
        world.places[side.company],
    )
    house.siret = side.siret
    twin = make_company(session, name=f"Double de {company.name}")
    rows = {
        "alias_id": OrganisationAlias(organisation_id=house.id, name="Autre", sort_name="autre"),
        "invitation_id": _invitation(house.id, side.mission),
        "accounts.request_id": JoinRequest(
            siret=side.siret,
            email=f"nina-{side.mission}@exemple.fr",
            given_name="Nina",
            family_name="Neuve",
            asked_at=clock.now(),
        ),
        "merge_id": CompanyMerge(
            kept_id=company.id,
            merged_id=twin.id,
            reason=MergeReason.SAID_BY_A_PERSON,
            merged_at=clock.now(),
        ),
        "accounts.session_id": WebSession(
            user_id=user.id,
            digest=side.adviser.ljust(64, "x"),
            epoch=user.session_epoch,
            began_at=clock.now(),
            seen_at=clock.now(),
            device="Firefox",
        ),
        "framework_id": Framework(name="Accord national", signed_on=clock.today()),
    }
    session.add_all(rows.values())
    session.flush()
    agent = world.users[side.agent]
    ids |= {name: row.id for name, row in rows.items()} | {
        "organisation_id": house.id,
        "openings.organisation_id": company.id,
        "site_id": _site(session, house.id),
        "openings.site_id": _site(session, company.id),
        "user_id": user.id,
        "membership_id": session.scalars(
            select(Membership.id).where(Membership.user_id == agent.id)
        ).one(),
        "notice_id": make_notice(session, user).id,
        "agreement_id": _agreement(session, world, side),
    }


def _invitation(organisation_id: int, mark: str) -> Invitation:
    return Invitation(
        organisation_id=organisation_id,
        email=f"arrivante-{mark}@exemple.fr",
        given_name="Maëlys",
        family_name="Prigent",
        roles=["adviser"],
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )


def _site(session: Session, organisation_id: int) -> int:
    return session.scalars(select(Site.id).where(Site.organisation_id == organisation_id)).one()


def _agreement(session: Session, world: World, side: Side) -> int:
    """That of the world, or one which gives no persona a partner that the paper does not."""
    first, second = world.places[side.mission], world.places[side.partner]
    known = session.scalar(
        select(Agreement.id).where(
            Agreement.first_party_id == first.id, Agreement.second_party_id == second.id
        )
    )
    return known or make_agreement(session, first, second).id
