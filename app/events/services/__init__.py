"""Verbs of operations: prepare, invite, answer, plan, keep the door, count."""

from app.events.services.attending import answer, finish, tick, type_code
from app.events.services.inviting import (
    ask_houses,
    invite_companies,
    invite_youth,
    show_openings,
    withdraw_guest,
)
from app.events.services.leaving import leave_operations
from app.events.services.preparing import (
    Wanted,
    add_partner,
    cancel,
    change_event,
    create_event,
    judged,
    open_event,
    remove_partner,
)
from app.events.services.timetabling import (
    add_meeting,
    drop_meeting,
    keep_timetable,
    move_meeting,
    send_timetable,
)

__all__ = [
    "Wanted",
    "add_meeting",
    "add_partner",
    "answer",
    "ask_houses",
    "cancel",
    "change_event",
    "create_event",
    "drop_meeting",
    "finish",
    "invite_companies",
    "invite_youth",
    "judged",
    "keep_timetable",
    "leave_operations",
    "move_meeting",
    "open_event",
    "remove_partner",
    "send_timetable",
    "show_openings",
    "tick",
    "type_code",
    "withdraw_guest",
]
