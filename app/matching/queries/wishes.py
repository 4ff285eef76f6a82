"""Employers who wish to meet one youth, as the adviser reads them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import AnyRow
from app.matching.models import MeetingRequest, MeetingState
from app.openings.models import Opening


def wishes_to_meet(db_session: Session, *, youth_id: int) -> Sequence[AnyRow]:
    """Those that wait for an answer, oldest first, with the employer's own words: one statement."""
    return db_session.execute(
        select(
            MeetingRequest.id,
            MeetingRequest.opening_id,
            MeetingRequest.message,
            MeetingRequest.requested_at,
            Opening.title,
            Organisation.name.label("company"),
        )
        .join(Opening, Opening.id == MeetingRequest.opening_id)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .where(MeetingRequest.youth_id == youth_id, MeetingRequest.state == MeetingState.WAITING)
        .order_by(MeetingRequest.requested_at, MeetingRequest.id)
    ).all()
