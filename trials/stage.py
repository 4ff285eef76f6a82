"""Throw-away instances: a folder, a database of either kind, the application, the small town of the browser tests."""

from __future__ import annotations

import gc
import io
import logging
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, redirect_stderr
from dataclasses import replace
from pathlib import Path

import time_machine
from flask import Flask
from flask_migrate import upgrade

from app.core.db import db, transaction
from app.core.logs import configure_logs
from app.factory import create_app
from config import ROOT
from tests.browser.town import Town, make_town
from tests.conftest import TODAY, Browser, make_settings
from tests.factories.estate import Estate, make_estate
from tests.plugins.postgres import fresh_database

SQLITE = "sqlite"
LOG = ROOT / "build" / "trials.log"
"""What the portal writes of itself during the trials: planted holes make it write much, and the table stands alone."""


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
        stack.enter_context(_log_in_a_file())
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
def _log_in_a_file() -> Iterator[None]:
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as file:
        handlers = [one for one in logging.root.handlers if type(one) is logging.StreamHandler]
        for one in handlers:
            one.setStream(file)
        yield
        for one in handlers:
            one.setStream(sys.stderr)


@contextmanager
def listening(app: Flask) -> Iterator[io.StringIO]:
    """The log as production writes it, to be read line by line."""
    kept, level, written = logging.root.handlers[:], logging.root.level, io.StringIO()
    with redirect_stderr(written):
        configure_logs(replace(app.config["SETTINGS"], environment="production"))
    yield written
    logging.root.handlers[:] = kept
    logging.root.setLevel(level)


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
    # What stands now stays for the whole trial: the collector would look through it again and again.
    gc.collect()
    gc.freeze()
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
        gc.unfreeze()
