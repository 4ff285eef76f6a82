"""E-mails as rows of the transaction that causes them, and the task that sends them.

A mail leaves at most once by itself: the row is marked `sending` and committed before the server is called. A crash in
between leaves `unknown` ("issue inconnue"), which a person resolves with a button; sending twice is worse than asking.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_mailman import EmailMultiAlternatives
from sqlalchemy import String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model, enum_type, transaction
from app.core.tasks import JobContext, enqueue, periodic, task

CUT_AFTER = timedelta(minutes=15)


class MailState(enum.StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the program stopped while the server was being called
    CANCELLED = "cancelled"  # consent withdrawn, placement over, before it left


class OutboxMail(Model):
    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text_body: Mapped[str] = mapped_column(Text)
    html_body: Mapped[str] = mapped_column(Text)
    # Whom the mail is about, so that a withdrawal of consent can cancel what has not left.
    youth_id: Mapped[int | None] = mapped_column(index=True)
    placement_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[MailState] = mapped_column(
        enum_type(MailState), default=MailState.WAITING, index=True
    )
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(120))


def post(
    db_session: Session,
    *,
    kind: str,
    recipient: str,
    subject: str,
    text_body: str,
    html_body: str,
    youth_id: int | None = None,
    placement_id: int | None = None,
) -> OutboxMail:
    """Write a mail in the caller's transaction and queue its sending for after the commit."""
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        subject=subject,
        text_body=text_body,
        html_body=html_body,
        youth_id=youth_id,
        placement_id=placement_id,
        state=MailState.WAITING,
        created_at=clock.now(),
    )
    db_session.add(mail)
    db_session.flush()
    enqueue(db_session, "outbox.send", {"mail_id": mail.id})
    return mail


@task("outbox.send")
def send(_context: JobContext, payload: dict[str, Any]) -> None:
    """Send one mail: claim it, call the server with no transaction open, note what happened."""
    mail_id = int(payload["mail_id"])
    with transaction() as session:
        claimed = session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail_id, OutboxMail.state == MailState.WAITING)
            .values(state=MailState.SENDING)
        )
        if claimed.rowcount == 0:  # type: ignore[attr-defined]
            return
        mail = session.get_one(OutboxMail, mail_id)
        message = EmailMultiAlternatives(
            subject=mail.subject, body=mail.text_body, to=[mail.recipient]
        )
        message.attach_alternative(mail.html_body, "text/html")
    state, error = MailState.SENT, None
    try:
        message.send()
    except Exception as caught:
        current_app.logger.warning("mail_failed", exc_info=caught, extra={"mail_id": mail_id})
        state, error = MailState.FAILED, type(caught).__name__
    with transaction() as session:
        row = session.get_one(OutboxMail, mail_id)
        row.state, row.error = state, error
        row.sent_at = clock.now() if state is MailState.SENT else None


@periodic("outbox_cut", minute="*/5")
def mark_cut_sendings() -> None:
    """A mail that stays `sending` was cut midway: nobody knows whether it left."""
    limit = clock.now() - CUT_AFTER
    with transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.state == MailState.SENDING, OutboxMail.created_at < limit)
            .values(state=MailState.UNKNOWN)
        )


def resend(db_session: Session, mail_id: int) -> None:
    """A person decides to send again a mail that failed or whose outcome is unknown."""
    changed = db_session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id, OutboxMail.state.in_([MailState.FAILED, MailState.UNKNOWN])
        )
        .values(state=MailState.WAITING, error=None)
    )
    if changed.rowcount:  # type: ignore[attr-defined]
        enqueue(db_session, "outbox.send", {"mail_id": mail_id})


def cancel_waiting(
    db_session: Session, *, youth_id: int | None = None, placement_id: int | None = None
) -> int:
    """Cancel the mails about a youth or a placement that have not left. Returns how many."""
    query = update(OutboxMail).where(OutboxMail.state == MailState.WAITING)
    query = query.where(OutboxMail.youth_id == youth_id) if youth_id else query
    query = query.where(OutboxMail.placement_id == placement_id) if placement_id else query
    return int(db_session.execute(query.values(state=MailState.CANCELLED)).rowcount)  # type: ignore[attr-defined]


def recent_mails(db_session: Session, limit: int = 50) -> list[OutboxMail]:
    """The newest mails first, for the development page and the administrator."""
    return list(db_session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)))
