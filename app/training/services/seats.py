"""Seats: promised, taken, given back.

A seat is won by one statement, whose condition the database judges on the current row: two people
and one seat give one winner on SQLite and on PostgreSQL alike. Every verb touches the session's row
before the hold's, so that two of them wait for each other in the same order and never in a circle.

The verbs have no actor: a seat moves only because a placement does, and the placement's service has
judged the right.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, NotFound
from app.training.models import HoldState, SeatHold, SessionStatus, TrainingSession
from app.training.queries import seat_hold


class NoSeatLeft(Conflict):
    """Every seat of the session is promised or taken, or the session is no longer open."""

    default = (
        "Il n’y a plus de place libre dans cette session. "
        "Proposez une autre session ou la liste d’attente."
    )


def hold_seat(db_session: Session, *, session_id: int, youth_id: int, hold_until: date) -> SeatHold:
    """Promise a seat until the end of `hold_until`.

    One youth has one seat in a session, shared by all its placements: asked again, the same hold is
    returned, with the later of both dates; a taken seat stays taken.

    Raises:
        NoSeatLeft: none is free, or the session is closed.
    """
    known = seat_hold(db_session, session_id, youth_id)
    if known is None:
        return _occupy(db_session, session_id, youth_id, HoldState.HELD, hold_until)
    if known.state is HoldState.HELD and known.hold_until and known.hold_until < hold_until:
        known.hold_until = hold_until
        db_session.flush()
    return known


def take_seat(db_session: Session, *, session_id: int, youth_id: int) -> SeatHold:
    """The contract is signed or the training starts: a promised seat becomes taken, without one a
    free seat is taken.

    Raises:
        NoSeatLeft: nothing was promised and no seat is free.
    """
    known = seat_hold(db_session, session_id, youth_id) or _occupy(
        db_session, session_id, youth_id, HoldState.TAKEN, None
    )
    known.state, known.hold_until = HoldState.TAKEN, None
    db_session.flush()
    return known


def keep_seat_until(
    db_session: Session, *, session_id: int, youth_id: int, hold_until: date
) -> SeatHold:
    """A taken seat becomes a promise again, until a date: after a break the apprentice keeps it six
    months.

    Raises:
        NotFound: this youth has no seat there.
    """
    known = _existing(db_session, session_id, youth_id)
    known.state, known.hold_until, known.extended = HoldState.HELD, hold_until, False
    db_session.flush()
    return known


def extend_hold(
    db_session: Session, *, session_id: int, youth_id: int, hold_until: date
) -> SeatHold:
    """Prolong a promise, once.

    Raises:
        NotFound: this youth has no seat there.
        Conflict: it was prolonged before, is taken already, or the date is not later.
    """
    known = _existing(db_session, session_id, youth_id)
    if known.state is HoldState.TAKEN or known.hold_until is None:
        raise Conflict("Cette place est déjà prise : il n’y a plus de date à prolonger.")
    if known.extended:
        raise Conflict("Cette place a déjà été prolongée une fois. Signez, ou libérez-la.")
    if hold_until <= known.hold_until:
        raise Conflict("La nouvelle date doit être plus tardive que l’ancienne.")
    known.hold_until, known.extended = hold_until, True
    db_session.flush()
    return known


def release_seat(db_session: Session, *, session_id: int, youth_id: int) -> bool:
    """Give the seat back; False when this youth had none (asked twice, it is given back once)."""
    db_session.execute(
        select(TrainingSession.id).where(TrainingSession.id == session_id).with_for_update()
    )
    deleted = db_session.execute(
        delete(SeatHold)
        .where(SeatHold.session_id == session_id, SeatHold.youth_id == youth_id)
        .execution_options(synchronize_session="fetch")
    )
    if not cast(CursorResult[Any], deleted).rowcount:
        return False
    _count(db_session, session_id, -1)
    record_change(db_session, Changed.SESSION, session_id)
    return True


def _occupy(
    db_session: Session, session_id: int, youth_id: int, state: HoldState, hold_until: date | None
) -> SeatHold:
    try:
        with db_session.begin_nested():
            if not _count(db_session, session_id, +1):
                raise NoSeatLeft
            hold = SeatHold(
                session_id=session_id,
                youth_id=youth_id,
                state=state,
                hold_until=hold_until,
                created_at=clock.now(),
            )
            db_session.add(hold)
    except (IntegrityError, NoSeatLeft):
        # The same youth may have got this very seat between our first look and the counter.
        twin = seat_hold(db_session, session_id, youth_id)
        if twin is None:
            raise
        return twin
    record_change(db_session, Changed.SESSION, session_id)
    return hold


def _count(db_session: Session, session_id: int, step: int) -> bool:
    """Move the counter in one statement; a step up only when a seat is free. True when the row
    moved.
    """
    seats = TrainingSession.seats_declared + TrainingSession.seats_taken
    statement = update(TrainingSession).where(TrainingSession.id == session_id)
    if step > 0:
        statement = statement.where(
            TrainingSession.status == SessionStatus.OPEN, seats < TrainingSession.capacity
        )
    moved = db_session.execute(
        statement.values(seats_taken=TrainingSession.seats_taken + step).execution_options(
            synchronize_session=False
        )
    )
    loaded = db_session.identity_map.get(identity_key(TrainingSession, session_id))
    if loaded is not None:
        db_session.expire(loaded, ["seats_taken"])
    return bool(cast(CursorResult[Any], moved).rowcount)


def _existing(db_session: Session, session_id: int, youth_id: int) -> SeatHold:
    known = seat_hold(db_session, session_id, youth_id)
    if known is None:
        raise NotFound("Ce jeune n’a pas de place dans cette session.")
    return known
