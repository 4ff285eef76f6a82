"""The journal of a region up to the end of a day, as the pure figures want it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import AnySelect
from app.core.journal import JournalEvent
from app.openings.models import Opening
from app.policy.actor import OrganisationKind
from app.steering.life import History, Readiness, Told, tell_lives
from app.training.models import Course, TrainingSession
from app.youth.models import Youth, YouthStatus

MISSION_KINDS = frozenset({OrganisationKind.LOCAL_MISSION, OrganisationKind.PAIO_OFFICE})


def load_history(db_session: Session, regions: Iterable[str], on: date) -> History:
    """Read the journal rows of youth followed in these regions: five statements.

    The region of a placement is that of the organisation that follows the youth. An erased file keeps its organisation,
    so that a figure of the past does not move.
    """
    end = end_of_day(on)
    youth = db_session.execute(
        select(Youth.id, Youth.organisation_id, Organisation.kind)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(Organisation.region_code.in_(sorted(regions)))
    ).all()
    houses = {row.id: row.organisation_id for row in youth}
    lives = [
        life for life in tell_lives(_placement_lines(db_session, end)) if life.youth_id in houses
    ]
    return History(
        on=on,
        lives=lives,
        readiness=_readiness(db_session, end, houses),
        of_missions=frozenset(row.id for row in youth if row.kind in MISSION_KINDS),
        houses=houses,
        employers=_pairs(db_session, select(Opening.id, Opening.employer_id)),
        cfas=_pairs(
            db_session,
            select(TrainingSession.id, Course.cfa_id).join(
                Course, Course.id == TrainingSession.course_id
            ),
        ),
    )


def _pairs(db_session: Session, query: AnySelect) -> dict[int, int]:
    return {row[0]: row[1] for row in db_session.execute(query)}


def end_of_day(on: date) -> datetime:
    """The first instant of the next day in France: what happened before it happened on that day or earlier."""
    return datetime.combine(on + timedelta(days=1), time(), tzinfo=clock.PARIS)


def _placement_lines(db_session: Session, end: datetime) -> Iterable[Told]:
    rows = db_session.execute(
        select(
            JournalEvent.subject_id,
            JournalEvent.youth_id,
            JournalEvent.event,
            JournalEvent.happened_at,
            JournalEvent.opening_id,
            JournalEvent.session_id,
            JournalEvent.details,
        )
        .where(JournalEvent.subject_kind == "placement", JournalEvent.happened_at < end)
        .order_by(JournalEvent.happened_at, JournalEvent.id)
    )
    for row in rows:
        yield Told(
            row.subject_id,
            row.youth_id,
            row.event,
            row.happened_at,
            row.opening_id,
            row.session_id,
            row.details,
        )


def _readiness(db_session: Session, end: datetime, houses: dict[int, int]) -> list[Readiness]:
    """Each stretch of time in which a youth was ready, from the states that the journal says."""
    rows = db_session.execute(
        select(JournalEvent.subject_id, JournalEvent.happened_at, JournalEvent.to_state)
        .where(
            JournalEvent.subject_kind == "youth",
            JournalEvent.to_state.in_([status.value for status in YouthStatus]),
            JournalEvent.happened_at < end,
        )
        .order_by(JournalEvent.subject_id, JournalEvent.happened_at, JournalEvent.id)
    )
    stretches: list[Readiness] = []
    open_since: dict[int, datetime] = {}
    for row in rows:
        if row.subject_id not in houses:
            continue
        if row.to_state == YouthStatus.READY.value:
            open_since.setdefault(row.subject_id, row.happened_at)
        elif row.subject_id in open_since:
            stretches.append(
                Readiness(row.subject_id, open_since.pop(row.subject_id), row.happened_at)
            )
    return stretches + [Readiness(youth_id, since) for youth_id, since in open_since.items()]
