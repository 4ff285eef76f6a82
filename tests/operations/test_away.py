"""The database is away, or the disk is full: a French page with 503, nothing lost, and everything goes on after."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from app.core import clock
from app.core.db import db, transaction
from app.core.requests import RequestKey
from app.privacy.services.checking import check_database
from app.youth.models import Youth, YouthNote
from tests.factories.accounts import csrf_token, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth

SENTENCE = "Le service est momentanément indisponible"


@pytest.fixture
def desk(kept_app: Flask) -> tuple[Flask, FlaskClient, int]:
    """An adviser signed in, and a youth they follow."""
    with transaction() as session:
        house = make_organisation(session)
        adviser = make_user(session, house)
        youth_id = make_youth(session, house, adviser).id
    db.session.refresh(adviser)
    client = sign_in(kept_app.test_client(), adviser)
    db.session.commit()
    return kept_app, client, youth_id


@contextmanager
def refused_connections() -> Iterator[None]:
    """The server is gone: every new connection fails, and those in the pool were cut."""

    def refuse(*_arguments: Any) -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("server closed the connection")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "do_connect", refuse)
    try:
        yield
    finally:
        event.remove(db.engine, "do_connect", refuse)


@contextmanager
def taken_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server is there, but others hold every connection of the pool, and go on holding them."""
    db.session.remove()
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.02)
    held = [db.engine.connect() for _ in range(pool.size() + pool._max_overflow)]
    try:
        yield
    finally:
        for one in held:
            one.close()


@contextmanager
def full_disk(spare: int = 0) -> Iterator[None]:
    """SQLite may add no page, or `spare` pages more: the same error as a disk without room."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one() + spare

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    db.engine.dispose()
    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/", "/jeunes", "/compte/connexion", "/mes-donnees/x"])
def test_a_page_says_in_french_that_the_service_is_away(
    desk: tuple[Flask, FlaskClient, int], path: str
) -> None:
    _, client, _ = desk

    with refused_connections():
        answer = client.get(path)
        ready = client.get("/readyz").status_code
    after = client.get("/jeunes")

    if path != "/compte/connexion":
        assert answer.status_code == 503
        assert SENTENCE in answer.get_data(as_text=True)
        assert "<h1>" in answer.get_data(as_text=True)
    assert (ready, after.status_code) == (503, 200)


def test_a_click_meanwhile_gets_a_toast_and_changes_nothing(
    desk: tuple[Flask, FlaskClient, int],
) -> None:
    app, client, youth_id = desk
    token = csrf_token(app, client, f"/jeunes/{youth_id}")

    with refused_connections():
        answer = client.post(
            f"/jeunes/{youth_id}/contact",
            data={"csrf_token": token},
            headers={"HX-Request": "true", "HX-Target": "section-follow-up"},
        )

    assert answer.status_code == 503
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert SENTENCE in answer.get_data(as_text=True)


def test_when_every_connection_is_taken_a_page_and_a_click_say_so_and_the_next_one_is_served(
    desk: tuple[Flask, FlaskClient, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, client, youth_id = desk
    token = csrf_token(app, client, f"/jeunes/{youth_id}")
    path = f"/jeunes/{youth_id}/contact"

    with taken_connections(monkeypatch):
        page = client.get("/jeunes")
        sent = client.post(path, data={"csrf_token": token})
        click = client.post(path, data={"csrf_token": token}, headers={"HX-Request": "true"})
    after = client.get("/jeunes")

    assert [one.status_code for one in (page, sent, click, after)] == [503, 503, 503, 200]
    assert all(SENTENCE in one.text for one in (page, sent, click))
    assert "<h1>" in page.text
    assert click.headers["HX-Retarget"] == "#toasts"


def test_a_full_disk_refuses_the_write_with_words_and_loses_nothing(
    desk: tuple[Flask, FlaskClient, int], tmp_path: Path
) -> None:
    app, client, youth_id = desk
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the pages of a database file are limited on SQLite only")
    token = csrf_token(app, client, f"/jeunes/{youth_id}")
    before = db.session.scalar(select(func.count()).select_from(YouthNote))

    with full_disk():
        statuses = {
            client.post(
                f"/jeunes/{youth_id}/notes",
                data={"csrf_token": token, "text": "long " * 780, "request_key": str(n)},
            ).status_code
            for n in range(12)
        }
        page = client.get(f"/jeunes/{youth_id}")

    written = db.session.scalar(select(func.count()).select_from(YouthNote))
    db.session.rollback()
    assert 503 in statuses
    assert statuses <= {200, 303, 422, 503}
    assert page.status_code in {200, 503}
    assert written is not None
    assert before == 0
    assert client.get(f"/jeunes/{youth_id}").status_code == 200
    assert check_database(db.session()) == []
    db.session.rollback()


def test_every_write_that_was_acknowledged_on_a_full_disk_is_there(kept_app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the pages of a database file are limited on SQLite only")
    acknowledged: list[str] = []
    refusal = ""

    with full_disk():
        for number in range(4000):
            key = f"{number:05d}-" + "x" * 50
            try:
                with transaction() as session:
                    session.add(RequestKey(key=key, used_at=clock.now()))
            except OperationalError as error:
                refusal = str(error)
                break
            acknowledged.append(key)

    kept = set(db.session.scalars(select(RequestKey.key)))
    db.session.rollback()
    assert "full" in refusal
    assert kept == set(acknowledged)
    assert db.session.scalar(select(func.count()).select_from(Youth)) == 0
    db.session.rollback()
