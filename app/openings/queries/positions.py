"""Reads of positions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.openings.models import PositionHold, PositionState


def position_hold(db_session: Session, opening_id: int, youth_id: int) -> PositionHold | None:
    """The position of this youth in this opening, promised or taken."""
    return db_session.scalar(
        select(PositionHold).where(
            PositionHold.opening_id == opening_id, PositionHold.youth_id == youth_id
        )
    )


def lapsed_positions(db_session: Session, on: date) -> list[PositionHold]:
    """Promises whose last day is before `on`, oldest first; taken positions never lapse."""
    return list(
        db_session.scalars(
            select(PositionHold)
            .where(PositionHold.state == PositionState.HELD, PositionHold.hold_until < on)
            .order_by(PositionHold.hold_until, PositionHold.id)
        )
    )
