"""Verbs on training: seats and the waiting list, courses, sessions and their figures."""

from app.training.services.courses import (
    CourseDetails,
    archive_course,
    create_course,
    edit_course,
)
from app.training.services.places import (
    MOST_SEATS,
    PlaceChange,
    PlacesColumn,
    apply_column,
    confirm_all,
    update_places,
)
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
from app.training.services.sessions import SessionDetails, edit_session, open_session

__all__ = [
    "MOST_SEATS",
    "CourseDetails",
    "NoSeatLeft",
    "PlaceChange",
    "PlacesColumn",
    "SessionDetails",
    "apply_column",
    "archive_course",
    "complete_file",
    "confirm_all",
    "create_course",
    "edit_course",
    "edit_session",
    "extend_hold",
    "hold_seat",
    "join_queue",
    "keep_seat_until",
    "leave_queue",
    "open_session",
    "place_in_queue",
    "release_seat",
    "take_seat",
    "update_places",
]
