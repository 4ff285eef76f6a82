"""A writer that is killed at any moment, and the count of what it acknowledged: nothing may be lost or doubled.

`run_kills(app, kills=…)` is the loop; the short test uses a few kills, the trials many. The writer is a child of this
very module run as a program, which loads the portal and the engine once and forks one writer a kill: it registers a
youth, writes notes in the file, proposes the youth, lets the CFA promise a seat, and prints one line for each commit.
It is killed with SIGKILL after a random time, and each line that it told is compared with what is there.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.db import db, transaction
from app.factory import create_app
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState
from app.policy.actor import Actor
from app.privacy.services.checking import check_database
from app.training.services import seats
from app.youth.models import Youth, YouthNote
from app.youth.services import add_note
from config import ROOT, load_settings
from tests.factories.accounts import actor_of
from tests.factories.placements import make_triple
from tests.factories.youth import make_youth

FIRST_LINE_SECONDS = 300.0
HOLE_SECONDS = 1.0


@dataclass
class KillReport:
    """What was tried and what was lost.

    `acknowledged` counts commits that the writer told of; `lost` and `doubled` are its lines.
    """

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that is wrong; empty is the proof."""
        return [
            *(f"lost {one}" for one in self.lost),
            *(f"doubled {one}" for one in self.doubled),
            *self.findings,
        ]


def run_kills(
    app: Flask,
    *,
    kills: int,
    seconds: tuple[float, float] = (0.1, 1.0),
    hole: str = "",
    pull_the_plug: Callable[[], None] | None = None,
) -> KillReport:
    """Start the writer, kill it after a random time of writing, check; `kills` times.

    Args:
        app: an application on a migrated database of its own, its context open; SQLite file or PostgreSQL.
        seconds: shortest and longest time between the first acknowledged answer and the kill.
        hole: a name of `HOLES`, planted in the writer's portal.
        pull_the_plug: ends and starts the database under the writer, before the writer is killed.
    """
    report = KillReport()
    with transaction() as session:
        triple = make_triple(session, capacity=100_000, positions=100_000)
        ids = (triple.adviser.user.id, triple.cfa.user.id, triple.opening.id, triple.training.id)
    said: list[str] = []
    with _nursery(app, ids, hole, is_quiet=pull_the_plug is not None) as nursery:
        for number in range(kills):
            mark = f"{(hole or 'k')[0]}{number}"
            said += _write_until_killed(nursery, mark, random.uniform(*seconds), pull_the_plug)
            report.kills += 1
            report.findings += [str(one) for one in check_database(db.session())]
            db.session.rollback()
    kept = _kept()
    report.acknowledged = len(said)
    report.lost = sorted(one for one in said if not kept[one])
    report.doubled = sorted(one for one in said if kept[one] > 1)
    return report


def _kept() -> Counter[str]:
    """What is there, in the words in which the writer told it, and how many times."""
    session = db.session()
    found = Counter(f"youth {name}" for name in session.scalars(select(Youth.given_name)))
    found.update(f"note {text}" for text in session.scalars(select(YouthNote.text)))
    rows = select(Placement.id, Placement.youth_leaf, Placement.cfa_leaf)
    for placement_id, *leaves in session.execute(rows):
        found[f"placement {placement_id}"] += 1
        for leaf, state in zip(("youth", "cfa"), leaves, strict=True):
            found[f"answer {leaf} {placement_id}"] += state is LeafState.YES
    session.rollback()
    return found


@contextmanager
def _nursery(
    app: Flask, ids: tuple[int, ...], hole: str, *, is_quiet: bool
) -> Iterator[subprocess.Popen[str]]:
    """The program that forks writers: it reads a mark a line, and ends when nothing more can come."""
    settings = app.config["SETTINGS"]
    environment = {
        **os.environ,
        "TREFLE_ENV": "test",
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.resolved_database_url,
        "INSTANCE_PATH": str(settings.instance_path),
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.operations.kills", *map(str, ids), hole],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A writer whose database went away dies with a trace that says nothing new.
        stderr=subprocess.DEVNULL if is_quiet else None,
        text=True,
    ) as program:
        yield program
        if program.stdin:
            program.stdin.close()


