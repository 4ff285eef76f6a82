"""No mail leaves between 20 h and 8 h on the clock of mainland France; what is held leaves at 8 h.

The hours are those of a wall clock, so the night of March has eleven hours and the night of October thirteen.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from app.core.clock import PARIS

EVENING = time(20)
MORNING = time(8)


def is_quiet(at: datetime) -> bool:
    """True from 20 h on and before 8 h."""
    wall = at.astimezone(PARIS).time()
    return wall >= EVENING or wall < MORNING


def end_of_quiet(at: datetime) -> datetime:
    """The next 8 h on the French clock: today's in the small hours, tomorrow's in the evening."""
    local = at.astimezone(PARIS)
    on = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(on, MORNING, tzinfo=PARIS)
