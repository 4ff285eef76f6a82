"""Sessions as rows: a copied cookie dies with its session, machines are listed and signed out one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.models import User, WebSession
from app.accounts.services import device_of, end_membership, forget_old_sessions
from app.accounts.tasks import tidy_accounts
from app.accounts.views.sessions import KEY
from app.core import clock
from app.core.db import db
from app.policy.actor import Actor, Role
from tests.accounts.conftest import send
from tests.factories.accounts import (
    PASSWORD,
    actor_of,
    make_organisation,
    make_user,
    sign_in,
)
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

LOGIN, DEVICES = "/compte/connexion", "/compte/appareils"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def anne(session: Session) -> User:
    """An adviser with a password."""
    return make_user(
        session, make_organisation(session), email="anne@exemple.fr", password=PASSWORD
    )


def enter(client: FlaskClient) -> FlaskClient:
    """Sign in as Anne by the form."""
    send(client, LOGIN, email="anne@exemple.fr", password=PASSWORD)
    return client


def stolen(app: Flask, client: FlaskClient) -> FlaskClient:
    """A second browser with a copy of the first one's cookie."""
    thief = app.test_client()
    with client.session_transaction() as web:
        values = dict(web)
    with thief.session_transaction() as web:
        web.update(values)
    return thief


def test_a_copied_cookie_opens_nothing_once_its_owner_signed_out(
    app: Flask, client: FlaskClient, anne: User
) -> None:
    thief = stolen(app, enter(client))
    before = thief.get("/compte").status_code

    send(client, "/compte/deconnexion", page="/compte")

    assert (before, thief.get("/compte").status_code) == (200, 303)


def test_a_copied_cookie_opens_nothing_once_its_owner_signed_in_again(
    app: Flask, client: FlaskClient, anne: User
) -> None:
    thief = stolen(app, enter(client))
    with client.session_transaction() as web:
        first = web[KEY]
        del web["_user_id"]

    enter(client)

    with client.session_transaction() as web:
        assert web[KEY] != first
    assert thief.get("/compte").status_code == 303


def test_the_database_never_holds_the_key_of_a_session(
    session: Session, client: FlaskClient, anne: User
) -> None:
    enter(client)

    with client.session_transaction() as web:
        key = web[KEY]
    row = session.scalars(select(WebSession)).one()
    assert key not in (row.digest, row.device)
    assert len(row.digest) == 64


def test_a_key_of_one_person_does_not_open_the_account_of_another(
    session: Session, client: FlaskClient, anne: User
) -> None:
    other = make_user(session, make_organisation(session))
    enter(client)

    with client.session_transaction() as web:
        web["_user_id"] = str(other.id)

    assert client.get("/compte").status_code == 303


def test_machines_are_listed_by_the_name_their_owner_knows(
    app: Flask, client: FlaskClient, anne: User
) -> None:
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    enter(client)
    sign_in(app.test_client(), anne)

    page = parse(client.get(DEVICES))

    names = [str(one.string) for one in page.select("#device-list strong")]
    assert sorted(names) == ["Firefox sous Linux", "Firefox sous Windows"]
    assert len(page.select("#device-list form")) == 1


def test_one_machine_is_signed_out_from_another_and_the_list_is_fresh(
    session: Session, app: Flask, client: FlaskClient, anne: User
) -> None:
    elsewhere = sign_in(app.test_client(), anne)
    there = session.scalars(select(WebSession.id)).one()
    enter(client)
    page = parse(client.get(DEVICES))
    token = str(page.select_one("#device-list input[name=csrf_token]")["value"])  # type: ignore[index]

    answer = client.post(
        f"{DEVICES}/{there}/fermer",
        data={"csrf_token": token},
        headers=htmx_headers("device-list"),
    )

    assert elsewhere.get("/compte").status_code == 303
    assert_same(swap(page, answer, target="device-list"), parse(client.get(DEVICES)))


