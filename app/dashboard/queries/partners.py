"""Nine in the morning at the CFA, the point A and the company. No name of a youth is read here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import AnyRow
from app.openings.models import Opening, OpeningStatus
from app.placements.models import Placement
from app.placements.queries.contract_ends import EndedContract, ended_contracts
from app.placements.workflow import LEAF_OPEN_STAGES, LeafState
from app.policy.actor import Actor
from app.training.models import Course, SessionStatus, TrainingSession
from app.youth.models import Youth

SHOWN = 8
STALE_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PlacesMorning:
    """Of one CFA, or of the CFAs a point A acts for."""

    to_answer: Sequence[AnyRow]
    to_answer_count: int
    sessions: Sequence[AnyRow]
    stale_count: int
    without_employer: Sequence[AnyRow]
    ended_contracts: Sequence[EndedContract]


def places_morning(db_session: Session, cfa_ids: Collection[int]) -> PlacesMorning:
    """Requests to answer, seats left by session with their freshness, admissions without employer, contracts past
    their last day: six statements.
    """
    of_them = Course.cfa_id.in_(cfa_ids)
    waiting = and_(
        Placement.stage.in_(LEAF_OPEN_STAGES), Placement.cfa_leaf == LeafState.WAITING, of_them
    )
    open_session = and_(of_them, TrainingSession.status == SessionStatus.OPEN)
    stale = TrainingSession.checked_on < clock.today() - STALE_AFTER
    return PlacesMorning(
        to_answer=_placements(db_session, waiting, Placement.cfa_due_on),
        to_answer_count=_count(db_session, waiting),
        sessions=_sessions(db_session, open_session),
        stale_count=db_session.scalar(
            select(func.count())
            .select_from(TrainingSession)
            .join(Course)
            .where(open_session, stale)
        )
        or 0,
        without_employer=_placements(
            db_session,
            and_(
                of_them,
                Placement.stage.in_(LEAF_OPEN_STAGES),
                Placement.employer_leaf == LeafState.SOUGHT,
                Placement.cfa_leaf == LeafState.YES,
            ),
            Placement.window_ends.asc().nulls_last(),
        ),
        ended_contracts=ended_contracts(db_session, clock.today(), cfa_ids=cfa_ids)[:SHOWN],
    )


def _placements(db_session: Session, condition: Any, order: Any) -> Sequence[AnyRow]:
    return db_session.execute(
        select(
            Placement.id,
            Youth.public_code,
            Placement.youth_leaf,
            Placement.employer_leaf,
            Placement.cfa_leaf,
            Placement.cfa_due_on,
            Placement.trainee_since,
            Placement.window_ends,
            Course.title,
            TrainingSession.starts_on,
        )
        .join(Youth, Youth.id == Placement.youth_id)
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(condition)
        .order_by(order, Placement.id)
        .limit(SHOWN)
    ).all()


def _count(db_session: Session, condition: Any) -> int:
    query = (
        select(func.count())
        .select_from(Placement)
        .join(TrainingSession)
        .join(Course)
        .where(condition)
    )
    return db_session.scalar(query) or 0


def _sessions(db_session: Session, condition: Any) -> Sequence[AnyRow]:
    free = TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
    return db_session.execute(
        select(
            TrainingSession.id,
            Course.title,
            Organisation.name.label("cfa"),
            TrainingSession.starts_on,
            TrainingSession.capacity,
            free.label("free"),
            TrainingSession.checked_on,
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(condition)
        .order_by(TrainingSession.starts_on, TrainingSession.id)
        .limit(SHOWN)
    ).all()


@dataclass(frozen=True, slots=True)
class EmployerMorning:
    openings: Sequence[AnyRow]
    to_answer: Sequence[AnyRow]


def employer_morning(db_session: Session, actor: Actor) -> EmployerMorning:
    """My openings with what happens on each, and what I must answer: two statements."""
    waiting = func.count().filter(
        Placement.stage.in_(LEAF_OPEN_STAGES), Placement.employer_leaf == LeafState.WAITING
    )
    openings = db_session.execute(
        select(
            Opening.id,
            Opening.title,
            Opening.status,
            Opening.positions,
            Opening.positions_taken,
            Opening.expires_on,
            waiting.label("waiting"),
        )
        .outerjoin(Placement, Placement.opening_id == Opening.id)
        .where(Opening.employer_id == actor.organisation_id, Opening.status != OpeningStatus.CLOSED)
        .group_by(Opening.id)
        .order_by(Opening.id.desc())
        .limit(SHOWN)
    ).all()
    to_answer = db_session.execute(
        select(
            Placement.id,
            Youth.public_code,
            Opening.title,
            Placement.youth_leaf,
            Placement.employer_leaf,
            Placement.cfa_leaf,
            Placement.employer_due_on,
        )
        .join(Opening, Opening.id == Placement.opening_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .where(
            Opening.employer_id == actor.organisation_id,
            Placement.stage.in_(LEAF_OPEN_STAGES),
            Placement.employer_leaf == LeafState.WAITING,
        )
        .order_by(Placement.employer_due_on, Placement.id)
        .limit(SHOWN)
    ).all()
    return EmployerMorning(openings, to_answer)
