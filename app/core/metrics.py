"""Measures in Prometheus' text format, behind a token: requests of this process, the queue, the mails, the sessions."""

from __future__ import annotations

import hmac
import threading
import time
from collections import Counter

from flask import Flask, Response, g, request
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.health import blueprint
from app.core.outbox import MailState, OutboxMail
from app.core.permissions import public
from app.core.settings import current_settings
from app.core.tasks import Job, JobState
from config import Settings

_lock = threading.Lock()
_answers: Counter[str] = Counter()
_seconds = 0.0


def init_metrics(app: Flask, _settings: Settings) -> None:
    """Count answers by kind of status."""

    @app.after_request
    def count(response: Response) -> Response:
        global _seconds  # noqa: PLW0603 - one counter a process, under its lock
        if request.endpoint in {"static", "health.metrics"}:
            return response
        spent = time.monotonic() - g.get("request_began", time.monotonic())
        with _lock:
            _answers[f"{response.status_code // 100}xx"] += 1
            _seconds += spent
        return response


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """The measures, for who shows the token; for anybody else the page does not exist."""
    token = current_settings().metrics_token
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFound
    return Response("\n".join(_lines()) + "\n", mimetype="text/plain; version=0.0.4")


def _lines() -> list[str]:
    session = db.session()
    jobs = session.execute(select(Job.state, func.count()).group_by(Job.state)).all()
    mails = session.execute(select(OutboxMail.state, func.count()).group_by(OutboxMail.state)).all()
    oldest = session.scalar(select(func.min(Job.enqueued_at)).where(Job.state == JobState.QUEUED))
    waited = (clock.now() - oldest).total_seconds() if oldest else 0.0
    by_job, by_mail = {one[0]: one[1] for one in jobs}, {one[0]: one[1] for one in mails}
    with _lock:
        answers, seconds = dict(_answers), _seconds
    return [
        "# TYPE trefle_answers_total counter",
        *(f'trefle_answers_total{{status="{kind}"}} {n}' for kind, n in sorted(answers.items())),
        "# TYPE trefle_answer_seconds_total counter",
        f"trefle_answer_seconds_total {seconds:.3f}",
        "# TYPE trefle_jobs gauge",
        *(f'trefle_jobs{{state="{one.value}"}} {by_job.get(one, 0)}' for one in JobState),
        "# TYPE trefle_oldest_job_seconds gauge",
        f"trefle_oldest_job_seconds {waited:.0f}",
        "# TYPE trefle_mails gauge",
        *(f'trefle_mails{{state="{one.value}"}} {by_mail.get(one, 0)}' for one in MailState),
    ]
