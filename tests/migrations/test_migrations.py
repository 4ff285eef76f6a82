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

NOW = "'2026-11-23 09:00:00'"
FILLED = (
    f"""INSERT INTO organisation (id, kind, name, sort_name, status, is_demonstration, answers_due, answers_in_time,
        created_at, version) VALUES (1, 'company', 'Fournil', 'fournil', 'active', 0, 0, 0, {NOW}, 1),
        (2, 'local_mission', 'Mission', 'mission', 'active', 0, 0, 0, {NOW}, 1)""",
    f"""INSERT INTO opening (id, employer_id, title, sort_name, apprenticeship, professionalisation, positions,
        positions_taken, licence_required, minors_possible, status, source, live_placements, created_at,
        is_demonstration, version)
        VALUES (1, 1, 'Boulanger', 'boulanger', 1, 0, 1, 1, 0, 'unknown', 'published', 'typed', 0, {NOW}, 0, 1)""",
    f"""INSERT INTO youth (id, public_code, given_name, family_name, folded_name, birth_date, is_emancipated,
        organisation_id, status, lower_secondary_completed, driving_licence_b, boarding_accepted, wants_apprenticeship,
        wants_professionalisation, live_placements, waiting_answers, created_at, updated_at, is_demonstration, version)
        VALUES (1, 'ABCD2345', 'A', 'B', 'a b', '2008-03-05', 0, 2, 'ready', 'unknown', 'unknown', 'unknown', 1, 0, 0,
        0, {NOW}, {NOW}, 0, 1)""",
    f"""INSERT INTO position_hold (id, opening_id, youth_id, state, created_at)
        VALUES (1, 1, 1, 'taken', {NOW})""",
)
"""One opening that another table points to: what a rebuilt table must not lose. Columns of the first tables."""


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


def test_rows_of_the_first_tables_outlive_every_migration(tmp_path: Path) -> None:
    app = create_app(
        make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'filled.sqlite'}")
    )
    with app.app_context():
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            for statement in FILLED:
                connection.exec_driver_sql(statement)

        upgrade()

        with db.engine.connect() as connection:
            kept = connection.exec_driver_sql(
                "SELECT count(*) FROM position_hold JOIN opening ON opening.id = opening_id"
            ).scalar()
            guarded = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        db.engine.dispose()
    assert kept == 1
    assert guarded == 1


@pytest.mark.postgres
def test_the_migrations_run_both_ways_on_postgresql_and_equal_the_models(
    tmp_path: Path, postgres_url: str
) -> None:
    from tests.plugins.postgres import fresh_database

    with fresh_database(postgres_url, "trefle_migrations") as url:
        _run_up_down_up(tmp_path, url)
