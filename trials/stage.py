"""Throw-away instances: a folder, a database of either kind, the application, the small town of the browser tests."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import time_machine
from flask import Flask
from flask_migrate import upgrade

from app.core.db import db, transaction
from app.factory import create_app
from tests.browser.town import Town, make_town
from tests.conftest import TODAY, Browser, make_settings
from tests.factories.estate import Estate, make_estate
from tests.plugins.postgres import fresh_database

SQLITE = "sqlite"


@contextmanager
def instance(database: str) -> Iterator[Flask]:
    """An application at the last migration, its context open.

    Args:
        database: "sqlite", or the URL of a PostgreSQL server on which a database is made and dropped.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trefle-trial-")))
        changes = {}
        if database != SQLITE:
            changes["database_url"] = stack.enter_context(fresh_database(database, "trefle_trial"))
        app = create_app(make_settings(folder, **changes))
        app.test_client_class = Browser
        # A defect is an answer with 500, as people would get it, and is counted.
        app.config["PROPAGATE_EXCEPTIONS"] = False
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


@contextmanager
def estate_on(database: str) -> Iterator[tuple[Flask, Estate]]:
    """The same with the world of the personas and an own and a foreign object of every kind."""
    with time_machine.travel(TODAY, tick=True), instance(database) as app:
        with transaction() as session:
            estate = make_estate(session)
            session.flush()
            session.expunge_all()
        db.session.remove()
        yield app, estate


@contextmanager
def town_on(database: str) -> Iterator[tuple[Flask, Town]]:
    """The same with the small town in it; the clock starts at the dossier's date and runs."""
    with time_machine.travel(TODAY, tick=True), instance(database) as app:
        with transaction() as session:
            town = make_town(session)
            session.flush()
            session.expunge_all()
        db.session.remove()
        yield app, town


Undone = Callable[[], AbstractContextManager[None]]


@contextmanager
def borrowed(app: Flask) -> Iterator[Undone]:
    """Serve every request on one connection; `with undone():` takes back what the requests inside wrote.

    A commit of the portal ends a savepoint only, so thousands of writes meet the same rows.
    """
    engines = db.engines
    engine = engines[None]
    connection = engine.connect()
    outer = connection.begin()
    engines[None] = connection  # type: ignore[index]

    @contextmanager
    def undone() -> Iterator[None]:
        savepoint = connection.begin_nested()
        try:
            yield
        finally:
            db.session.remove()
            savepoint.rollback()

    try:
        yield undone
    finally:
        db.session.remove()
        engines[None] = engine  # type: ignore[index]
        outer.rollback()
        connection.close()
