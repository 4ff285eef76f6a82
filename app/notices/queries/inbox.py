"""What one person was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.notices.events import label_of
from app.notices.models import Notice
from app.policy.actor import Actor
from app.policy.facts import Facts

COUNTED = 100
"""The bell says "99+" beyond: nobody reads a longer number, and the count stays cheap."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of "Mes avis".

    Attributes:
        label: the kind of event in words.
        organisation: the hat under which the person was told, None for the person alone.
        leads_somewhere: false for a withdrawn notice.
    """

    id: int
    title: str
    label: str
    organisation: str | None
    created_at: datetime
    is_read: bool
    leads_somewhere: bool


def unread_count(db_session: Session, user_id: int) -> int:
    """Unread notices of a person, `COUNTED` at most: one statement on a partial index."""
    some = select(Notice.id).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return db_session.scalar(select(func.count()).select_from(some.limit(COUNTED).subquery())) or 0


def notices_of(
    db_session: Session, actor: Actor, *, unread_only: bool, number: int
) -> Page[NoticeRow]:
    """One's own notices, newest first: two statements."""
    query: Any = (
        select(
            Notice.id,
            Notice.title,
            Notice.event,
            Notice.created_at,
            Notice.read_at,
            Notice.path,
            Organisation.name,
        )
        .outerjoin(Organisation, Organisation.id == Notice.organisation_id)
        .where(Notice.user_id == actor.user_id)
        .order_by(Notice.id.desc())
    )
    if unread_only:
        query = query.where(Notice.read_at.is_(None))
    found = paginate(db_session, query, number=number)
    rows = [
        NoticeRow(
            id=one.id,
            title=one.title,
            label=label_of(one.event),
            organisation=one.name,
            created_at=one.created_at,
            is_read=one.read_at is not None,
            leads_somewhere=bool(one.path),
        )
        for one in found.rows
    ]
    return Page(rows=rows, number=found.number, size=found.size, total=found.total)


def notice_facts(db_session: Session, notice_id: int) -> Facts:
    """Whose notice it is.

    Raises:
        NotFound: there is no such notice.
    """
    owner = db_session.scalar(select(Notice.user_id).where(Notice.id == notice_id))
    if owner is None:
        raise NotFound
    return Facts(user_id=owner)
