"""What may become of an operation and of a guest."""

from __future__ import annotations

import pytest

from app.events.workflow import (
    EventState,
    EventVerb,
    GuestState,
    GuestVerb,
    NotNow,
    next_event_state,
    next_guest_state,
)


def test_an_operation_goes_from_draft_to_results() -> None:
    state = EventState.DRAFT

    for verb in (
        EventVerb.OPEN,
        EventVerb.INVITE,
        EventVerb.PLAN,
        EventVerb.PLAN,
        EventVerb.FINISH,
    ):
        state = next_event_state(state, verb)

    assert state is EventState.DONE


@pytest.mark.parametrize("verb", list(EventVerb))
@pytest.mark.parametrize("state", [EventState.DONE, EventState.CANCELLED])
def test_nothing_moves_what_is_over(state: EventState, verb: EventVerb) -> None:
    with pytest.raises(NotNow):
        next_event_state(state, verb)


def test_a_draft_has_no_timetable_and_no_results() -> None:
    for verb in (EventVerb.PLAN, EventVerb.FINISH):
        with pytest.raises(NotNow):
            next_event_state(EventState.DRAFT, verb)


def test_who_declined_and_stands_at_the_door_is_welcome() -> None:
    assert next_guest_state(GuestState.NOT_COMING, GuestVerb.ARRIVE) is GuestState.CAME


def test_who_came_can_no_longer_decline() -> None:
    with pytest.raises(NotNow):
        next_guest_state(GuestState.CAME, GuestVerb.DECLINE)
