"""Writers that are killed at any moment, and the count of what they acknowledged: nothing may be lost or doubled.

`run_kills(app, kills=…)` is the loop; the short test uses a few kills, the trials many. Several writers, forked by the
program `writers.py`, write at once until they have told a random number of lines. One of them is killed with SIGKILL,
the others a moment later, and each line that they told is compared with what is there.
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

from flask import Flask
from sqlalchemy import select

from app.core.db import db, transaction
from app.placements.models import Placement
from app.placements.workflow import LeafState
from app.privacy.services.checking import check_database
from app.youth.models import Youth, YouthNote
from config import ROOT
from tests.factories.placements import make_triple

LIFE_SECONDS = 300.0
"""Writers that have not told enough lines by then are killed all the same."""
LINES_AFTER = 20
"""How many writers tell once a database without plug is back."""


@dataclass
class KillReport:
    """What was tried and what was lost.

    `acknowledged` counts commits that the writers told of; `lost` and `doubled` are their lines.
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


@dataclass(frozen=True, slots=True)
class Moment:
    """When writers are killed: after so many lines of all of them together, and a random time after."""

    lines: tuple[int, int] = (1, 60)
    seconds: tuple[float, float] = (0.0, 0.1)


def run_kills(
    app: Flask,
    *,
    kills: int,
    moment: Moment | None = None,
    hole: str = "",
    pull_the_plug: Callable[[], None] | None = None,
) -> KillReport:
    """Start the writers, kill them at a random moment of their writing, check; `kills` times.

    Args:
        app: an application on a migrated database of its own, its context open; SQLite file or PostgreSQL.
        hole: a name of `writers.HOLES`, planted in the writers' portal.
        pull_the_plug: ends and starts the database under the writers, before they are killed.
    """
    report, chosen = KillReport(), moment or Moment()
    with transaction() as session:
        triple = make_triple(session, capacity=100_000, positions=100_000)
        ids = (triple.adviser.user.id, triple.cfa.user.id, triple.opening.id, triple.training.id)
    said: list[str] = []
    with _nursery(app, ids, hole) as nursery:
        for number in range(kills):
            life = Life(nursery, wanted=random.randint(*chosen.lines))
            life.begin(f"{(hole or 'k')[0]}{number}")
            life.end(chosen.seconds, pull_the_plug)
            said += life.lines
            report.kills += 1
            report.findings += [str(one) for one in check_database(db.session())]
            if life.fallen:
                report.findings.append(f"{life.fallen} writers of {number} ended by themselves")
            db.session.rollback()
    kept = kept_lines()
    report.acknowledged = len(said)
    report.lost = sorted(one for one in said if not kept[one])
    report.doubled = sorted(one for one in said if kept[one] > 1)
    return report


def kept_lines() -> Counter[str]:
    """What is there, in the words in which the writers told it, and how many times."""
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
def _nursery(app: Flask, ids: tuple[int, ...], hole: str) -> Iterator[subprocess.Popen[str]]:
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
        [sys.executable, "-m", "tests.operations.writers", *map(str, ids), hole],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        yield program
        if program.stdin:
            program.stdin.close()


class Life:
    """The writers of one mark, from their birth until the last of them is dead.

    Attributes:
        lines: what they told, in the order in which it was heard.
        fallen: how many ended before anybody killed them.
    """

    def __init__(self, nursery: subprocess.Popen[str], *, wanted: int) -> None:
        self.lines: list[str] = []
        self.fallen = 0
        self._nursery, self._wanted = nursery, wanted
        self._writers: list[int] = []
        self._has_told_enough = threading.Event()
        self._listener = threading.Thread(target=self._listen)

    def begin(self, mark: str) -> None:
        """Let them write until they have told enough."""
        self._listener.start()
        if self._nursery.stdin:
            print(mark, file=self._nursery.stdin, flush=True)
        self._has_told_enough.wait(LIFE_SECONDS)

    def end(self, seconds: tuple[float, float], pull_the_plug: Callable[[], None] | None) -> None:
        """Kill one of them at a random moment, then all others at another."""
        time.sleep(random.uniform(*seconds))
        if pull_the_plug is not None:
            pull_the_plug()
            self._go_on_writing()
        random.shuffle(self._writers)
        for writer in self._writers:
            with suppress(ProcessLookupError):
                os.kill(writer, signal.SIGKILL)
            if writer == self._writers[0]:
                time.sleep(random.uniform(*seconds))
        self._listener.join()

    def _go_on_writing(self) -> None:
        """Those who were refused meanwhile find the database again, without being born anew."""
        self._has_told_enough.clear()
        self._wanted = len(self.lines) + LINES_AFTER
        self._has_told_enough.wait(LIFE_SECONDS)

    def _listen(self) -> None:
        for line in self._nursery.stdout or ():
            word, _, rest = line.strip().partition(" ")
            if word == "dead":
                self.fallen = int(rest)
                break
            if word == "writers":
                self._writers += map(int, rest.split())
            else:
                self.lines.append(line.strip())
            if self._writers and len(self.lines) >= self._wanted:
                self._has_told_enough.set()
        self._has_told_enough.set()
