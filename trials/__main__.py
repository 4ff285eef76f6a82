"""`python -m trials [--full|--tiny] [--sqlite|--postgres] [--only NAME …]`: every trial, each with how much it tried.

Both databases by default, each in a process of its own: what one waits for, the other uses. What is measured is kept in
build/trials/, so that a long trial can be run alone and the table of all of them shown afterwards (`--table`).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from app.core.db import db, transaction
from tools.postgres import DURABLE, PostgresMissing, cluster, server
from trials.authorisation import try_authorisation
from trials.breakdowns import try_copies, try_full_disks, try_kills, try_plug
from trials.files import try_files
from trials.forms import try_forms
from trials.links import try_links
from trials.names import try_names
from trials.races import try_races
from trials.report import Report, keep, kept, table, total
from trials.second_ids import add_second_ids
from trials.stage import LOG, SQLITE, estate_on, instance, town_on
from trials.steps import add_steps

CARELESS = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10000ms"}
"""The planted hole of a pulled plug: a server that acknowledges what it has not written down."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is tried.

    Attributes:
        races: those for a seat; a position is raced for each fourth time.
        rounds: how often each form gets garbage, a person and step.
        files: accidents, beside the files that were thought of.
        lines: fewest and most writes that the writers of a life acknowledge together before they are killed.
    """

    races: int
    kills: int
    plugs: int
    disks: int
    copies: int
    rounds: int
    files: int
    lines: tuple[int, int] = (20, 200)


TINY = Sizes(races=2, kills=1, plugs=1, disks=1, copies=1, rounds=0, files=0)
"""For those who change a trial and want to see it run."""
SHORT = Sizes(races=100, kills=12, plugs=4, disks=2, copies=2, rounds=1, files=30)
FULL = Sizes(
    races=1_000, kills=100, plugs=20, disks=4, copies=10, rounds=4, files=460, lines=(20, 460)
)
"""The figures of the table of the design."""

DATABASES = ("sqlite", "postgres")

Trial = Callable[[str, Sizes], Report]


def main() -> int:
    """Run everything, or what is named; the exit code is 1 when something was lost or a hole not seen."""
    asked = _arguments().parse_args()
    if asked.table:
        print(f"{table(kept())}\n\n{total(kept())}.")
        return 0
    if asked.on:
        return _run(asked.on, asked)
    began = time.monotonic()
    LOG.unlink(missing_ok=True)
    children = [
        subprocess.Popen([sys.executable, "-m", "trials", *sys.argv[1:], f"--{one}"])
        for one in DATABASES
    ]
    worst = max(child.wait() for child in children)
    names = {(on, name) for on in DATABASES for name in asked.only or TRIALS}
    minutes = (time.monotonic() - began) / 60
    print(f"\n{table(kept(names))}\n\n{total(kept(names))}, en {minutes:.0f} minutes.")
    return worst


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trials", description="Les épreuves du portail")
    sizes = parser.add_mutually_exclusive_group()
    for name, size, words in (
        ("full", FULL, "à leur pleine durée"),
        ("tiny", TINY, "juste de quoi les voir"),
    ):
        sizes.add_argument(
            f"--{name}", dest="sizes", action="store_const", const=size, default=SHORT, help=words
        )
    where = parser.add_mutually_exclusive_group()
    for name in DATABASES:
        where.add_argument(
            f"--{name}",
            dest="on",
            action="store_const",
            const=name,
            help="sur cette base seulement",
        )
    parser.add_argument(
        "--only", nargs="+", metavar="ÉPREUVE", choices=list(TRIALS), help=", ".join(TRIALS)
    )
    parser.add_argument("--table", action="store_true", help="montrer ce qui a été mesuré")
    return parser


def _run(label: str, asked: argparse.Namespace) -> int:
    """The trials of one database."""
    reports: list[Report] = []
    with ExitStack() as stack:
        try:
            database = SQLITE if label == "sqlite" else stack.enter_context(cluster())
        except PostgresMissing as missing:
            print(f"PostgreSQL manque, ses épreuves sont sautées : {missing}")
            return 0
        for name in asked.only or TRIALS:
            if database not in _where(name, database):
                continue
            report = _timed(name, database, asked.sizes)
            report.database = label
            keep(name, report)
            print(report.line(), flush=True)
            for fault in report.faults[:20]:
                print(f"          {fault}", flush=True)
            reports.append(report)
    sound = sum(one.is_sound for one in reports)
    print(f"{label:<10}{sound} épreuves passées sur {len(reports)}.", flush=True)
    return 0 if sound == len(reports) else 1


def _where(name: str, database: str) -> set[str]:
    """The databases of a trial: a file has no plug, and a server's disk is not ours to fill."""
    is_file = database == SQLITE
    alone = {"coupures": not is_file, "disques": is_file}
    return {database} if alone.get(name, True) else set()


def _timed(name: str, database: str, sizes: Sizes) -> Report:
    """The report of a trial; one that breaks off is a fault, and the next ones run all the same."""
    started, spent = time.monotonic(), _processor()
    try:
        report = TRIALS[name](database, sizes)
    except Exception as error:
        traceback.print_exc()
        report = Report(name, "interrompue", faults=[f"{type(error).__name__} : {error}"])
    report.seconds, report.processor = time.monotonic() - started, _processor() - spent
    return report


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def _authorisation(database: str, _sizes: Sizes) -> Report:
    with estate_on(database) as (app, estate):
        report = try_authorisation(app, estate)
        add_second_ids(report, app, estate)
        return report


def _names(database: str, _sizes: Sizes) -> Report:
    return try_names(database)


def _links(database: str, _sizes: Sizes) -> Report:
    with town_on(database) as (app, town):
        return try_links(app, town)


def _forms(database: str, sizes: Sizes) -> Report:
    with estate_on(database) as (app, estate):
        with transaction() as session:
            steps = add_steps(session, estate)
        db.session.remove()
        return try_forms(app, estate, steps, rounds=sizes.rounds)


def _races(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_races(app, rounds=sizes.races)


def _kills(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_kills(app, kills=sizes.kills, lines=sizes.lines)


def _plug(_database: str, sizes: Sizes) -> Report:
    with (
        server(**DURABLE) as sound,
        server(**CARELESS) as careless,
        instance(careless.url) as hasty,
        instance(sound.url) as app,
    ):
        return try_plug(
            app, sound, times=sizes.plugs, lines=sizes.lines, careless=(hasty, careless)
        )


def _disks(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_full_disks(app, times=sizes.disks)


def _copies(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_copies(app, times=sizes.copies)


def _files(database: str, sizes: Sizes) -> Report:
    with instance(database) as app:
        return try_files(app, chances=sizes.files)


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
