"""`flask trefle check`: silent on a sound database, and every planted hole is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.openings.models import Opening
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.privacy import services as privacy
from app.privacy.services.checking import check_database
from app.training.models import HoldState, SeatHold, TrainingSession
from app.youth.models import ConsentRecord, Youth
from tests.factories.placements import make_pair, make_placement, make_triple, say_yes, sign
from tests.factories.privacy import youth_actor
from tests.factories.youth import make_youth

Hole = Callable[[Session], object]


@pytest.fixture
def lived_in(kept_app: Flask) -> Flask:
    """A database where everything has happened once."""
    with transaction() as session:
        signed = make_triple(session)
        sign(session, signed, make_placement(session, signed))
        waiting = make_triple(session)
        say_yes(session, waiting, make_placement(session, waiting), "youth", "cfa")
        stopped = make_triple(session)
        say_yes(session, stopped, make_pair(session, stopped), "youth", "cfa")
        privacy.stop(session, youth_actor(stopped.youth), youth_id=stopped.youth.id)
        ended = make_triple(session)
        row = say_yes(session, ended, make_placement(session, ended), "youth", "employer")
        services.withdraw(session, ended.adviser.actor, placement_id=row.id, reason="changed_idea")
        erased = make_youth(session)
        privacy.purge_person(session, youth_id=erased.id)
    return kept_app


def findings() -> list[str]:
    found = [one.what for one in check_database(db.session())]
    db.session.rollback()
    return found


def test_a_sound_database_passes(lived_in: Flask) -> None:
    result = lived_in.test_cli_runner().invoke(args=["trefle", "check"])

    assert (result.exit_code, findings()) == (0, [])
    assert "s’accordent" in result.output


HOLES: dict[str, tuple[str, Hole]] = {
    "seats": (
        "Places prises d’une session",
        lambda session: session.execute(
            update(TrainingSession).values(seats_taken=TrainingSession.seats_taken + 1)
        ),
    ),
    "positions": (
        "Postes pris d’une offre",
        lambda session: session.execute(
            update(Opening).where(Opening.positions_taken > 0).values(positions_taken=0)
        ),
    ),
    "youth": (
        "Propositions en cours d’un jeune",
        lambda session: session.execute(update(Youth).values(live_placements=9)),
    ),
    "waiting": (
        "Réponses attendues d’un jeune",
        lambda session: session.execute(update(Youth).values(waiting_answers=9)),
    ),
    "journal": (
        "Propositions dont le journal raconte autre chose",
        lambda session: session.execute(
            update(Placement).where(Placement.stage == Stage.OPEN).values(stage=Stage.DECLINED)
        ),
    ),
    "names": (
        "Noms encore ouverts pour une proposition terminée",
        lambda session: session.execute(
            update(ConsentRecord)
            .where(ConsentRecord.placement_id.is_not(None))
            .values(withdrawn_at=None)
        ),
    ),
    "erased": (
        "Dossiers anonymes qui gardent une adresse ou un accord",
        lambda session: session.execute(
            update(Youth).where(Youth.anonymised_at.is_not(None)).values(email="a@exemple.fr")
        ),
    ),
    "held": (
        "Places retenues pour personne",
        lambda session: session.add(
            SeatHold(
                session_id=session.query(TrainingSession.id)
                .order_by(TrainingSession.id)
                .first()[0],
                youth_id=make_youth(session).id,
                state=HoldState.HELD,
                hold_until=clock.today() + timedelta(days=3),
                created_at=clock.now(),
            )
        ),
    ),
}


@pytest.mark.parametrize("name", HOLES)
def test_a_planted_hole_is_found(lived_in: Flask, name: str) -> None:
    what, hole = HOLES[name]
    with transaction() as session:
        hole(session)

    result = lived_in.test_cli_runner().invoke(args=["trefle", "check"])

    assert what in findings()
    assert result.exit_code == 1


def test_a_database_behind_its_migrations_is_told(kept_app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    assert findings() == ["La base n’est pas à la dernière migration"]
