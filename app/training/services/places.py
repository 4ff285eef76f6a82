"""Figures of the places grid: one row, a pasted column, or "everything is right"."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.training.models import TrainingSession
from app.training.queries import grid_rows
from app.training.services.sessions import note_session, session_to_change

MOST_SEATS = 2000


class PlacesColumn(enum.StrEnum):
    """The columns a person may write."""

    CAPACITY = "capacity"
    DECLARED = "seats_declared"


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """One figure of a pasted column, with the version of the row it was meant for."""

    session_id: int
    version: int
    value: int


def update_places(
    db_session: Session,
    actor: Actor,
    *,
    session_id: int,
    version: int,
    capacity: int,
    seats_declared: int,
) -> TrainingSession:
    """Write both figures of a session and say that they are right today.

    A capacity below what is promised shows overbooking and cancels nobody.

    Raises:
        NotFound, Forbidden: not this actor's session.
        Conflict: somebody changed it since the grid was shown.
        Invalid: a figure out of bounds.
    """
    group = session_to_change(db_session, actor, session_id, version)
    _check(capacity, "capacity")
    _check(seats_declared, "seats_declared")
    group.capacity, group.seats_declared = capacity, seats_declared
    _checked_now(db_session, actor, group)
    return group


def apply_column(
    db_session: Session, actor: Actor, *, column: PlacesColumn, changes: Sequence[PlaceChange]
) -> int:
    """Write a pasted column, all rows or none; returns how many were written.

    Raises:
        NotFound, Forbidden: a session is not this actor's.
        Conflict: a row changed since the preview.
        Invalid: a figure out of bounds.
    """
    for change in changes:
        group = session_to_change(db_session, actor, change.session_id, change.version)
        _check(change.value, "numbers")
        setattr(group, column.value, change.value)
        _checked_now(db_session, actor, group)
    return len(changes)


def confirm_all(db_session: Session, actor: Actor, *, cfa_id: int | None = None) -> int:
    """Say that every figure of the grid is right today; returns how many sessions were concerned.

    Raises:
        NotFound: the actor does not act for that CFA.
    """
    if cfa_id is not None:
        ensure(actor, Permission.SESSION_EDIT, Facts(cfa_id=cfa_id))
    shown = grid_rows(actor, cfa_id).order_by(None).subquery()
    groups = db_session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(select(shown.c.id)))
        .order_by(TrainingSession.id)
    ).all()
    for group in groups:
        group.checked_on = clock.today()
        # Freshness is shown, never weighed: matching has nothing to read again.
        journal.record(
            db_session,
            actor,
            subject_kind="session",
            subject_id=group.id,
            session_id=group.id,
            event="places_checked",
        )
    db_session.flush()
    return len(groups)


def _checked_now(db_session: Session, actor: Actor, group: TrainingSession) -> None:
    group.checked_on = clock.today()
    db_session.flush()
    note_session(db_session, actor, group.id, "places_checked")


def _check(value: int, field: str) -> None:
    if not 0 <= value <= MOST_SEATS:
        raise Invalid(f"Écrivez un nombre de 0 à {MOST_SEATS}.", field=field)
