"""An application on a migrated database of its own, whose rows are really committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app.core.db import db
from app.factory import create_app
from tests.conftest import Browser, make_settings
from tests.plugins.postgres import fresh_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application at the last migration, on a database of each kind."""
    with ExitStack() as stack:
        changes = {}
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server_url")
            # One database a test process: two would drop each other's.
            worker = request.getfixturevalue("worker_name")
            opened = fresh_database(server, f"trefle_operations_{worker}")
            changes["database_url"] = stack.enter_context(opened)
        app = create_app(make_settings(tmp_path, **changes))
        app.test_client_class = Browser
        with app.app_context():
            upgrade()
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
