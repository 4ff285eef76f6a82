"""The mails of notices, one function a message."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.letters import absolute_url, inside_url, post_letter
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
        unsubscribe=absolute_url("notices.unsubscribe_page", token=unsubscribe)
        if unsubscribe
        else "",
    )
