"""E-mails as rows of the transaction that causes them, and the task that sends them.

A mail leaves at most once by itself: the row is marked `sending` and committed before the server is called. A crash in
between leaves `unknown` ("issue inconnue"), which a person resolves with a button; sending twice is worse than asking.

No mail leaves at night (`core/quiet_hours.py`) but those that the person has just asked for; what is held leaves at 8 h
unless it was cancelled meanwhile. Nothing leaves to an address whose server said that it does not exist.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_mailman import EmailMultiAlternatives
from sqlalchemy import CursorResult, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.bounces import message_id
from app.core.db import Model, db, enum_type, transaction
from app.core.pages import Page, paginate
from app.core.quiet_hours import end_of_quiet, is_quiet
from app.core.tasks import JobContext, enqueue, periodic, task

CUT_AFTER = timedelta(minutes=15)
RELEASED_AT_ONCE = 500


class MailState(enum.StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the program stopped while the server was being called
    CANCELLED = "cancelled"  # consent withdrawn, placement over, before it left
    BOUNCED = "bounced"  # a report came back: it was not delivered
    STOPPED = "stopped"  # never tried: an earlier report says that the address receives nothing


UNDELIVERED = frozenset({MailState.FAILED, MailState.UNKNOWN, MailState.BOUNCED, MailState.STOPPED})


class OutboxMail(Model):
    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    text_body: Mapped[str] = mapped_column(Text)
    html_body: Mapped[str] = mapped_column(Text)
    # Whom the mail is about, so that a withdrawal of consent can cancel what has not left.
    youth_id: Mapped[int | None] = mapped_column(index=True)
    placement_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[MailState] = mapped_column(
        enum_type(MailState), default=MailState.WAITING, index=True
    )
    # The person has just asked for it (a new password, an invitation, a code): the night does not hold it.
    at_any_hour: Mapped[bool] = mapped_column(default=False)
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(120))
    # Where one click stops mails of this kind (RFC 8058); None for mails that a person or the law asks for.
    unsubscribe_url: Mapped[str | None] = mapped_column(String(400))


class StoppedAddress(Model):
    """An address whose server said for good that it receives nothing; a person may lift it."""

    __tablename__ = "stopped_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)  # lower case
    since: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12))  # RFC 3463: 5.1.1…


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
    at_any_hour: bool = False,
    unsubscribe_url: str | None = None,
) -> OutboxMail:
    """Write a mail in the caller's transaction; it leaves after the commit, or at 8 h when it is night.

    Args:
        at_any_hour: the person who reads it has just asked for it and waits.
        unsubscribe_url: where one click of the reader's mail program stops mails of this kind.
    """
    at = clock.now()
    is_stopped = db_session.get(StoppedAddress, recipient.lower()) is not None
    mail = OutboxMail(
        kind=kind,
        recipient=recipient,
        subject=subject,
        text_body=text_body,
        html_body=html_body,
        youth_id=youth_id,
        placement_id=placement_id,
        state=MailState.STOPPED if is_stopped else MailState.WAITING,
        at_any_hour=at_any_hour,
        unsubscribe_url=unsubscribe_url,
        created_at=at,
    )
    db_session.add(mail)
    db_session.flush()
    if not is_stopped:
        _queue(db_session, mail)
    return mail


def _queue(db_session: Session, mail: OutboxMail) -> None:
    at = clock.now()
    if is_quiet(at) and not mail.at_any_hour:
        mail.held_until = end_of_quiet(at)
        return
    enqueue(db_session, "outbox.send", {"mail_id": mail.id})


def _say_unsent(db_session: Session, payload: dict[str, Any]) -> None:
    """No worker could take the mail: it waits no longer, and a person may send it."""
    db_session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == int(payload["mail_id"]), OutboxMail.state == MailState.WAITING)
        .values(state=MailState.FAILED, error="GaveUp")
    )


@task("outbox.send", stopped=_say_unsent)
def send(_context: JobContext, payload: dict[str, Any]) -> None:
    """Send one mail: claim it, call the server with no transaction open, note what happened."""
    mail_id = int(payload["mail_id"])
    message = _claim(mail_id)
    if message is None:
        return
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


def _claim(mail_id: int) -> EmailMultiAlternatives | None:
    """Take a waiting mail; None when it is taken, cancelled, or when night fell while it waited for a worker."""
    at = clock.now()
    waiting = update(OutboxMail).where(
        OutboxMail.id == mail_id, OutboxMail.state == MailState.WAITING
    )
    with transaction() as session:
        if is_quiet(at):
            session.execute(
                waiting.where(OutboxMail.at_any_hour.is_(False)).values(held_until=end_of_quiet(at))
            )
            waiting = waiting.where(OutboxMail.at_any_hour.is_(True))
        claimed = session.execute(
            waiting.values(state=MailState.SENDING, claimed_at=at, held_until=None)
        )
        if not _changed(claimed):
            return None
        mail = session.get_one(OutboxMail, mail_id)
        host = str(current_app.config["SETTINGS"].base_url).partition("://")[2].partition(":")[0]
        message = EmailMultiAlternatives(
            subject=mail.subject,
            body=mail.text_body,
            to=[mail.recipient],
            headers=_headers(mail, host),
        )
        message.attach_alternative(mail.html_body, "text/html")
    return message


def _headers(mail: OutboxMail, host: str) -> dict[str, str]:
    """Our number, that a report gives back; and for periodic mails the way out, also without opening a page."""
    found = {"Message-ID": message_id(mail.id, current_app.config["SECRET_KEY"], host)}
    if mail.unsubscribe_url:
        found["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


@periodic("outbox_morning", minute="*/5")
def release_held() -> None:
    """Hand out what the night held, some hundreds at a time."""
    at = clock.now()
    if is_quiet(at):
        return
    due = (
        select(OutboxMail)
        .where(OutboxMail.state == MailState.WAITING, OutboxMail.held_until <= at)
        .order_by(OutboxMail.id)
        .limit(RELEASED_AT_ONCE)
    )
    session = db.session()
    waits = session.scalar(due.with_only_columns(OutboxMail.id).limit(1)) is not None
    session.rollback()
    if not waits:
        return
    with transaction() as writing:
        for mail in writing.scalars(due).all():
            mail.held_until = None
            enqueue(writing, "outbox.send", {"mail_id": mail.id})


@periodic("outbox_cut", minute="*/5")
def mark_cut_sendings() -> None:
    """A mail that stays `sending` was cut midway: nobody knows whether it left."""
    limit = clock.now() - CUT_AFTER
    with transaction() as session:
        session.execute(
            update(OutboxMail)
            .where(OutboxMail.state == MailState.SENDING, OutboxMail.claimed_at < limit)
            .values(state=MailState.UNKNOWN)
        )


def resend(db_session: Session, mail_id: int) -> None:
    """A person decides to send again a mail that was not delivered or whose outcome is unknown.

    The address is tried again even when a report had stopped it: the person knows better.
    """
    changed = db_session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.state.in_(UNDELIVERED))
        .values(state=MailState.WAITING, error=None, claimed_at=None, bounced_at=None)
    )
    if _changed(changed):
        mail = db_session.get_one(OutboxMail, mail_id, populate_existing=True)
        lift_stop(db_session, mail.recipient)
        _queue(db_session, mail)


LINKS_AN_HOUR = 3
"""Mails that anybody can make leave by typing an address: more would only fill somebody's mailbox."""


