"""The plan of a territory as the portal runs it: asked for, taken up by the worker, written down.

The demonstration, copied until 20,000 youth may be planned, is read from its database, planned, compared with first
come first served, given its levers and its pairs, and written, as on any night; then once more, as on the night after.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from app.core.db import db, transaction
from app.core.tasks import run_job
from app.planning.models import PlanRun
from app.planning.services import ask_for_plan
from app.policy.actor import CLOCK
from benchmarks.pages import build, multiply
from benchmarks.timing import gibibytes, timed

HEADING = "Plan of a territory by the portal's task, from its rows to its lines"
YOUTH, TIMES, REGION = 2000, 18, "53"
PARTS = "of them with one change that would do, with a change and more room"


def lines() -> list[str]:
    """Lines of the report: two nights."""
    with tempfile.TemporaryDirectory() as folder:
        app = build(Path(folder), YOUTH)
        multiply(app, TIMES)
        nights = [_night(app) for _ in range(2)]
        with app.app_context():
            db.engine.dispose()
    (first, first_took), (second, second_took) = nights
    figures = first.figures
    return [
        _told(first),
        "",
        "| what | measured |",
        "|---|---|",
        f"| from the task's first statement to the last line written | {first_took} |",
        f"| served | {figures['served']:,} |",
        f"| gap to the proved bound, rounds | {first.gap or 0:.3%}, {figures['rounds']} |",
        f"| left without, {PARTS} | {_left(first)} |",
        f"| the night after, from its prices, those left out first | {second_took} |",
        f"| its gap, rounds | {second.gap or 0:.3%}, {second.figures['rounds']} |",
        f"| largest memory of the process | {gibibytes():.2f} GiB |",
    ]


def _told(run: PlanRun) -> str:
    figures = run.figures
    sizes = (figures["youth"], figures["positions"], figures["places"])
    return (
        "SQLite, one worker. {:,} youths that may be planned, {:,} positions, {:,} places.".format(
            *sizes
        )
    )


def _left(run: PlanRun) -> str:
    figures = run.figures
    parts = (figures["youth"] - figures["served"], figures["with_way"], figures["with_pair"])
    return ", ".join(f"{part:,}" for part in parts)


def _night(app: Flask) -> tuple[PlanRun, str]:
    with app.app_context():
        with transaction() as session:
            run = ask_for_plan(session, CLOCK, region_code=REGION)
            plan_id, job_id = run.id, run.job_id
        is_done, took = timed(lambda: run_job(job_id or 0))
        found = db.session.get_one(PlanRun, plan_id)
        if not is_done:
            raise RuntimeError(f"plan {plan_id}: {found.state}")
        db.session.expunge(found)
        return found, took
