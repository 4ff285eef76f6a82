"""Placements of the tests: a triple that fits, with somebody on each side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.openings.models import Opening
from app.placements import services
from app.placements.models import Placement, SentReminder
from app.placements.queries.contract_ends import ESCALATED
from app.placements.workflow import LeafState
from app.policy.actor import Actor, OrganisationKind
from app.training.models import TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth


@dataclass(frozen=True)
class Party:
    """An organisation, a person of it, and the actor this person is."""

    organisation: Organisation
    user: User
    actor: Actor


@dataclass(frozen=True)
class Triple:
    """A youth, an opening and a session that fit together, with their three parties."""

    youth: Youth
    opening: Opening
    training: TrainingSession
    adviser: Party
    employer: Party
    cfa: Party


def make_party(session: Session, organisation: Organisation) -> Party:
    """One person with the usual role in this organisation."""
    user = make_user(session, organisation)
    return Party(organisation, user, actor_of(session, user))


def make_triple(session: Session, *, capacity: int = 12, positions: int = 1) -> Triple:
    """A youth of Quimper who would like to be a baker, a bakery and a course that take them."""
    adviser = make_party(session, make_organisation(session))
    employer = make_party(session, make_company(session, email="fournil@exemple.fr"))
    cfa = make_party(session, make_organisation(session, OrganisationKind.TRAINING_CENTRE))
    youth = make_youth(session, adviser.organisation, adviser.user)
    opening = make_opening(session, employer.organisation, positions=positions)
    training = make_training_session(
        session, make_course(session, cfa.organisation), capacity=capacity
    )
    return Triple(youth, opening, training, adviser, employer, cfa)


def make_placement(session: Session, triple: Triple) -> Placement:
    """The triple, proposed by the adviser."""
    return services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )


def make_pair(session: Session, triple: Triple) -> Placement:
    """The youth and the session, with the employer sought."""
    return services.suggest(
        session, triple.adviser.actor, youth_id=triple.youth.id, session_id=triple.training.id
    )


def say_yes(session: Session, triple: Triple, placement: Placement, *leaves: str) -> Placement:
    """These parties say yes, all three unless named."""
    for leaf in leaves or ("youth", "employer", "cfa"):
        verbs: dict[str, tuple[Callable[..., Placement], Party]] = {
            "youth": (services.youth_says, triple.adviser),
            "employer": (services.employer_says, triple.employer),
            "cfa": (services.cfa_says, triple.cfa),
        }
        verb, party = verbs[leaf]
        verb(session, party.actor, placement_id=placement.id, answer=LeafState.YES)
    return placement


def sign(session: Session, triple: Triple, placement: Placement) -> Placement:
    """Three yes and a signature."""
    say_yes(session, triple, placement)
    return services.sign(session, triple.cfa.actor, placement_id=placement.id)


def let_end(session: Session, placement: Placement, *, days: int = 91) -> Placement:
    """The contract was over that many days ago, and the portal asked for the last time a month ago."""
    last_day = clock.today() - timedelta(days=days)
    placement.signed_on = last_day - timedelta(days=365)
    placement.contract_ends_on = last_day
    session.add(
        SentReminder(
            placement_id=placement.id,
            kind=ESCALATED,
            about_on=last_day,
            sent_at=clock.now() - timedelta(days=31),
        )
    )
    session.flush()
    return placement
