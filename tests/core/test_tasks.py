"""A job's life: taken by one worker, handed out again when that one died, given up in the end and never in silence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.core import clock, tasks
from app.core.db import db, transaction
from app.core.errors import Unavailable
from app.core.tasks import (
    MAX_ATTEMPTS,
    STALE_AFTER,
    Job,
    JobState,
    enqueue,
    run_job,
    run_queued_jobs,
    sweep,
)

NAME, KEY = "tests.work", "tests.work:1"
LONG_AGO = STALE_AFTER + timedelta(minutes=1)


@dataclass
class Work:
    """What the task did, of what it told that it stopped, and the errors that it meets before it works."""

    done: list[int] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)


@pytest.fixture
def work(session: Session, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A task of the name `NAME`, for this test alone."""
    monkeypatch.setattr(tasks, "_TASKS", dict(tasks._TASKS))
    monkeypatch.setattr(tasks, "_ENDINGS", dict(tasks._ENDINGS))
    kept = Work()

    def note(_session: Session, payload: dict[str, Any]) -> None:
        kept.stopped.append(payload["number"])

    @tasks.task(NAME, stopped=note)
    def run(_context: tasks.JobContext, payload: dict[str, Any]) -> None:
        if kept.errors:
            raise kept.errors.pop()
        kept.done.append(payload["number"])

    return kept


def queue(**changes: Any) -> int:
    """A job, with these values instead of what a fresh one has."""
    with transaction() as session:
        job = enqueue(session, NAME, {"number": 7}, unique_key=KEY)
        for name, value in changes.items():
            setattr(job, name, value)
        return job.id


def job_of(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def dead(**changes: Any) -> dict[str, Any]:
    """A job that a worker took and of which nothing was heard for long."""
    return {
        "state": JobState.RUNNING,
        "attempts": 1,
        "beat_at": clock.now() - LONG_AGO,
        **changes,
    }


def test_a_job_is_taken_by_one_worker_and_runs_once(work: Work) -> None:
    job_id = queue()

    answers = [run_job(job_id), run_job(job_id)]

    assert (answers, work.done) == ([True, False], [7])


def test_a_job_whose_worker_died_is_handed_out_again_and_ends(app: Flask, work: Work) -> None:
    job_id = queue(**dead())
    waiting = app.extensions["huey"].pending_count()

    swept = sweep()
    carried = app.extensions["huey"].pending_count() - waiting
    run_job(job_id)

    row = job_of(job_id)
    assert (swept, carried, work.done, work.stopped) == (1, 1, [7], [])
    assert (row.state, row.attempts, row.unique_key) == (JobState.DONE, 2, None)


def test_a_job_whose_message_was_lost_is_handed_out_again(work: Work) -> None:
    job_id = queue(enqueued_at=clock.now() - LONG_AGO)

    assert (sweep(), run_job(job_id), work.done) == (1, True, [7])


def test_a_job_that_gives_signs_of_life_is_left_alone(work: Work) -> None:
    job_id = queue(**dead(beat_at=clock.now() - timedelta(minutes=1)))

    assert sweep() == 0
    assert job_of(job_id).state is JobState.RUNNING


def test_a_job_whose_workers_always_die_is_given_up_aloud_and_frees_its_key(work: Work) -> None:
    job_id = queue(**dead(attempts=MAX_ATTEMPTS))

    swept = sweep()

    row = job_of(job_id)
    assert (swept, row.state, row.error) == (0, JobState.FAILED, "GaveUp")
    assert work.stopped == [7]
    assert run_job(queue()) is True


def test_a_job_that_fails_says_its_kind_of_error_tells_who_waits_and_frees_its_key(
    work: Work,
) -> None:
    work.errors = [ZeroDivisionError()]
    job_id = queue()

    ran = run_job(job_id)

    row = job_of(job_id)
    assert (ran, row.state, row.error) == (False, JobState.FAILED, "ZeroDivisionError")
    assert (work.stopped, row.unique_key) == ([7], None)


@pytest.mark.parametrize("away", [OperationalError("", {}, Exception("gone")), Unavailable()])
def test_a_job_that_met_a_database_that_was_away_is_done_again(
    app: Flask, work: Work, away: Exception
) -> None:
    work.errors = [away]
    job_id = queue()
    waiting = app.extensions["huey"].pending_count()

    first = run_job(job_id)
    carried = app.extensions["huey"].pending_count() - waiting
    run_queued_jobs()

    assert (first, carried, work.done, work.stopped) == (False, 1, [7], [])
    assert job_of(job_id).state is JobState.DONE


def test_a_job_that_always_meets_a_database_that_is_away_is_given_up_aloud(work: Work) -> None:
    work.errors = [OperationalError("", {}, Exception("gone")) for _ in range(MAX_ATTEMPTS)]
    job_id = queue()

    run_queued_jobs()

    row = job_of(job_id)
    assert (row.state, row.attempts, work.stopped) == (JobState.FAILED, MAX_ATTEMPTS, [7])
