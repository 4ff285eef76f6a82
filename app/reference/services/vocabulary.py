"""Words that a regional team teaches: another name of a trade, its short form, a usual misspelling.

A word is a row of `trade_title`, read at once by suggestions and matching; the journal keeps who added or took out
what.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import journal
from app.core.changes import Changed, record_change
from app.core.errors import AlreadyDone, Invalid, NotFound
from app.core.permissions import ensure
from app.core.text import sort_key
from app.engine.text import fold
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.reference.models import TAUGHT, TitleKind, Trade, TradeTitle

TAUGHT_KINDS = frozenset({TitleKind.SYNONYM, TitleKind.SHORT_FORM, TitleKind.MISSPELLING})
SUBJECT = "trade_title"


def teach_word(
    db_session: Session, actor: Actor, *, text: str, rome_code: str, kind: TitleKind
) -> TradeTitle:
    """From now on this text leads to this trade.

    Raises:
        Invalid: no letters in the text, or no such trade.
        AlreadyDone: the text leads there already.
    """
    ensure(actor, Permission.WISHES_CURATE)
    folded = sort_key(text)
    if not fold(text) or kind not in TAUGHT_KINDS:
        raise Invalid("Écrivez au moins un mot qui dit le métier.", field="text")
    if db_session.get(Trade, rome_code) is None:
        raise Invalid("Choisissez le métier auquel ces mots mènent.", field="trade")
    known = select(TradeTitle.id).where(
        TradeTitle.rome_code == rome_code, TradeTitle.folded == folded
    )
    if db_session.scalar(known) is not None:
        raise AlreadyDone("Ces mots mènent déjà à ce métier.")
    row = TradeTitle(rome_code=rome_code, title=text, folded=folded, kind=kind, source=TAUGHT)
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, row, "word_taught")
    return row


def unteach_word(db_session: Session, actor: Actor, *, title_id: int) -> TradeTitle:
    """Take a taught word out again: suggestions and matching forget it at once.

    Raises:
        NotFound: no such word, or one of an official list.
    """
    ensure(actor, Permission.WISHES_CURATE)
    row = db_session.get(TradeTitle, title_id)
    if row is None or row.source != TAUGHT:
        raise NotFound("Ce mot a déjà été retiré.")
    _note(db_session, actor, row, "word_taken_out")
    db_session.delete(row)
    return row


def _note(db_session: Session, actor: Actor, row: TradeTitle, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind=SUBJECT,
        subject_id=row.id,
        event=event,
        reason=row.kind,
        audience=journal.Audience.ORGANISATION,
        details={"text": row.title, "rome_code": row.rome_code},
    )
    record_change(db_session, Changed.REFERENCE)
