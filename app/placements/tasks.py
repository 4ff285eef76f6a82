"""What the clock does to placements, every hour: each one in a transaction of its own, safe to run twice."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.tasks import periodic
from app.placements import services
from app.placements.queries.due import lapsed_promises, silent_employers, without_answer
from app.policy.actor import CLOCK


@periodic("placements_clock", minute="12")
def turn_the_clock() -> int:
    """Let promises lapse, then end what nobody answered. Returns how many placements moved."""
    today = clock.today()
    session = db.session()
    lapsed = lapsed_promises(session, today)
    silent = silent_employers(session, today)
    unanswered = without_answer(session, today)
    session.rollback()
    moved = 0
    for placement_id, leaf in lapsed:
        moved += _try(
            lambda one, key=placement_id, which=leaf: services.hold_lapses(
                one, CLOCK, placement_id=key, leaf=which
            )
        )
    for placement_id in silent:
        moved += _try(
            lambda one, key=placement_id: services.note_silence(one, CLOCK, placement_id=key)
        )
    for placement_id in unanswered:
        moved += _try(lambda one, key=placement_id: services.expire(one, CLOCK, placement_id=key))
    return moved


def _try(verb: Callable[[Session], object]) -> int:
    """Run one verb; 0 when a person was faster than the clock."""
    try:
        with transaction() as session:
            verb(session)
    except Conflict:
        return 0
    return 1
