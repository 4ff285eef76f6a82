"""What the night removes besides whole files: readings, mails, words of proposals that came to nothing, old proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import AccessRecord, NamedExport
from app.core.outbox import MailState, OutboxMail
from app.core.retention import RetentionKind, purges
from app.placements.models import LeafAnswer, MessageMention, Placement, PlacementMessage
from app.placements.workflow import Stage
from app.youth.models import ConsentRecord, Youth
from app.youth.services import settle_waiting_reveals

WITHOUT_CONTRACT = (Stage.DECLINED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.SUPERSEDED)


@purges(RetentionKind.ACCESS_JOURNAL)
def purge_readings(db_session: Session, limit: datetime) -> int:
    """Readings of names, and exports, that are older."""
    readings = _count(db_session, delete(AccessRecord).where(AccessRecord.read_at < limit))
    return readings + _count(db_session, delete(NamedExport).where(NamedExport.made_at < limit))


@purges(RetentionKind.SENT_MAIL)
def purge_mails(db_session: Session, limit: datetime) -> int:
    """Mails that are over: what still waits stays."""
    over = [one for one in MailState if one not in (MailState.WAITING, MailState.SENDING)]
    return _count(
        db_session,
        delete(OutboxMail).where(OutboxMail.created_at < limit, OutboxMail.state.in_(over)),
    )


@purges(RetentionKind.REFUSED_PROPOSAL)
def purge_words(db_session: Session, limit: datetime) -> int:
    """Free words and messages of proposals that ended without a contract; reasons of the lists stay."""
    over = select(Placement.id).where(
        Placement.stage.in_(WITHOUT_CONTRACT), Placement.ended_at < limit
    )
    old = select(PlacementMessage.id).where(PlacementMessage.placement_id.in_(over))
    db_session.execute(delete(MessageMention).where(MessageMention.message_id.in_(old)))
    messages = _count(
        db_session, delete(PlacementMessage).where(PlacementMessage.placement_id.in_(over))
    )
    words = _count(
        db_session,
        update(LeafAnswer)
        .where(LeafAnswer.placement_id.in_(over), LeafAnswer.words.is_not(None))
        .values(words=None),
    )
    return messages + words


@purges(RetentionKind.CONSENT_RECORD)
def purge_proofs(db_session: Session, limit: datetime) -> int:
    """Agreements that ended longer ago, of files that are anonymous."""
    anonymous = select(Youth.id).where(Youth.anonymised_at.is_not(None))
    return _count(
        db_session,
        delete(ConsentRecord).where(
            ConsentRecord.youth_id.in_(anonymous),
            or_(
                ConsentRecord.withdrawn_at < limit,
                ConsentRecord.expires_on < clock.local(limit).date(),
            ),
        ),
    )


def open_names_of_adults(db_session: Session) -> int:
    """Who came of age waits for no representative any more. Returns how many rows of the ledger opened."""
    waiting = db_session.scalars(
        select(Youth)
        .where(
            Youth.id.in_(
                select(ConsentRecord.youth_id).where(
                    ConsentRecord.waits_for_representative.is_(True),
                    ConsentRecord.withdrawn_at.is_(None),
                )
            )
        )
        .order_by(Youth.id)
    ).all()
    return sum(settle_waiting_reveals(db_session, youth) for youth in waiting)


def _count(db_session: Session, statement: Any) -> int:
    return int(db_session.execute(statement).rowcount)  # type: ignore[attr-defined]
