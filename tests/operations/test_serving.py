"""The shipped server: requests that never end take no thread, and a database is opened as the design says."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.cli import server_settings
from app.core.db import db
from app.factory import create_app
from tests.conftest import make_settings
from tests.helpers.serving import serving

UNFINISHED = 200
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = b"POST /compte/connexion HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nemail=a"


@pytest.fixture
def filed(tmp_path: Path) -> Iterator[Flask]:
    """An application on a file of its own."""
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def port(filed: Flask) -> Iterator[int]:
    """The portal behind the server and the settings of `flask trefle serve`."""
    with serving(filed.wsgi_app, **server_settings()) as port:
        yield port


def test_two_hundred_unfinished_requests_leave_the_others_answered(port: int) -> None:
    with ExitStack() as stack:
        for number in range(UNFINISHED):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            slow.sendall(HEAD if number % 2 else BODY)

        answers = []
        for _ in range(5):
            asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            asking.request("GET", "/healthz")
            answers.append(asking.getresponse().status)
            asking.close()

    assert answers == [200] * 5


def test_sqlite_waits_for_the_disk_and_readers_do_not_wait_for_a_writer(filed: Flask) -> None:
    with db.engine.connect() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("synchronous", "journal_mode", "foreign_keys")
        }

    assert asked == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}


def test_a_connection_of_postgresql_is_tried_before_it_serves(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url="postgresql+psycopg:///trefle")

    options = settings.flask_config()["SQLALCHEMY_ENGINE_OPTIONS"]

    assert options["pool_pre_ping"] is True
