"""How many files each adviser of a house holds: numbers, never a name of a youth."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.youth.models import LEAVING, Youth


def files_held(db_session: Session, *, organisation_id: int, user_id: int) -> int:
    """How many files of this house this person follows, whatever their status."""
    return (
        db_session.scalar(
            select(func.count())
            .select_from(Youth)
            .where(
                Youth.organisation_id == organisation_id,
                Youth.adviser_id == user_id,
                Youth.anonymised_at.is_(None),
            )
        )
        or 0
    )


def files_of_colleagues(db_session: Session, organisation_id: int) -> dict[int, int]:
    """Files that are followed, by adviser of a house; who has none is left out, and closed files weigh on nobody."""
    rows = db_session.execute(
        select(Youth.adviser_id, func.count().label("files"))
        .where(
            Youth.organisation_id == organisation_id,
            Youth.adviser_id.is_not(None),
            Youth.anonymised_at.is_(None),
            Youth.status.not_in(LEAVING),
        )
        .group_by(Youth.adviser_id)
    )
    return {int(row.adviser_id): int(row.files) for row in rows}
