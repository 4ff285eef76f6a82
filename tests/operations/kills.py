"""A writer that is killed at any moment, and the count of what it acknowledged: nothing may be lost or doubled.

`run_kills(app, kills=…)` is the loop; the short test uses a few kills, the trials many. The writer is this very module
run as a program: it registers a youth, proposes the youth, lets the CFA promise a seat, and prints one line for each
commit. The parent kills it with SIGKILL after a random time, then compares.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.db import db, transaction
from app.factory import create_app
from app.placements import services
from app.placements.workflow import LeafState
from app.policy.actor import Actor
from app.privacy.services.checking import check_database
from app.training.services import seats
from app.youth.models import Youth
from config import ROOT, load_settings
from tests.factories.accounts import actor_of
from tests.factories.placements import make_triple
from tests.factories.youth import make_youth

FIRST_LINE_SECONDS = 300.0
HOLE_SECONDS = 1.0


@dataclass
class KillReport:
    """What was tried and what was lost.

    `acknowledged` counts commits that the writer told of; `lost` and `doubled` name the youth by their mark.
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
    said: set[str] = set()
    for number in range(kills):
        lines = _write_until_killed(
            app, f"{(hole or 'k')[0]}{number}", ids, random.uniform(*seconds), hole, pull_the_plug
        )
        report.kills += 1
        report.acknowledged += len(lines)
        said |= {line.split()[1] for line in lines if line.startswith("youth ")}
        report.findings += [str(one) for one in check_database(db.session())]
        db.session.rollback()
    kept = dict(
        db.session.execute(select(Youth.given_name, func.count()).group_by(Youth.given_name)).all()
    )
    db.session.rollback()
    report.lost = sorted(one for one in said if one not in kept)
    report.doubled = sorted(one for one in said if kept.get(one, 0) > 1)
    return report


def _write_until_killed(
    app: Flask,
    mark: str,
    ids: tuple[int, int, int, int],
    seconds: float,
    hole: str,
    pull_the_plug: Callable[[], None] | None,
) -> list[str]:
    """The lines that the writer told before it was killed; a line cut in two was not told."""
    settings = app.config["SETTINGS"]
    environment = {
        **os.environ,
        "TREFLE_ENV": "test",
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.resolved_database_url,
        "INSTANCE_PATH": str(settings.instance_path),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.operations.kills", mark, *map(str, ids), hole]
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        # A writer whose database went away dies with a trace that says nothing new.
        stderr=subprocess.DEVNULL if pull_the_plug else None,
        text=True,
    ) as child:
        began = threading.Event()

        def listen() -> None:
            for line in child.stdout or ():
                if line.endswith("\n"):
                    lines.append(line.strip())
                    # The first proposal loads the engine: whoever is killed before it writes nothing but youth.
                    if line.startswith("answer "):
                        began.set()

        listener = threading.Thread(target=listen)
        listener.start()
        if began.wait(FIRST_LINE_SECONDS):
            time.sleep(seconds)
        if pull_the_plug is not None:
            pull_the_plug()
        child.send_signal(signal.SIGKILL)
        child.wait()
        listener.join()
    return lines


def write(mark: str, adviser_id: int, cfa_id: int, opening_id: int, training_id: int) -> None:
    """Write without end, one line a commit: a youth, a proposal, three answers."""
    with transaction() as session:
        adviser = actor_of(session, session.get_one(User, adviser_id))
        cfa = actor_of(session, session.get_one(User, cfa_id))
    number = 0
    while True:
        number += 1
        name = f"{mark}-{number}"
        with transaction() as session:
            youth_id = _register(session, adviser, adviser_id, name)
        print(f"youth {name}", flush=True)  # noqa: T201 - the acknowledgment itself
        with transaction() as session:
            placement_id = services.suggest(
                session,
                adviser,
                youth_id=youth_id,
                opening_id=opening_id,
                session_id=training_id,
            ).id
        print(f"placement {placement_id}", flush=True)  # noqa: T201
        for verb, actor in ((services.youth_says, adviser), (services.cfa_says, cfa)):
            with transaction() as session:
                verb(session, actor, placement_id=placement_id, answer=LeafState.YES)
            print(f"answer {placement_id}", flush=True)  # noqa: T201


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
    HOLES[sys.argv[6]]()
    with application.app_context():
        write(sys.argv[1], *(int(one) for one in sys.argv[2:6]))
