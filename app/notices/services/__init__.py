"""Verbs of notices: tell, mark as read, take back."""

from app.notices.services.inbox import mark_all_read, mark_read, open_notice
from app.notices.services.telling import notify, withdraw_about

__all__ = ["mark_all_read", "mark_read", "notify", "open_notice", "withdraw_about"]
