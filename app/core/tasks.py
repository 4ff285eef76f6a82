"""Background work. Our `job` table is the truth; the queue (huey) only carries ids.

`enqueue` writes a row in the caller's transaction and hands its id to the queue after the commit: a rolled-back action
leaves nothing behind. A worker that dies loses its message, not the row, and a sweep every minute hands stale rows out
again, so every task must be safe to run twice.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from huey import Huey, MemoryHuey, PostgresHuey, SqliteHuey, crontab
from sqlalchemy import Index, String, Text, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model, after_commit, db, enum_type, side_transaction, transaction
from app.core.errors import Unavailable, is_database_away
from config import Settings

STALE_AFTER = timedelta(minutes=10)
MAX_ATTEMPTS = 5


class JobState(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_enqueued_at", "state", "enqueued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.QUEUED)
    # At most one live job per key: a plan a territory and night, the sending of one mail.
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    enqueued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    @property
    def percent(self) -> int:
        """Progress from 0 to 100, 0 while the size is unknown."""
        return (
            100
            if self.state is JobState.DONE
            else (100 * self.done // self.total if self.total else 0)
        )


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a running task knows of itself."""

    job_id: int

    def progress(self, done: int, total: int) -> None:
        """Tell the page how far the work is; also the sign of life that keeps the sweep away."""
        with side_transaction() as session:
            session.execute(
                update(Job)
                .where(Job.id == self.job_id)
                .values(done=done, total=total, beat_at=clock.now())
            )


TaskFunction = Callable[[JobContext, dict[str, Any]], None]
Ending = Callable[[Session, dict[str, Any]], None]
_TASKS: dict[str, TaskFunction] = {}
_ENDINGS: dict[str, Ending] = {}
_PERIODIC: dict[str, tuple[Callable[[], None], dict[str, str]]] = {}


def task(name: str, *, stopped: Ending | None = None) -> Callable[[TaskFunction], TaskFunction]:
    """Register the function that runs jobs of this name. It opens its own transactions.

    Args:
        stopped: tells those who wait, when a job failed or its workers died too often. It runs in the transaction that
            closes the job, once the work is over, and takes an object that is gone meanwhile.
    """

    def register(function: TaskFunction) -> TaskFunction:
        _TASKS[name] = function
        if stopped is not None:
            _ENDINGS[name] = stopped
        return function

    return register


def periodic(name: str, **cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that the worker runs by the clock; `cron` as huey's crontab (minute='0', hour='2')."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        _PERIODIC[name] = (function, cron)
        return function

    return register


def enqueue(
    db_session: Session, name: str, payload: dict[str, Any], *, unique_key: str | None = None
) -> Job:
    """Queue a job in the caller's transaction. `payload` holds ids and plain values, never personal data.

    Raises:
        LookupError: no task has this name.
    """
    if name not in _TASKS:
        raise LookupError(f"no task is called {name}")
    job = Job(
        name=name,
        payload=payload,
        unique_key=unique_key,
        enqueued_at=clock.now(),
        state=JobState.QUEUED,
    )
    db_session.add(job)
    db_session.flush()
    _hand_out(job.id)
    return job


def _claim(job_id: int) -> Job | None:
    """Take a queued job; None when another worker has it or it is over."""
    with transaction() as session:
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == JobState.QUEUED)
            .values(
                state=JobState.RUNNING,
                started_at=clock.now(),
                beat_at=clock.now(),
                attempts=Job.attempts + 1,
            )
        )
        if claimed.rowcount == 0:  # type: ignore[attr-defined]
            return None
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def run_job(job_id: int) -> bool:
    """Run one job to its end, in an application context. Returns whether it ran here and succeeded.

    An error marks the row failed with the kind of error only: a message could hold personal data. A job that met a
    database that was away is queued again, as one whose worker died.
    """
    job = _claim(job_id)
    if job is None:
        return False
    error: str | None = None
    is_away = False
    try:
        _TASKS[job.name](JobContext(job_id), dict(job.payload))
    except Exception as caught:
        current_app.logger.error(
            "job_failed", exc_info=caught, extra={"job_id": job_id, "job_name": job.name}
        )
        error = type(caught).__name__
        is_away = isinstance(caught, Unavailable) or (
            isinstance(caught, DBAPIError) and is_database_away(caught)
        )
    with transaction() as session:
        row = session.get_one(Job, job_id)
        if is_away and row.attempts < MAX_ATTEMPTS:
            # It is back: this very transaction is served.
            row.state = JobState.QUEUED
            _hand_out(job_id)
        else:
            _close(session, row, error)
    return error is None


