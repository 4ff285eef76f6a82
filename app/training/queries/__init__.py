"""Reads of courses, sessions, seats and waiting lists."""

from app.training.queries.facts import course_facts, session_facts
from app.training.queries.lists import FRESH_DAYS, SessionFilters, session_list
from app.training.queries.pages import (
    certification_of,
    course_page,
    session_page,
    sessions_of,
    trades_of,
)
from app.training.queries.places import acts_for, cfas_of, grid_rows, places_grid
from app.training.queries.seats import (
    in_queue_order,
    lapsed_holds,
    queue_entry,
    queue_of,
    queue_rank,
    seat_hold,
    seat_lines,
    waiting_list,
)

__all__ = [
    "FRESH_DAYS",
    "SessionFilters",
    "acts_for",
    "certification_of",
    "cfas_of",
    "course_facts",
    "course_page",
    "grid_rows",
    "in_queue_order",
    "lapsed_holds",
    "places_grid",
    "queue_entry",
    "queue_of",
    "queue_rank",
    "seat_hold",
    "seat_lines",
    "session_facts",
    "session_list",
    "session_page",
    "sessions_of",
    "trades_of",
    "waiting_list",
]
