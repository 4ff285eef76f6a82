"""Reads of notices and preferences."""

from app.notices.queries.inbox import NoticeRow, notice_facts, notices_of, unread_count
from app.notices.queries.preferences import choices_made, choices_offered
from app.notices.queries.recipients import Recipient, recipients_of

__all__ = [
    "NoticeRow",
    "Recipient",
    "choices_made",
    "choices_offered",
    "notice_facts",
    "notices_of",
    "recipients_of",
    "unread_count",
]
