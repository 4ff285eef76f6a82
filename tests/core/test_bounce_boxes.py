"""Where reports come in: a folder, a Maildir, a mailbox; a letter is given until its report is kept."""

from __future__ import annotations

import imaplib
import re
import socketserver
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from app.core.bounce_boxes import FolderBox, ImapBox, ReportBox, report_box
from config import Settings

LETTERS = (b"Subject: premier\r\n\r\nun\r\n", b"Subject: second\r\n\r\ndeux\r\n")


class Mailbox(socketserver.StreamRequestHandler):
    """As much of RFC 3501 as the box speaks; what is seen stays with the server, as in a real mailbox."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            for part in self.answers(command):
                self.wfile.write(part)
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if command == "LOGOUT":
                return

    def answers(self, command: str) -> list[bytes]:
        seen: set[int] = self.server.seen  # type: ignore[attr-defined]
        if command == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1\r\n"]
        if command == "UID search UNSEEN" or command == "UID SEARCH UNSEEN":
            unseen = [str(one) for one in range(1, len(LETTERS) + 1) if one not in seen]
            return [f"* SEARCH {' '.join(unseen)}\r\n".encode()]
        if found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.\d+>\)$", command, re.I):
            raw = LETTERS[int(found[1]) - 1]
            head = f"* {found[1]} FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n"
            return [head.encode(), raw, b")\r\n"]
        if found := re.match(r"UID STORE ([\d,]+) \+FLAGS\.SILENT \(\\Seen\)$", command, re.I):
            seen.update(int(one) for one in found[1].split(","))
        return []


@contextmanager
def mailbox(_: Path) -> Iterator[ReportBox]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mailbox) as server:
        server.daemon_threads = True
        server.seen = set()  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        connection = imaplib.IMAP4("127.0.0.1", server.server_address[1], timeout=5)
        connection.login("rapports", "secret")
        yield ImapBox(connection, "INBOX")
        connection.logout()
        server.shutdown()


@contextmanager
def folder(place: Path) -> Iterator[ReportBox]:
    for name, raw in zip(("1.eml", "2.eml"), LETTERS, strict=True):
        (place / name).write_bytes(raw)
    (place / "notes.txt").write_text("rien")
    yield FolderBox(place)


@contextmanager
def maildir(place: Path) -> Iterator[ReportBox]:
    for name in ("new", "cur", "tmp"):
        (place / name).mkdir()
    for name, raw in zip(("1.host", "2.host"), LETTERS, strict=True):
        (place / "new" / name).write_bytes(raw)
    yield FolderBox(place)


@pytest.mark.parametrize("opened", [folder, maildir, mailbox])
def test_a_letter_is_given_until_its_report_is_kept(
    tmp_path: Path, opened: Callable[[Path], AbstractContextManager[ReportBox]]
) -> None:
    with opened(tmp_path) as box:
        first = list(box.unread())
        again = list(box.unread())
        box.mark_read([first[0][0]])
        left = list(box.unread())

    assert [raw for _, raw in first] == list(LETTERS)
    assert again == first
    assert left == first[1:]


def test_without_a_mailbox_the_box_is_a_folder_of_the_instance_and_may_be_absent(
    tmp_path: Path,
) -> None:
    with report_box(Settings(instance_path=tmp_path)) as box:
        assert list(box.unread()) == []
        box.mark_read([])
