"""Every route for every person, with an own and with a foreign object: the portal answers what the matrix says.

A cell is one request. Where the declared permission alone does not say the answer, `tests/policy/explained.py` does, in
words; anything else is a fault. Writes are undone after each request, so that every cell meets the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.permissions import public
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.estate import Estate
from tests.policy.cells import Cell, cells
from tests.policy.explained import opens
from trials.report import Report
from trials.stage import Undone, borrowed

NOBODY = "anonymous"
SUPPORT = "support_as_adviser"
LOGIN = "/compte/connexion"
# 400 means that the token did not arrive, 405 that the walk is wrong.
BROKEN = frozenset({400, 405})


@dataclass(slots=True)
class Visitor:
    """A browser of one persona, whose session is given back to it before each request."""

    persona: str
    client: FlaskClient
    token: str
    cookie: str

    def ask(self, cell: Cell, undone: Undone) -> TestResponse:
        """The answer to one cell; what it wrote is gone afterwards."""
        self.client.set_cookie("trefle", self.cookie)
        data = None if cell.method == "GET" else {"csrf_token": self.token}
        with undone():
            return self.client.open(cell.path, method=cell.method, data=data)


def try_authorisation(app: Flask, estate: Estate) -> Report:
    """Walk once with the doors as they are, once with a page that forgot its door and one whose service did."""
    report = Report("Autorisations : personnes × routes × objets", "cases")
    every = list(cells(app, estate.own, estate.foreign))
    with borrowed(app) as undone:
        for visitor in visitors(app, estate):
            for cell in every:
                fault = judge(visitor.persona, cell, visitor.ask(cell, undone))
                report.tried += 1
                report.faults += [fault] if fault else []
        report.holes = _finds_forgotten_doors(app, estate, every, undone)
    return report


def visitors(app: Flask, estate: Estate) -> Iterator[Visitor]:
    """A browser of each persona that has an account, one of nobody, one of support that looks as the adviser."""
    yield _visitor(app, NOBODY, app.test_client(), LOGIN)
    for persona, user in estate.world.users.items():
        yield _visitor(app, persona, sign_in(app.test_client(), user), "/")
    yield _support(app, estate)


def _support(app: Flask, estate: Estate) -> Visitor:
    """The platform's administrator, who looks at the portal as the adviser."""
    world = estate.world
    client = sign_in(app.test_client(), world.users["platform_admin"])
    token = csrf_token(app, client, "/")
    path = f"/support/{world.places['mission'].id}/{world.users['adviser'].id}"
    data = {"csrf_token": token, "reason": "Elle ne trouve plus sa liste."}
    began = client.post(path, data=data)
    if began.status_code != 303:
        raise AssertionError(f"support cannot look: {began.status_code}")
    return _visitor(app, SUPPORT, client, "/")


def _visitor(app: Flask, persona: str, client: FlaskClient, page: str) -> Visitor:
    token = csrf_token(app, client, page)
    cookie = client.get_cookie("trefle")
    return Visitor(persona, client, token, cookie.value if cookie else "")


def judge(persona: str, cell: Cell, answer: TestResponse) -> str:
    """What is wrong with this answer; nothing when policy or a written explanation says so."""
    status = answer.status_code
    told = f"{persona} {cell.method} {cell.path} ({'soi' if cell.is_own else 'autrui'}) : {status}"
    if status >= 500 or status in BROKEN:
        return told
    return "" if is_closed(answer) != opens(persona, cell) else told


def is_closed(answer: TestResponse) -> bool:
    """Refused, hidden, or sent to the door."""
    sent_away = answer.status_code == 303 and LOGIN in answer.headers.get("Location", "")
    return answer.status_code in {401, 403, 404} or sent_away


def _finds_forgotten_doors(
    app: Flask, estate: Estate, every: list[Cell], undone: Undone
) -> dict[str, bool]:
    """A view without its first door, and one whose service judges nothing: both must be faults of the walk."""
    holes = {
        "youth.show": public(lambda youth_id: f"{youth_id}"),
        "placements.show": public(lambda placement_id: f"{placement_id}"),
        "training.change_session": public(lambda session_id: f"{session_id}"),
    }
    kept = {name: app.view_functions[name] for name in holes}
    app.view_functions.update(holes)
    try:
        found = {
            cell.endpoint
            for visitor in visitors(app, estate)
            if visitor.persona in {"employer", "other_adviser", "other_cfa", NOBODY}
            for cell in every
            if cell.endpoint in holes and judge(visitor.persona, cell, visitor.ask(cell, undone))
        }
    finally:
        app.view_functions.update(kept)
    return {name: name in found for name in holes}
