"""iCalendar files (RFC 5545): stamps, escapes and folds, for whoever has a day to put into a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. `uid` stays the same from one file to the next, so that calendars correct themselves."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    url: str
    is_cancelled: bool = False


def calendar_file(entries: Iterable[CalendarEntry], *, product: str, now: datetime) -> str:
    """The file, lines ended by CRLF and folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Trefle//{product}//FR"]
    for one in entries:
        lines += _entry(one, now)
    return "".join(f"{_fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _entry(one: CalendarEntry, now: datetime) -> Sequence[str]:
    return (
        "BEGIN:VEVENT",
        f"UID:{one.uid}@trefle",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(one.starts_at)}",
        f"DTEND:{_stamp(one.ends_at)}",
        f"SUMMARY:{_text(one.summary)}",
        f"LOCATION:{_text(one.location)}",
        f"URL:{one.url}",
        f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    )


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
