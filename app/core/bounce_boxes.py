"""Where delivery reports come in: a folder of the instance, or the mailbox of the sending address (IMAP, RFC 3501).

A box gives the letters that nobody has read yet, and is told when their reports are kept. Keeping comes first: a crash
in between gives the same letters again, and reading a report twice changes nothing.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.core.bounces import LARGEST_BYTES, Report, read_report
from config import Settings

AT_ONCE = 200
TIMEOUT_SECONDS = 30
IMAPS_PORT = 993
READ = "lus"

Letter = tuple[str, bytes]
"""The key of a letter in its box, and its bytes."""


class ReportBox(Protocol):
    """A place that receives reports."""

    def unread(self) -> Sequence[Letter]:
        """The oldest letters that were not read, some hundreds at most."""

    def mark_read(self, keys: Sequence[str]) -> None:
        """Their reports are kept."""


class FolderBox:
    """A folder of `.eml` files, or a Maildir: what was read goes to `lus/`, or from `new/` to `cur/`."""

    def __init__(self, place: Path) -> None:
        self._is_maildir = (place / "new").is_dir()
        self._from = place / "new" if self._is_maildir else place
        self._to = place / ("cur" if self._is_maildir else READ)

    def unread(self) -> Sequence[Letter]:
        if not self._from.is_dir():
            return []
        paths = [
            one
            for one in sorted(self._from.iterdir())
            if one.is_file() and (self._is_maildir or one.suffix.lower() == ".eml")
        ]
        return [(one.name, _head(one)) for one in paths[:AT_ONCE]]

    def mark_read(self, keys: Sequence[str]) -> None:
        if keys:
            self._to.mkdir(exist_ok=True)
        for key in keys:
            (self._from / key).rename(self._to / (f"{key}:2,S" if self._is_maildir else key))


class ImapBox:
    """The unseen letters of one folder of a mailbox; they stay there, marked as seen."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self._connection = connection
        _checked(connection.select(f'"{folder}"'))

    def unread(self) -> Sequence[Letter]:
        [found] = _checked(self._connection.uid("search", "UNSEEN"))
        letters = []
        for key in found.split()[:AT_ONCE]:
            parts = _checked(
                self._connection.uid("fetch", key.decode(), f"(BODY.PEEK[]<0.{LARGEST_BYTES}>)")
            )
            letters += [(key.decode(), part[1]) for part in parts if isinstance(part, tuple)]
        return letters

    def mark_read(self, keys: Sequence[str]) -> None:
        if keys:
            _checked(self._connection.uid("store", ",".join(keys), "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def report_box(settings: Settings) -> Iterator[ReportBox]:
    """The box of this installation: the mailbox when one is set, else `bounces/` of the instance.

    Raises:
        OSError, imaplib.IMAP4.error: the mailbox does not answer or refuses.
    """
    if not settings.bounce_imap_url:
        yield FolderBox(settings.instance_path / "bounces")
        return
    place = urlsplit(settings.bounce_imap_url)
    connection = imaplib.IMAP4_SSL(
        place.hostname or "",
        place.port or IMAPS_PORT,
        ssl_context=ssl.create_default_context(),
        timeout=TIMEOUT_SECONDS,
    )
    try:
        connection.login(unquote(place.username or ""), unquote(place.password or ""))
        yield ImapBox(connection, unquote(place.path.strip("/")) or "INBOX")
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            connection.logout()


@contextmanager
def new_reports() -> Iterator[list[Report]]:
    """The reports that came in since the last time; their letters are marked as read when the block ends well."""
    secret = current_app.config["SECRET_KEY"]
    with report_box(current_app.config["SETTINGS"]) as box:
        letters = box.unread()
        yield [one for _, raw in letters if (one := read_report(raw, secret)) is not None]
        box.mark_read([key for key, _ in letters])


def _checked(answer: tuple[str, list[Any]]) -> list[Any]:
    """What a command gave.

    Raises:
        imaplib.IMAP4.error: the server said no.
    """
    kind, found = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(f"the mailbox said {kind}")
    return [one for one in found if one is not None]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_BYTES)
