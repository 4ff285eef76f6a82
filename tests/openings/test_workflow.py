"""The transition table of an opening."""

from __future__ import annotations

import pytest

from app.openings.workflow import (
    DECIDED,
    OpeningEvent,
    OpeningStatus,
    WrongEvent,
    decisions,
    next_status,
)


@pytest.mark.parametrize("status", list(OpeningStatus))
def test_a_person_is_offered_exactly_what_is_possible(status: OpeningStatus) -> None:
    possible = []
    for event in DECIDED:
        try:
            next_status(status, event)
        except WrongEvent:
            continue
        possible.append(event)

    assert decisions(status) == tuple(possible)


def test_every_status_leads_somewhere_and_none_to_itself() -> None:
    for status in OpeningStatus:
        after = {next_status(status, event) for event in decisions(status)}

        assert after
        assert status not in after


def test_a_closed_opening_comes_back_as_a_draft_never_published() -> None:
    assert next_status(OpeningStatus.CLOSED, OpeningEvent.REOPEN) is OpeningStatus.DRAFT
    with pytest.raises(WrongEvent):
        next_status(OpeningStatus.CLOSED, OpeningEvent.PUBLISH)
