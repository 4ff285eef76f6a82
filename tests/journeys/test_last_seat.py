"""Story 7: two youths of two houses, the last seat of a session in Perpignan, two confirmations a millisecond apart."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.core.changes import Changed, record_change
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.factory import create_app
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState, Stage
from app.policy.actor import OrganisationKind
from app.training.models import SeatHold, TrainingSession
from app.training.queries import queue_rank
from app.training.services import NoSeatLeft
from app.youth.models import Youth
from tests.conftest import make_settings
from tests.factories.accounts import make_agreement, make_organisation, sign_in
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, make_party
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.swap import parse

ROUNDS = 10


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def perpignan(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose rows are really committed, in a SQLite file and on PostgreSQL."""
    changes = {}
    if request.param == "postgres":
        changes["database_url"] = request.getfixturevalue("postgres_url")
    app = create_app(make_settings(tmp_path, **changes))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.drop_all()
        for engine in db.engines.values():
            engine.dispose()


def one_round() -> tuple[int, list[tuple[Party, int]]]:
    """Capacity 12, 10 enrolled, 1 reserved: one seat left. Lucas of the mission locale, Chloé of the point A."""
    with transaction() as session:
        cfa = make_organisation(session, OrganisationKind.TRAINING_CENTRE)
        point_a = make_organisation(session, OrganisationKind.POINT_A)
        make_agreement(session, point_a, cfa)
        course = make_course(session, cfa, trades=("F1602",), title="Bac pro MELEC")
        training = make_training_session(
            session, course, insee_code="66136", capacity=12, seats_declared=11
        )
        confirming = (make_party(session, cfa), make_party(session, point_a))
        placements = []
        for name, commune in (("Lucas", "66136"), ("Chloé", "66164")):
            adviser = make_party(session, make_organisation(session))
            employer = make_party(session, make_company(session))
            youth = make_youth(
                session,
                adviser.organisation,
                adviser.user,
                given_name=name,
                commune_code=commune,
                wishes=(("électricien", "F1602"),),
            )
            opening = make_opening(
                session, employer.organisation, rome_code="F1602", commune_code="66136"
            )
            placement = services.suggest(
                session,
                adviser.actor,
                youth_id=youth.id,
                opening_id=opening.id,
                session_id=training.id,
            )
            say = partial(services.employer_says, session, employer.actor)
            say(placement_id=placement.id, answer=LeafState.YES)
            services.youth_says(
                session, adviser.actor, placement_id=placement.id, answer=LeafState.YES
            )
            placements.append(placement.id)
        session.expunge_all()
        return training.id, list(zip(confirming, placements, strict=True))


def confirm(app: Flask, party: Party, placement_id: int, gate: threading.Barrier) -> None:
    """Say yes; when the last seat has just gone, take the queue that the answer offers."""
    with app.app_context():
        gate.wait()
        time.sleep(random.uniform(0, 0.004))
        try:
            with transaction() as session:
                services.cfa_says(
                    session, party.actor, placement_id=placement_id, answer=LeafState.YES
                )
        except NoSeatLeft:
            with transaction() as session:
                services.cfa_says(
                    session, party.actor, placement_id=placement_id, answer=LeafState.QUEUED
                )
        finally:
            db.session.remove()


def test_two_youths_and_one_last_seat(perpignan: Flask) -> None:
    for _ in range(ROUNDS):
        training_id, confirmations = one_round()
        gate = threading.Barrier(2)

        threads = [
            threading.Thread(target=confirm, args=(perpignan, party, key, gate))
            for party, key in confirmations
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        loser = check_round(training_id, [key for _, key in confirmations])
    look_for_others(perpignan, loser)


def look_for_others(app: Flask, loser: int) -> None:
    """The one who waits is shown two other courses for the same post; the employer was told without a reason."""
    with transaction() as session:
        for insee_code in ("66136", "66164"):
            other = make_organisation(session, OrganisationKind.TRAINING_CENTRE)
            course = make_course(session, other, trades=("F1602",), title="Bac pro MELEC")
            make_training_session(session, course, insee_code=insee_code, capacity=12)
        record_change(session, Changed.REFERENCE)
        placement = session.get_one(Placement, loser)
        youth = session.get_one(Youth, placement.youth_id)
        adviser = session.get_one(User, youth.adviser_id)
        word = session.scalars(
            select(OutboxMail).where(
                OutboxMail.kind == "placement_queued", OutboxMail.placement_id == loser
            )
        ).one()
        assert not [one for one in ("Lucas", "Chloé", youth.family_name) if one in word.text_body]
    client = sign_in(app.test_client(), adviser)

    shown = parse(client.get(f"/propositions/{loser}/pistes"))

    assert len(shown.select("form")) >= 2


def check_round(training_id: int, placements: list[int]) -> int:
    """One green clover, one waiting first in line, no seat too many, each mail once. Returns the one who waits."""
    session = db.session()
    rows = {session.get_one(Placement, key).cfa_leaf: key for key in placements}
    training = session.get_one(TrainingSession, training_id)
    winner = session.get_one(Placement, rows[LeafState.YES])
    loser = session.get_one(Placement, rows[LeafState.QUEUED])
    holds = session.scalar(
        select(func.count()).select_from(SeatHold).where(SeatHold.session_id == training_id)
    )
    told = session.scalars(
        select(OutboxMail.placement_id).where(
            OutboxMail.kind.in_(["placement_agreed", "placement_queued"]),
            OutboxMail.placement_id.in_(placements),
        )
    ).all()
    assert winner.stage is Stage.AGREED
    assert loser.stage is Stage.OPEN
    assert (training.seats_free, holds) == (0, 1)
    assert queue_rank(session, session_id=training_id, youth_id=loser.youth_id) == 1
    assert Counter(told) == {winner.id: 3, loser.id: 1}
    key = loser.id
    session.rollback()
    return key
