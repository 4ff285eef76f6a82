"""What the clock does for field agents and employers; what retention removes from visits."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.retention import RetentionKind, purges
from app.core.tasks import periodic
from app.notices.services import notify
from app.outreach.models import NextStep, Visit
from app.outreach.services.alerts import fitting_youth, live_alerts, tell_new_profiles
from app.policy.actor import CLOCK

TOLD_AHEAD = timedelta(days=1)


@periodic("outreach_steps", hour="7", minute="20")
def remind_of_steps() -> None:
    """The day before, tell agents of the next steps they planned."""
    day = clock.today() + TOLD_AHEAD
    with transaction() as session:
        visits = session.scalars(
            select(Visit).where(
                Visit.next_on == day,
                Visit.next_step != NextStep.NOTHING,
                Visit.next_done_on.is_(None),
            )
        ).all()
        for visit in visits:
            notify(
                session,
                CLOCK,
                event="visit_planned",
                user_ids=[visit.user_id],
                title="Une suite que vous avez prévue est pour demain.",
                path=f"/prospection/visites/{visit.id}",
                subject_kind="visit",
                subject_id=visit.id,
            )


@periodic("outreach_alerts", hour="7", minute="40")
def look_for_profiles() -> None:
    """Tell employers of new profiles that fit the openings they watch; each in a transaction of its own."""
    session = db.session()
    found = [(alert, fitting_youth(session, opening)) for alert, opening in live_alerts(session)]
    session.rollback()
    for alert_id, youth_ids in found:
        with suppress(Conflict), transaction() as own:
            tell_new_profiles(own, CLOCK, alert_id=alert_id, youth_ids=youth_ids)


@purges(RetentionKind.VISIT_RECORD)
def forget_people_met(db_session: Session, limit: datetime) -> int:
    """Empty the persons met and the free words of visits before the limit; the visit itself stays counted."""
    done = db_session.execute(
        update(Visit)
        .where(
            Visit.recorded_at < limit,
            or_(
                Visit.person_met.is_not(None),
                Visit.person_function.is_not(None),
                Visit.need.is_not(None),
            ),
        )
        .values(person_met=None, person_function=None, need=None)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
