"""The end of an opening: reminded before it expires, renewed in one click, closed with what became of it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Invalid, WrongState
from app.notices.services import notify
from app.openings.models import Opening, OpeningOutcome, OpeningStatus
from app.openings.services.openings import TERM, move_opening, opening_to_change
from app.openings.workflow import OpeningEvent
from app.policy.actor import Actor

REMINDED_BEFORE = timedelta(days=10)


def renew_opening(db_session: Session, actor: Actor, *, opening_id: int) -> Opening:
    """Keep a published opening for sixty days more, and its start window at least as long.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        WrongState: it is not published.
    """
    opening = opening_to_change(db_session, actor, opening_id)
    if opening.status is not OpeningStatus.PUBLISHED:
        raise WrongState("Seule une offre publiée se renouvelle.")
    last = clock.today() + TERM
    opening.expires_on = max(opening.expires_on or last, last)
    if opening.start_until is not None and opening.start_until < opening.expires_on:
        opening.start_until = opening.expires_on
    opening.reminded_on = None
    db_session.flush()
    _note(db_session, actor, opening, "opening_renewed")
    return opening


def close_opening(
    db_session: Session, actor: Actor, *, opening_id: int, outcome: OpeningOutcome | None
) -> Opening:
    """Close an opening and say what became of it.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        WrongState: its status does not allow it.
        Invalid: nobody said what became of it.
    """
    if outcome is None:
        raise Invalid("Dites ce que l’offre est devenue.", field="outcome")
    opening = move_opening(db_session, actor, opening_id=opening_id, event=OpeningEvent.CLOSE)
    opening.outcome = outcome
    _note(db_session, actor, opening, "opening_outcome", outcome)
    return opening


def remind_expiry(db_session: Session, actor: Actor, *, opening_id: int) -> Opening | None:
    """Tell the company, and the agent who wrote the opening, that it ends soon: once a term.

    Returns:
        the opening, or None when there is nothing to tell any more.
    """
    opening = db_session.get(Opening, opening_id)
    if opening is None or not _is_due(opening, clock.today()):
        return None
    opening.reminded_on = clock.today()
    notify(
        db_session,
        actor,
        event="opening_expires",
        user_ids=[opening.created_by] if opening.created_by else [],
        organisation_ids=[opening.employer_id],
        title=f"L’offre « {opening.title[:80]} » se termine bientôt : renouvelez-la ou fermez-la.",
        path=f"/offres/{opening.id}",
        subject_kind="opening",
        subject_id=opening.id,
    )
    return opening


def _is_due(opening: Opening, today: date) -> bool:
    return (
        opening.status is OpeningStatus.PUBLISHED
        and opening.expires_on is not None
        and today <= opening.expires_on <= today + REMINDED_BEFORE
        and opening.reminded_on is None
    )


def _note(
    db_session: Session,
    actor: Actor,
    opening: Opening,
    event: str,
    reason: OpeningOutcome | None = None,
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="opening",
        subject_id=opening.id,
        opening_id=opening.id,
        event=event,
        reason=reason,
    )
    record_change(db_session, Changed.OPENING, opening.id)
