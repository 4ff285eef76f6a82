"""Every page for every person, own and foreign: who sees what the policy does not give, or a name before its time."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient

from app.core.permissions import current_actor, public
from app.policy.actor import Actor
from app.policy.matrix import may_ever
from tests.browser.addresses import pages
from tests.browser.town import HIDDEN_NAME, Town
from tests.factories.accounts import sign_in
from tests.security.test_every_route import UNSAFE, addresses
from trials.report import Report

NOBODY = "nobody"
# The house that follows the youth: everybody else reads a code.
OWN_HOUSE = frozenset({"adviser", "manager"})
ANSWERS = frozenset({200, 303, 403, 404})
CLOSED = frozenset({303, 404})


def try_authorisation(app: Flask, town: Town) -> Report:
    """Walk once with the doors as they are, once with a page that forgot its door."""
    report = Report("Autorisations : personnes × pages", "cases")
    for cell, fault in walk(app, town):
        report.tried += cell
        report.faults += [fault] if fault else []
    report.found_planted = _finds_a_forgotten_door(app, town)
    return report


def walk(app: Flask, town: Town) -> Iterator[tuple[int, str]]:
    """Yield `(1, what is wrong or nothing)` for each cell."""
    for person in [NOBODY, *town.people]:
        client = _client(app, town, person)
        actor = _actor(app, client)
        for endpoint, paths in pages(app, town):
            for path in paths:
                yield 1, _judge(app, client, actor, person, endpoint, path)
        if person != NOBODY:
            for _rule, method, path in addresses(app, *UNSAFE):
                status = client.open(path, method=method).status_code
                yield 1, "" if status == 400 else f"{person} {method} {path} sans jeton : {status}"


def _client(app: Flask, town: Town, person: str) -> FlaskClient:
    client = app.test_client()
    return client if person == NOBODY else sign_in(client, town.people[person])


def _actor(app: Flask, client: FlaskClient) -> Actor:
    """Who the portal takes this client for."""
    seen: list[Actor] = []

    def look() -> None:
        seen.append(current_actor())

    app.before_request_funcs.setdefault(None, []).append(look)
    client.get("/compte/connexion")
    app.before_request_funcs[None].remove(look)
    return seen[-1]


def _judge(
    app: Flask, client: FlaskClient, actor: Actor, person: str, endpoint: str, path: str
) -> str:
    answer = client.get(path)
    status = answer.status_code
    permission = getattr(app.view_functions[endpoint], "__trefle_permission__", None)
    if HIDDEN_NAME[1].lower() in answer.text.lower() and person not in OWN_HOUSE:
        return f"{person} lit un nom sur {path}"
    if permission is None:
        return "" if status < 500 else f"{person} {path} : {status}"
    if person == NOBODY:
        return "" if status in CLOSED else f"sans compte, {path} : {status}"
    if not may_ever(actor, permission):
        return "" if status == 404 else f"{person} {path} : {status} malgré {permission}"
    return "" if status in ANSWERS else f"{person} {path} : {status}"


def _finds_a_forgotten_door(app: Flask, town: Town) -> bool:
    kept = app.view_functions["youth.show"]
    app.view_functions["youth.show"] = public(lambda youth_id: f"{youth_id} {HIDDEN_NAME[1]}")
    try:
        client = _client(app, town, "employer")
        path = f"/jeunes/{town.ids['youth']}"
        return bool(_judge(app, client, _actor(app, client), "employer", "youth.show", path))
    finally:
        app.view_functions["youth.show"] = kept
