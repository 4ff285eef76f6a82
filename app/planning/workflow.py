"""What may become of a plan and of each of its lines. Pure.

A machine computes a plan; the coordination hands its lines to the advisers, one by one or all; an adviser makes each a
proposal or leaves it. A line whose youth, opening or session moved meanwhile is gone.
"""

from __future__ import annotations

import enum


class PlanState(enum.StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class LineState(enum.StrEnum):
    COMPUTED = "computed"  # the machine's, seen by the coordination alone
    HANDED = "handed"  # in the morning list of the adviser
    PROPOSED = "proposed"  # a person made it a proposal
    LEFT = "left"  # a person decided otherwise
    GONE = "gone"  # it could no longer be proposed


class LineEvent(enum.StrEnum):
    HAND = "hand"
    PROPOSE = "propose"
    LEAVE = "leave"
    LOSE = "lose"


TRANSITIONS: dict[LineEvent, tuple[frozenset[LineState], LineState]] = {
    LineEvent.HAND: (frozenset({LineState.COMPUTED}), LineState.HANDED),
    LineEvent.PROPOSE: (frozenset({LineState.HANDED}), LineState.PROPOSED),
    LineEvent.LEAVE: (frozenset({LineState.HANDED}), LineState.LEFT),
    LineEvent.LOSE: (frozenset({LineState.COMPUTED, LineState.HANDED}), LineState.GONE),
}


class NotNow(ValueError):
    """The line is past that."""


def next_line_state(state: LineState, event: LineEvent) -> LineState:
    """The state after an event.

    Raises:
        NotNow: the event is not possible from this state.
    """
    allowed, after = TRANSITIONS[event]
    if state not in allowed:
        raise NotNow(f"{event} from {state}")
    return after
