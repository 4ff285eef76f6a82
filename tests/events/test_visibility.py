"""The list and the door agree, for every persona and every way to an operation."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events.models import PromotionEvent
from app.events.queries.facts import event_facts, visible_events
from app.events.services import add_partner, cancel
from app.partnerships.models import Agreement
from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.matrix import can
from app.policy.permissions import Permission
from tests.factories.accounts import actor_of, make_agreement, make_organisation, make_user
from tests.factories.events import make_fair

pytestmark = pytest.mark.usefixtures("frozen", "writing")
K = OrganisationKind


def people(session: Session) -> dict[str, Actor]:
    """A world of houses around four operations in every state, and one person of each."""
    fairs = [make_fair(session, is_open=False), make_fair(session), make_fair(session)]
    cancel(session, fairs[2].acting(session, fairs[2].officer), event_id=fairs[2].event.id)
    partner = make_organisation(session, K.TRAINING_CENTRE)
    add_partner(
        session,
        fairs[1].acting(session, fairs[1].officer),
        event_id=fairs[1].event.id,
        organisation_id=partner.id,
    )
    other = make_organisation(session, K.TRAINING_CENTRE)
    make_agreement(session, other, fairs[1].point_a)  # youth and places, no operations
    found = {
        "partner": actor_of(session, make_user(session, partner)),
        "other_cfa": actor_of(session, make_user(session, other)),
        "region": actor_of(
            session, make_user(session, make_organisation(session, K.REGIONAL_COORDINATION))
        ),
        "correspondent": actor_of(
            session,
            make_user(
                session,
                make_organisation(session, K.REGIONAL_COORDINATION),
                Role.REGIONAL_CORRESPONDENT,
            ),
        ),
        "other_region": actor_of(
            session,
            make_user(
                session, make_organisation(session, K.REGIONAL_COORDINATION, region_code="52")
            ),
        ),
        "field": actor_of(session, make_user(session, make_organisation(session, K.FIELD_NETWORK))),
        "platform": actor_of(session, make_user(session, make_organisation(session, K.PLATFORM))),
    }
    for number, fair in enumerate(fairs):
        found |= {
            f"officer {number}": actor_of(session, fair.officer),
            f"adviser {number}": actor_of(session, fair.adviser),
            f"employer {number}": actor_of(session, fair.employer),
        }
    return found


def test_the_list_shows_exactly_what_the_door_opens(session: Session) -> None:
    actors = people(session)
    events = session.scalars(select(PromotionEvent)).all()

    listed = {
        name: set(session.scalars(select(PromotionEvent.id).where(visible_events(actor))))
        for name, actor in actors.items()
    }

    opened = {
        name: {
            one.id for one in events if can(actor, Permission.EVENT_VIEW, event_facts(session, one))
        }
        for name, actor in actors.items()
    }
    assert listed == opened
    assert {name for name, ids in opened.items() if not ids} == {
        "other_cfa",
        "other_region",
        "field",
        "platform",
        "adviser 0",  # a draft is its organiser's alone
        "employer 0",
    }


def test_an_agreement_that_ended_shows_no_operation(session: Session) -> None:
    fair = make_fair(session)
    agreement = session.scalars(select(Agreement).where(Agreement.shares_events)).one()
    agreement.valid_to = date(2026, 11, 1)
    session.flush()

    facts = event_facts(session, fair.event)

    assert not can(actor_of(session, fair.adviser), Permission.EVENT_VIEW, facts)


def test_a_local_agreement_that_waits_for_signatures_shows_no_operation(session: Session) -> None:
    fair = make_fair(session)
    agreement = session.scalars(select(Agreement).where(Agreement.shares_events)).one()
    agreement.waits_for_signatures = True
    session.flush()
    adviser = actor_of(session, fair.adviser)

    facts = event_facts(session, fair.event)
    listed = session.scalars(select(PromotionEvent.id).where(visible_events(adviser))).all()

    assert not can(adviser, Permission.EVENT_VIEW, facts)
    assert list(listed) == []
