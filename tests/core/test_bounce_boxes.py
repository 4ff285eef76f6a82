"""Where reports come in: a folder, a Maildir, a mailbox; a letter is given until its report is kept."""

from __future__ import annotations

import imaplib
import re
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.core.bounce_boxes import FolderBox, ImapBox, ReportBox, report_box
from config import Settings
from tests.helpers.certificates import Authority

LETTERS = (b"Subject: premier\r\n\r\nun\r\n", b"Subject: second\r\n\r\ndeux\r\n")


class Mailbox(socketserver.StreamRequestHandler):
    """As much of RFC 3501 as the box speaks; what is seen stays with the server, as in a real mailbox."""

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.server.commands.append(command)  # type: ignore[attr-defined]
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


class Server(socketserver.ThreadingTCPServer):
    """The mailbox on a port of its own; with a context each connection begins by TLS, as on port 993."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Mailbox)
        self.seen: set[int] = set()
        self.commands: list[str] = []
        self._context = context

    def get_request(self) -> tuple[Any, Any]:
        plain, address = super().get_request()
        if self._context is None:
            return plain, address
        # The greeting of TLS is made by the thread of the connection: a client that refuses does not stop the others.
        secret = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        return secret, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up at the certificate is what a test wants to see, not a trace on its output."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server(context) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def mailbox(_: Path) -> Iterator[ReportBox]:
    with listening() as server:
        connection = imaplib.IMAP4("127.0.0.1", server.port, timeout=5)
        connection.login("rapports", "secret")
        yield ImapBox(connection, "INBOX")
        connection.logout()


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


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority of our own, which this process trusts as it would trust the system's: by `SSL_CERT_FILE`."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    return made


def settings_for(server: Server, tmp_path: Path) -> Settings:
    """Name, password and folder as an address writes them: percent signs for what an address may not hold."""
    url = f"imaps://rapports%40exemple.fr:un%2Fsecret@localhost:{server.port}/Non%20remis"
    return Settings(instance_path=tmp_path, bounce_imap_url=url)


def test_a_mailbox_is_read_over_tls_and_its_letters_are_marked_as_seen(
    tmp_path: Path, authority: Authority
) -> None:
    with listening(authority.server_context("localhost")) as server:
        with report_box(settings_for(server, tmp_path)) as box:
            letters = list(box.unread())
            box.mark_read([key for key, _ in letters])
        with report_box(settings_for(server, tmp_path)) as box:
            left = list(box.unread())

    assert [raw for _, raw in letters] == list(LETTERS)
    assert left == []
    assert server.commands[1:3] == ['LOGIN rapports@exemple.fr "un/secret"', 'SELECT "Non remis"']
    assert server.commands[-1] == "LOGOUT"


@pytest.mark.parametrize("wrong", ["unknown authority", "another name", "out of date"])
def test_a_server_that_is_not_the_one_asked_for_never_hears_the_password(
    tmp_path: Path, authority: Authority, wrong: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    context = {
        "unknown authority": lambda: Authority(other).server_context("localhost"),
        "another name": lambda: authority.server_context("courrier.exemple.fr"),
        "out of date": lambda: authority.server_context("localhost", is_over=True),
    }[wrong]()

    with (
        listening(context) as server,
        pytest.raises(ssl.SSLCertVerificationError),
        report_box(settings_for(server, tmp_path)),
    ):
        pytest.fail("the box opened")

    assert server.commands == []
