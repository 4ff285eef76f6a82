"""Verbs of operations: prepare, invite, answer, plan, keep the door, count."""

from app.events.services.attending import answer, finish, tick, type_code
from app.events.services.inviting import invite_companies, invite_youth, withdraw_guest
from app.events.services.preparing import (
    Wanted,
    add_partner,
    cancel,
    change_event,
    create_event,
    open_event,
    remove_partner,
)
from app.events.services.timetabling import (
    drop_meeting,
    keep_timetable,
    move_meeting,
    send_timetable,
)

__all__ = [
    "Wanted",
    "add_partner",
    "answer",
    "cancel",
    "change_event",
    "create_event",
    "drop_meeting",
    "finish",
    "invite_companies",
    "invite_youth",
    "keep_timetable",
    "move_meeting",
    "open_event",
    "remove_partner",
    "send_timetable",
    "tick",
    "type_code",
    "withdraw_guest",
]
