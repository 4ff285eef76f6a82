"""What the clock does to openings, once a day."""

from __future__ import annotations

from contextlib import suppress

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.tasks import periodic
from app.openings.queries.lists import expiring_openings
from app.openings.services.lifetime import REMINDED_BEFORE, remind_expiry
from app.policy.actor import CLOCK


@periodic("openings_expiry", hour="8", minute="10")
def remind_of_expiry() -> None:
    """Tell companies which of their openings end within ten days; each in a transaction of its own."""
    session = db.session()
    today = clock.today()
    due = expiring_openings(session, today, today + REMINDED_BEFORE)
    session.rollback()
    for opening_id in due:
        with suppress(Conflict), transaction() as own:
            remind_expiry(own, CLOCK, opening_id=opening_id)
