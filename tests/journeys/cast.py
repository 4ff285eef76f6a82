"""The persons of a contract story: three parties around a youth, an agent who helps, and what they say."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation
from app.openings.models import Opening
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState
from app.policy.actor import Actor, OrganisationKind
from app.training.models import TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_organisation,
    make_territory,
    make_user,
)
from tests.factories.placements import Party, make_party


@dataclass(frozen=True)
class Cast:
    """Who plays; `agent` is the field agent of the chamber, with an agreement with the adviser's house."""

    adviser: Party
    employer: Party
    cfa: Party
    agent: Party


def make_cast(
    session: Session,
    company: Organisation,
    *,
    departement: str,
    house: OrganisationKind = OrganisationKind.LOCAL_MISSION,
) -> Cast:
    """An adviser, the employer, a CFA and a field agent who may propose this house's youth."""
    adviser = make_party(session, make_organisation(session, house))
    cfa = make_party(session, make_organisation(session, OrganisationKind.TRAINING_CENTRE))
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    make_agreement(session, adviser.organisation, network)
    user = make_user(session, network)
    seat = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, seat, departement)
    agent = Party(network, user, actor_of(session, user))
    return Cast(adviser, make_party(session, company), cfa, agent)


def agree(
    session: Session,
    cast: Cast,
    youth: Youth,
    opening: Opening,
    training: TrainingSession,
    *,
    by: Actor | None = None,
) -> Placement:
    """The three are proposed together and each says yes."""
    row = services.suggest(
        session,
        by or cast.adviser.actor,
        youth_id=youth.id,
        opening_id=opening.id,
        session_id=training.id,
    )
    say_yes(session, cast, row)
    return row


def say_yes(session: Session, cast: Cast, row: Placement) -> None:
    """Each leaf that waits says yes."""
    verbs = {
        "youth_leaf": (services.youth_says, cast.adviser),
        "employer_leaf": (services.employer_says, cast.employer),
        "cfa_leaf": (services.cfa_says, cast.cfa),
    }
    for leaf, (verb, party) in verbs.items():
        if getattr(row, leaf) is LeafState.WAITING:
            verb(session, party.actor, placement_id=row.id, answer=LeafState.YES)
