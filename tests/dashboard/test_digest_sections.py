"""What the mail of 8 h says to each role, and that every one of its lines leads to a page that this person opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import JoinRequest, Membership, User
from app.core import clock
from app.core.db import db, transaction
from app.dashboard.queries.digest import sections_for
from app.openings.models import Lead, LeadKind
from app.openings.queries import position_hold
from app.outreach.models import BranchContact, NextStep, TargetAgreement, Visit, VisitKind
from app.placements import services
from app.placements.models import CheckIn, CheckInSide, FollowUp, Going
from app.policy.actor import OrganisationKind, Role
from app.privacy.models import CorrectionRequest
from app.training.queries import seat_hold
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_organisation,
    make_site,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.placements import Triple, let_end, make_placement, make_triple, say_yes, sign

pytestmark = pytest.mark.usefixtures("frozen")

Scene = tuple[User, set[str]]


def promised(session: Session) -> Triple:
    """A seat and a position promised to the day after tomorrow; the youth has not answered."""
    made = make_triple(session)
    placement = make_placement(session, made)
    say_yes(session, made, placement, "employer", "cfa")
    for held in (
        seat_hold(session, made.training.id, made.youth.id),
        position_hold(session, made.opening.id, made.youth.id),
    ):
        assert held is not None
        held.hold_until = clock.today() + timedelta(days=2)
    session.flush()
    return made


def adviser(session: Session) -> Scene:
    made = promised(session)
    signed = make_triple(session)
    placement = sign(session, signed, make_placement(session, signed))
    services.start(session, signed.cfa.actor, placement_id=placement.id)
    contact = session.scalars(select(FollowUp).order_by(FollowUp.id)).first()
    assert contact is not None
    session.add(
        CheckIn(
            placement_id=placement.id,
            follow_up_id=contact.id,
            side=CheckInSide.YOUTH,
            asked_at=clock.now(),
            going=Going.BADLY,
            wants_call=True,
            answered_at=clock.now(),
        )
    )
    signed.youth.adviser_id = made.adviser.user.id
    signed.youth.organisation_id = made.adviser.organisation.id
    return made.adviser.user, {
        "Signes à regarder",
        "Qui attend votre réponse",
    }


def cfa(session: Session) -> Scene:
    made = promised(session)
    waiting = make_triple(session)
    waiting.training.course_id = made.training.course_id
    session.flush()
    make_placement(session, waiting)
    ended = make_triple(session)
    let_end(session, sign(session, ended, make_placement(session, ended)), days=1)
    ended.training.course_id = made.training.course_id
    return made.cfa.user, {
        "Demandes à répondre",
        "Places qui vont être libérées",
        "Contrats arrivés à leur terme",
    }


def point_a(session: Session) -> Scene:
    made = promised(session)
    office = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, office, made.cfa.organisation)
    make_agreement(session, office, made.adviser.organisation)
    return make_user(session, office), {"Places qui vont être libérées"}


def employer(session: Session) -> Scene:
    made = promised(session)
    made.opening.expires_on = clock.today() + timedelta(days=3)
    return made.employer.user, {"Postes qui vont être libérés", "Offres qui se terminent"}


def field_agent(session: Session) -> Scene:
    made = promised(session)
    made.opening.expires_on = clock.today() + timedelta(days=3)
    made.opening.positions = 2
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK, network="cma")
    user = make_user(session, network)
    seat = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, seat, "29")
    session.add(
        Lead(
            kind=LeadKind.COLLEAGUE_SEEKS,
            employer_id=made.employer.organisation.id,
            opening_id=made.opening.id,
            placement_id=make_placement(session, make_triple(session)).id,
            departement_code="29",
            created_at=clock.now(),
        )
    )
    make_site(session, made.employer.organisation)
    session.add(a_visit(made, user, network.id))
    return user, {
        "Vos visites et leurs suites",
        "Pistes",
        "Offres qui se terminent dans votre secteur",
    }


def a_visit(made: Triple, user: User, network_id: int) -> Visit:
    return Visit(
        company_id=made.employer.organisation.id,
        kind=VisitKind.VISIT,
        happened_on=clock.today() - timedelta(days=9),
        user_id=user.id,
        organisation_id=network_id,
        next_step=NextStep.CALL_BACK,
        next_on=clock.today(),
        recorded_at=clock.now(),
    )


def coordinator(session: Session) -> Scene:
    made = promised(session)
    made.opening.expires_on = clock.today() + timedelta(days=3)
    made.opening.positions = 2
    make_agreement(
        session,
        made.cfa.organisation,
        made.adviser.organisation,
        valid_to=clock.today() + timedelta(days=20),
    )
    session.add(
        TargetAgreement(
            title="Cent agents",
            parties="État, chambres",
            network="cma",
            region_code="53",
            starts_on=date(2026, 1, 1),
            ends_on=date(2027, 1, 1),
            company_target=500,
            created_at=clock.now(),
        )
    )
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    return make_user(session, region), {
        "Objectifs en retard",
        "Offres qui se terminent dans la région",
        "Conventions qui se terminent",
    }


def correspondent(session: Session) -> Scene:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    session.add(
        BranchContact(
            region_code="53",
            branch="Boulangerie",
            organisation_name="Fédération des boulangers",
            created_at=clock.now(),
        )
    )
    user = make_user(session, region, Role.REGIONAL_CORRESPONDENT)
    return user, {"Branches sans lien depuis trois mois"}


def administrator(session: Session) -> Scene:
    house = make_organisation(session, siret="12345678900010")
    session.add(
        JoinRequest(
            siret="12345678900010",
            email="nouvelle@exemple.fr",
            given_name="Nour",
            family_name="Petit",
            asked_at=clock.now(),
        )
    )
    return make_user(session, house, Role.ORGANISATION_ADMIN), {"Votre organisation"}


def officer(session: Session) -> Scene:
    made = make_triple(session)
    session.add(
        CorrectionRequest(youth_id=made.youth.id, words="Mon adresse", asked_at=clock.now())
    )
    user = make_user(session, made.adviser.organisation, Role.DATA_PROTECTION_OFFICER)
    return user, {"Données personnelles"}


@pytest.mark.parametrize(
    "scene",
    [
        adviser,
        cfa,
        point_a,
        employer,
        field_agent,
        coordinator,
        correspondent,
        administrator,
        officer,
    ],
)
def test_each_role_is_told_what_waits_and_every_line_opens_without_a_name(
    client: FlaskClient, session: Session, scene: Callable[[Session], Scene]
) -> None:
    with transaction() as writing:
        user, expected = scene(writing)
    names = {"Le Bihan", "Enora", "Nour"}

    sections = sections_for(db.session(), actor_of(db.session(), user))
    sign_in(client, user)
    answers = {line.path: client.get(line.path) for one in sections for line in one.lines}

    assert {one.title for one in sections} == expected
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(
        answers, 200
    )
    assert not any(name in line.words for one in sections for line in one.lines for name in names)
