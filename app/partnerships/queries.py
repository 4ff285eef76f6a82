"""Reads of agreements."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.partnerships.models import Agreement


def partners_of(db_session: Session, organisation_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Organisations that share `(their youth, their training places)` with this one today: one
    statement.
    """
    today = clock.today()
    rows = db_session.execute(
        select(
            Agreement.first_party_id,
            Agreement.second_party_id,
            Agreement.shares_youth,
            Agreement.shares_places,
        ).where(
            or_(
                Agreement.first_party_id == organisation_id,
                Agreement.second_party_id == organisation_id,
            ),
            Agreement.valid_from <= today,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
        )
    ).all()
    others = [(one.first_party_id + one.second_party_id - organisation_id, one) for one in rows]
    return (
        frozenset(other for other, one in others if one.shares_youth),
        frozenset(other for other, one in others if one.shares_places),
    )
