"""Wishes that found nothing, by what was typed; and the words taught since. Counts and dates, never a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.db import AnyRow
from app.core.journal import JournalEvent
from app.policy.actor import Actor, Role
from app.reference.models import TAUGHT, TitleKind, TradeTitle
from app.reference.queries import suggest_trades, trade_labels
from app.reference.services.vocabulary import SUBJECT
from app.youth.models import Wish, Youth

MOST_READ = 200
"""Distinct texts looked at, the most frequent first: each is compared with every title of the country."""
LOG_LENGTH = 30
LOOKS_PERSONAL = re.compile(r"\d{2}|@|\b(je|j’|j'|mon|ma|mes|chez|avec)\b", re.IGNORECASE)
"""A number, an address, a sentence: what says more than a trade stays in the youth's file."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A text that leads to no trade: how many young people wrote it, and when a file with it last changed."""

    text: str
    folded: str
    youth: int
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class TaughtWord:
    """One line of the log of words; `title_id` while the word is still in force."""

    text: str
    trade: str
    kind: TitleKind
    event: str
    who: str
    at: datetime
    title_id: int | None


def unanswered_wishes(db_session: Session, actor: Actor) -> list[Unanswered]:
    """Texts of wishes without a trade, for which nothing is suggested either; most frequent first.

    A regional coordination reads those of its regions, the platform all of them.
    """
    query = (
        select(
            Wish.folded,
            func.min(Wish.raw_text).label("text"),
            func.count(Wish.youth_id.distinct()).label("youth"),
            func.max(Youth.updated_at).label("last_seen"),
        )
        .join(Youth, Youth.id == Wish.youth_id)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(Wish.rome_code.is_(None), Youth.anonymised_at.is_(None))
        .group_by(Wish.folded)
        .order_by(func.count(Wish.youth_id.distinct()).desc(), Wish.folded)
        .limit(MOST_READ)
    )
    if Role.PLATFORM_ADMIN not in actor.roles:
        query = query.where(Organisation.region_code.in_(actor.regions))
    return [
        Unanswered(row.text, row.folded, row.youth, row.last_seen)
        for row in db_session.execute(query)
        if not LOOKS_PERSONAL.search(row.text) and not suggest_trades(db_session, row.text, 1)
    ]


def word_log(db_session: Session) -> Sequence[TaughtWord]:
    """The last words taught and taken out, newest first: one statement."""
    rows = db_session.execute(
        select(JournalEvent, User.given_name, User.family_name, TradeTitle.id.label("title_id"))
        .outerjoin(User, User.id == JournalEvent.actor_user_id)
        .outerjoin(
            TradeTitle,
            (TradeTitle.id == JournalEvent.subject_id) & (TradeTitle.source == TAUGHT),
        )
        .where(JournalEvent.subject_kind == SUBJECT)
        .order_by(JournalEvent.id.desc())
        .limit(LOG_LENGTH)
    ).all()
    labels = trade_labels(db_session)
    seen: set[int] = set()
    found = []
    for row in rows:
        found.append(_line(row, labels, is_newest=row.JournalEvent.subject_id not in seen))
        seen.add(row.JournalEvent.subject_id)
    return found


def _line(row: AnyRow, labels: dict[str, str], *, is_newest: bool) -> TaughtWord:
    event: JournalEvent = row.JournalEvent
    code = str(event.details.get("rome_code", ""))
    return TaughtWord(
        text=str(event.details.get("text", "")),
        trade=labels.get(code, code),
        kind=TitleKind(event.reason or TitleKind.SYNONYM),
        event=event.event,
        who=f"{row.given_name} {row.family_name}" if row.given_name else "Trèfle",
        at=event.happened_at,
        title_id=row.title_id if is_newest and event.event == "word_taught" else None,
    )
