"""Throw-away instances: a folder, a database of either kind, the application, the small town of the browser tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import time_machine
from flask import Flask
from flask_migrate import upgrade

from app.core.db import db, transaction
from app.factory import create_app
from tests.browser.town import Town, make_town
from tests.conftest import TODAY, Browser, make_settings
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
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


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