def _hand_out(*job_ids: int) -> None:
    """Give these ids to the queue once the current transaction is committed."""
    queue = current_app.extensions["huey"]

    def hand_out() -> None:
        for one in job_ids:
            queue.trefle_run_job(one)

    after_commit(hand_out)


def _close(db_session: Session, job: Job, error: str | None) -> None:
    """End a job: its key is free for another, and of one that failed those who wait are told."""
    job.state = JobState.FAILED if error else JobState.DONE
    job.error, job.ended_at, job.unique_key = error, clock.now(), None
    if error and (stopped := _ENDINGS.get(job.name)) is not None:
        stopped(db_session, dict(job.payload))


def run_queued_jobs(limit: int = 1000) -> int:
    """Run what waits, oldest first, in this process; for commands and tests. Returns how many ran."""
    ran = 0
    while ran < limit:
        job_id = db.session.scalar(
            select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id).limit(1)
        )
        db.session.rollback()
        if job_id is None:
            break
        run_job(job_id)
        ran += 1
    return ran


def sweep() -> int:
    """Hand out again the jobs whose worker died or whose message was lost; gives up after five attempts.

    Returns:
        how many jobs were handed out.
    """
    limit = clock.now() - STALE_AFTER
    lost = or_(
        (Job.state == JobState.RUNNING) & (Job.beat_at < limit),
        (Job.state == JobState.QUEUED) & (Job.enqueued_at < limit),
    )
    with transaction() as session:
        rows = session.scalars(select(Job).where(lost)).all()
        ids = []
        for row in rows:
            if row.attempts >= MAX_ATTEMPTS:
                _close(session, row, "GaveUp")
                continue
            row.state, row.enqueued_at = JobState.QUEUED, clock.now()
            ids.append(row.id)
        _hand_out(*ids)
    return len(ids)


def _build_queue(settings: Settings) -> Huey:
    """The queue of this environment: memory in tests, a SQLite file by default, PostgreSQL in production."""
    if settings.environment == "test":
        return MemoryHuey("trefle", immediate=False)
    if settings.uses_sqlite:
        settings.instance_path.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(
            "trefle", filename=str(settings.instance_path / "queue.sqlite"), fsync=True
        )
    return PostgresHuey(
        "trefle",
        dsn=settings.resolved_database_url.replace("postgresql+psycopg://", "postgresql://"),
    )


def init_tasks(app: Flask, settings: Settings) -> None:
    """Create the queue and teach it the one message it carries, the sweep and the periodic tasks."""
    queue = _build_queue(settings)

    @queue.task(name="trefle_run_job")  # type: ignore[untyped-decorator]
    def run(job_id: int) -> None:
        with app.app_context():
            run_job(job_id)

    @queue.periodic_task(crontab(minute="*"), name="trefle_sweep")  # type: ignore[untyped-decorator]
    def run_sweep() -> None:
        with app.app_context():
            sweep()

    for name, (function, cron) in _PERIODIC.items():
        _register_periodic(app, queue, name, function, cron)
    queue.trefle_run_job = run
    app.extensions["huey"] = queue


def _register_periodic(
    app: Flask, queue: Huey, name: str, function: Callable[[], None], cron: dict[str, str]
) -> None:
    @queue.periodic_task(crontab(**cron), name=f"trefle_{name}")  # type: ignore[untyped-decorator]
    def run() -> None:
        with app.app_context():
            function()
