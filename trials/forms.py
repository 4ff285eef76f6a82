"""Garbage in every form and every address, by every person: no page may break.

The forms are those that the pages show, at each step of a placement and of its contract: each is sent back with its own
values but for a few fields, which get what people paste, what programs send and what breaks parsers; days get slips of
the year. Addresses that write and show no form get fields by guess. Where a form was taken, the page that it leads to
and the one that showed it are read again, as a value may break what reads it later. What a request wrote is then taken
back, so that the next one meets the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from app.core.db import db
from app.core.documents import pdf_of
from app.core.permissions import public
from tests.factories.estate import Estate
from tests.policy.cells import Cell, cells
from trials.authorisation import NOBODY, SUPPORT, Visitor, visitors
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
SLIPS = ("0026", "0001", "0202", "1826", "2062", "2206", "9999")
"""Years that people type for another one."""
DAYS = frozenset({"date", "datetime-local"})
STEPPED = ("placements.", "contracts.")
PARTIES = frozenset({"adviser", "employer", "cfa", "field_agent", "other_employer", SUPPORT})
"""Who walks through each step once more; nobody else opens a page of it."""
# These end the session of the person; nothing else would be tried after.
LEFT_OUT = frozenset({"accounts.logout", "accounts.logout_everywhere"})
UNSHOWN = "csrf_token"
HOLE_ROUNDS = 60
"""How often a form is sent at most until a hole in it is seen."""
PRINTERS = (
    "app.contracts.views.documents",
    "app.outreach.views.campaigns",
    "app.steering.views.monthly",
)
"""Who prints: the same document in words is the same on paper, and takes three seconds a time."""
ENDS = frozenset({"/compte/deconnexion", "/compte/deconnexion-partout"})
TAKEN = frozenset({200, 302, 303})


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it: where it goes, what it holds, which fields are files or days, on which page."""

    action: str
    fields: Mapping[str, str]
    files: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    page: str = ""


def try_forms(app: Flask, estate: Estate, steps: Mapping[str, int], *, rounds: int) -> Report:
    """Send garbage to everything, each form `rounds` times a person; a 5xx is a fault.

    Args:
        steps: placements of the own side, by the step at which each stands.

    The garbage of one database is not that of the other: what both tried together is the count.
    """
    report = Report("Formulaires et adresses : valeurs absurdes", "requêtes")
    plain = [one for one in cells(app, estate.own, estate.foreign) if one.endpoint not in LEFT_OUT]
    every = [*plain, *at_each_step(app, estate, steps)]
    with borrowed(app) as undone, printed_once():
        for visitor in visitors(app, estate):
            wanted = every if visitor.persona in PARTIES else plain
            for tried, fault in _of_person(visitor, wanted, undone, rounds):
                report.tried += tried
                report.faults += [fault] if fault else []
            report.details[visitor.persona] = report.tried - sum(report.details.values())
        report.holes = _finds_breaking_pages(app, estate, every, undone)
    return report


@contextmanager
def printed_once() -> Iterator[None]:
    """Print the same document once only."""
    with pytest.MonkeyPatch.context() as changed:
        once = cache(pdf_of)
        for one in PRINTERS:
            changed.setattr(f"{one}.pdf_of", once)
        yield


def at_each_step(app: Flask, estate: Estate, steps: Mapping[str, int]) -> Iterator[Cell]:
    """The addresses of placements and contracts once more for each step."""
    for placement_id in steps.values():
        named = {"placement_id": placement_id, "contracts.placement_id": placement_id}
        for cell in cells(app, {**estate.own, **named}, estate.foreign):
            if (
                cell.is_own
                and cell.endpoint.startswith(STEPPED)
                and f"/{placement_id}" in cell.path
            ):
                yield cell


