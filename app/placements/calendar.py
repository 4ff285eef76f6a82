"""A meeting as an iCalendar file (RFC 5545), for the calendars of those who come.

It names the post, never the youth: calendars are synchronised, shared and backed up outside of the portal.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.placements.models import Meeting, MeetingKind, MeetingOutcome

DEFAULT_LENGTH = timedelta(hours=1)
LINE_OCTETS = 75
TITLES = {
    MeetingKind.INTERVIEW: "Entretien",
    MeetingKind.IMMERSION: "Immersion",
    MeetingKind.CFA_VISIT: "Visite du CFA",
}


def as_calendar(meeting: Meeting, *, what: str, url: str, now: datetime) -> str:
    """The file of one meeting, lines ended by CRLF and folded at 75 octets.

    Args:
        what: what the meeting is about: the post or the course.
        url: the page of the placement.
        now: the stamp of the file.
    """
    ends_at = meeting.ends_at or meeting.starts_at + DEFAULT_LENGTH
    is_off = meeting.outcome is MeetingOutcome.CANCELLED
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Trefle//Rendez-vous//FR",
        "BEGIN:VEVENT",
        f"UID:rendez-vous-{meeting.id}@trefle",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(meeting.starts_at)}",
        f"DTEND:{_stamp(ends_at)}",
        f"SUMMARY:{_text(f'{TITLES[meeting.kind]} : {what}')}",
        f"LOCATION:{_text(meeting.place)}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """Escape what has a meaning in a value (RFC 5545, 3.3.11)."""
    for mark in ("\\", ";", ","):
        value = value.replace(mark, f"\\{mark}")
    return "\\n".join(value.splitlines())


def _fold(line: str) -> str:
    """Cut at 75 octets without parting a character; a continuation begins with a space (3.1)."""
    parts, current = [], ""
    for character in line:
        if len((current + character).encode()) > LINE_OCTETS:
            parts.append(current)
            current = " "
        current += character
    return "\r\n".join([*parts, current])
