"""What is set aside for a youth, and when it comes back: at a date, or when what was said of it is no longer so.

"Trop loin" ends when the youth's mobility or commune changes, "un autre métier" when the wishes do: a digest of these
values is kept with the row and compared with those of today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.engine.model import YouthInput
from app.matching.models import SetAside, SetAsideReason
from app.openings.models import Opening
from app.training.models import Course, TrainingSession


@dataclass(frozen=True, slots=True)
class AsideLine:
    """One thing set aside, as the page lists it; `is_over` when it is in the list of triples again."""

    id: int
    title: str
    reason: SetAsideReason
    until: date | None
    ends_with_file: bool
    is_over: bool


def basis_of(reason: SetAsideReason, row: YouthInput) -> str | None:
    """Digest of what the reason rests on in the youth's file; None when it rests on a date or a person alone."""
    if reason is SetAsideReason.TOO_FAR:
        means = sorted(one.name for one in row.means)
        values = (row.commune, row.limit_km, row.limit_minutes, means, row.licence, row.boarding)
        return _digest(values)
    if reason is SetAsideReason.OTHER_TRADE:
        return _digest([(wish.rank, wish.text, wish.trade) for wish in row.wishes])
    return None


def _digest(values: object) -> str:
    return sha256(repr(values).encode()).hexdigest()[:16]


def still_holds(reason: SetAsideReason, basis: str | None, row: YouthInput) -> bool:
    """Whether the file still says what it said when the thing was set aside."""
    return basis is None or basis == basis_of(reason, row)


def aside_lines(db_session: Session, *, youth_id: int, row: YouthInput) -> Sequence[AsideLine]:
    """What is set aside for this youth, newest first: one statement."""
    today = clock.today()
    rows = db_session.execute(
        select(SetAside, Opening.title.label("opening"), Course.title.label("course"))
        .outerjoin(Opening, Opening.id == SetAside.opening_id)
        .outerjoin(TrainingSession, TrainingSession.id == SetAside.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .where(SetAside.youth_id == youth_id)
        .order_by(SetAside.set_at.desc(), SetAside.id.desc())
    )
    return [
        AsideLine(
            id=one.SetAside.id,
            title=one.opening or one.course,
            reason=one.SetAside.reason,
            until=one.SetAside.until,
            ends_with_file=one.SetAside.basis is not None,
            is_over=(one.SetAside.until is not None and one.SetAside.until < today)
            or not still_holds(one.SetAside.reason, one.SetAside.basis, row),
        )
        for one in rows
    ]
