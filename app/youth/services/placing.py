"""What a placement does to the youth's file.

Placements judge their permission on the placement itself, then call these verbs.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.policy.actor import Actor
from app.rules.age import is_minor
from app.rules.dates.arithmetic import add_months
from app.youth import texts
from app.youth.models import (
    ConsentKind,
    ConsentRecord,
    LegalRepresentative,
    Youth,
    YouthStatus,
)
from app.youth.services.guarded import locked, note_change


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
    text_version: str = texts.REVEAL.version,
) -> ConsentRecord:
    """Write in the ledger that this organisation may see the identity, for this placement.

    The caller has judged that the actor may answer for the youth. Saying yes twice writes one row. The row of a minor
    whose representative was not informed waits: it opens nothing before the acknowledgment.

    Args:
        data_scope: stage S2 to S5 of what may be seen.
        channel: in_person, phone, link or paper.
        text_version: of the text that the youth agreed to.
    """
    youth = locked(db_session, youth_id)
    today = clock.today()
    known = _known_reveal(db_session, youth_id, organisation_id, placement_id, data_scope)
    if known is not None:
        return known
    months = texts.CONTRACT_MONTHS if data_scope == "S5" else texts.REVEAL_MONTHS
    waits = needs_representative(youth, today) and not _is_representative_informed(
        db_session, youth_id
    )
    row = ConsentRecord(
        youth_id=youth_id,
        kind=ConsentKind.REVEAL,
        text_version=text_version,
        data_scope=data_scope,
        recipient_organisation_id=organisation_id,
        placement_id=placement_id,
        channel=channel,
        given_at=clock.now(),
        expires_on=add_months(today, months),
        recorded_by=actor.user_id,
        recorded_for=actor.organisation_id,
        waits_for_representative=waits,
    )
    db_session.add(row)
    note_change(
        db_session,
        actor,
        youth,
        "reveal_waits" if waits else "reveal_granted",
        to_state=data_scope,
        details={"organisation_id": organisation_id, "placement_id": placement_id},
        is_matching_data=False,
    )
    return row


def _known_reveal(
    db_session: Session, youth_id: int, organisation_id: int, placement_id: int, data_scope: str
) -> ConsentRecord | None:
    """A row that opens as much already, or will once the representative knows."""
    return db_session.scalar(
        select(ConsentRecord)
        .where(
            ConsentRecord.youth_id == youth_id,
            ConsentRecord.kind == ConsentKind.REVEAL,
            ConsentRecord.recipient_organisation_id == organisation_id,
            ConsentRecord.placement_id == placement_id,
            ConsentRecord.data_scope >= data_scope,
            ConsentRecord.withdrawn_at.is_(None),
            or_(ConsentRecord.expires_on.is_(None), ConsentRecord.expires_on >= clock.today()),
        )
        .limit(1)
    )


def _is_representative_informed(db_session: Session, youth_id: int) -> bool:
    representative = db_session.get(LegalRepresentative, youth_id)
    return representative is not None and representative.acknowledged_at is not None


def settle_waiting_reveals(db_session: Session, youth: Youth) -> int:
    """Open what waited for the representative once they know; close it again when that was a mistake.

    Returns:
        how many rows of the ledger changed.
    """
    waits = needs_representative(youth, clock.today()) and not _is_representative_informed(
        db_session, youth.id
    )
    changed = db_session.execute(
        update(ConsentRecord)
        .where(
            ConsentRecord.youth_id == youth.id,
            ConsentRecord.kind == ConsentKind.REVEAL,
            ConsentRecord.withdrawn_at.is_(None),
            ConsentRecord.waits_for_representative.is_(not waits),
        )
        .values(waits_for_representative=waits)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]


def end_reveals(
    db_session: Session,
    *,
    youth_id: int,
    placement_id: int | None = None,
    organisation_id: int | None = None,
) -> int:
    """End live reveals: of one placement, to one organisation, or all but those of a signed contract, which its
    parties need whatever the youth agrees to. Returns how many ended.
    """
    query = update(ConsentRecord).where(
        ConsentRecord.youth_id == youth_id,
        ConsentRecord.kind == ConsentKind.REVEAL,
        ConsentRecord.withdrawn_at.is_(None),
    )
    if placement_id is not None:
        query = query.where(ConsentRecord.placement_id == placement_id)
    if organisation_id is not None:
        query = query.where(ConsentRecord.recipient_organisation_id == organisation_id)
    if placement_id is None and organisation_id is None:
        query = query.where(ConsentRecord.data_scope != "S5")
    return int(db_session.execute(query.values(withdrawn_at=clock.now())).rowcount)  # type: ignore[attr-defined]


def let_reveals_end(db_session: Session, *, youth_id: int, placement_id: int, on: date) -> None:
    """The contract is over: what its parties see ends on that day at the latest."""
    db_session.execute(
        update(ConsentRecord)
        .where(
            ConsentRecord.youth_id == youth_id,
            ConsentRecord.placement_id == placement_id,
            ConsentRecord.kind == ConsentKind.REVEAL,
            ConsentRecord.withdrawn_at.is_(None),
            or_(ConsentRecord.expires_on.is_(None), ConsentRecord.expires_on > on),
        )
        .values(expires_on=on)
    )


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
