"""Verbs on the recognition of a disability: apart, by right, on the youth's own word."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.youth.models import DisabilityRecognition, Youth
from app.youth.queries.facts import youth_facts
from app.youth.services.guarded import locked, note_change


def record_disability(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    has_agreed: bool,
    proof_seen_on: date | None,
    valid_until: date | None,
) -> DisabilityRecognition:
    """Keep that the youth is recognised as a disabled worker: "seen on, by", never a copy (AGE-05).

    Raises:
        Invalid: the youth's explicit agreement is missing, or a proof dated in the future.
    """
    youth = _open(db_session, actor, youth_id)
    if not has_agreed:
        raise Invalid("Sans l’accord écrit du jeune, rien n’est noté ici.", field="has_agreed")
    if proof_seen_on and proof_seen_on > clock.today():
        raise Invalid("La preuve ne peut pas avoir été vue demain.", field="proof_seen_on")
    row = db_session.get(DisabilityRecognition, youth_id)
    if row is None:
        row = DisabilityRecognition(youth_id=youth_id, agreed_at=clock.now())
        db_session.add(row)
    if proof_seen_on != row.proof_seen_on:
        row.proof_seen_by = actor.user_id if proof_seen_on else None
    row.proof_seen_on, row.valid_until = proof_seen_on, valid_until
    # The event says nothing: a timeline is read by more people than this section.
    note_change(db_session, actor, youth, "restricted_section_changed")
    return row


def remove_disability(db_session: Session, actor: Actor, *, youth_id: int) -> None:
    """The youth takes it back: the row goes, nothing of it stays."""
    youth = _open(db_session, actor, youth_id)
    row = db_session.get(DisabilityRecognition, youth_id)
    if row is not None:
        db_session.delete(row)
        note_change(db_session, actor, youth, "restricted_section_changed")


def _open(db_session: Session, actor: Actor, youth_id: int) -> Youth:
    ensure(
        actor,
        Permission.DISABILITY_EDIT,
        youth_facts(db_session, youth_id),
        seen_by=Permission.YOUTH_VIEW,
    )
    return locked(db_session, youth_id)
