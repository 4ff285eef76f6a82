"""Whom an organiser that follows no youth asks: the advisers of its partner houses."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.journal import JournalEvent
from app.events.models import EventYouth, PromotionEvent
from app.events.queries.facts import event_facts
from app.events.queries.matching import fits_of, openings_shown
from app.matching.queries.pool import current_pool
from app.policy.actor import ADVISING_KINDS
from app.youth.models import Youth

ASKED = "event_houses_asked"


def advisers_to_ask(db_session: Session, event: PromotionEvent) -> dict[int, int]:
    """How many youth of each adviser of a partner house have a post that suits them here and are not invited."""
    shown = openings_shown(db_session, event.id)
    partners = event_facts(db_session, event).shared_with - {event.organiser_id}
    asked = select(EventYouth.youth_id).where(EventYouth.event_id == event.id)
    rows = db_session.execute(
        select(Youth.id, Youth.adviser_id)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(
            Youth.organisation_id.in_(sorted(partners)),
            Organisation.kind.in_(ADVISING_KINDS),
            Youth.adviser_id.is_not(None),
            Youth.anonymised_at.is_(None),
            Youth.id.not_in(asked),
        )
        .order_by(Youth.id)
    ).all()
    fits = fits_of(current_pool(db_session), [row.id for row in rows], shown)
    return dict(Counter(row.adviser_id for row in rows if row.id in fits))


def asked_since(db_session: Session, event_id: int, since: datetime) -> bool:
    """Whether the houses were asked after that moment."""
    found = db_session.scalar(
        select(JournalEvent.id)
        .where(
            JournalEvent.subject_kind == "event",
            JournalEvent.subject_id == event_id,
            JournalEvent.event == ASKED,
            JournalEvent.happened_at > since,
        )
        .limit(1)
    )
    return found is not None
