"""The places grid: sessions of the CFAs that one may act for, with every figure of their seats."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core import clock
from app.core.pages import Page, paginate
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.policy.predicates import cfa_officer, point_a_officer
from app.reference.models import Commune
from app.training.models import (
    Course,
    HoldState,
    QueueEntry,
    SeatHold,
    SessionStatus,
    TrainingSession,
)
from app.training.queries.lists import FREE

GRID_SIZE = 50


def acts_for(actor: Actor) -> frozenset[int]:
    """The CFAs whose courses and sessions this actor may change: what the policy says, as ids."""
    own = {actor.organisation_id} if cfa_officer(actor, NOTHING) else set()
    partners = actor.place_partners if point_a_officer(actor, NOTHING) else frozenset()
    return frozenset(one for one in (*own, *partners) if one is not None)


def cfas_of(db_session: Session, actor: Actor) -> list[tuple[int, str]]:
    """`(id, name)` of these CFAs, by name: one statement."""
    rows = db_session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(acts_for(actor)))
        .order_by(Organisation.sort_name, Organisation.id)
    )
    return [(row.id, row.name) for row in rows]


def not_over(on: date) -> ColumnElement[bool]:
    """Sessions whose figures still matter: not cancelled and not ended."""
    last_day = func.coalesce(TrainingSession.ends_on, TrainingSession.starts_on)
    return and_(TrainingSession.status != SessionStatus.CANCELLED, last_day >= on)


def grid_rows(actor: Actor, cfa_id: int | None = None) -> Select[Any]:
    """The statement of the grid: one row a session, counts of promises and of the waiting list."""
    held = (
        select(func.count())
        .select_from(SeatHold)
        .where(SeatHold.session_id == TrainingSession.id, SeatHold.state == HoldState.HELD)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    waiting = (
        select(func.count())
        .select_from(QueueEntry)
        .where(QueueEntry.session_id == TrainingSession.id)
        .correlate(TrainingSession)
        .scalar_subquery()
    )
    allowed = acts_for(actor)
    wanted = allowed & {cfa_id} if cfa_id is not None else allowed
    return (
        select(
            TrainingSession.id,
            TrainingSession.starts_on,
            TrainingSession.status,
            TrainingSession.capacity,
            TrainingSession.seats_declared,
            TrainingSession.seats_taken,
            TrainingSession.checked_on,
            TrainingSession.version,
            FREE.label("free"),
            held.label("held"),
            waiting.label("waiting"),
            Course.title,
            Organisation.name.label("cfa"),
            Commune.name.label("commune"),
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(Course.cfa_id.in_(wanted), ~Course.is_archived, not_over(clock.today()))
        .order_by(
            Organisation.sort_name,
            Course.sort_name,
            TrainingSession.starts_on,
            TrainingSession.id,
        )
    )


def places_grid(
    db_session: Session, actor: Actor, *, cfa_id: int | None = None, number: int = 1
) -> Page[Any]:
    """One page of the grid: two statements."""
    return paginate(db_session, grid_rows(actor, cfa_id), number=number, size=GRID_SIZE)
