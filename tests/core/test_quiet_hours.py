"""The night of the mails, on the French wall clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.core.quiet_hours import end_of_quiet, is_quiet


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "quiet"),
    [
        ("2026-11-23T18:59:59", False),  # 19 h 59 in winter
        ("2026-11-23T19:00:00", True),  # 20 h
        ("2026-11-24T06:59:59", True),  # 7 h 59
        ("2026-11-24T07:00:00", False),  # 8 h
        ("2026-07-14T17:59:59", False),  # 19 h 59 in summer
        ("2026-07-14T18:00:00", True),  # 20 h
        ("2026-07-15T05:59:59", True),
        ("2026-07-15T06:00:00", False),  # 8 h
    ],
)
def test_the_night_goes_from_eight_to_eight_in_paris(at: str, quiet: bool) -> None:
    assert is_quiet(utc(at)) is quiet


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-23T20:00:00", "2026-11-24T07:00:00"),  # an evening
        ("2026-11-24T02:00:00", "2026-11-24T07:00:00"),  # small hours
        ("2026-03-28T20:00:00", "2026-03-29T06:00:00"),  # the short night: 8 h is summer time
        ("2026-03-29T00:30:00", "2026-03-29T06:00:00"),
        ("2026-10-24T19:00:00", "2026-10-25T07:00:00"),  # the long night: 8 h is winter time
        ("2026-10-25T00:30:00", "2026-10-25T07:00:00"),
        ("2026-12-31T22:00:00", "2027-01-01T07:00:00"),
    ],
)
def test_the_night_ends_at_eight_on_the_wall_clock_whatever_the_season(at: str, ends: str) -> None:
    found = end_of_quiet(utc(at))

    assert found == utc(ends)
    assert not is_quiet(found)
