"""`python -m trials [--full|--tiny]`: every trial on SQLite and on PostgreSQL, each with how much it tried."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

from tests.concurrency.races import RaceReport, last_position, last_seat
from tests.operations.kills import KillReport, run_kills
from tools.postgres import PostgresMissing, cluster
from trials.authorisation import try_authorisation, try_names
from trials.files import try_files
from trials.forms import try_forms
from trials.report import Report
from trials.stage import SQLITE, estate_on, instance, town_on

TINY = {"races": 2, "kills": 1, "rounds": 1, "files": 20}
"""For those who change a trial and want to see it run."""
SHORT = {"races": 200, "kills": 20, "rounds": 2, "files": 200}
FULL = {"races": 1_000, "kills": 100, "rounds": 25, "files": 1_000}


def main() -> int:
    """Run everything; the exit code is 1 when something was lost or a planted hole was not seen."""
    sizes = FULL if "--full" in sys.argv else TINY if "--tiny" in sys.argv else SHORT
    reports: list[Report] = []
    with ExitStack() as stack:
        for label, database in _databases(stack):
            print(f"\n{label}", flush=True)
            for trial in _trials(database, sizes):
                report = _timed(trial)
                print(report.line(), flush=True)
                for fault in report.faults[:20]:
                    print(f"      {fault}", flush=True)
                reports.append(report)
    bad = [one for one in reports if not one.is_sound]
    print(f"\n{len(reports) - len(bad)} épreuves passées sur {len(reports)}.")
    return 1 if bad else 0


def _databases(stack: ExitStack) -> list[tuple[str, str]]:
    found = [("SQLite", SQLITE)]
    try:
        found.append(("PostgreSQL", stack.enter_context(cluster())))
    except PostgresMissing as missing:
        print(f"PostgreSQL manque, ses épreuves sont sautées : {missing}")
    return found


def _trials(database: str, sizes: dict[str, int]) -> list[Callable[[], Report]]:
    trials: list[Callable[[], Report]] = [
        lambda: _races(database, sizes["races"]),
        lambda: _kills(database, sizes["kills"]),
        lambda: _authorisation(database),
        lambda: _names(database),
        lambda: _forms(database, sizes["rounds"]),
    ]
    return trials if database != SQLITE else [*trials, lambda: try_files(count=sizes["files"])]


def _timed(trial: Callable[[], Report]) -> Report:
    started = time.monotonic()
    report = trial()
    report.seconds = time.monotonic() - started
    return report


def _races(database: str, rounds: int) -> Report:
    report = Report("Dernière place, dernier poste : 64 à la fois", "courses")
    with instance(database) as app:
        for _ in range(rounds):
            report.faults += last_seat(app).faults("NoSeatLeft")
            report.faults += last_position(app).faults("NoPositionLeft")
            report.tried += 2
    # Two winners of one seat, with a counter that agrees with the rows: the comparison has to see it.
    oversold = RaceReport(Counter(ok=2, NoSeatLeft=62), 2, 2, 2, capacity=1, seconds=0.0)
    report.found_planted = bool(oversold.faults("NoSeatLeft"))
    return report


def _kills(database: str, kills: int) -> Report:
    report = Report("Arrêts brutaux pendant l’écriture", "écritures acquittées")
    with instance(database) as app:
        found = run_kills(app, kills=kills)
        report.tried, report.faults = found.acknowledged, found.faults
        # One acknowledged youth more than the database holds: the comparison has to see it.
        missing = KillReport(kills, found.acknowledged + 1, lost=["un jeune acquitté et absent"])
        report.found_planted = bool(missing.faults)
    return report


def _authorisation(database: str) -> Report:
    with estate_on(database) as (app, estate):
        return try_authorisation(app, estate)


def _names(database: str) -> Report:
    with town_on(database) as (app, town):
        return try_names(app, town)


def _forms(database: str, rounds: int) -> Report:
    with town_on(database) as (app, town):
        return try_forms(app, town, rounds=rounds)


if __name__ == "__main__":
    sys.exit(main())
