"""Copies are made while the portal writes, and put back while it runs: both are tried, not believed."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import PasswordResetRequest, User, WebSession
from app.accounts.services import ask_reset
from app.core import clock
from app.core.backup import (
    FOLDER,
    BackupFailed,
    check_backup,
    make_backup,
    manifest_path,
    old_backups,
)
from app.core.db import db, transaction
from app.core.outbox import MailState, OutboxMail, post
from app.core.requests import RequestKey, use_once
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.policy.actor import Actor
from app.privacy.models import ErasureRequest, ErasureState
from app.privacy.services import keep_after_all, purge_person, stop
from app.privacy.tasks import finish_stops
from app.youth.models import Youth
from app.youth.queries import youth_facts
from app.youth.services import give_listing_consent
from tests.factories.accounts import PASSWORD, csrf_token, make_organisation, make_user
from tests.factories.placements import make_placement, make_triple
from tests.factories.youth import make_youth


def keys(app: Flask) -> int:
    """How many rows the writer has left."""
    count = db.session.scalar(select(func.count()).select_from(RequestKey)) or 0
    db.session.rollback()
    return count


def restore(app: Flask, path: Path) -> str:
    """Put the copy back by the command; what it says."""
    result = app.test_cli_runner().invoke(args=["trefle", "restore", str(path), "--yes"])
    assert result.exit_code == 0, result.output
    return result.output


class Writer(threading.Thread):
    """Writes one row a transaction until it is stopped; `acknowledged` counts what was committed."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self.app, self.acknowledged, self.over = app, 0, threading.Event()

    def run(self) -> None:
        with self.app.app_context():
            while not self.over.is_set():
                with transaction() as session:
                    use_once(session, f"row-{self.acknowledged}")
                self.acknowledged += 1
            db.session.remove()


def test_a_copy_made_under_writes_holds_every_row_that_was_acknowledged(kept_app: Flask) -> None:
    writer = Writer(kept_app)
    writer.start()
    copies = []
    for _ in range(3):
        before = writer.acknowledged
        copies.append((before, make_backup()))
    writer.over.set()
    writer.join()

    found = []
    for before, path in copies:
        restore(kept_app, path)
        found.append(keys(kept_app) >= before)

    assert writer.acknowledged > 0
    assert found == [True, True, True]


def test_a_restore_brings_back_what_was_and_keeps_what_it_replaces(kept_app: Flask) -> None:
    with transaction() as session:
        triple = make_triple(session)
        make_placement(session, triple)
        youth_id = triple.youth.id
    path = make_backup()
    with transaction() as session:
        session.get_one(Youth, youth_id).given_name = "Autre"

    told = restore(kept_app, path)
    after = db.session.get_one(Youth, youth_id).given_name
    db.session.rollback()
    safety = max((Path(kept_app.instance_path) / FOLDER).glob("trefle-*[!n]"))
    restore(kept_app, safety)

    assert after == "Enora"
    assert "est en place" in told
    assert db.session.get_one(Youth, youth_id).given_name == "Autre"
    db.session.rollback()


def test_sessions_and_reset_links_do_not_survive(kept_app: Flask) -> None:
    with transaction() as session:
        user = make_user(session, make_organisation(session), password=PASSWORD)
        ask_reset(session, email=user.email)
        user_id, email = user.id, user.email
    client = kept_app.test_client()
    signed = sign_in_by_form(kept_app, client, email)
    path = make_backup()

    restore(kept_app, path)

    assert signed == 303
    assert client.get("/compte").status_code == 303
    for model in (WebSession, PasswordResetRequest):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert db.session.get_one(User, user_id).session_epoch > 0
    db.session.rollback()


def sign_in_by_form(app: Flask, client: FlaskClient, email: str) -> int:
    """Sign in as a person does."""
    login = "/compte/connexion"
    values = {"csrf_token": csrf_token(app, client, login), "email": email, "password": PASSWORD}
    return client.post(login, data=values).status_code


def test_a_mail_that_may_have_left_since_is_not_sent_again(kept_app: Flask) -> None:
    with transaction() as session:
        post(
            session,
            kind="test",
            recipient="a@exemple.fr",
            subject="Objet",
            text_body="Texte",
            html_body="Texte",
        )
    path = make_backup()

    restore(kept_app, path)

    assert db.session.scalars(select(OutboxMail.state)).all() == [MailState.UNKNOWN]
    db.session.rollback()


def test_who_was_erased_since_the_copy_is_erased_again(kept_app: Flask) -> None:
    with transaction() as session:
        youth_id = make_youth(session, given_name="Maëlle").id
    path = make_backup()
    with transaction() as session:
        purge_person(session, youth_id=youth_id)

    told = restore(kept_app, path)

    assert "Personnes effacées de nouveau : 1" in told
    assert db.session.get_one(Youth, youth_id).given_name == "Dossier"
    db.session.rollback()


