"""The stage of the tests: one application a database, each test in an outer transaction that is rolled back.

The session of a test and the session of a request share one connection, so a row made by a factory is seen by the
client without ever being committed.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextvars import Context
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from app.core.db import db
from app.factory import create_app
from config import Settings

pytest_plugins = ["tests.plugins.postgres", "tests.plugins.browser"]

# A slow machine is no defect: examples have no deadline, and a run can be repeated.
settings.register_profile(
    "trefle", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("trefle")

TODAY = "2026-11-23 08:00:00+00:00"
SHARED = Path(os.environ.get("TREFLE_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def make_settings(tmp_path: Path, **changes: Any) -> Settings:
    """Settings of a test application: cheap passwords, everything in a throw-away folder."""
    values: dict[str, Any] = {
        "environment": "test",
        "secret_key": "test-secret-key-of-no-importance-at-all",
        "instance_path": tmp_path,
        "database_url": f"sqlite:///{tmp_path / 'test.sqlite'}",
        "argon2_memory_kib": 64,
        "argon2_time_cost": 1,
    }
    return Settings(**{**values, **changes})


class Browser(FlaskClient):
    """A client whose requests get an application context, hence a database session, of their own.

    Flask would lend them the test's open context otherwise, and the rollback of a refused request would empty it.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Flask]:
    """One application and one schema a run, on the database that `--database` chose."""
    settings = make_settings(tmp_path_factory.mktemp("instance"), database_url=database_url)
    app = create_app(settings)
    with app.app_context():
        db.create_all()
    app.test_client_class = Browser

    @app.teardown_appcontext
    def end_reading(_error: BaseException | None) -> None:
        """End a request's reading without undoing what a journal wrote beside it on the shared connection."""
        if not (db.session.new or db.session.dirty or db.session.deleted):
            db.session.commit()

    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(application: Flask) -> Iterator[Flask]:
    """The application with its engine replaced by one connection whose transaction is rolled back at the end."""
    with application.app_context():
        engines = db.engines
        engine = engines[None]
    connection = engine.connect()
    outer = connection.begin()
    engines[None] = connection  # type: ignore[index]
    try:
        yield application
    finally:
        engines[None] = engine  # type: ignore[index]
        outer.rollback()
        connection.close()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own; services are called with it, factories flush into it."""
    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """A clock that stands still at the dossier's date until the test moves it."""
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """No test talks to the outside: only this machine may be reached."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
