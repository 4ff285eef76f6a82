"""The holes planted for the trial of names, one a surface: each must be found, or the trial says nothing."""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import Any

import numpy as np
import pytest
from flask import Flask, Response, make_response, request
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.text import sort_key
from app.core.tokens import seal
from app.engine.concerned import Concerned
from app.engine.pool import Pool
from app.engine.pool.columns import Longs
from app.placements.queries.lists import _found
from app.policy.actor import Actor
from app.rules.identifiers import format_nir
from app.youth.models import Youth
from tests.policy.cells import Cell
from trials.authorisation import NOBODY, Visitor
from trials.names.links import read_links
from trials.names.order import compare_twins
from trials.names.walk import NUMBER, WEEK, Walk

Change = Callable[[Response], None]
HOME = "dashboard.home"
LIST = "placements.list_placements"


def find_holes(walk: Walk, visitors: Mapping[str, Visitor], cells: list[Cell]) -> dict[str, bool]:
    """Plant each hole alone and look again where it is: whether something was found."""
    found = {}
    employer, own = visitors["employer"], [one for one in cells if one.is_own]

    def look(*endpoints: str) -> None:
        few = [one for one in own if one.endpoint in endpoints]
        walk.everything(employer, few, seeks=LIST in endpoints)

    def look_elsewhere() -> None:
        few = [one for one in own if one.endpoint == HOME]
        walk.everything(visitors["other_employer"], few, seeks=False)

    def look_at_order() -> None:
        few = [one for one in own if one.endpoint == "matching.profiles"]
        walk.faults += compare_twins(walk, [employer], few)

    def look_at_log() -> None:
        walk.everything(
            visitors["adviser"], [one for one in own if one.endpoint == "youth.show"], seeks=False
        )

    looks: dict[str, Callable[[], None]] = {
        "page": lambda: look(HOME),
        "fragment": lambda: look(LIST),
        "refus 4xx": lambda: look("openings.add_opening"),
        "fichier": lambda: look("placements.meeting_file"),
        "en-tête": lambda: look(HOME),
        "jeton": lambda: look(HOME),
        "fiche de contrat": look_elsewhere,
        "numéro de sécurité sociale": lambda: look(HOME),
        "lien": lambda: read_links(walk, visitors[NOBODY], {"placements.answer"}),
        "recherche": lambda: look(LIST),
        "courriel": lambda: walk.clock_strikes(WEEK),
        "journal": look_at_log,
        "ordre": look_at_order,
    }
    for name, hole in _holes(walk).items():
        before = list(walk.faults)
        with hole:
            looks[name]()
        found[name] = len(walk.faults) > len(before)
        walk.faults[:] = before
    return found


def _holes(walk: Walk) -> dict[str, AbstractContextManager[None]]:
    youth_id = walk.hidden.twins[0]
    name = next(one.written for one in walk.marks.of(youth_id) if one.column == "youth.family_name")

    def says(answer: Response) -> None:
        answer.data += name.encode()

    def says_swapped(answer: Response) -> None:
        if request.headers.get("HX-Request"):
            says(answer)

    def says_refusing(answer: Response) -> None:
        if answer.status_code >= 400:
            says(answer)

    def packs(answer: Response) -> None:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("content.xml", f"<text>{name}</text>")
        answer.data = target.getvalue()

    def heads(answer: Response) -> None:
        answer.headers["X-Youth"] = str(youth_id)

    def seals(answer: Response) -> None:
        answer.data += seal("trial", [youth_id], good_for=2 * WEEK).encode()

    def says_typed(answer: Response) -> None:
        typed = (
            one for one in walk.marks.by_text.values() if one.column == "contract_sheet.address"
        )
        answer.data += next(typed).written.encode()

    def says_number(answer: Response) -> None:
        sealed = (one for one in walk.marks.by_text.values() if one.column == NUMBER)
        answer.data += format_nir(next(sealed).written).encode()

    def logs(_answer: Response) -> None:
        logging.getLogger("trefle").warning("read %s", name)

    return {
        "page": _view(walk.app, HOME, says),
        "fragment": _view(walk.app, LIST, says_swapped),
        "refus 4xx": _view(walk.app, "openings.add_opening", says_refusing),
        "fichier": _view(walk.app, "placements.meeting_file", packs),
        "en-tête": _view(walk.app, HOME, heads),
        "jeton": _view(walk.app, HOME, seals),
        "fiche de contrat": _view(walk.app, HOME, says_typed),
        "numéro de sécurité sociale": _view(walk.app, HOME, says_number),
        "lien": _view(walk.app, "placements.answer_page", says),
        "recherche": _patched("app.placements.queries.lists._found", _finding_names),
        "courriel": _patched("app.core.outbox.post", _posting_names(walk)),
        "journal": _view(walk.app, "youth.show", logs),
        "ordre": _patched("app.engine.candidates._in_turn", _by_number),
    }


@contextmanager
def _view(app: Flask, endpoint: str, change: Change) -> Iterator[None]:
    """A page whose answer is changed before it leaves."""
    kept = app.view_functions[endpoint]

    @wraps(kept)
    def holed(**values: Any) -> Response:
        answer = make_response(app.ensure_sync(kept)(**values))
        change(answer)
        return answer

    app.view_functions[endpoint] = holed
    try:
        yield
    finally:
        app.view_functions[endpoint] = kept


@contextmanager
def _patched(name: str, value: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr(name, value)
        yield


SOUND_SEARCH = _found
SOUND_POST = outbox.post


def _by_number(_pool: Pool, asked: Concerned, ids: Longs, _name: str) -> tuple[Concerned, Longs]:
    """Equals as the search finds them: the lowest number first."""
    return asked, np.zeros(len(ids), np.int64)


def _finding_names(actor: Actor, text: str) -> ColumnElement[bool]:
    """A search that forgot from whom names are hidden."""
    by_name = Youth.folded_name.contains(sort_key(text), autoescape=True)
    return or_(SOUND_SEARCH(actor, text), by_name)


def _posting_names(walk: Walk) -> Callable[..., outbox.OutboxMail]:
    """A mail that greets by the name of whom it is about."""

    def holed(db_session: Session, **values: Any) -> outbox.OutboxMail:
        names = {
            one.youth_id: one.written
            for one in walk.marks.by_text.values()
            if one.column == "youth.family_name"
        }
        values["text_body"] += names.get(values.get("youth_id") or 0, "")
        return SOUND_POST(db_session, **values)

    return holed
