"""Background work of contracts: reminders once a day, and what the retention removes."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from app.contracts.queries.reminders import due_contract_reminders
from app.contracts.services import send_contract_reminder
from app.contracts.services.retention import drop_nir, empty_sheets
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.retention import RetentionKind, purges
from app.core.tasks import periodic
from app.policy.actor import CLOCK


@periodic("contracts_reminders", hour="8", minute="20")
def remind() -> None:
    """Once a day, at an hour that is between 8 and 20 in France whatever the season."""
    session = db.session()
    due = due_contract_reminders(session, clock.today())
    session.rollback()
    for reminder in due:
        with suppress(Conflict), transaction() as writing:
            send_contract_reminder(writing, CLOCK, reminder=reminder)


@purges(RetentionKind.NIR)
def purge_nir(db_session: Session, limit: datetime) -> int:
    """Drop the numbers of contracts deposited before the limit."""
    return drop_nir(db_session, limit)


@purges(RetentionKind.CONTRACT_SHEET)
def purge_sheets(db_session: Session, limit: datetime) -> int:
    """Empty the sheets of contracts deposited before the limit."""
    return empty_sheets(db_session, limit)
