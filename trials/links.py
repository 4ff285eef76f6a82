"""Signed links: each opens its own page and no other, for its own object, until its day, and only as it was written."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.links import SignedLink, read_link
from app.policy.actor import Link
from tests.browser.town import Town
from tests.factories.accounts import csrf_token
from trials.forms import GUESSED, UNSHOWN, Form, body_of, forms_of, spoilt
from trials.report import Report
from trials.stage import Undone, borrowed

LATER = timedelta(days=1_200)
SPOILT = 40
NO_FORM = Form("", {}, ())
# One youth of the town has a seat that waits for their word; to any other's link it is 404.
ONE_BEARER = frozenset({"privacy.own_seat"})
# One token serves the pages of one purpose.
FAMILIES = {
    "privacy.own_file": "privacy.own",
    "accounts.reset_form": "accounts.reset",
    "accounts.choose_new_password": "accounts.reset",
    "accounts.join": "accounts.invitation",
    "openings.approve": "openings.approval",
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
    """One line a request: what is wrong with its answer, or nothing."""
    client = app.test_client()
    now = _keys(app)
    with time_machine.travel(clock.now() + LATER, tick=True):
        late = _keys(app)
    shown = _shown(client, undone, app, town, now)
    for endpoint, method, rule in routes(app):
        pattern = _filled(rule, town)
        form = shown.get(pattern, NO_FORM)
        for owner, token in town.tokens.items():
            status = _ask(client, undone, method, pattern, token, now, form.fields)
            is_own = family(owner) == family(endpoint)
            if endpoint in ONE_BEARER:
                is_own = owner == endpoint
            is_right = status != 404 if is_own else status == 404
            yield "" if is_right and status < 500 else f"{owner} → {method} {pattern} : {status}"
            for broken in (token[:-1], token[1:], token.swapcase(), f"{token}x", "\0", "x" * 3000):
                status = _ask(client, undone, method, pattern, broken, now, form.fields)
                yield "" if status in {404, 429} else f"abîmé, {method} {pattern} : {status}"
            with time_machine.travel(clock.now() + LATER, tick=True):
                status = _ask(client, undone, method, pattern, token, late, form.fields)
            yield "" if status in {404, 429} else f"périmé, {owner} → {method} {pattern} : {status}"
            if is_own and method == "POST":
                yield from _garbage(client, undone, (pattern, token), now, form)


def _garbage(
    client: FlaskClient, undone: Undone, where: tuple[str, str], keys: tuple[str, str], form: Form
) -> Iterator[str]:
    """The form of the page behind the link, with what people paste in it: no page may break."""
    chance = random.Random(where[0])
    fields = form.fields or dict.fromkeys(GUESSED, "")
    for _ in range(SPOILT):
        data = spoilt(Form(form.action, fields, form.files), chance)
        status = _ask(client, undone, "POST", *where, keys, data)
        yield f"valeurs absurdes, POST {where[0]} : {status}" if status >= 500 else ""


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and rule of every address that takes a token."""
    return [
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        if "token" in rule.arguments
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _filled(rule: str, town: Town) -> str:
    """The address with everything in its place but the token."""
    known = {
        "<int:placement_id>": str(town.ids["kept_seat"]),
        "<any(garder, liberer):answer>": "garder",
        "<any(accord, refus):answer>": "accord",
    }
    for part, word in known.items():
        rule = rule.replace(part, word)
    return rule


def _shown(
    client: FlaskClient, undone: Undone, app: Flask, town: Town, keys: tuple[str, str]
) -> dict[str, Form]:
    """The forms on the pages of the links, by the address that they are sent to, its token taken out."""
    found: dict[str, Form] = {}
    for endpoint, method, rule in routes(app):
        for owner, token in town.tokens.items():
            if method == "GET" and family(owner) == family(endpoint):
                client.set_cookie("trefle", keys[0])
                with undone():
                    answer = client.get(_filled(rule, town).replace("<token>", token))
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    forms = forms_of(answer.text)
                    found |= {one.action.replace(token, "<token>"): one for one in forms}
    return found


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
    fields: Mapping[str, Any],
) -> int:
    client.set_cookie("trefle", keys[0])
    body = body_of({**fields, UNSHOWN: keys[1]}) if method == "POST" else {}
    with undone():
        return client.open(pattern.replace("<token>", token), method=method, **body).status_code
