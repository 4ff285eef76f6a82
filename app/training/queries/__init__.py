"""Reads of courses, sessions, seats and waiting lists."""

from app.training.queries.facts import course_facts, session_facts
from app.training.queries.seats import (
    lapsed_holds,
    queue_entry,
    queue_of,
    queue_rank,
    seat_hold,
)

__all__ = [
    "course_facts",
    "lapsed_holds",
    "queue_entry",
    "queue_of",
    "queue_rank",
    "seat_hold",
    "session_facts",
]