def _of_person(
    visitor: Visitor, every: Sequence[Cell], undone: Undone, rounds: int, *, asks: bool = True
) -> Iterator[tuple[int, str]]:
    """How many requests, and what broke; nothing of a person whom nothing broke for.

    Args:
        asks: whether addresses get absurd questions too, beside the forms.
    """
    chance = random.Random(f"{SEED} {visitor.persona} {db.engine.dialect.name}")
    shown: dict[str, Form] = {}
    for cell in every:
        if cell.method == "GET":
            answer = visitor.ask(cell, undone)
            yield 1, _fault(visitor, "GET", cell.path, answer.status_code)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                shown |= {one.action: one for one in forms_of(answer.text, cell.path)}
            for _ in range(rounds if asks and answer.status_code == 200 else 0):
                query = {name: chance.choice(GARBAGE) for name in chance.sample(QUERIES, k=3)}
                status = _send(visitor, undone, "GET", cell.path, query_string=query)
                yield 1, _fault(visitor, "GET", cell.path, status)
    left_out = {one.path for one in every if one.method != "GET"}
    writes = [(one.method, one.path) for one in every if one.method != "GET"]
    # Parts of a page whose address names more than an object, as the three sides of a contract sheet.
    writes += [("POST", one) for one in shown if one.startswith("/") and one not in left_out]
    for method, path in writes:
        form = shown.get(path, Form(path, dict.fromkeys(GUESSED, "")))
        if (path in shown or visitor.persona != NOBODY) and path not in ENDS:
            for _ in range(rounds * (2 if form.days else 1)):
                for tried, status, where in _sent(visitor, undone, method, form, chance):
                    yield tried, _fault(visitor, method, where, status)


def _sent(
    visitor: Visitor, undone: Undone, method: str, form: Form, chance: random.Random
) -> Iterator[tuple[int, int, str]]:
    """The answer to a spoilt form; when it was taken, also where it leads and the page that showed it."""
    data = spoilt(form, chance)
    visitor.client.set_cookie("trefle", visitor.cookie)
    with undone():
        values = body_of({**data, UNSHOWN: visitor.token})
        answer = visitor.client.open(form.action, method=method, **values)
        yield 1, answer.status_code, form.action
        if answer.status_code in TAKEN:
            said = ", ".join(f"{name}={data.get(name)!r:.40}" for name in form.days)
            for page in {answer.headers.get("Location") or "", form.page} - {""}:
                status = visitor.client.get(page).status_code
                yield 1, status, f"{form.action} ({said}), puis {page}"


def forms_of(page: str, path: str = "") -> Iterator[Form]:
    """The forms of a page that write, by their action."""
    for form in BeautifulSoup(page, "lxml").find_all("form", method="post"):
        fields, files, days = {}, [], []
        for one in form.find_all(("input", "select", "textarea", "button")):
            if name := str(one.get("name") or ""):
                fields[name] = _value(one)
                files += [name] if one.get("type") == "file" else []
                days += [name] if one.get("type") in DAYS else []
        action = str(form.get("action") or "").partition("?")[0]
        yield Form(action, fields, tuple(files), tuple(days), path)


def _value(field: Tag) -> str:
    """What the browser would send of this field: the chosen option, the text, the value."""
    if field.name == "select":
        options = field.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")] or options[-1:]
        return str(chosen[0].get("value", "")) if chosen else ""
    return field.get_text() if field.name == "textarea" else str(field.get("value") or "")


def spoilt(form: Form, chance: random.Random) -> dict[str, Any]:
    """Its own values, but for one to three fields; a field may also be missing, and a day may be of another year."""
    names = [one for one in form.fields if one != UNSHOWN]
    data: dict[str, Any] = dict(form.fields)
    for name in chance.sample(names, k=min(len(names), chance.randint(1, 3))):
        if chance.random() < 0.1:
            del data[name]
        else:
            data[name] = chance.choice(GARBAGE)
    for name in form.days:
        if name in data and chance.random() < 0.5:
            data[name] = chance.choice(SLIPS) + (form.fields[name] or "2026-11-30T10:00")[4:]
            if len(form.fields[name]) == 0 and chance.random() < 0.5:
                data[name] = str(data[name])[:10]
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


def _finds_breaking_pages(
    app: Flask, estate: Estate, every: Sequence[Cell], undone: Undone
) -> dict[str, bool]:
    """A note whose service breaks, and forms that take a day of any year, which breaks the page that reads it."""

    def look(persona: str, *endpoints: str) -> bool:
        visitor = next(one for one in visitors(app, estate) if one.persona == persona)
        few = [one for one in every if one.endpoint in endpoints]
        sent = _of_person(visitor, few, undone, HOLE_ROUNDS, asks=False)
        return any(fault for _, fault in sent)

    def breaking(**_: object) -> str:
        raise KeyError("hole")

    with pytest.MonkeyPatch.context() as hole:
        hole.setitem(app.view_functions, "youth.write_note", public(breaking))
        breaks = look("adviser", "youth.write_note", "youth.show")
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr("app.core.forms.DateBetween.__call__", lambda *_: None)
        keeps = look("employer", "contracts.sheet")
    return {"formulaire qui casse": breaks, "année que rien ne borne": keeps}
