"""A meeting as an iCalendar file, for the calendars of those who come.

It names the post, never the youth: calendars are synchronised, shared and backed up outside of the portal.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.calendar import CalendarEntry, calendar_file
from app.placements.models import Meeting, MeetingKind, MeetingOutcome

DEFAULT_LENGTH = timedelta(hours=1)
TITLES = {
    MeetingKind.INTERVIEW: "Entretien",
    MeetingKind.IMMERSION: "Immersion",
    MeetingKind.CFA_VISIT: "Visite du CFA",
}


def as_calendar(meeting: Meeting, *, what: str, url: str, now: datetime) -> str:
    """The file of one meeting.

    Args:
        what: what the meeting is about: the post or the course.
        url: the page of the placement.
        now: the stamp of the file.
    """
    entry = CalendarEntry(
        uid=f"rendez-vous-{meeting.id}",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at or meeting.starts_at + DEFAULT_LENGTH,
        summary=f"{TITLES[meeting.kind]} : {what}",
        location=meeting.place,
        url=url,
        is_cancelled=meeting.outcome is MeetingOutcome.CANCELLED,
    )
    return calendar_file([entry], product="Rendez-vous", now=now)
