"""Signed links: each opens its own page and no other, for its own object, until its day, and only as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.links import SignedLink, read_link
from app.policy.actor import Link
from tests.browser.town import Town
from tests.factories.accounts import csrf_token
from trials.report import Report
from trials.stage import Undone, borrowed

LATER = timedelta(days=1_200)
# One token serves the pages of one purpose.
FAMILIES = {
    "privacy.own_file": "privacy.own",
    "accounts.reset_form": "accounts.reset",
    "accounts.choose_new_password": "accounts.reset",
    "accounts.join": "accounts.invitation",
}


def family(endpoint: str) -> str:
    """The purpose of a route: the slice and the first word of its name."""
    known = FAMILIES.get(endpoint)
    return known or "_".join(endpoint.split("_")[:1])


def try_links(app: Flask, town: Town) -> Report:
    """Every token at every route that takes one, as it is, changed and late; then with links that say no verb."""
    report = Report("Liens signés : jetons × routes", "demandes")
    with borrowed(app) as undone:
        for fault in _walk(app, town, undone):
            report.tried += 1
            report.faults += [fault] if fault else []
        with pytest.MonkeyPatch.context() as hole:
            hole.setattr("app.placements.views.answering.read_link", _any_verb)
            report.found_planted = any(_walk(app, town, undone))
    return report


def _any_verb(token: str) -> SignedLink:
    """A reader of links that does not look what they are for."""
    found = read_link(token)
    return SignedLink(
        Link(found.link.subject, "answer", found.link.object_id), found.about, found.ends_at
    )


def _walk(app: Flask, town: Town, undone: Undone) -> Iterator[str]:
    client = app.test_client()
    now = _keys(app)
    with time_machine.travel(clock.now() + LATER, tick=True):
        late = _keys(app)
    routes = [
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    for endpoint, method, pattern in routes:
        for owner, token in town.tokens.items():
            status = _ask(client, undone, method, pattern, token, now)
            is_own = family(owner) == family(endpoint)
            is_right = status != 404 if is_own else status == 404
            yield "" if is_right and status < 500 else f"{owner} → {method} {pattern} : {status}"
            for broken in (token[:-1], token[1:], token.swapcase(), f"{token}x", "\0", "x" * 3000):
                status = _ask(client, undone, method, pattern, broken, now)
                yield "" if status in {404, 429} else f"abîmé, {method} {pattern} : {status}"
            with time_machine.travel(clock.now() + LATER, tick=True):
                status = _ask(client, undone, method, pattern, token, late)
            yield "" if status in {404, 429} else f"périmé, {owner} → {method} {pattern} : {status}"


def _keys(app: Flask) -> tuple[str, str]:
    """The cookie and the form token of a stranger who comes now."""
    client = app.test_client()
    csrf = csrf_token(app, client, "/compte/connexion")
    cookie = client.get_cookie("trefle")
    return (cookie.value if cookie else "", csrf)


def _ask(
    client: FlaskClient,
    undone: Undone,
    method: str,
    pattern: str,
    token: str,
    keys: tuple[str, str],
) -> int:
    path = pattern.replace("<token>", token)
    for part, word in (("<int:placement_id>", "1"), ("<any(garder, liberer):answer>", "garder")):
        path = path.replace(part, word)
    client.set_cookie("trefle", keys[0])
    data = {"csrf_token": keys[1]} if method == "POST" else None
    with undone():
        return client.open(path, method=method, data=data).status_code
