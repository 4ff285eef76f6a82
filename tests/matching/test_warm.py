"""A process that starts says that it is not ready until its pool is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.core.health import starts_cold
from app.matching.cli import warm_in_background, warm_up
from app.matching.queries.triples_page import Filters, youth_triples
from tests.matching.world import make_world

pytestmark = pytest.mark.usefixtures("frozen")


def test_readiness_waits_for_what_loads_at_the_start(app: Flask, client: FlaskClient) -> None:
    is_warm = starts_cold(app)

    before = client.get("/readyz")
    is_warm.set()
    after = client.get("/readyz")

    assert before.status_code == 503
    assert before.get_json()["warm"] is False
    assert after.get_json()["warm"] is True


def test_a_warm_process_reads_no_table_of_rows_for_its_first_page(
    app: Flask, session: Session
) -> None:
    world = make_world(session)
    statements: list[str] = []
    warm_up(app)

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    found = youth_triples(session, youth_id=world.youth.id, filters=Filters())
    event.remove(Engine, "before_cursor_execute", note)

    assert found is not None
    assert not [one for one in statements if "FROM wish" in one or "FROM readiness_mark" in one]


def test_a_base_that_is_away_does_not_keep_the_process_waiting_for_ever(app: Flask) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:////nowhere/at/all.sqlite"

    warm_in_background(app).join(timeout=30)

    assert app.extensions["warm"].is_set()
