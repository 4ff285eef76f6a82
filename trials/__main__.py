"""`python -m trials [--full|--tiny] [--sqlite|--postgres] [NAME …]`: every trial, each with how much it tried.

Both databases by default, each in a process of its own: what one waits for, the other uses.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from tools.postgres import DURABLE, PostgresMissing, cluster, server
from trials.authorisation import try_authorisation, try_names
from trials.breakdowns import try_copies, try_full_disks, try_kills, try_plug
from trials.files import try_files
from trials.forms import try_forms
from trials.links import try_links
from trials.races import try_races
from trials.report import Report
from trials.stage import SQLITE, estate_on, instance, town_on

CARELESS = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10000ms"}
"""The planted hole of a pulled plug: a server that acknowledges what it has not written down."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is tried; `writing` bounds the seconds that a writer writes before it is killed."""

    races: int
    kills: int
    plugs: int
    disks: int
    copies: int
    rounds: int
    files: int
    writing: tuple[float, float] = (0.1, 1.5)


TINY = Sizes(races=2, kills=1, plugs=1, disks=1, copies=1, rounds=0, files=20)
"""For those who change a trial and want to see it run."""
SHORT = Sizes(races=200, kills=12, plugs=4, disks=2, copies=2, rounds=1, files=200)
FULL = Sizes(
    races=1_000, kills=100, plugs=20, disks=4, copies=10, rounds=6, files=1_000, writing=(1.0, 8.0)
)
"""The figures of the table of the design."""

DATABASES = ("sqlite", "postgres")

Trial = Callable[[str, Sizes], Report]


def main() -> int:
    """Run everything, or what is named; the exit code is 1 when something was lost or a hole not seen."""
    arguments = sys.argv[1:]
    on = [one for one in DATABASES if f"--{one}" in arguments]
    if len(on) == 1:
        return _run(on[0], {one for one in arguments if not one.startswith("--")})
    began = time.monotonic()
    children = [
        subprocess.Popen([sys.executable, "-m", "trials", *arguments, f"--{one}"])
        for one in DATABASES
    ]
    worst = max(child.wait() for child in children)
    print(f"\nEn {(time.monotonic() - began) / 60:.0f} minutes.")
    return worst


def _run(label: str, wanted: set[str]) -> int:
    """The trials of one database."""
    sizes = FULL if "--full" in sys.argv else TINY if "--tiny" in sys.argv else SHORT
    reports: list[Report] = []
    with ExitStack() as stack:
        try:
            database = SQLITE if label == "sqlite" else stack.enter_context(cluster())
        except PostgresMissing as missing:
            print(f"PostgreSQL manque, ses épreuves sont sautées : {missing}")
            return 0
        for name, trial in TRIALS.items():
            if (wanted and name not in wanted) or database not in _where(name, database):
                continue
            report = _timed(trial, database, sizes)
            print(f"{label:<9}{report.line()}", flush=True)
            for fault in report.faults[:20]:
                print(f"               {fault}", flush=True)
            reports.append(report)
    sound = sum(one.is_sound for one in reports)
    print(f"{label:<9}  {sound} épreuves passées sur {len(reports)}.", flush=True)
    return 0 if sound == len(reports) else 1


def _where(name: str, database: str) -> set[str]:
    """The databases of a trial: a file has no plug, and a server's disk is not ours to fill."""
    is_file = database == SQLITE
    alone = {"coupures": not is_file, "disques": is_file, "fichiers": is_file}
    return {database} if alone.get(name, True) else set()


def _timed(trial: Trial, database: str, sizes: Sizes) -> Report:
    started = time.monotonic()
    report = trial(database, sizes)
    report.seconds = time.monotonic() - started
    return report


def _authorisation(database: str, _sizes: Sizes) -> Report:
    with estate_on(database) as (app, estate):
        return try_authorisation(app, estate)


def _names(database: str, _sizes: Sizes) -> Report:
    with town_on(database) as (app, town):
        return try_names(app, town)


def _links(database: str, _sizes: Sizes) -> Report:
    with town_on(database) as (app, town):
        return try_links(app, town)


def _forms(database: str, sizes: Sizes) -> Report:
    with estate_on(database) as (app, estate):
        return try_forms(app, estate, rounds=sizes.rounds)


def _races(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_races(app, rounds=sizes.races)


def _kills(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_kills(app, kills=sizes.kills, seconds=sizes.writing)


def _plug(_database: str, sizes: Sizes) -> Report:
    with (
        server(**DURABLE) as sound,
        server(**CARELESS) as careless,
        instance(careless.url) as hasty,
        instance(sound.url) as app,
    ):
        return try_plug(app, sound, times=sizes.plugs, careless=(hasty, careless))


def _disks(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_full_disks(app, times=sizes.disks)


def _copies(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_copies(app, times=sizes.copies)


def _files(_database: str, sizes: Sizes) -> Report:
    return try_files(count=sizes.files)


TRIALS: dict[str, Trial] = {
    "autorisations": _authorisation,
    "noms": _names,
    "liens": _links,
    "formulaires": _forms,
    "courses": _races,
    "arrets": _kills,
    "coupures": _plug,
    "disques": _disks,
    "copies": _copies,
    "fichiers": _files,
}

if __name__ == "__main__":
    sys.exit(main())
