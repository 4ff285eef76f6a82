"""After the first day: the contacts that the dossier asks for, and what each found."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import NotFound, WrongState
from app.core.permissions import ensure
from app.placements.models import FollowUp, FollowUpKind, FollowUpState, Placement
from app.placements.queries.facts import placement_facts
from app.placements.services.checking import checked_words
from app.placements.services.checking_in import handle_signs
from app.placements.services.guarded import note
from app.placements.workflow import Stage
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.dates import Rhythm as PresenceRhythm
from app.rules.dates import add_months, end_of_free_termination
from app.training.models import Course, Rhythm, TrainingSession

DAYS = {FollowUpKind.DAY_1: 1, FollowUpKind.DAY_8: 8, FollowUpKind.DAY_21: 21}
MONTHS = {FollowUpKind.MONTH_3: 3, FollowUpKind.MONTH_6: 6}
# Weeks in the company and at the CFA. Two days a week at the CFA is the usual weekly rhythm; where the rhythm is not
# known, presence every day gives the earliest date, so that nobody looks too late.
PRESENCE = {
    Rhythm.WEEKLY: PresenceRhythm(centre_weekdays=(0, 1)),
    Rhythm.ONE_ONE: PresenceRhythm(company_weeks=1, centre_weeks=1),
    Rhythm.ONE_TWO: PresenceRhythm(company_weeks=2, centre_weeks=1),
    Rhythm.ONE_THREE: PresenceRhythm(company_weeks=3, centre_weeks=1),
    Rhythm.TWO_TWO: PresenceRhythm(company_weeks=2, centre_weeks=2),
}


def plan_follow_ups(db_session: Session, placement: Placement, first_day: date) -> None:
    """Write the contacts to make from the first day; the 45th day of presence is an estimate (TER-01)."""
    rhythm = db_session.scalar(
        select(Course.rhythm)
        .join(TrainingSession, TrainingSession.course_id == Course.id)
        .where(TrainingSession.id == placement.session_id)
    )
    presence = PRESENCE.get(rhythm or Rhythm.UNKNOWN, PresenceRhythm())
    due = {
        **{kind: first_day + timedelta(days=days) for kind, days in DAYS.items()},
        FollowUpKind.PRESENCE_45: end_of_free_termination(first_day, presence).day,
        **{kind: add_months(first_day, months) for kind, months in MONTHS.items()},
    }
    db_session.add_all(
        FollowUp(placement_id=placement.id, kind=kind, due_on=day) for kind, day in due.items()
    )
    db_session.flush()


def note_follow_up(
    db_session: Session,
    actor: Actor,
    *,
    follow_up_id: int,
    state: FollowUpState,
    words: str | None = None,
) -> FollowUp:
    """Note what a contact found; noting again corrects it, and the journal keeps both.

    Raises:
        NotFound: no such contact for this actor.
        Forbidden: a party that does not follow the youth.
        WrongState: the contract is over.
        Invalid: words that name a forbidden criterion.
    """
    row = db_session.get(FollowUp, follow_up_id)
    if row is None:
        raise NotFound
    placement = db_session.get_one(Placement, row.placement_id)
    ensure(
        actor,
        Permission.PLACEMENT_FOLLOW_UP,
        placement_facts(db_session, placement),
        seen_by=Permission.PLACEMENT_VIEW,
    )
    if placement.stage is not Stage.STARTED:
        raise WrongState
    checked_words(words)
    before, row.state, row.words = row.state, state, words
    row.done_at, row.done_by = clock.now(), actor.user_id
    handle_signs(db_session, follow_up_id)
    placement.updated_at = clock.now()
    note(
        db_session,
        actor,
        placement,
        "follow_up",
        from_state=before,
        to_state=state,
        audience=journal.Audience.ADVISER,
        details={"kind": row.kind.value},
    )
    db_session.flush()
    return row
