"""The journal of a region up to the end of a day, as the pure figures want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.journal import JournalEvent
from app.openings.models import OpeningOutcome
from app.policy.actor import OrganisationKind
from app.steering.field import FieldWork, History
from app.steering.life import Readiness, Told, tell_lives
from app.steering.queries.field import (
    OfferDays,
    load_contacts,
    load_kinds,
    load_offers,
    load_posts,
)
from app.training.models import Course, TrainingSession
from app.youth.models import Youth, YouthStatus

MISSION_KINDS = frozenset({OrganisationKind.LOCAL_MISSION, OrganisationKind.PAIO_OFFICE})
PUBLISHING = frozenset({"opening_publish", "opening_approved"})
FILLED = frozenset({OpeningOutcome.FILLED_HERE.value, OpeningOutcome.FILLED_ELSEWHERE.value})
CLOSING = "opening_outcome"
STATUSES = tuple(status.value for status in YouthStatus)


def load_history(db_session: Session, regions: Iterable[str], on: date) -> History:
    """Read what happened to youth followed in these regions, and what field agents did there: seven statements.

    The region of a placement is that of the organisation that follows the youth. An erased file keeps its organisation,
    so that a figure of the past does not move.
    """
    end, codes = end_of_day(on), sorted(regions)
    youth = db_session.execute(
        select(Youth.id, Youth.organisation_id, Organisation.kind)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(Organisation.region_code.in_(codes))
    ).all()
    houses = {row.id: row.organisation_id for row in youth}
    lines = db_session.execute(_lines(end)).all()
    offers = load_offers(db_session, codes, end, _offer_days(lines))
    sessions = db_session.execute(
        select(TrainingSession.id, Course.cfa_id, Course.level).join(
            Course, Course.id == TrainingSession.course_id
        )
    ).all()
    lives = [life for life in tell_lives(_told(lines)) if life.youth_id in houses]
    return History(
        on=on,
        lives=lives,
        readiness=_readiness(lines, houses),
        of_missions=frozenset(row.id for row in youth if row.kind in MISSION_KINDS),
        houses=houses,
        employers={one.opening_id: one.employer_id for one in offers.values()},
        cfas={row.id: row.cfa_id for row in sessions},
        work=FieldWork(
            contacts=load_contacts(db_session, codes, on, end),
            posts=load_posts(db_session, codes, on),
            offers=offers,
            kinds=load_kinds(db_session),
            levels={row.id: row.level for row in sessions},
        ),
    )


def end_of_day(on: date) -> datetime:
    """The first instant of the next day in France: what happened before it happened on that day or earlier."""
    return clock.midnight(on + timedelta(days=1))


def _lines(end: datetime) -> Any:
    """Lines of placements, states of youth, and first and last days of openings, in the order of the journal."""
    return (
        select(
            JournalEvent.subject_kind,
            JournalEvent.subject_id,
            JournalEvent.youth_id,
            JournalEvent.event,
            JournalEvent.happened_at,
            JournalEvent.opening_id,
            JournalEvent.session_id,
            JournalEvent.to_state,
            JournalEvent.reason,
            JournalEvent.details,
        )
        .where(
            JournalEvent.happened_at < end,
            or_(
                JournalEvent.subject_kind == "placement",
                and_(JournalEvent.subject_kind == "youth", JournalEvent.to_state.in_(STATUSES)),
                JournalEvent.event.in_([*PUBLISHING, CLOSING]),
            ),
        )
        .order_by(JournalEvent.happened_at, JournalEvent.id)
    )


def _told(lines: Iterable[Any]) -> Iterable[Told]:
    for row in lines:
        if row.subject_kind == "placement":
            yield Told(
                row.subject_id,
                row.youth_id,
                row.event,
                row.happened_at,
                row.opening_id,
                row.session_id,
                row.details,
            )


def _offer_days(lines: Iterable[Any]) -> dict[int, OfferDays]:
    """The first publication and the first closing as filled of each opening that the journal tells of."""
    found: dict[int, OfferDays] = {}
    for row in lines:
        if row.subject_kind != "opening":
            continue
        days = found.setdefault(row.subject_id, OfferDays())
        if row.event in PUBLISHING and days.published_on is None:
            days.published_on = row.happened_at.date()
        if row.event == CLOSING and row.reason in FILLED and days.closed_filled_on is None:
            days.closed_filled_on = row.happened_at.date()
    return found


def _readiness(lines: Iterable[Any], houses: Mapping[int, int]) -> list[Readiness]:
    """Each stretch of time in which a youth was ready, from the states that the journal says."""
    stretches: list[Readiness] = []
    open_since: dict[int, datetime] = {}
    for row in lines:
        if row.subject_kind != "youth" or row.subject_id not in houses:
            continue
        if row.to_state == YouthStatus.READY.value:
            open_since.setdefault(row.subject_id, row.happened_at)
        elif row.to_state in STATUSES and row.subject_id in open_since:
            stretches.append(
                Readiness(row.subject_id, open_since.pop(row.subject_id), row.happened_at)
            )
    return stretches + [Readiness(youth_id, since) for youth_id, since in open_since.items()]
