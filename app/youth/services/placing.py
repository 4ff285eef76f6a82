"""What a placement does to the youth's file.

Placements judge their permission on the placement itself, then call these verbs.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.errors import Invalid
from app.policy.actor import Actor
from app.rules.age import is_minor
from app.youth import texts
from app.youth.models import (
    ConsentKind,
    ConsentRecord,
    LegalRepresentative,
    Youth,
    YouthStatus,
)
from app.youth.queries.facts import live_consent
from app.youth.services.guarded import locked, note_change


class RepresentativeMissing(Invalid):
    """A minor's name waits for the representative's acknowledgment."""

    default = (
        "Ce jeune est mineur : notez d’abord dans son dossier que son représentant légal est "
        "informé. Son nom pourra ensuite être donné."
    )


def needs_representative(youth: Youth, on: date) -> bool:
    """True for a minor who is not emancipated."""
    return is_minor(youth.birth_date, on) and not youth.is_emancipated


def grant_reveal(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    organisation_id: int,
    placement_id: int,
    data_scope: str,
    channel: str,
) -> ConsentRecord:
    """Write in the ledger that this organisation may see the identity, for this placement.

    The caller has judged that the actor may answer for the youth. Saying yes twice writes one row.

    Args:
        data_scope: stage S2 to S5 of what may be seen.
        channel: in_person, phone, link or paper.

    Raises:
        RepresentativeMissing: a minor whose representative has not been informed.
    """
    youth = locked(db_session, youth_id)
    today = clock.today()
    if needs_representative(youth, today):
        representative = db_session.get(LegalRepresentative, youth_id)
        if representative is None or representative.acknowledged_at is None:
            raise RepresentativeMissing
    known = db_session.scalar(
        select(ConsentRecord).where(
            ConsentRecord.youth_id == youth_id,
            ConsentRecord.recipient_organisation_id == organisation_id,
            ConsentRecord.placement_id == placement_id,
            ConsentRecord.data_scope >= data_scope,
            live_consent(ConsentKind.REVEAL, today),
        )
    )
    if known is not None:
        return known
    row = ConsentRecord(
        youth_id=youth_id,
        kind=ConsentKind.REVEAL,
        text_version=texts.REVEAL.version,
        data_scope=data_scope,
        recipient_organisation_id=organisation_id,
        placement_id=placement_id,
        channel=channel,
        given_at=clock.now(),
        recorded_by=actor.user_id,
    )
    db_session.add(row)
    note_change(
        db_session,
        actor,
        youth,
        "reveal_granted",
        to_state=data_scope,
        details={"organisation_id": organisation_id, "placement_id": placement_id},
        is_matching_data=False,
    )
    return row


def end_reveals(
    db_session: Session,
    *,
    youth_id: int,
    placement_id: int | None = None,
    organisation_id: int | None = None,
) -> int:
    """End live reveals: of one placement, to one organisation, or all. Returns how many ended."""
    query = update(ConsentRecord).where(
        ConsentRecord.youth_id == youth_id,
        ConsentRecord.kind == ConsentKind.REVEAL,
        ConsentRecord.withdrawn_at.is_(None),
    )
    if placement_id is not None:
        query = query.where(ConsentRecord.placement_id == placement_id)
    if organisation_id is not None:
        query = query.where(ConsentRecord.recipient_organisation_id == organisation_id)
    return int(db_session.execute(query.values(withdrawn_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def count_live_placement(db_session: Session, *, youth_id: int, delta: int) -> None:
    """Keep the number of live placements current; a new one dates the last proposal."""
    statement = update(Youth).where(Youth.id == youth_id)
    statement = statement.values(live_placements=Youth.live_placements + delta)
    if delta > 0:
        statement = statement.values(last_proposed_at=clock.now())
    db_session.execute(statement)
    record_change(db_session, Changed.YOUTH, youth_id)


def set_waiting_answers(db_session: Session, *, youth_id: int, count: int) -> None:
    """Keep current how many live placements wait for the youth's word."""
    db_session.execute(update(Youth).where(Youth.id == youth_id).values(waiting_answers=count))


def mark_placed(db_session: Session, actor: Actor, *, youth_id: int) -> Youth:
    """A contract is signed: the youth is proposed no more. Marking twice changes nothing."""
    return _move(db_session, actor, youth_id, YouthStatus.PLACED, "placed")


def mark_matchable(db_session: Session, actor: Actor, *, youth_id: int) -> Youth:
    """A contract broke, or the promise fell: the youth is ready to be proposed again."""
    return _move(db_session, actor, youth_id, YouthStatus.READY, "matchable_again")


def _move(
    db_session: Session, actor: Actor, youth_id: int, status: YouthStatus, event: str
) -> Youth:
    youth = locked(db_session, youth_id)
    before = youth.status
    if before is not status:
        youth.status = status
        note_change(db_session, actor, youth, event, from_state=before, to_state=status)
    return youth
