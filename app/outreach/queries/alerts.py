"""Reads of saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.openings.models import Opening, OpeningStatus
from app.outreach.models import ProfileAlert
from app.policy.actor import Actor

MOST = 100


def watched_openings(db_session: Session, actor: Actor) -> Sequence[Any]:
    """Published openings of the company worn, newest first, each with since when this person watches it."""
    return list(
        db_session.execute(
            select(Opening.id, Opening.title, ProfileAlert.created_at.label("since"))
            .outerjoin(
                ProfileAlert,
                and_(ProfileAlert.opening_id == Opening.id, ProfileAlert.user_id == actor.user_id),
            )
            .where(
                Opening.employer_id == actor.organisation_id,
                Opening.status == OpeningStatus.PUBLISHED,
            )
            .order_by(Opening.id.desc())
            .limit(MOST)
        ).all()
    )
