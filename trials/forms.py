"""Garbage in every form, by every person: no page may break."""

from __future__ import annotations

import random
from collections.abc import Iterator

from flask import Flask

from app.core.permissions import public
from tests.browser.addresses import _values
from tests.browser.town import Town
from tests.factories.accounts import csrf_token, sign_in
from trials.report import Report

SEED = 20261127
# What people paste, what programs send, what breaks parsers.
GARBAGE = (
    "", " ", "0", "-1", "1e9", "9" * 40, "NaN", "null", "true", "oui", "2026-02-30", "31/02/2026",
    "0000-00-00", "9999-12-31", "'; DROP TABLE youth; --", "<script>alert(1)</script>", "{{ 7 * 7 }}",
    "%00", "\u202eabc", "🍀" * 50, "é" * 5000, "../../etc/passwd", "=cmd|' /C calc'!A0", "12:345:6",
    "http://exemple.invalid/", "//exemple.invalid", "\r\nSet-Cookie: a=b", "1" * 14, "a@b", "٣", "½",
)  # fmt: skip
FIELDS = (
    "text", "words", "reason", "answer", "name", "title", "year", "amount", "commune", "commune_code", "rome_code",
    "trade", "birth_date", "starts_on", "siret", "email", "version", "next", "ligne", "toutes", "page", "kind",
    "capacity", "places", "rows", "leaf", "outcome", "level", "positions", "request_key", "partner", "password",
)  # fmt: skip
# Leaving would end the person's session.
LEFT_OUT = frozenset({"accounts.logout"})


def try_forms(app: Flask, town: Town, *, rounds: int) -> Report:
    """Send garbage to each address that writes, `rounds` times a person; a 5xx is a fault."""
    report = Report("Formulaires : valeurs absurdes", "requêtes")
    chance = random.Random(SEED)
    for person, user in town.people.items():
        for path, method in _writes(app, town):
            client = sign_in(app.test_client(), user)
            token = {"csrf_token": csrf_token(app, client, "/")}
            for _ in range(rounds):
                data = _payload(chance) | token
                status = client.open(path, method=method, data=data).status_code
                report.tried += 1
                if status >= 500:
                    report.faults.append(f"{person} {method} {path} : {status}")
    report.found_planted = _finds_a_breaking_page(app, town)
    return report


def _writes(app: Flask, town: Town) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in LEFT_OUT:
            continue
        with app.test_request_context():
            try:
                values = next(_values(rule.endpoint, rule.arguments, town), None)
            except LookupError:
                values = dict.fromkeys(rule.arguments, 1)
            built = rule.build(values or {}, append_unknown=False)
        if built is not None:
            yield built[1], "POST"


def _payload(chance: random.Random) -> dict[str, str]:
    fields = chance.sample(FIELDS, k=chance.randint(0, len(FIELDS)))
    return {one: chance.choice(GARBAGE) for one in fields}


def _finds_a_breaking_page(app: Flask, town: Town) -> bool:
    name = next(
        one
        for one in app.view_functions
        if one.startswith("youth.") and "POST" in _methods(app, one)
    )
    kept = app.view_functions[name]

    def breaking(**_: object) -> str:
        raise KeyError(name)

    app.view_functions[name] = public(breaking)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        client = sign_in(app.test_client(), town.people["adviser"])
        rule = next(one for one in app.url_map.iter_rules() if one.endpoint == name)
        with app.test_request_context():
            built = rule.build(dict.fromkeys(rule.arguments, 1), append_unknown=False)
        data = {"csrf_token": csrf_token(app, client, "/")}
        return built is not None and client.post(built[1], data=data).status_code >= 500
    finally:
        app.view_functions[name] = kept


def _methods(app: Flask, endpoint: str) -> set[str]:
    return {method for rule in app.url_map.iter_rules(endpoint) for method in (rule.methods or ())}
