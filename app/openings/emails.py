"""Mails about openings, one function a message."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core.letters import absolute_url, post_letter
from app.core.links import write_link
from app.openings.models import OpeningApproval
from app.policy.actor import Link, LinkSubject


def ask_for_approval(
    db_session: Session,
    approval: OpeningApproval,
    *,
    title: str,
    company: str,
    agent: str,
    good_for: timedelta,
) -> None:
    """A draft is ready: the company reads it behind a link, changes what it wants, and publishes it."""
    link = Link(LinkSubject.EMPLOYER, "approve", approval.opening_id)
    token = write_link(link, about=approval.id, good_for=good_for)
    post_letter(
        db_session,
        kind="opening_ask_approval",
        template="openings/email/ask_approval.txt",
        recipients=[approval.recipient],
        title=title,
        company=company,
        agent=agent,
        page=absolute_url("openings.approval_page", token=token),
        days=good_for.days,
    )