def test_a_session_left_open_ends_no_other_before_the_password(
    session: Session, app: Flask, client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    frozen.shift(timedelta(minutes=11))
    elsewhere = sign_in(app.test_client(), anne)
    there = session.scalars(select(WebSession.id).order_by(WebSession.id.desc())).first()

    for path in (f"{DEVICES}/{there}/fermer", "/compte/deconnexion-partout"):
        assert send(client, path, page=DEVICES).location == DEVICES
    wrong = send(client, f"{DEVICES}/confirmer", page=DEVICES, **{"again-password": "x" * 16})

    assert parse(client.get(DEVICES)).select("#device-list form") == []
    assert (wrong.status_code, elsewhere.get("/compte").status_code) == (422, 200)
    right = send(client, f"{DEVICES}/confirmer", page=DEVICES, **{"again-password": PASSWORD})
    assert right.location == DEVICES
    send(client, f"{DEVICES}/{there}/fermer", page=DEVICES)
    assert (elsewhere.get("/compte").status_code, client.get("/compte").status_code) == (303, 200)


def test_this_browser_signs_itself_out_of_the_list_without_a_proof(
    session: Session, client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    here = session.scalars(select(WebSession.id)).one()
    frozen.shift(timedelta(minutes=11))

    send(client, f"{DEVICES}/{here}/fermer", page=DEVICES)

    assert client.get("/compte").status_code == 303


def test_nobody_signs_somebody_else_out(
    session: Session, app: Flask, client: FlaskClient, anne: User
) -> None:
    other = sign_in(app.test_client(), make_user(session, make_organisation(session)))
    theirs = session.scalars(select(WebSession.id)).one()
    enter(client)

    answer = send(client, f"{DEVICES}/{theirs}/fermer", page=DEVICES)

    assert answer.status_code == 404
    assert other.get("/compte").status_code == 200


def test_a_departure_ends_the_sessions_of_who_leaves(
    session: Session, client: FlaskClient, anne: User
) -> None:
    actor = actor_of(session, anne)
    admin = make_user(session, None)
    boss = Actor(
        user_id=admin.id,
        organisation_id=actor.organisation_id,
        organisation_kind=actor.organisation_kind,
        roles=frozenset({Role.ORGANISATION_ADMIN}),
    )
    enter(client)

    end_membership(session, boss, organisation_id=int(actor.organisation_id or 0), user_id=anne.id)
    session.flush()

    assert client.get("/compte").status_code == 303


def test_sessions_that_are_over_are_forgotten_at_night(
    session: Session, client: FlaskClient, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    frozen.shift(timedelta(hours=13))
    fresh = sign_in(client.application.test_client(), anne)
    session.commit()

    tidy_accounts()

    assert len(session.scalars(select(WebSession)).all()) == 1
    assert fresh.get("/compte").status_code == 200


def test_sessions_of_an_epoch_that_passed_are_forgotten(
    session: Session, client: FlaskClient, anne: User
) -> None:
    enter(client)
    anne.session_epoch += 1
    session.flush()

    gone = forget_old_sessions(session, seen_before=clock.now() - timedelta(hours=12))

    assert gone == 1


def test_reading_pages_writes_at_most_once_a_minute(
    client: FlaskClient, session: Session, anne: User, frozen: time_machine.Traveller
) -> None:
    enter(client)
    writes: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_all: object) -> None:
        if statement.startswith("UPDATE web_session"):
            writes.append(statement)

    event.listen(db.engine.engine, "before_cursor_execute", note)
    try:
        for _ in range(6):
            frozen.shift(timedelta(seconds=20))
            client.get("/compte")
    finally:
        event.remove(db.engine.engine, "before_cursor_execute", note)

    assert len(writes) == 2


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox sous Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Safari/605",
            "Safari sous Mac",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130 Mobile Safari/537", "Chrome sous Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130", "Edge sous Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari sous iPhone"),
        ("", "Navigateur inconnu"),
        ("<script>" * 500, "Navigateur inconnu"),
    ],
)
def test_a_browser_is_named_in_few_words(agent: str, name: str) -> None:
    assert device_of(agent) == name
