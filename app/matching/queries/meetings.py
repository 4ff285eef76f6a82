"""Meetings that employers ask for, as the adviser reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import AnyRow
from app.matching.models import MeetingRequest, MeetingState
from app.openings.models import Opening
from app.youth.models import Youth


def meetings_asked(
    db_session: Session, of_youth: Any, *, most: int | None = None
) -> Sequence[AnyRow]:
    """Those that wait for an answer, oldest first, with the employer's own words: one statement.

    Args:
        of_youth: a condition on `Youth`: whose.
    """
    return db_session.execute(
        select(
            MeetingRequest.id,
            MeetingRequest.youth_id,
            MeetingRequest.opening_id,
            MeetingRequest.requested_at,
            MeetingRequest.message,
            Youth.given_name,
            Youth.family_name,
            Opening.title,
            Organisation.name.label("company"),
        )
        .join(Youth, Youth.id == MeetingRequest.youth_id)
        .join(Opening, Opening.id == MeetingRequest.opening_id)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .where(of_youth, MeetingRequest.state == MeetingState.WAITING)
        .order_by(MeetingRequest.requested_at, MeetingRequest.id)
        .limit(most)
    ).all()
