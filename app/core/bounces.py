"""Delivery reports (RFC 3464): what a mail server writes back when a mail was not delivered.

Our mails carry a Message-ID that only we can write, so that a forged report cannot silence somebody's mails. Reports
are read with the standard library from a folder of `.eml` files, a Maildir or an mbox file.
"""

from __future__ import annotations

import hashlib
import hmac
import mailbox
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path

LARGEST_BYTES = 1024 * 1024
_OURS = re.compile(r"<trefle\.(\d{1,12})\.([0-9a-f]{20})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# Full mailbox, server away, too large: the address exists. RFC 3463, class 5 but not for good.
_NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.", "5.7.")


@dataclass(frozen=True, slots=True)
class Report:
    """A mail that was not delivered.

    Attributes:
        mail_id: of the outbox.
        status: RFC 3463, "5.1.1".
        is_for_good: the address itself receives nothing: no use to try again.
    """

    mail_id: int
    status: str
    is_for_good: bool


def message_id(mail_id: int, secret: str, host: str) -> str:
    """The Message-ID of one of our mails."""
    return f"<trefle.{mail_id}.{_mark(mail_id, secret)}@{host or 'localhost'}>"


def read_report(raw: bytes, secret: str) -> Report | None:
    """Read one report; None for anything that is no failure, or that is not about a mail of ours."""
    message = message_from_bytes(raw[:LARGEST_BYTES], policy=policy.default)
    failure = _failure(message)
    mail_id = _mail_id(message, secret)
    if failure is None or mail_id is None:
        return None
    return Report(
        mail_id=mail_id,
        status=failure,
        is_for_good=failure.startswith("5.") and not failure.startswith(_NOT_THE_ADDRESS),
    )


def messages_in(place: Path) -> Iterator[bytes]:
    """Every message of a folder of `.eml` files, a Maildir, or an mbox file, in a stable order."""
    if place.is_file():
        with closing(mailbox.mbox(place, create=False)) as box:
            for one in box:
                yield one.as_bytes()
        return
    folders = [place / "new", place / "cur"] if (place / "cur").is_dir() else [place]
    for folder in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            is_letter = folder != place or path.suffix.lower() == ".eml"
            if is_letter and path.is_file() and path.stat().st_size <= LARGEST_BYTES:
                yield path.read_bytes()


def _failure(message: Message) -> str | None:
    """The status of the first recipient that failed."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _blocks(part):
            if str(fields.get("Action", "")).strip().lower() == "failed":
                found = _STATUS.search(str(fields.get("Status", "")))
                return found.group() if found else "5.0.0"
    return None


def _blocks(part: Message) -> list[Message]:
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def _mail_id(message: EmailMessage | Message, secret: str) -> int | None:
    """Our number of the mail that the report gives back, when its mark is ours."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            texts = [str(part.get_payload())]
        else:
            # The report's own answer headers come first, then the headers of the mail it encloses.
            texts = [
                str(part.get(name, "")) for name in ("Message-ID", "In-Reply-To", "References")
            ]
        for text in texts:
            found = _OURS.search(text)
            if found and hmac.compare_digest(found.group(2), _mark(int(found.group(1)), secret)):
                return int(found.group(1))
    return None


def _mark(mail_id: int, secret: str) -> str:
    key = hashlib.sha256(b"trefle.message-id.1" + secret.encode()).digest()
    return hmac.new(key, str(mail_id).encode(), hashlib.sha256).hexdigest()[:20]
