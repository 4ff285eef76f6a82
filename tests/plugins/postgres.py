"""Which database the tests run on, and a PostgreSQL for those that need one.

`--database sqlite|postgres` chooses for the whole run (SQLite when unset). A run on PostgreSQL
keeps only the tests that touch a database: the others would only say the same thing twice.

Fixtures, all for the session of one worker:

- `database_url`: an empty database of the chosen kind; the application's fixtures build on it;
- `postgres_url`: an empty PostgreSQL database, whatever was chosen; for tests marked `postgres`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from tools.postgres import PostgresMissing, cluster

EXTENSIONS = ("pg_trgm", "unaccent")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of the database."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default="sqlite",
        help="the database behind the application's fixtures",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, keep the tests that use the chosen database.

    Those marked `postgres` use one in every run, so the run on SQLite has had them already.
    """
    if config.getoption("--database") != "postgres":
        return
    kept = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    dropped = [item for item in items if item not in set(kept)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = kept


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the SQLAlchemy URL of an empty database of the chosen kind."""
    if request.config.getoption("--database") == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path_factory.mktemp('database') / 'trefle.sqlite'}"


@pytest.fixture(scope="session")
def postgres_url(postgres_server_url: str, worker_name: str) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of this worker."""
    with fresh_database(postgres_server_url, f"trefle_test_{worker_name}") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """Yield the URL of a server for our databases: the given one, else one of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(cluster())
        except PostgresMissing as missing:
            pytest.skip(str(missing))
        yield url


@pytest.fixture(scope="session")
def worker_name() -> str:
    """Return the name of this test process: `gw0`, `gw1`, or `main` without xdist."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@contextmanager
def fresh_database(server_url: str, name: str) -> Iterator[str]:
    """Create an empty database with our extensions; drop it at the end, whoever is connected."""
    server = create_engine(server_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    url: URL = make_url(server_url).set(database=name)
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0"))
    try:
        _create_extensions(url)
        yield url.render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        server.dispose()


def _create_extensions(url: URL) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    with engine.connect() as connection:
        for extension in EXTENSIONS:
            connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension}"))
    engine.dispose()
