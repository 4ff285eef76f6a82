"""Every migration runs up, down and up again on both databases, and ends where the models are."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.core.db import db
from app.factory import create_app
from tests.conftest import make_settings


def _run_up_down_up(tmp_path: Path, url: str) -> None:
    app = create_app(make_settings(tmp_path, database_url=url))
    with app.app_context():
        upgrade()
        tables = set(inspect(db.engine).get_table_names())
        downgrade(revision="base")
        emptied = set(inspect(db.engine).get_table_names())
        upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(context, db.metadata)
        db.engine.dispose()

    assert set(db.metadata.tables) <= tables
    assert emptied <= {"alembic_version", "sqlite_sequence"}
    assert differences == []


def test_the_migrations_run_both_ways_on_sqlite_and_equal_the_models(tmp_path: Path) -> None:
    _run_up_down_up(tmp_path, f"sqlite:///{tmp_path / 'migrated.sqlite'}")


@pytest.mark.postgres
def test_the_migrations_run_both_ways_on_postgresql_and_equal_the_models(tmp_path: Path, postgres_url: str) -> None:
    from tests.plugins.postgres import fresh_database

    with fresh_database(postgres_url, "trefle_migrations") as url:
        _run_up_down_up(tmp_path, url)
