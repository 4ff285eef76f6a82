"""The demonstration: believable, the same for one seed, and nobody real in it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, User
from app.contracts.models import ContractSheet
from app.contracts.workflow import SheetState
from app.core import clock
from app.core.db import db
from app.core.outbox import MailState, OutboxMail, StoppedAddress
from app.demo.build import PASSWORD, accounts, digest
from app.demo.trades import demo_trades
from app.engine.triples import best_triples
from app.events.models import PromotionEvent
from app.events.queries.pages import results_of
from app.events.queries.timetable import faults_of
from app.events.workflow import EventState
from app.factory import create_app
from app.matching.queries.pool import current_pool
from app.notices.models import Notice
from app.openings.models import Opening
from app.partnerships.queries import frameworks, missing_agreements
from app.placements.models import MessageMention, Placement, PlacementMessage
from app.placements.workflow import Stage
from app.policy.actor import OrganisationKind, Role
from app.reference.models import Trade
from app.rules.identifiers import is_valid_siret
from app.steering.figures import twelve_months
from app.steering.queries.indicators import figures_on
from app.training.models import SeatHold, TrainingSession
from app.youth.models import Wish, Youth, YouthStatus
from tests.conftest import TODAY, make_settings
from tests.demo.places import TOWNS
from tests.factories.accounts import actor_of
from tests.steering.recount import RECOUNT

pytestmark = pytest.mark.slow

COMMAND = ["trefle", "demo", "--territory", "bretagne", "--youth", "320", "--seed", "7"]


def commune(row: tuple[Any, ...]) -> dict[str, Any]:
    insee, name, postal_code, departement, latitude, longitude, population = row
    return {
        "insee": insee,
        "name": name,
        "postal_codes": [postal_code],
        "population": population,
        "epci": None,
        "arrondissement": None,
        "departement": departement,
        "region": "53",
        "former_codes": [],
        "parts": [],
        "lat": latitude,
        "lon": longitude,
        "position_is_approximate": False,
    }


def built(folder: Path) -> Flask:
    """An application of its own, on a SQLite file, with the demonstration built by the command."""
    folder.mkdir()
    product = folder / "reference" / "communes.json.gz"
    product.parent.mkdir()
    content = json.dumps({"communes": [commune(row) for row in TOWNS]})
    product.write_bytes(gzip.compress(content.encode()))
    app = create_app(make_settings(folder))
    with app.app_context():
        db.create_all()
    for words in (["trefle", "reference", "load"], COMMAND):
        with time_machine.travel(TODAY, tick=False):
            result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
    return app


def fingerprint(app: Flask) -> str:
    with app.app_context():
        found = digest(db.session())
        db.session.remove()
    return found


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return built(tmp_path_factory.mktemp("demo") / "one")


@pytest.fixture
def rows(demonstration: Flask) -> Any:
    with demonstration.app_context():
        yield db.session()
        db.session.remove()


def count(session: Session, model: type, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def test_there_is_as_much_as_the_number_of_youth_calls_for(rows: Session) -> None:
    assert count(rows, Youth) == 320
    assert count(rows, Opening) == 96
    assert count(rows, TrainingSession) == 40
    assert count(rows, Wish) >= 320


def test_indicators_of_the_demonstration_equal_their_recount_in_sql(rows: Session) -> None:
    codes = ("V6", "V7", "I6", "V4", "step-1", "step-4", "I1", "I2-contact", "I5", "I7")

    with time_machine.travel(TODAY, tick=False):
        on = clock.today()
        figures = figures_on(rows, "53", on, twelve_months(on)).figures

    found = {code: figures[code].count for code in codes}
    assert found == {code: rows.scalar(text(RECOUNT[code])) for code in codes}
    assert all(found.values()), found


def test_every_role_has_an_account_with_the_shown_password(
    demonstration: Flask, rows: Session
) -> None:
    found = accounts(rows)

    passwords = demonstration.extensions["passwords"]
    first = rows.scalars(select(User).where(User.email == found[0].email)).one()
    assert {account.role for account in found} == set(Role)
    assert passwords.matches(PASSWORD, first.password_hash)
    assert len(PASSWORD) >= 15


def test_nobody_real_can_be_meant(rows: Session) -> None:
    sirets = rows.scalars(select(Organisation.siret).where(Organisation.siret.is_not(None))).all()
    unnumbered = rows.scalars(select(Organisation.status).where(Organisation.siret.is_(None))).all()
    phones = rows.scalars(select(Youth.phone).where(Youth.phone.is_not(None))).all()
    emails = rows.scalars(select(User.email)).all()

    assert all(one is not None and one.startswith("00000") for one in sirets)
    assert all(is_valid_siret(one) for one in sirets if one)
    assert set(unnumbered) == {OrganisationStatus.TO_CHECK}
    assert len(set(sirets)) == len(sirets)
    assert all(one is not None and one.startswith("+3363998") for one in phones)
    assert all(email.endswith("@exemple.fr") for email in emails)


def test_everything_is_marked_as_a_demonstration(rows: Session) -> None:
    for model in (Organisation, User, Youth, Opening, Placement):
        # A successor of a broken contract is written by the verb, which knows no demonstration.
        left = count(rows, model, model.is_demonstration.is_(False))
        assert left <= (count(rows, Placement) // 8 if model is Placement else 0)


def test_some_youth_of_a_small_territory_have_triples(rows: Session) -> None:
    pool = current_pool(rows)
    asked = sorted(pool.youths)[:60]

    with_triples = [one for one in asked if best_triples(pool, one, 1)]

    assert len(with_triples) >= 4


def test_clovers_stand_in_several_stages_and_seats_are_counted(rows: Session) -> None:
    stages = set(rows.scalars(select(Placement.stage)))
    taken = rows.scalar(select(func.sum(TrainingSession.seats_taken)))

    assert {Stage.OPEN, Stage.SIGNED} <= stages
    assert taken == count(rows, SeatHold)
    assert count(rows, Youth, Youth.status == YouthStatus.PLACED) >= 1


def test_contracts_to_prepare_stand_in_several_states_one_with_a_field_agent(rows: Session) -> None:
    states = set(rows.scalars(select(ContractSheet.state)))
    helped = rows.scalars(
        select(Organisation.kind)
        .join(Placement, Placement.suggested_by_organisation_id == Organisation.id)
        .where(Placement.stage == Stage.AGREED)
    ).all()

    assert {SheetState.PREPARING, SheetState.ACCEPTED} <= states
    assert OrganisationKind.FIELD_NETWORK in helped


def test_no_mail_of_the_demonstration_leaves(rows: Session) -> None:
    assert count(rows, OutboxMail) > 0
    kept = OutboxMail.state.not_in([MailState.CANCELLED, MailState.BOUNCED, MailState.STOPPED])
    assert count(rows, OutboxMail, kept) == 0


def test_people_write_and_learn_and_one_session_has_promised_too_much(rows: Session) -> None:
    free = TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken

    assert count(rows, PlacementMessage) >= 3
    assert count(rows, MessageMention) >= 1
    assert count(rows, Notice, Notice.read_at.is_(None)) > 0
    assert count(rows, Notice, Notice.read_at.is_not(None)) > 0
    assert count(rows, Notice, Notice.created_at > clock.now()) == 0
    assert count(rows, TrainingSession, free < 0) == 1
    assert count(rows, StoppedAddress) == 1


def test_a_second_call_changes_nothing(demonstration: Flask) -> None:
    before = fingerprint(demonstration)

    result = demonstration.test_cli_runner().invoke(args=COMMAND)

    assert "déjà là" in result.output
    assert fingerprint(demonstration) == before


def test_the_same_seed_builds_the_same_territory_in_another_database(
    demonstration: Flask, tmp_path: Path
) -> None:
    other = built(tmp_path / "two")

    assert fingerprint(other) == fingerprint(demonstration)


def test_the_accounts_are_listed_with_their_password(demonstration: Flask) -> None:
    result = demonstration.test_cli_runner().invoke(args=["trefle", "accounts"])

    assert PASSWORD in result.output
    assert "conseiller@exemple.fr" in result.output


def test_without_communes_the_command_says_what_to_load(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=COMMAND)

    assert result.exit_code == 1
    assert "reference load" in result.output


def test_every_trade_of_the_demonstration_is_one_of_the_dossier(rows: Session) -> None:
    known = set(rows.scalars(select(Trade.rome_code)))

    missing = [trade.rome_code for trade in demo_trades() if trade.rome_code not in known]

    assert missing == []


def test_one_operation_is_over_with_results_and_one_comes_with_a_timetable(rows: Session) -> None:
    events = rows.scalars(select(PromotionEvent).order_by(PromotionEvent.starts_at)).all()

    over, coming = events
    assert (over.state, coming.state) == (EventState.DONE, EventState.PLANNED)
    assert (results_of(rows, over, everything=True).held or 0) > 0
    assert (results_of(rows, coming, everything=True).meetings or 0) > 0
    assert faults_of(rows, coming) == ()


def test_one_national_agreement_can_still_become_local_where_nobody_has_signed(
    rows: Session,
) -> None:
    user = rows.scalars(select(User).where(User.email == "coordination@exemple.fr")).one()
    coordinator = actor_of(rows, user)

    missing = missing_agreements(rows, coordinator)

    assert missing
    assert [row for row in frameworks(rows) if not row.Framework.is_history]
