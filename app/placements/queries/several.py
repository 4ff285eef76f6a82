"""Triples that were ticked for one youth, before they are proposed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import AnyRow
from app.core.permissions import ensure
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.queries.ladders import ladders_of
from app.placements.queries.words import Cfa, Employer
from app.placements.workflow import LIVE_STAGES, Leaf
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.training.models import Course, TrainingSession
from app.youth.queries import youth_facts


@dataclass(frozen=True, slots=True)
class Piste:
    """One triple to propose: who is asked, until when, and whether it is proposed already."""

    youth_id: int
    opening_id: int
    session_id: int
    post: str
    company: str
    course: str
    cfa: str
    employer_due_on: date
    cfa_due_on: date
    is_proposed: bool


def pistes_of(
    db_session: Session, actor: Actor, *, youth_id: int, pairs: Sequence[tuple[int, int]]
) -> list[Piste]:
    """These openings and sessions for this youth, in the order they were ticked: five statements.

    Raises:
        NotFound: no such youth for this actor.
    """
    facts = youth_facts(db_session, youth_id)
    ensure(actor, Permission.PLACEMENT_SUGGEST, facts, seen_by=Permission.YOUTH_VIEW)
    if not pairs:
        return []
    rows = _words(db_session, pairs)
    live = {
        (one.opening_id, one.session_id)
        for one in db_session.execute(
            select(Placement.opening_id, Placement.session_id).where(
                Placement.youth_id == youth_id, Placement.stage.in_(LIVE_STAGES)
            )
        )
    }
    house_id, today = facts.advising_organisation_id, clock.today()
    ladders = ladders_of(db_session, {house_id, *(one.cfa_id for one in rows)})
    found = {
        (one.opening_id, one.session_id): Piste(
            youth_id=youth_id,
            opening_id=one.opening_id,
            session_id=one.session_id,
            post=one.post,
            company=one.company,
            course=one.course,
            cfa=one.cfa,
            **{
                f"{leaf.value}_due_on": today
                + timedelta(days=ladders.of_answer(leaf, house_id=house_id, cfa_id=one.cfa_id).due)
                for leaf in (Leaf.EMPLOYER, Leaf.CFA)
            },
            is_proposed=(one.opening_id, one.session_id) in live,
        )
        for one in rows
    }
    return [found[pair] for pair in dict.fromkeys(pairs) if pair in found]


def _words(db_session: Session, pairs: Sequence[tuple[int, int]]) -> Sequence[AnyRow]:
    return db_session.execute(
        select(
            Opening.id.label("opening_id"),
            TrainingSession.id.label("session_id"),
            Opening.title.label("post"),
            Employer.name.label("company"),
            Course.title.label("course"),
            Course.cfa_id,
            Cfa.name.label("cfa"),
        )
        .select_from(Opening)
        .join(Employer, Employer.id == Opening.employer_id)
        .join(
            TrainingSession,
            or_(
                *(
                    and_(Opening.id == opening_id, TrainingSession.id == session_id)
                    for opening_id, session_id in pairs
                )
            ),
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Cfa, Cfa.id == Course.cfa_id)
    ).all()
