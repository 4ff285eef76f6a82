"""The life of a sheet: every state meets every event, and only the table answers."""

from __future__ import annotations

import pytest

from app.contracts.workflow import (
    TRANSITIONS,
    NotAllowed,
    SheetEvent,
    SheetState,
    allowed_events,
    next_state,
)


@pytest.mark.parametrize("state", list(SheetState))
@pytest.mark.parametrize("event", list(SheetEvent))
def test_an_event_without_a_line_is_refused(state: SheetState, event: SheetEvent) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
        assert event in allowed_events(state)
    else:
        with pytest.raises(NotAllowed):
            next_state(state, event)


def test_what_the_opco_answered_is_final_but_a_file_sent_back() -> None:
    # What a youth tells and a declaration made again change no deposited paper: both stay possible once it is accepted.
    assert allowed_events(SheetState.ACCEPTED) == {SheetEvent.TELL, SheetEvent.RENEW}
    assert allowed_events(SheetState.REFUSED) == frozenset()
    assert SheetEvent.DEPOSIT in allowed_events(SheetState.RETURNED)
