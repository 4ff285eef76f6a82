"""The throw-away PostgreSQL of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.plugins.postgres import fresh_database
from tools.postgres import PostgresMissing, address, find_binaries


@pytest.mark.postgres
def test_the_database_of_the_tests_folds_accents_and_compares_trigrams(postgres_url: str) -> None:
    engine = create_engine(postgres_url)

    with engine.connect() as connection:
        folded = connection.scalar(text("SELECT unaccent('Trèfle')"))
        likeness = connection.scalar(text("SELECT similarity('boulanger', 'boulangerie')"))
    engine.dispose()

    assert folded == "Trefle"
    assert likeness is not None
    assert likeness > 0.5


@pytest.mark.postgres
def test_a_fresh_database_is_empty_even_when_a_run_left_one(postgres_server_url: str) -> None:
    name = "trefle_left_behind"
    with fresh_database(postgres_server_url, name) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE leftover (id integer)"))
        engine.dispose()

        with fresh_database(postgres_server_url, name) as again:
            engine = create_engine(again)
            with engine.connect() as connection:
                tables = connection.scalar(
                    text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
                )
            engine.dispose()

    assert tables == 0


def test_a_socket_address_is_a_url_that_sqlalchemy_reads() -> None:
    url = address(Path("/tmp/trefle-pg-x"), "trefle_test")

    engine = create_engine(url)

    assert engine.url.query["host"] == "/tmp/trefle-pg-x"
    assert engine.url.database == "trefle_test"


def test_a_machine_without_postgresql_is_told_what_was_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("tools.postgres.SYSTEM_FOLDERS", ())
    monkeypatch.setattr("tools.postgres.find_spec", lambda name: None)

    with pytest.raises(PostgresMissing, match="TEST_DATABASE_URL"):
        find_binaries()
