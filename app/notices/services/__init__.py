"""Verbs of notices: tell, mark as read, take back."""

from app.notices.services.inbox import mark_all_read, mark_read, open_notice
from app.notices.services.preferences import (
    choose,
    read_unsubscribe,
    unsubscribe,
    unsubscribe_token,
)
from app.notices.services.telling import notify, withdraw_about

__all__ = [
    "choose",
    "mark_all_read",
    "mark_read",
    "notify",
    "open_notice",
    "read_unsubscribe",
    "unsubscribe",
    "unsubscribe_token",
    "withdraw_about",
]
