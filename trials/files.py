"""Garbage files at the door of the importer: refused in words, or read and written row by row, within bounds.

Each file comes by the page that takes files. One that is taken has its columns confirmed, its rows looked at and
written in the background, and the pages and the file that tell of them are opened.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db, transaction
from app.core.tasks import Job, JobState, run_queued_jobs
from app.imports import views
from app.imports.fields import KINDS
from app.imports.models import ImportBatch, ImportKind, ImportRow
from app.imports.services import read_file, uploading, working
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation, make_user
from tests.factories.reference import make_commune, make_trade
from tests.imports.conftest import Desk
from trials.garbage import MEGABYTE, Brought, garbage
from trials.report import Report

MOST_SECONDS = 30.0
MOST_MEGABYTES = 200
MOST_WRITTEN = 200
"""Rows of a file that is followed to its end; of a longer one the reading is what matters here."""
BRINGERS = {
    ImportKind.YOUTH: OrganisationKind.LOCAL_MISSION,
    ImportKind.SESSIONS: OrganisationKind.TRAINING_CENTRE,
    ImportKind.OPENINGS: OrganisationKind.COMPANY,
}
BATCH = re.compile(r"/imports/(\d+)$")
HOLES = 8


def try_files(app: Flask, *, chances: int) -> Report:
    """Bring every file that was thought of and `chances` accidents; then let three worse portals be found out."""
    report = Report("Fichiers absurdes", "fichiers")
    desks = _desks(app)
    for one in garbage(chances):
        report.tried += 1
        with _bounded(one.what, report.faults):
            report.faults += _bring(desks[one.kind], one)
    report.details = _outcomes()
    _plant(desks, report)
    return report


def _desks(app: Flask) -> dict[ImportKind, Desk]:
    """Somebody who may bring each kind of file, signed in."""
    with transaction() as session:
        make_commune(session, "29232")
        make_trade(session, "D1102")
        users = {}
        for place in {*BRINGERS.values(), OrganisationKind.PLATFORM}:
            users[place] = make_user(session, make_organisation(session, place))
    found = {}
    for kind in ImportKind:
        user = users[BRINGERS.get(kind, OrganisationKind.PLATFORM)]
        db.session.refresh(user)
        found[kind] = Desk(app.test_client(), user)
        db.session.commit()
    return found


def _bring(desk: Desk, file: Brought) -> list[str]:
    """What broke on the way of this file, in words."""
    answer = desk.upload(file.content, kind=file.kind.value, name=file.name)
    faults = [f"{file.what} : {answer.status_code} à l’envoi"] * (answer.status_code >= 500)
    if (taken := BATCH.search(answer.headers.get("Location", ""))) is None:
        return faults
    batch = db.session.get_one(ImportBatch, int(taken[1]))
    url, is_short = f"/imports/{batch.id}", batch.row_count <= MOST_WRITTEN
    mapping = _mapping(batch)
    db.session.rollback()
    steps: list[Callable[[], int]] = [lambda: desk.get(url).status_code]
    if is_short:
        steps += [
            lambda: desk.post(f"{url}/colonnes", mapping).status_code,
            lambda: desk.get(url).status_code,
            lambda: desk.post(f"{url}/importer").status_code,
            lambda: desk.get(url).status_code,
            lambda: desk.get(f"{url}/lignes-a-corriger.csv").status_code,
        ]
    for number, step in enumerate(steps):
        if (status := step()) >= 500:
            faults.append(f"{file.what} : {status} au pas {number}")
        run_queued_jobs()
    faults += [f"{file.what} : {what}" for what in _broken(int(taken[1]))]
    db.session.rollback()
    return faults


def _mapping(batch: ImportBatch) -> dict[str, str]:
    """The columns as the portal recognised them; what a row needs and no title names gets a column by its turn."""
    free = [place for place in range(len(batch.headers)) if place not in batch.mapping.values()]
    chosen = {}
    for one in KINDS[batch.kind].fields:
        place = batch.mapping.get(one.name, -1)
        chosen[one.name] = str(free.pop(0) if place < 0 and one.needs_column and free else place)
    return chosen


def _broken(batch_id: int) -> Iterator[str]:
    """Rows and tasks that failed for a reason that nobody foresaw."""
    problems = db.session.scalars(select(ImportRow.problems).where(ImportRow.batch_id == batch_id))
    rows = sum(working.UNFORESEEN in (one or {}).values() for one in problems)
    if rows:
        yield f"{rows} lignes qui ont provoqué une erreur"
    failed = db.session.scalar(
        select(func.count())
        .select_from(Job)
        .where(Job.state.in_((JobState.FAILED, JobState.QUEUED)))
    )
    if failed:
        yield f"{failed} tâches échouées"


def _outcomes() -> dict[str, int]:
    """How many files were taken, and what became of their rows: refused files alone would prove little."""
    taken = db.session.scalar(select(func.count()).select_from(ImportBatch)) or 0
    rows = select(ImportRow.state, func.count()).group_by(ImportRow.state).order_by(ImportRow.state)
    found = {f"lignes {state.value}": many for state, many in db.session.execute(rows)}
    db.session.rollback()
    return {"fichiers pris": taken, **found}


def _plant(desks: dict[ImportKind, Desk], report: Report) -> None:
    """The holes: a reader that takes everything for text, rows that break, a reader without bound on its rows."""
    first = [one for one, _ in zip(garbage(0), range(HOLES), strict=False)]
    table = Brought(
        "tableau", b"Nom;Pr\xc3\xa9nom;Ville\nLe Bihan;Enora;Quimper\n", ImportKind.YOUTH, ""
    )
    desk = desks[ImportKind.YOUTH]
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr(views, "read_file", _as_text)
        report.holes["lecteur qui prend tout pour du texte"] = any(
            _bring(desk, one) for one in first
        )
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr(working, "HANDLERS", {})
        report.holes["ligne qui casse"] = bool(_bring(desk, table))
    found: list[str] = []
    with pytest.MonkeyPatch.context() as hole, _bounded("sans borne", found):
        hole.setattr(uploading, "MOST_ROWS", 10 * MEGABYTE)
        read_file(io.BytesIO(b"nom;prenom\n" + b"a;b\n" * MEGABYTE), ImportKind.YOUTH)
    report.holes["lecteur sans borne"] = bool(found)


def _as_text(file: IO[bytes], *_rest: object) -> object:
    return file.read(1_000).decode("utf-8").splitlines()[0]


@contextmanager
def _bounded(what: str, faults: list[str]) -> Iterator[None]:
    """Time and memory of the block; what it raises is a fault too."""
    Path("/proc/self/clear_refs").write_text("5")
    before, started = _megabytes("VmRSS"), time.process_time()
    try:
        yield
    except Exception as error:
        faults.append(f"{what} : {type(error).__name__}")
    if (seconds := time.process_time() - started) > MOST_SECONDS:
        faults.append(f"{what} : {seconds:.0f} s")
    if (grown := _megabytes("VmHWM") - before) > MOST_MEGABYTES:
        faults.append(f"{what} : {grown:.0f} Mo de mémoire")


def _megabytes(name: str) -> float:
    """The memory of this process now (VmRSS), or its peak since it was cleared (VmHWM)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith(name)) / 1024
