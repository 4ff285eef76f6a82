"""What the program writes of itself: who, what, when, in which request; no name, no value, no second line."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.logs import SECURITY, configure_logs
from tests.accounts.conftest import send
from tests.conftest import make_settings
from tests.factories.accounts import PASSWORD, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")

LOGIN = "/compte/connexion"


@pytest.fixture
def anne(session: Session) -> User:
    return make_user(
        session, make_organisation(session), email="anne@exemple.fr", password=PASSWORD
    )


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log as production writes it."""
    kept, level, written = logging.root.handlers[:], logging.root.level, io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs(replace(make_settings(tmp_path), environment="production"))
    yield written
    logging.root.handlers[:] = kept
    logging.root.setLevel(level)


def events(written: io.StringIO) -> list[dict[str, Any]]:
    """Each line, parsed: one that does not parse fails the test."""
    return [json.loads(one) for one in written.getvalue().splitlines()]


def test_signing_in_and_out_and_failing_are_written_with_who_when_and_where(
    client: FlaskClient, anne: User, lines: io.StringIO
) -> None:
    send(client, LOGIN, email="anne@exemple.fr", password="autre chose")
    send(client, LOGIN, email="anne@exemple.fr", password=PASSWORD)
    send(client, "/compte/deconnexion", page="/compte")

    found = [one for one in events(lines) if one["logger"] == "trefle.security"]
    assert [one["event"] for one in found] == ["sign_in_failed", "sign_in", "sign_out"]
    assert found[0]["level"] == "warning"
    assert (found[1]["about"], found[1]["factor"], found[2]["user_id"]) == (
        anne.id,
        "password",
        anne.id,
    )
    assert all(one["timestamp"].endswith("Z") and one["address"] == "127.0.0.1" for one in found)
    assert len({one["request_id"] for one in found}) == 3
    assert "anne@exemple.fr" not in lines.getvalue()
    assert PASSWORD not in lines.getvalue()


def test_a_refused_door_is_written_with_who_stood_before_it(
    app: Flask, session: Session, anne: User, lines: io.StringIO
) -> None:
    youth = make_youth(session, make_organisation(session))
    session.commit()
    browser = sign_in(app.test_client(), anne)

    answer = browser.get(f"/jeunes/{youth.id}")

    (event,) = [one for one in events(lines) if one["event"] == "nothing_there"]
    assert answer.status_code == 404
    assert (event["user_id"], event["endpoint"], event["status"]) == (anne.id, "youth.show", 404)
    assert event["request_id"] == answer.headers["X-Request-ID"]


def test_a_form_without_its_token_and_too_many_tries_are_written(
    client: FlaskClient, anne: User, lines: io.StringIO
) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"}
    client.post(LOGIN, data={"email": "anne@exemple.fr", "password": "x"}, headers=forged)
    for _ in range(9):
        send(client, LOGIN, email="anne@exemple.fr", password="autre chose")

    names = [one["event"] for one in events(lines)]
    kinds = {one.get("kind") for one in events(lines)}
    assert {"request_refused", "limit_reached"} <= set(names)
    assert {"CSRFError", "TooMany"} <= kinds
    assert {one["address"] for one in events(lines)} == {"127.0.0.1"}


def test_a_line_break_in_a_value_begins_no_line(lines: io.StringIO) -> None:
    SECURITY.warning("planted", extra={"kind": 'x"}\n{"event": "sign_in", "user_id": 1}\r\n'})

    (only,) = events(lines)
    assert only["event"] == "planted"


def test_an_error_is_written_by_its_kind_and_place_and_never_by_its_words(
    lines: io.StringIO,
) -> None:
    def secretive() -> None:
        try:
            raise KeyError("Zqhidden")
        except KeyError as cause:
            raise ValueError("Maëlle Guérandais, 44184") from cause

    try:
        secretive()
    except ValueError as error:
        logging.getLogger("trefle").error("unexpected_error", exc_info=error)

    (only,) = events(lines)
    assert only["error"] == ["builtins.ValueError", "builtins.KeyError"]
    assert "secretive" in only["places"][0]
    assert "Zqhidden" not in lines.getvalue()
    assert "Guérandais" not in lines.getvalue()


def test_the_measures_are_for_who_shows_the_token(app: Flask, client: FlaskClient) -> None:
    app.config["SETTINGS"], kept = (
        replace(app.config["SETTINGS"], metrics_token="secret"),
        app.config["SETTINGS"],
    )
    try:
        without = client.get("/metrics").status_code
        wrong = client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code
        shown = client.get("/metrics", headers={"Authorization": "Bearer secret"})
    finally:
        app.config["SETTINGS"] = kept

    text = shown.get_data(as_text=True)
    assert (without, wrong, shown.status_code) == (404, 404, 200)
    assert 'trefle_answers_total{status="4xx"}' in text
    assert 'trefle_jobs{state="queued"} 0' in text
    assert 'trefle_mails{state="waiting"} 0' in text
