"""The mail of 8 h: what waits, and the notices that people chose to read in the morning, once a day and hat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.notices import emails
from app.notices.digests import Line, Section
from app.notices.events import MORNING, Frequency, Scope
from app.notices.models import MorningDigest, Notice, NoticePreference
from app.notices.services.preferences import unsubscribe_token

SHOWN = 20


def wants_digest(db_session: Session, user_id: int, *, is_first_of_week: bool) -> bool:
    """Whether this person takes a digest on such a day."""
    chosen = db_session.scalar(
        select(NoticePreference.frequency).where(
            NoticePreference.user_id == user_id,
            NoticePreference.event == MORNING.kind,
            NoticePreference.scope == Scope.MINE,
        )
    )
    frequency = chosen or MORNING.default
    return frequency is Frequency.DAILY or (frequency is Frequency.WEEKLY and is_first_of_week)


def deliver_digest(
    db_session: Session,
    *,
    user_id: int,
    email: str,
    organisation_id: int,
    organisation: str,
    sections: Sequence[Section],
    on_day: date,
    is_first_of_week: bool,
    is_wanted: bool = True,
) -> int:
    """Send one digest, or none when there is nothing to say or nobody wants it; the day is done either way.

    Returns:
        how many lines left.
    """
    done = select(MorningDigest.id).where(
        MorningDigest.user_id == user_id,
        MorningDigest.organisation_id == organisation_id,
        MorningDigest.on_day == on_day,
    )
    if db_session.scalar(done) is not None:
        return 0
    waiting = (
        _waiting(db_session, user_id, organisation_id, is_first_of_week=is_first_of_week)
        if is_wanted
        else []
    )
    told = [Line(one.title, one.path) for one in waiting]
    everything = [*sections, *([Section("Vos avis", told)] if told else [])]
    lines = sum(len(one.lines) for one in everything)
    db_session.add(
        MorningDigest(
            user_id=user_id,
            organisation_id=organisation_id,
            on_day=on_day,
            lines=lines,
            prepared_at=clock.now(),
        )
    )
    db_session.flush()
    if lines:
        token = unsubscribe_token(user_id, MORNING, Scope.MINE)
        emails.digest(db_session, email, organisation, everything, unsubscribe=token)
    db_session.execute(
        update(Notice)
        .where(Notice.id.in_([one.id for one in waiting]))
        .values(mailed_at=clock.now())
    )
    return lines


def _waiting(
    db_session: Session, user_id: int, organisation_id: int, *, is_first_of_week: bool
) -> list[Notice]:
    """Unread notices of this hat, or of the person alone, that were kept for the morning or the week."""
    kept = [Frequency.DAILY, *([Frequency.WEEKLY] if is_first_of_week else [])]
    return list(
        db_session.scalars(
            select(Notice)
            .where(
                Notice.user_id == user_id,
                Notice.read_at.is_(None),
                Notice.mailed_at.is_(None),
                Notice.withdrawn_at.is_(None),
                Notice.delivery.in_(kept),
                or_(Notice.organisation_id.is_(None), Notice.organisation_id == organisation_id),
            )
            .order_by(Notice.id)
            .limit(SHOWN)
        )
    )
