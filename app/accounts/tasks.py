"""Background work of accounts."""

from __future__ import annotations

from typing import Any

from app.accounts.services import answer_reset
from app.accounts.services.resets import TASK
from app.core.db import transaction
from app.core.tasks import JobContext, task


@task(TASK)
def send_reset_link(_context: JobContext, payload: dict[str, Any]) -> None:
    """Send the link of a forgotten password, if the address has an account."""
    with transaction() as session:
        answer_reset(session, request_id=int(payload["request_id"]))
