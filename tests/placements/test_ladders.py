"""Ladders are data: an organisation reads and sets its own, everybody sees the dates, and the clock climbs them."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Invalid, NotFound
from app.core.outbox import OutboxMail
from app.openings.models import Lead, LeadKind, PositionHold
from app.placements import services
from app.placements.deadlines import DEFAULTS, BadLadder, Escalation, LadderKind, checked_days
from app.placements.models import LadderSetting, Placement, SentReminder
from app.placements.tasks import remind, turn_the_clock
from app.placements.workflow import Clover, LeafState, Stage
from app.policy.actor import OrganisationKind, Role
from app.training.models import SeatHold
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_membership,
    make_organisation,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.placements import Triple, make_placement, make_triple, say_yes

W, Y, S = LeafState.WAITING, LeafState.YES, LeafState.SOUGHT


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


def token(client: FlaskClient) -> str:
    found = re.search(
        r'csrf_token"[^>]*value="([^"]+)"', client.get("/delais").get_data(as_text=True)
    )
    assert found
    return found[1]


def propose(triple: Triple, *leaves: str) -> int:
    with transaction() as writing:
        placement = make_placement(writing, triple)
        if leaves:
            say_yes(writing, triple, placement, *leaves)
        return placement.id


def live_days(frozen: time_machine.Traveller, days: int) -> None:
    """Let days pass with all that the clock does in each."""
    for _ in range(days):
        frozen.shift(timedelta(days=1))
        turn_the_clock()
        remind()


def mails(session: Session, kind: str) -> list[tuple[date, str]]:
    return [
        (one.created_at.date(), one.recipient)
        for one in session.scalars(
            select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
        )
    ]


def test_one_placement_climbs_all_rungs_of_its_three_ladders_to_the_end(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        network = make_organisation(writing, OrganisationKind.FIELD_NETWORK)
        agent = make_user(writing)
        make_territory(writing, make_membership(writing, agent, network, Role.FIELD_AGENT), "29")
        point_a = make_organisation(writing, OrganisationKind.POINT_A)
        make_agreement(writing, point_a, triple.cfa.organisation)
        officer = make_user(writing, point_a)
        triple.youth.email = "youenn@exemple.fr"
        writing.add(triple.youth)
    propose(triple, "youth")

    live_days(frozen, 23)

    placement = session.scalars(select(Placement)).one()
    climbed = [
        (one.sent_at.date(), one.kind)
        for one in session.scalars(select(SentReminder).order_by(SentReminder.id))
    ]
    adviser, employer = triple.adviser.user.email, triple.employer.user.email
    cfa = triple.cfa.user.email
    assert climbed == [
        (date(2026, 11, 30), "employer_first"),
        (date(2026, 12, 4), "employer_second"),
        (date(2026, 12, 6), "employer_escalation"),
        (date(2026, 12, 8), "cfa_first"),
        (date(2026, 12, 12), "cfa_second"),
        (date(2026, 12, 14), "cfa_escalation"),
    ]
    assert mails(session, "placement_reminder") == [
        (date(2026, 11, 30), employer),
        (date(2026, 12, 4), employer),
        (date(2026, 12, 8), cfa),
        (date(2026, 12, 12), cfa),
    ]
    assert mails(session, "placement_lead") == [(date(2026, 12, 6), agent.email)]
    assert mails(session, "placement_escalation") == [
        (date(2026, 12, 6), adviser),
        *((date(2026, 12, 14), one) for one in sorted((adviser, officer.email))),
    ]
    # The employer leaves on the day after its last day, the rest ends after the CFA's; everybody is told each time.
    assert mails(session, "placement_ended") == [
        *((date(2026, 12, 8), one) for one in sorted((adviser, employer))),
        *((date(2026, 12, 16), one) for one in sorted((adviser, cfa))),
    ]
    assert mails(session, "placement_ended_youth") == [(date(2026, 12, 16), "youenn@exemple.fr")]
    assert placement.clover == Clover(Stage.EXPIRED, Y, S, W)
    assert session.scalars(select(Lead.kind)).all() == [LeadKind.EMPLOYER_SILENT]


def test_what_was_held_is_free_at_the_end_of_the_ladder(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    propose(triple, "employer", "cfa")

    live_days(frozen, 15)

    held = [
        session.scalar(select(func.count()).select_from(one)) for one in (SeatHold, PositionHold)
    ]
    told = {one for _, one in mails(session, "placement_ended")}
    assert session.scalars(select(Placement.stage)).one() is Stage.EXPIRED
    assert held == [0, 0]
    assert told == {
        triple.adviser.user.email,
        triple.employer.user.email,
        triple.cfa.user.email,
    }


def test_without_field_agent_or_point_a_the_manager_takes_over(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        manager = make_user(writing, triple.adviser.organisation, Role.MANAGER)
    propose(triple, "youth", "cfa")

    live_days(frozen, 13)

    told = {one for _, one in mails(session, "placement_escalation")}
    assert told == {triple.adviser.user.email, manager.email}


def test_the_days_of_an_organisation_move_its_questions_and_nobody_elses(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        manager = actor_of(writing, make_user(writing, triple.adviser.organisation, Role.MANAGER))
        services.set_ladder(
            writing,
            manager,
            kind=LadderKind.EMPLOYER_ANSWER,
            days=(3, 5, 6, 8),
            escalates_to=Escalation.MANAGER,
        )
        other = make_triple(writing)
        foreign_id = make_placement(writing, other).id
    key = propose(triple, "youth", "cfa")

    live_days(frozen, 9)

    own, foreign = session.get_one(Placement, key), session.get_one(Placement, foreign_id)
    assert own.clover == Clover(Stage.OPEN, Y, S, Y)
    assert foreign.employer_due_on == date(2026, 11, 30)
    assert foreign.employer_leaf is W


def test_a_cfa_promises_its_seats_as_long_as_it_says(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        services.set_ladder(writing, triple.cfa.actor, kind=LadderKind.SEAT_HOLD, days=(18, 21))

    propose(triple, "cfa", "employer")

    assert session.scalar(select(SeatHold.hold_until)) == date(2026, 12, 14)
    assert session.scalar(select(PositionHold.hold_until)) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("kind", "days", "place"),
    [
        (LadderKind.YOUTH_ANSWER, (7, 7, 13, 14), 1),
        (LadderKind.YOUTH_ANSWER, (0, 2, 3, 4), 0),
        (LadderKind.YOUTH_ANSWER, (7, 11, 13, 61), 3),
        (LadderKind.YOUTH_ANSWER, (7, None, 13, 14), 1),
        (LadderKind.YOUTH_ANSWER, (7, 11, 13), 3),
        (LadderKind.TRAINEE, (30, 60, 75, 90), 3),
    ],
)
def test_days_that_make_no_ladder_are_refused_at_their_rung(
    kind: LadderKind, days: tuple[int | None, ...], place: int
) -> None:
    with pytest.raises(BadLadder) as refusal:
        checked_days(kind, days)

    assert refusal.value.place == place


def test_every_default_is_a_ladder() -> None:
    assert {kind: checked_days(kind, ladder.days) for kind, ladder in DEFAULTS.items()} == {
        kind: ladder.days for kind, ladder in DEFAULTS.items()
    }


def test_an_organisation_sets_its_own_ladders_only(session: Session, triple: Triple) -> None:
    with transaction() as writing:
        manager = actor_of(writing, make_user(writing, triple.adviser.organisation, Role.MANAGER))

        with pytest.raises(NotFound):
            services.set_ladder(
                writing,
                manager,
                kind=LadderKind.CFA_ANSWER,
                days=(5, 6, 7, 8),
                escalates_to=Escalation.MANAGER,
            )
        with pytest.raises(Invalid) as nobody:
            services.set_ladder(writing, manager, kind=LadderKind.YOUTH_ANSWER, days=(5, 6, 7, 8))

    assert nobody.value.field == "escalates_to"


def test_the_page_reads_for_advisers_writes_for_managers_and_keeps_what_was_typed(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        manager = make_user(writing, triple.adviser.organisation, Role.MANAGER)
    reading = sign_in(client, triple.adviser.user).get("/delais").get_data(as_text=True)
    refused_adviser = client.post("/delais/youth_answer", data={})
    sign_in(client, manager)
    fields = {
        "youth_answer-day_1": "5",
        "youth_answer-day_2": "4",
        "youth_answer-day_3": "13",
        "youth_answer-day_4": "14",
        "youth_answer-escalates_to": "manager",
        "csrf_token": token(client),
    }

    wrong = client.post("/delais/youth_answer", data=fields)
    right = client.post("/delais/youth_answer", data={**fields, "youth_answer-day_2": "9"})
    shown = client.get("/delais").get_data(as_text=True)
    reset = client.post("/delais/youth_answer/defaut", data={"csrf_token": token(client)})

    assert "<form" not in reading.split("Délais et rappels</h1>")[1]
    assert "7\u00a0jours" in reading
    assert "Qui prend le relais</dt><dd>" in reading
    assert refused_adviser.status_code in (400, 404)
    assert wrong.status_code == 422
    assert "Écrivez un nombre au-dessus de 5." in wrong.get_data(as_text=True)
    assert 'value="13"' in wrong.get_data(as_text=True)
    assert (right.status_code, reset.status_code) == (303, 303)
    assert "Revenir aux délais du portail" in shown
    assert session.scalars(select(LadderSetting)).all() == []


def test_all_parties_see_the_dates_of_a_question(
    client: FlaskClient, session: Session, triple: Triple
) -> None:
    key = propose(triple, "youth", "cfa")

    pages = [
        sign_in(client, party.user).get(f"/propositions/{key}").get_data(as_text=True)
        for party in (triple.adviser, triple.employer, triple.cfa)
    ]

    for page in pages:
        assert "lundi 30 novembre 2026 : premier rappel" in page
        assert "vendredi 4 décembre 2026 : second rappel" in page
        assert (
            "dimanche 6 décembre 2026 : un développeur de l’alternance appelle l’entreprise" in page
        )
        assert "lundi 7 décembre 2026 : dernier jour" in page
