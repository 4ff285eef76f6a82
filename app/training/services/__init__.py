"""Verbs on training: seats and the waiting list, courses, sessions and their figures."""

from app.training.services.queue import (
    complete_file,
    join_queue,
    leave_queue,
    place_in_queue,
)
from app.training.services.seats import (
    NoSeatLeft,
    extend_hold,
    hold_seat,
    keep_seat_until,
    release_seat,
    take_seat,
)

__all__ = [
    "NoSeatLeft",
    "complete_file",
    "extend_hold",
    "hold_seat",
    "join_queue",
    "keep_seat_until",
    "leave_queue",
    "place_in_queue",
    "release_seat",
    "take_seat",
]
