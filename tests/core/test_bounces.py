"""Delivery reports: read from files, ours told from forged ones, lasting failures told from passing ones."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from app.core.bounces import Report, message_id, messages_in, read_report

SECRET = "a-secret-of-the-tests"


def report(
    number: str, *, status: str = "5.1.1", action: str = "failed", part: str = "message/rfc822"
) -> bytes:
    """A report as Postfix writes it."""
    return f"""\
From: MAILER-DAEMON@exemple.fr
To: ne-pas-repondre@trefle.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <20261123.1@exemple.fr>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.fr

Final-Recipient: rfc822; camille@exemple.fr
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--cut
Content-Type: {part}

From: ne-pas-repondre@trefle.example
To: camille@exemple.fr
Subject: Bonjour
Message-ID: {number}

Bonjour

--cut--
""".replace("\n", "\r\n").encode()


OURS = message_id(42, SECRET, "trefle.example")


@pytest.mark.parametrize("part", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_our_mail_and_the_failure(part: str) -> None:
    found = read_report(report(OURS, part=part), SECRET)

    assert found == Report(mail_id=42, status="5.1.1", is_for_good=True)


@pytest.mark.parametrize("status", ["4.4.1", "5.2.2", "5.3.4", "5.7.1"])
def test_a_passing_failure_or_a_refusal_is_not_for_good(status: str) -> None:
    found = read_report(report(OURS, status=status), SECRET)

    assert found is not None
    assert not found.is_for_good


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_mail_that_is_late_or_arrived_is_no_failure(action: str) -> None:
    assert read_report(report(OURS, action=action), SECRET) is None


@pytest.mark.parametrize(
    "number",
    [
        "<trefle.42.00000000000000000000@trefle.example>",
        message_id(42, "another-secret", "trefle.example"),
        OURS.replace("trefle.42.", "trefle.43."),
        "<somebody.else@exemple.fr>",
    ],
)
def test_a_forged_or_foreign_report_is_left_aside(number: str) -> None:
    assert read_report(report(number), SECRET) is None


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"Subject: bonjour\r\n\r\nmerci", b"\0" * 999]
)
def test_anything_else_is_left_aside(raw: bytes) -> None:
    assert read_report(raw, SECRET) is None


def test_reports_are_read_from_a_folder_a_maildir_and_an_mbox(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1.eml").write_bytes(report(OURS))
    (folder / "note.txt").write_text("pas un message", encoding="utf-8")
    maildir = mailbox.Maildir(tmp_path / "maildir", create=True)
    maildir.add(report(OURS))
    mbox = mailbox.mbox(tmp_path / "box")
    mbox.add(report(OURS))
    mbox.close()

    found = [
        [read_report(raw, SECRET) for raw in messages_in(tmp_path / name)]
        for name in ("folder", "maildir", "box")
    ]

    assert found == [[Report(42, "5.1.1", True)]] * 3


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert list(messages_in(tmp_path / "nowhere")) == []