def _write_until_killed(
    nursery: subprocess.Popen[str],
    mark: str,
    seconds: float,
    pull_the_plug: Callable[[], None] | None,
) -> list[str]:
    """The lines that the writer told before it was killed; so short a line is told whole or not at all."""
    lines: list[str] = []
    writers: list[int] = []
    began = threading.Event()

    def listen() -> None:
        for line in nursery.stdout or ():
            word, _, rest = line.strip().partition(" ")
            if word == "writer":
                writers.append(int(rest))
            elif word == "dead":
                break
            else:
                lines.append(line.strip())
                began.set()
        began.set()

    listener = threading.Thread(target=listen)
    listener.start()
    if nursery.stdin:
        print(mark, file=nursery.stdin, flush=True)
    if began.wait(FIRST_LINE_SECONDS):
        time.sleep(seconds)
    if pull_the_plug is not None:
        pull_the_plug()
    with suppress(ProcessLookupError):
        os.kill(writers[0], signal.SIGKILL)
    listener.join()
    return lines


def raise_writers(ids: list[int], hole: str) -> None:
    """Load everything by one round of writing that is not told, then fork a writer for each mark that is read."""
    writing = write(f"w{hole}"[:3], *ids)
    for _ in range(ROUND):
        next(writing)
    db.session.remove()
    db.engine.dispose()
    HOLES[hole]()
    for mark in sys.stdin:
        child = os.fork()
        if child == 0:
            print(f"writer {os.getpid()}", flush=True)  # noqa: T201
            for line in write(mark.strip(), *ids):
                print(line, flush=True)  # noqa: T201 - the acknowledgment itself
        os.waitpid(child, 0)
        print("dead", flush=True)  # noqa: T201


NOTES = 12
ROUND = 4 + NOTES
"""Commits of one youth: the file, what is noted in it, the proposal, two answers."""


def write(
    mark: str, adviser_id: int, cfa_id: int, opening_id: int, training_id: int
) -> Iterator[str]:
    """Write without end, one line a commit: a youth, some notes, a proposal, two answers."""
    with transaction() as session:
        adviser = actor_of(session, session.get_one(User, adviser_id))
        cfa = actor_of(session, session.get_one(User, cfa_id))
    number = 0
    while True:
        number += 1
        name = f"{mark}-{number}"
        with transaction() as session:
            youth_id = _register(session, adviser, adviser_id, name)
        yield f"youth {name}"
        for turn in range(NOTES):
            with transaction() as session:
                add_note(session, adviser, youth_id=youth_id, text=f"{name}-{turn}")
            yield f"note {name}-{turn}"
        with transaction() as session:
            placement_id = services.suggest(
                session,
                adviser,
                youth_id=youth_id,
                opening_id=opening_id,
                session_id=training_id,
            ).id
        yield f"placement {placement_id}"
        for leaf, actor in (("youth", adviser), ("cfa", cfa)):
            with transaction() as session:
                verb = services.youth_says if leaf == "youth" else services.cfa_says
                verb(session, actor, placement_id=placement_id, answer=LeafState.YES)
            yield f"answer {leaf} {placement_id}"


def _register(session: Session, adviser: Actor, adviser_id: int, name: str) -> int:
    house = session.get_one(Organisation, adviser.organisation_id)
    user = session.get_one(User, adviser_id)
    code = f"{name:>8}"[-8:].replace(" ", "x")
    return make_youth(session, house, user, given_name=name, public_code=code).id


def _commit_halfway() -> None:
    """The hole of a service that commits by itself: the counter is safe before the row that it counts."""
    occupy = seats._occupy

    def halfway(db_session: Session, session_id: int, *rest: Any) -> Any:
        seats._count(db_session, session_id, +1)
        db_session.commit()
        time.sleep(HOLE_SECONDS)
        seats._count(db_session, session_id, -1)
        return occupy(db_session, session_id, *rest)

    seats._occupy = halfway


HOLES: dict[str, Callable[[], None]] = {"": lambda: None, "halfway": _commit_halfway}


if __name__ == "__main__":
    Path(os.environ["INSTANCE_PATH"]).mkdir(parents=True, exist_ok=True)
    application = create_app(load_settings())
    with application.app_context():
        raise_writers([int(one) for one in sys.argv[1:5]], sys.argv[5])
