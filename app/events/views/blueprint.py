"""One blueprint for operations, and the file that calendars take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response

from app.core import clock
from app.core.calendar import CalendarEntry, calendar_file
from app.core.documents import file_answer
from app.events.labels import GUESTS, KINDS, STATES
from app.events.models import PromotionEvent
from app.events.queries.pages import SMALL
from app.events.queries.timetable import MeetingLine, clock_time, slot_starts
from app.events.workflow import EventState

blueprint = Blueprint("events", __name__, url_prefix="/operations")

WORDS: dict[str, Any] = {
    "small": SMALL,
    "kinds": KINDS,
    "states": STATES,
    "guests": GUESTS,
    "clock_time": clock_time,
}
"""What every template of operations says."""


def calendar_answer(
    event: PromotionEvent, lines: list[MeetingLine], *, by_company: bool, url: str
) -> Response:
    """The day and each meeting, for one guest's own calendar. No name of a youth leaves in it."""
    is_off = event.state is EventState.CANCELLED
    starts, length = slot_starts(event), timedelta(minutes=event.slot_minutes or 0)
    entries = [
        CalendarEntry(
            f"operation-{event.id}",
            event.starts_at,
            event.ends_at,
            event.title,
            event.place,
            url,
            is_off,
        )
    ]
    entries += [
        CalendarEntry(
            f"rencontre-{one.id}",
            starts[one.slot],
            starts[one.slot] + length,
            f"{one.post} : profil {one.youth}" if by_company else f"{one.post}, {one.company}",
            event.place,
            url,
            is_off,
        )
        for one in lines
    ]
    text = calendar_file(entries, product="Operations", now=clock.now())
    return file_answer(text, "text/calendar", f"operation-{event.id}.ics", export=None)
