"""Writers that are killed, databases whose plug is pulled, full disks, copies made meanwhile: nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.core import backup, clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.requests import RequestKey, use_once
from app.policy.actor import Actor
from app.privacy.services.checking import check_database
from tests.factories.placements import make_triple
from tests.operations.kills import KillReport, Moment, kept_lines, run_kills
from tests.operations.test_away import full_disk
from tests.operations.test_backup import restore
from tests.operations.writers import actors_of, one_youth
from tools.postgres import Server
from trials.report import Report

HOLE_KILLS = 4
# A holed writer spends most of its time between its two commits.
HOLE_MOMENT = Moment(lines=(10, 60), seconds=(0.2, 1.0))
MOST_ROWS = 500
MANY = 100_000
SPARE_PAGES = 150
"""Room on a disk that is about to be full: for some tens of files with all that is written about them."""
ROWS_BEFORE_A_COPY = 30


def try_kills(app: Flask, *, kills: int, lines: tuple[int, int]) -> Report:
    """Kill the writers at any moment; then writers whose portal commits halfway.

    Args:
        lines: fewest and most writes that all writers of a life have acknowledged when they are killed.
    """
    found = run_kills(app, kills=kills, moment=Moment(lines))
    report = _of_writes(f"Arrêts brutaux (kill −9) × {kills}", found)
    holed = run_kills(app, kills=HOLE_KILLS, moment=HOLE_MOMENT, hole="halfway")
    report.found_planted = bool(holed.faults)
    return report


def try_plug(
    app: Flask,
    running: Server,
    *,
    times: int,
    lines: tuple[int, int],
    careless: tuple[Flask, Server],
) -> Report:
    """Pull the plug of the database under the writers; then of one that acknowledges before it has written down."""

    def pulled(server: Server) -> None:
        db.session.remove()
        server.pull_the_plug()
        server.start()

    found = run_kills(app, kills=times, moment=Moment(lines), pull_the_plug=lambda: pulled(running))
    report = _of_writes(f"Base coupée en pleine écriture × {times}", found)
    hasty, server = careless
    with hasty.app_context():
        holed = run_kills(hasty, kills=HOLE_KILLS, pull_the_plug=lambda: pulled(server))
        report.found_planted = bool(holed.faults)
    return report


def _of_writes(name: str, found: KillReport) -> Report:
    return Report(name, "écritures acquittées", tried=found.acknowledged, faults=found.faults)


def try_full_disks(app: Flask, *, times: int) -> Report:
    """Write until the disk is full; then with a portal that takes a refused commit for a good one."""
    report = Report(f"Disque plein × {times}", "écritures acquittées")
    with transaction() as session:
        triple = make_triple(session, capacity=MANY, positions=MANY)
        users = triple.adviser.user.id, triple.cfa.user.id
        things = triple.adviser.user.id, triple.opening.id, triple.training.id
    actors = actors_of(*users)
    for number in range(times):
        told, faults = _fill(f"d{number}", actors, things)
        report.tried += told
        report.faults += faults
    report.faults += [str(one) for one in check_database(db.session())]
    db.session.rollback()
    with pytest.MonkeyPatch.context() as hole:
        hole.setattr("sqlalchemy.orm.Session.commit", _swallowing)
        report.found_planted = bool(_fill("h", actors, things)[1])
    return report


def _swallowing(session: object) -> None:
    with suppress(DBAPIError):
        session.flush()  # type: ignore[attr-defined]
    session.rollback()  # type: ignore[attr-defined]


def _fill(
    mark: str, actors: Sequence[Actor], things: tuple[int, int, int]
) -> tuple[int, list[str]]:
    """How many writes were acknowledged before the disk was full, and those that are not there once."""
    told: list[str] = []
    keys: list[str] = []
    with full_disk(SPARE_PAGES):
        # A refused file leaves room for a smaller one; single rows then take what is left.
        with suppress(DBAPIError, DomainError):
            for number in count():
                for line in one_youth(f"{mark}-{number}", actors, *things):
                    told.append(line)  # noqa: PERF402 - what came before a refusal counts
        with suppress(DBAPIError):
            for number in range(MOST_ROWS):
                key = f"{mark}-{number:05d}-" + "x" * 40
                with transaction() as session:
                    session.add(RequestKey(key=key, used_at=clock.now()))
                keys.append(key)
    lines = kept_lines()
    kept = set(db.session.scalars(select(RequestKey.key).where(RequestKey.key.startswith(mark))))
    db.session.rollback()
    lost = [one for one in told if lines[one] != 1] + [one for one in keys if one not in kept]
    return len(told) + len(keys), [f"perdu ou double : {one}" for one in lost]


class Writer(threading.Thread):
    """Writes one row a transaction until it is stopped; `acknowledged` counts what was committed."""

    def __init__(self, app: Flask, mark: str) -> None:
        super().__init__(daemon=True)
        self.app, self.mark, self.acknowledged, self.over = app, mark, 0, threading.Event()

    def run(self) -> None:
        with self.app.app_context():
            while not self.over.is_set():
                with transaction() as session:
                    use_once(session, f"{self.mark}-{self.acknowledged}")
                self.acknowledged += 1
            db.session.remove()


def try_copies(app: Flask, *, times: int) -> Report:
    """Copy while a writer writes, put the copy back: what was acknowledged before the copy began is in it."""
    report = Report(f"Sauvegarde sous écriture et remise × {times}", "écritures acquittées")
    for number in range(times):
        told, faults = _copy_and_restore(app, f"c{number}", backup.make_backup)
        report.tried += told
        report.faults += faults
    # The hole: a copy that was made before.
    stale = backup.make_backup()
    report.found_planted = bool(_copy_and_restore(app, "hole", lambda: stale)[1])
    return report


def _copy_and_restore(
    app: Flask, mark: str, make_backup: Callable[[], Path]
) -> tuple[int, list[str]]:
    writer = Writer(app, mark)
    writer.start()
    while writer.acknowledged < ROWS_BEFORE_A_COPY and writer.is_alive():
        writer.over.wait(0.01)
    told = writer.acknowledged
    path = make_backup()
    writer.over.set()
    writer.join()
    restore(app, path)
    query = select(func.count()).where(RequestKey.key.startswith(f"{mark}-"))
    found = db.session.scalar(query) or 0
    faults = [str(one) for one in check_database(db.session())]
    db.session.rollback()
    if found < told:
        faults.append(f"{told - found} écritures manquent dans la copie")
    return told, faults
