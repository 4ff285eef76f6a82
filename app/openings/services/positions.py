"""Positions of an opening: promised, taken, given back. The same shape as the seats of a session.

A position is won by one statement, judged on the current row. Every verb touches the opening's row
before the hold's. The verbs have no actor: a position moves only because a placement does, and the
placement's service has judged the right.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, NotFound
from app.openings.models import Opening, OpeningStatus, PositionHold, PositionState
from app.openings.queries import position_hold
from app.openings.workflow import OpeningEvent, next_status


class NoPositionLeft(Conflict):
    """Every position of the opening is promised or taken, or the opening is not published."""

    default = (
        "Il n’y a plus de poste libre pour cette offre. "
        "Ajoutez un poste à l’offre, ou attendez qu’une promesse se libère."
    )


def hold_position(
    db_session: Session, *, opening_id: int, youth_id: int, hold_until: date
) -> PositionHold:
    """Promise a position until the end of `hold_until`.

    One youth has one position in an opening: asked again, the same hold is returned, with the later
    of both dates; a taken position stays taken.

    Raises:
        NoPositionLeft: none is free, or the opening is not published.
    """
    known = position_hold(db_session, opening_id, youth_id)
    if known is None:
        return _occupy(db_session, opening_id, youth_id, PositionState.HELD, hold_until)
    if known.state is PositionState.HELD and known.hold_until and known.hold_until < hold_until:
        known.hold_until = hold_until
        db_session.flush()
    return known


def extend_position(
    db_session: Session, *, opening_id: int, youth_id: int, hold_until: date
) -> PositionHold:
    """Prolong a promise, once, as that of a seat.

    Raises:
        NotFound: this youth has no position there.
        Conflict: it was prolonged before, is taken already, or the date is not later.
    """
    known = position_hold(db_session, opening_id, youth_id)
    if known is None:
        raise NotFound
    if known.state is PositionState.TAKEN or known.hold_until is None:
        raise Conflict("Ce poste est déjà pris : il n’y a plus de date à prolonger.")
    if known.extended:
        raise Conflict("Ce poste a déjà été prolongé une fois. Signez, ou libérez-le.")
    if hold_until <= known.hold_until:
        raise Conflict("La nouvelle date doit être plus tardive que l’ancienne.")
    known.hold_until, known.extended = hold_until, True
    db_session.flush()
    return known


def take_position(db_session: Session, *, opening_id: int, youth_id: int) -> PositionHold:
    """The contract is signed: a promised position becomes taken, without one a free one is taken.

    When the last position is taken the opening is filled.

    Raises:
        NoPositionLeft: nothing was promised and none is free.
    """
    known = position_hold(db_session, opening_id, youth_id) or _occupy(
        db_session, opening_id, youth_id, PositionState.TAKEN, None
    )
    _lock(db_session, opening_id)
    known.state, known.hold_until = PositionState.TAKEN, None
    db_session.flush()
    settle_status(db_session, opening_id)
    record_change(db_session, Changed.OPENING, opening_id)
    return known


def release_position(db_session: Session, *, opening_id: int, youth_id: int) -> bool:
    """Give the position back; False when this youth had none. A filled opening is open again."""
    _lock(db_session, opening_id)
    deleted = db_session.execute(
        delete(PositionHold)
        .where(PositionHold.opening_id == opening_id, PositionHold.youth_id == youth_id)
        .execution_options(synchronize_session="fetch")
    )
    if not cast(CursorResult[Any], deleted).rowcount:
        return False
    _count(db_session, opening_id, -1)
    settle_status(db_session, opening_id)
    record_change(db_session, Changed.OPENING, opening_id)
    return True


def settle_status(db_session: Session, opening_id: int) -> None:
    """A published opening whose positions are all taken is filled; a filled one with room is not."""
    taken = (
        select(func.count())
        .select_from(PositionHold)
        .where(PositionHold.opening_id == opening_id, PositionHold.state == PositionState.TAKEN)
        .scalar_subquery()
    )
    for status, event, due in (
        (OpeningStatus.PUBLISHED, OpeningEvent.FILL, taken >= Opening.positions),
        (OpeningStatus.FILLED, OpeningEvent.FREE, taken < Opening.positions),
    ):
        moved = db_session.execute(
            update(Opening)
            .where(Opening.id == opening_id, Opening.status == status, due)
            .values(status=next_status(status, event))
            .execution_options(synchronize_session=False)
        )
        if cast(CursorResult[Any], moved).rowcount:
            break
    _read_again(db_session, opening_id)


def _occupy(
    db_session: Session,
    opening_id: int,
    youth_id: int,
    state: PositionState,
    hold_until: date | None,
) -> PositionHold:
    try:
        with db_session.begin_nested():
            if not _count(db_session, opening_id, +1):
                raise NoPositionLeft
            hold = PositionHold(
                opening_id=opening_id,
                youth_id=youth_id,
                state=state,
                hold_until=hold_until,
                created_at=clock.now(),
            )
            db_session.add(hold)
    except (IntegrityError, NoPositionLeft):
        # The same youth may have got this very position between our first look and the counter.
        twin = position_hold(db_session, opening_id, youth_id)
        if twin is None:
            raise
        return twin
    record_change(db_session, Changed.OPENING, opening_id)
    return hold


def _count(db_session: Session, opening_id: int, step: int) -> bool:
    """Move the counter in one statement, up only when a position is free. True when it moved."""
    statement = update(Opening).where(Opening.id == opening_id)
    if step > 0:
        statement = statement.where(
            Opening.status == OpeningStatus.PUBLISHED, Opening.positions_taken < Opening.positions
        )
    moved = db_session.execute(
        statement.values(positions_taken=Opening.positions_taken + step).execution_options(
            synchronize_session=False
        )
    )
    _read_again(db_session, opening_id)
    return bool(cast(CursorResult[Any], moved).rowcount)


def _lock(db_session: Session, opening_id: int) -> None:
    db_session.execute(select(Opening.id).where(Opening.id == opening_id).with_for_update())


def _read_again(db_session: Session, opening_id: int) -> None:
    loaded = db_session.identity_map.get(identity_key(Opening, opening_id))
    if loaded is not None:
        db_session.expire(loaded, ["positions_taken", "status"])