def written_since(
    db_session: Session, *, kind: str, recipient: str, since: datetime, youth_id: int | None = None
) -> int:
    """How many mails of a kind were written to an address, about one youth when one is given."""
    query = (
        select(func.count())
        .select_from(OutboxMail)
        .where(
            OutboxMail.kind == kind,
            OutboxMail.recipient == recipient,
            OutboxMail.created_at > since,
        )
    )
    if youth_id is not None:
        query = query.where(OutboxMail.youth_id == youth_id)
    return db_session.scalar(query) or 0


def stopped_among(db_session: Session, addresses: Iterable[str]) -> frozenset[str]:
    """Those of these addresses, in lower case, that receive nothing: one statement, none for no address."""
    asked = {one.lower() for one in addresses}
    if not asked:
        return frozenset()
    return frozenset(
        db_session.scalars(select(StoppedAddress.address).where(StoppedAddress.address.in_(asked)))
    )


def lift_stop(db_session: Session, address: str) -> None:
    """Mails may leave to this address again."""
    db_session.execute(delete(StoppedAddress).where(StoppedAddress.address == address.lower()))


def note_bounce(
    db_session: Session, mail_id: int, *, status: str, is_for_good: bool
) -> OutboxMail | None:
    """A report says that this mail was not delivered; after a lasting failure nothing more leaves to its address.

    Returns:
        the mail, or None when there is none or the report was read before.
    """
    at = clock.now()
    changed = db_session.execute(
        update(OutboxMail)
        .where(
            OutboxMail.id == mail_id,
            OutboxMail.state.in_([MailState.SENT, MailState.SENDING, MailState.UNKNOWN]),
        )
        .values(state=MailState.BOUNCED, bounced_at=at, error=status)
    )
    if not _changed(changed):
        return None
    mail = db_session.get_one(OutboxMail, mail_id, populate_existing=True)
    address = mail.recipient.lower()
    if is_for_good and db_session.get(StoppedAddress, address) is None:
        db_session.add(StoppedAddress(address=address, since=at, status=status))
        db_session.execute(
            update(OutboxMail)
            .where(OutboxMail.recipient == mail.recipient, OutboxMail.state == MailState.WAITING)
            .values(state=MailState.STOPPED)
        )
    db_session.flush()
    return mail


def cancel_waiting(
    db_session: Session,
    *,
    youth_id: int | None = None,
    placement_id: int | None = None,
    but_kinds: str | None = None,
) -> int:
    """Cancel the mails about a youth or a placement that have not left. Returns how many.

    Args:
        but_kinds: the beginning of the kinds that leave all the same.

    Raises:
        ValueError: about nobody: that would cancel every mail.
    """
    if youth_id is None and placement_id is None:
        raise ValueError("say whose mails are cancelled")
    query = update(OutboxMail).where(OutboxMail.state == MailState.WAITING)
    query = query.where(OutboxMail.youth_id == youth_id) if youth_id else query
    query = query.where(OutboxMail.placement_id == placement_id) if placement_id else query
    if but_kinds:
        query = query.where(OutboxMail.kind.not_like(f"{but_kinds}%"))
    return _changed(db_session.execute(query.values(state=MailState.CANCELLED)))


def mails_about(db_session: Session, youth_id: int, *, number: int) -> Page[Any]:
    """What was sent about a youth, to whom and what became of it, the newest first: two statements."""
    query: Any = (
        select(
            OutboxMail.id,
            OutboxMail.subject,
            OutboxMail.recipient,
            OutboxMail.state,
            OutboxMail.created_at,
            OutboxMail.sent_at,
            OutboxMail.placement_id,
        )
        .where(OutboxMail.youth_id == youth_id)
        .order_by(OutboxMail.id.desc())
    )
    return paginate(db_session, query, number=number)


def recent_mails(db_session: Session, limit: int = 50) -> list[OutboxMail]:
    """The newest mails first, for the development page and the administrator."""
    return list(db_session.scalars(select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)))


def _changed(result: Any) -> int:
    """Rows that an update or a deletion touched."""
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
