"""A lead: a placement tells the field agents of a territory that a company is worth a call."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.openings.models import Lead, LeadKind, Opening
from app.openings.queries import opening_facts
from app.policy.actor import Actor


def raise_lead(
    db_session: Session,
    actor: Actor,
    *,
    kind: LeadKind,
    opening_id: int,
    placement_id: int,
    reason: str | None = None,
    words: str | None = None,
) -> Lead | None:
    """Write a lead about the company of an opening; None when this placement has given that very lead before.

    The verb judges no right: a lead exists only because a placement moved, and the placement's service has judged it.
    The words were checked there too.
    """
    opening = db_session.get_one(Opening, opening_id)
    same = select(Lead.id).where(
        Lead.placement_id == placement_id,
        Lead.kind == kind,
        Lead.employer_id == opening.employer_id,
    )
    if db_session.scalar(same) is not None:
        return None
    try:
        with db_session.begin_nested():
            lead = Lead(
                kind=kind,
                employer_id=opening.employer_id,
                opening_id=opening_id,
                placement_id=placement_id,
                departement_code=opening_facts(db_session, opening_id).departement,
                rome_code=opening.rome_code,
                reason=reason,
                words=words,
                created_at=clock.now(),
                is_demonstration=opening.is_demonstration,
            )
            db_session.add(lead)
    except IntegrityError:
        if db_session.scalar(same) is None:
            raise
        return None
    journal.record(
        db_session,
        actor,
        subject_kind="opening",
        subject_id=opening_id,
        opening_id=opening_id,
        event="lead_raised",
        to_state=kind,
        reason=reason,
    )
    return lead
