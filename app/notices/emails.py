"""The mails of notices, one function a message."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core import outbox
from app.core.letters import absolute_url, compose_pair, inside_url, post_letter
from app.notices.digests import Section
from app.notices.models import Notice
from app.notices.queries import Recipient


def at_once(
    db_session: Session, notice: Notice, to: Recipient, *, label: str, unsubscribe: str
) -> None:
    """One notice, one mail: its title and the way to the act, nothing else.

    Args:
        unsubscribe: the token of the link that stops these mails, "" for those that the law or a deadline needs.
    """
    post_letter(
        db_session,
        kind=f"notice_{notice.event}"[:60],
        template="notices/email/notice.txt",
        recipients=[to.email],
        youth_id=notice.youth_id,
        placement_id=notice.placement_id,
        title=notice.title,
        label=label,
        link=inside_url(notice.path),
        unsubscribe_url=_way_out(unsubscribe) if unsubscribe else None,
    )


def digest(
    db_session: Session,
    recipient: str,
    organisation: str,
    sections: Sequence[Section],
    *,
    unsubscribe: str,
) -> None:
    """What waits this morning: every line is a link to the act."""
    letter = compose_pair(
        "notices/email/digest.txt",
        "notices/email/digest.html",
        organisation=organisation,
        sections=[
            {
                "title": one.title,
                "lines": [
                    {"words": line.words, "url": inside_url(line.path)} for line in one.lines
                ],
            }
            for one in sections
        ],
        unsubscribe=_way_out(unsubscribe),
    )
    outbox.post(
        db_session,
        kind="morning_digest",
        recipient=recipient,
        subject=letter.subject,
        text_body=letter.text_body,
        html_body=letter.html_body,
        unsubscribe_url=_way_out(unsubscribe),
    )


def _way_out(token: str) -> str:
    return absolute_url("notices.unsubscribe_page", token=token)
