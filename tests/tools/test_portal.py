"""`make run` asks the portal about its database only when something may have changed since it last did."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tools.portal import prepared_from


def write_revision(database: Path, revision: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "communes.json.stamp").write_text("one edition", encoding="ascii")
    write_revision(tmp_path / "trefle.sqlite", "check_ins")
    return {"INSTANCE_PATH": str(tmp_path)}


def test_nothing_is_prepared_again_while_sources_and_database_stay(environ: dict[str, str]) -> None:
    before = prepared_from(environ)

    assert prepared_from(environ) == before


@pytest.mark.parametrize("change", ["another revision", "no database", "no table", "new communes"])
def test_a_change_is_noticed(environ: dict[str, str], tmp_path: Path, change: str) -> None:
    before, database = prepared_from(environ), tmp_path / "trefle.sqlite"

    if change == "another revision":
        write_revision(database, "0001")
    elif change == "no database":
        database.unlink()
    elif change == "no table":
        database.write_bytes(b"")
    else:
        (tmp_path / "reference" / "communes.json.stamp").write_text("another", encoding="ascii")

    assert prepared_from(environ) != before