def stopped(youth_id: int, adviser: Actor) -> None:
    with transaction() as session:
        stop(session, adviser, youth_id=youth_id)


def marks(youth_id: int) -> list[ErasureState]:
    query = select(ErasureRequest.state).where(ErasureRequest.youth_id == youth_id)
    return list(db.session.scalars(query.order_by(ErasureRequest.id)))


def test_who_said_stop_since_the_copy_is_shown_to_nobody_and_still_to_be_erased(
    kept_app: Flask,
) -> None:
    with transaction() as session:
        triple = make_triple(session)
        placement_id = make_placement(session, triple).id
        youth_id, adviser = triple.youth.id, triple.adviser.actor
    path = make_backup()
    stopped(youth_id, adviser)

    told = restore(kept_app, path)
    is_listed = youth_facts(db.session(), youth_id).is_listed
    db.session.rollback()
    finish_stops()

    assert "Accords retirés de nouveau : 1 jeune" in told
    assert not is_listed
    assert db.session.get_one(Placement, placement_id).stage is Stage.EXPIRED
    assert marks(youth_id) == [ErasureState.WAITING]
    mails = db.session.scalars(select(OutboxMail.kind).where(OutboxMail.state == MailState.WAITING))
    assert "privacy_stop_confirmed" in mails.all()
    db.session.rollback()


def test_a_word_to_keep_the_file_stands_after_a_restore(kept_app: Flask) -> None:
    with transaction() as session:
        triple = make_triple(session)
        youth_id, adviser = triple.youth.id, triple.adviser.actor
    path = make_backup()
    stopped(youth_id, adviser)
    with transaction() as session:
        keep_after_all(session, adviser, youth_id=youth_id)

    restore(kept_app, path)

    assert not youth_facts(db.session(), youth_id).is_listed
    assert marks(youth_id) == []
    db.session.rollback()


def test_an_agreement_given_after_the_stop_and_before_the_copy_stays(kept_app: Flask) -> None:
    with transaction() as session:
        triple = make_triple(session)
        youth_id, adviser = triple.youth.id, triple.adviser.actor
    stopped(youth_id, adviser)
    with transaction() as session:
        give_listing_consent(session, adviser, youth_id=youth_id, channel="phone")
    path = make_backup()

    told = restore(kept_app, path)

    assert "Accords retirés de nouveau : 0" in told
    assert youth_facts(db.session(), youth_id).is_listed
    assert marks(youth_id) == [
        ErasureState.WAITING
    ]  # the next turn of the clock ends it, as before
    db.session.rollback()


def test_a_portal_that_is_reading_goes_on_after_a_restore(kept_app: Flask) -> None:
    path = make_backup()
    reader = kept_app.test_client()
    before = reader.get("/readyz").status_code
    with db.engine.connect() as other:
        other.exec_driver_sql("SELECT 1").scalar()
        other.rollback()

        restore(kept_app, path)

        assert other.exec_driver_sql("SELECT COUNT(*) FROM youth").scalar() == 0
    assert (before, reader.get("/readyz").status_code) == (200, 200)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"engine": "oracle"}, "vient de oracle"),
        ({"revision": "tomorrow"}, "plus récente"),
        ({"sha256": "0" * 64}, "empreinte"),
    ],
)
def test_a_copy_that_is_not_what_it_says_is_refused(
    kept_app: Flask, change: dict[str, str], why: str
) -> None:
    path = make_backup()
    file = manifest_path(path)
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))

    with pytest.raises(BackupFailed, match=why):
        check_backup(path)


def test_a_copy_without_its_manifest_is_refused_and_nothing_changes(kept_app: Flask) -> None:
    path = make_backup()
    manifest_path(path).unlink()

    result = kept_app.test_cli_runner().invoke(args=["trefle", "restore", str(path), "--yes"])

    assert result.exit_code == 1
    assert "manque" in result.output


def test_only_the_owner_reads_a_copy(kept_app: Flask) -> None:
    path = make_backup()

    assert (path.stat().st_mode & 0o777, manifest_path(path).stat().st_mode & 0o777) == (
        0o600,
        0o600,
    )


def test_copies_of_more_than_ninety_days_are_dropped_by_the_next_one(kept_app: Flask) -> None:
    old, fresh = make_backup(), make_backup()
    file = manifest_path(old)
    values = json.loads(file.read_text())
    long_ago = (clock.now() - timedelta(days=91)).isoformat()
    file.write_text(json.dumps({**values, "made_at": long_ago}))
    found = list(old_backups())

    result = kept_app.test_cli_runner().invoke(args=["trefle", "backup"])

    assert result.exit_code == 0
    assert found == [old]
    assert (old.exists(), fresh.exists()) == (False, True)
