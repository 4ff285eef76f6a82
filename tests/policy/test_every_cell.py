"""The authorisation trial leaves nothing out: each route has its objects, and each explanation its route."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.core.db import transaction
from tests.factories.estate import Estate, make_estate
from tests.policy.cells import Uncovered, cells
from tests.policy.explained import EXPLAINED, JUDGED_BY


@pytest.fixture
def estate(app: Flask, session: Session) -> Estate:
    with transaction() as writing:
        return make_estate(writing)


def test_every_route_is_tried_with_an_own_and_a_foreign_object(app: Flask, estate: Estate) -> None:
    every = list(cells(app, estate.own, estate.foreign))

    tried = {(cell.endpoint, cell.method) for cell in every}
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if "token" not in rule.arguments
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    one_sided = {cell.endpoint for cell in every if cell.key} - {
        cell.endpoint for cell in every if not cell.is_own
    }
    assert tried == routes
    assert one_sided == set()
    assert len(every) > 500


def test_a_route_that_names_an_unknown_kind_of_object_is_noticed(
    app: Flask, estate: Estate
) -> None:
    rule = Rule("/nouveaute/<int:novelty_id>", endpoint="youth.show", methods=["GET"])
    app.url_map.add(rule)

    try:
        with pytest.raises(Uncovered, match="novelty_id"):
            list(cells(app, estate.own, estate.foreign))
    finally:
        app.url_map._rules.remove(rule)
        app.url_map._rules_by_endpoint["youth.show"].remove(rule)


def test_an_explanation_is_about_a_route_that_there_is(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert EXPLAINED.keys() | JUDGED_BY.keys() <= endpoints
    assert all(one.why for one in EXPLAINED.values())
