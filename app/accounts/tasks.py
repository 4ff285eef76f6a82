"""Background work of accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.accounts.services import answer_reset, forget_old_sessions, renew_locks
from app.accounts.services.joining import TASK as JOIN_TASK
from app.accounts.services.joining import forget_old_requests, tell_of_request
from app.accounts.services.resets import TASK
from app.accounts.services.upkeep import ask_for_reviews, close_dormant_accounts
from app.core import clock
from app.core.db import transaction
from app.core.settings import current_settings
from app.core.tasks import JobContext, periodic, task


@task(TASK)
def send_reset_link(_context: JobContext, payload: dict[str, Any]) -> None:
    """Send the link of a forgotten password, if the address has an account."""
    with transaction() as session:
        answer_reset(session, request_id=int(payload["request_id"]))


@task(JOIN_TASK)
def tell_of_join_request(_context: JobContext, payload: dict[str, Any]) -> None:
    """Write to whoever decides whether somebody joins."""
    with transaction() as session:
        tell_of_request(session, request_id=int(payload["request_id"]))


@periodic("accounts_night", minute="20", hour="1")
def tidy_accounts() -> None:
    """Forget the sessions that are over, and lock anew what an older key locked."""
    settings = current_settings()
    with transaction() as session:
        limit = clock.now() - timedelta(seconds=settings.session_absolute_seconds)
        forget_old_sessions(session, seen_before=limit)
        renew_locks(session)
        forget_old_requests(session)


@periodic("accounts_upkeep", minute="40", hour="7")
def keep_members_current() -> None:
    """Ask for the quarterly review, warn and close the accounts that nobody uses."""
    settings = current_settings()
    with transaction() as session:
        ask_for_reviews(session, every_days=settings.member_review_days)
        close_dormant_accounts(session, after_days=settings.dormant_account_days)
