"""Garbage in every form and every address, by every person: no page may break.

The forms are those that the pages show: each is sent back with its own values but for a few fields, which get what
people paste, what programs send and what breaks parsers. Addresses that write and show no form get fields by guess.
What a request wrote is taken back, so that the next one meets the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from flask import Flask

from app.core.permissions import public
from tests.factories.estate import Estate
from tests.policy.cells import Cell, cells
from trials.authorisation import NOBODY, Visitor, visitors
from trials.report import Report
from trials.stage import Undone, borrowed

SEED = 20261127
GARBAGE = (
    "", " ", "0", "-1", "1e9", "9" * 40, "NaN", "null", "true", "oui", "2026-02-30", "31/02/2026",
    "0000-00-00", "9999-12-31", "0001-01-01", "2026-11-31T25:61", "'; DROP TABLE youth; --",
    "<script>alert(1)</script>", "{{ 7 * 7 }}", "%00", "\0", "\ud83c", "\u202eabc", "🍀" * 50, "é" * 5000,
    "../../etc/passwd", "=cmd|' /C calc'!A0", "12:345:6", "http://exemple.invalid/", "//exemple.invalid",
    "\r\nSet-Cookie: a=b", "1" * 14, "a@b", "²", "٣", "½", "1,5", "1 000", "x" * 70_000, "[]", "a" * 300 + "!",
)  # fmt: skip
QUERIES = (
    "page",
    "q",
    "sort",
    "etat",
    "jeune",
    "id",
    "piste",
    "company",
    "commune",
    "au",
    "mois",
    "next",
)
GUESSED = (
    "text",
    "reason",
    "answer",
    "name",
    "title",
    "commune",
    "rome_code",
    "birth_date",
    "version",
)
# These end the session of the person; nothing else would be tried after.
LEFT_OUT = frozenset({"accounts.logout", "accounts.logout_everywhere"})
UNSHOWN = "csrf_token"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it: where it goes and what it holds."""

    action: str
    fields: Mapping[str, str]
    files: tuple[str, ...]


def try_forms(app: Flask, estate: Estate, *, rounds: int) -> Report:
    """Send garbage to everything, each form `rounds` times a person; a 5xx is a fault."""
    report = Report("Formulaires et adresses : valeurs absurdes", "requêtes")
    every = [one for one in cells(app, estate.own, estate.foreign) if one.endpoint not in LEFT_OUT]
    with borrowed(app) as undone:
        for visitor in visitors(app, estate):
            for tried, fault in _of_person(visitor, every, undone, rounds):
                report.tried += tried
                report.faults += [fault] if fault else []
        report.found_planted = _finds_a_breaking_page(app, estate, every, undone)
    return report


def _of_person(
    visitor: Visitor, every: Sequence[Cell], undone: Undone, rounds: int
) -> Iterator[tuple[int, str]]:
    chance = random.Random(f"{SEED} {visitor.persona}")
    shown: dict[str, Form] = {}
    for cell in every:
        if cell.method == "GET":
            answer = visitor.ask(cell, undone)
            yield 1, _fault(visitor, "GET", cell.path, answer.status_code)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                shown |= {one.action: one for one in forms_of(answer.text)}
            for _ in range(rounds if answer.status_code == 200 else 0):
                query = {name: chance.choice(GARBAGE) for name in chance.sample(QUERIES, k=3)}
                status = _send(visitor, undone, "GET", cell.path, query_string=query)
                yield 1, _fault(visitor, "GET", cell.path, status)
    for cell in every:
        form = shown.get(cell.path, Form(cell.path, dict.fromkeys(GUESSED, ""), ()))
        if cell.method != "GET" and (cell.path in shown or visitor.persona != NOBODY):
            for _ in range(rounds):
                status = _send(visitor, undone, cell.method, cell.path, data=spoilt(form, chance))
                yield 1, _fault(visitor, cell.method, cell.path, status)


def forms_of(page: str) -> Iterator[Form]:
    """The forms of a page that write, by their action."""
    for form in BeautifulSoup(page, "lxml").find_all("form", method="post"):
        fields, files = {}, []
        for one in form.find_all(("input", "select", "textarea", "button")):
            if name := str(one.get("name") or ""):
                fields[name] = _value(one)
                files += [name] if one.get("type") == "file" else []
        yield Form(str(form.get("action") or "").partition("?")[0], fields, tuple(files))


def _value(field: Tag) -> str:
    """What the browser would send of this field: the chosen option, the text, the value."""
    if field.name == "select":
        options = field.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")] or options[-1:]
        return str(chosen[0].get("value", "")) if chosen else ""
    return field.get_text() if field.name == "textarea" else str(field.get("value") or "")


def spoilt(form: Form, chance: random.Random) -> dict[str, Any]:
    """Its own values, but for one to three fields; a field may also be missing."""
    names = [one for one in form.fields if one != UNSHOWN]
    data: dict[str, Any] = dict(form.fields)
    for name in chance.sample(names, k=min(len(names), chance.randint(1, 3))):
        if chance.random() < 0.1:
            del data[name]
        else:
            data[name] = chance.choice(GARBAGE)
    for name in form.files:
        data[name] = (
            BytesIO(chance.randbytes(300)),
            chance.choice(("a.csv", "../b.xlsx", "c.svg")),
        )
    return data


def _send(visitor: Visitor, undone: Undone, method: str, path: str, **values: Any) -> int:
    visitor.client.set_cookie("trefle", visitor.cookie)
    if "query_string" in values:
        values["query_string"] = urlencoded(values["query_string"])
    if "data" in values:
        values |= body_of({**values["data"], UNSHOWN: visitor.token})
    with undone():
        return visitor.client.open(path, method=method, **values).status_code


def urlencoded(values: Mapping[str, str]) -> str:
    """As programs send it: half a character goes as the bytes that it would have."""
    return urlencode(values, errors="surrogatepass")


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the client sends of a form: in parts when it holds a file, else as one line."""
    if all(isinstance(one, str) for one in values.values()):
        return {"data": urlencoded(values), "content_type": "application/x-www-form-urlencoded"}
    return {
        "data": {
            name: one.encode(errors="replace").decode() if isinstance(one, str) else one
            for name, one in values.items()
        }
    }


def _fault(visitor: Visitor, method: str, path: str, status: int) -> str:
    return f"{visitor.persona} {method} {path} : {status}" if status >= 500 else ""


def _finds_a_breaking_page(
    app: Flask, estate: Estate, every: Sequence[Cell], undone: Undone
) -> bool:
    """The note of a youth, whose service breaks on a text of more than a thousand characters."""
    name = "youth.write_note"
    kept = app.view_functions[name]

    def breaking(**_: object) -> str:
        raise KeyError(name)

    app.view_functions[name] = public(breaking)
    try:
        adviser = next(one for one in visitors(app, estate) if one.persona == "adviser")
        few = [one for one in every if one.endpoint in {name, "youth.show"}]
        return any(fault for _, fault in _of_person(adviser, few, undone, 3))
    finally:
        app.view_functions[name] = kept
