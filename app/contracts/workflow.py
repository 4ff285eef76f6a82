"""Life of a contract sheet: prepared, deposited, then answered by the OPCO. Pure: nothing but the standard library."""

from __future__ import annotations

import enum


class SheetState(enum.StrEnum):
    PREPARING = "preparing"
    DEPOSITED = "deposited"
    RETURNED = "returned"  # sent back: something is to correct, then it is deposited again
    ACCEPTED = "accepted"
    REFUSED = "refused"


class SheetEvent(enum.StrEnum):
    FILL = "fill"
    TELL = "tell"  # the youth chooses, at any time, that this employer learns of a disability
    RENEW = "renew"  # a declaration of regulated work, while the contract runs
    DEPOSIT = "deposit"
    RETURN = "return"
    ACCEPT = "accept"
    REFUSE = "refuse"


class NotAllowed(ValueError):
    """The event has no line for this state."""


S, E = SheetState, SheetEvent
TRANSITIONS: dict[tuple[SheetState, SheetEvent], SheetState] = {
    (S.PREPARING, E.FILL): S.PREPARING,
    (S.RETURNED, E.FILL): S.RETURNED,
    (S.PREPARING, E.TELL): S.PREPARING,
    (S.RETURNED, E.TELL): S.RETURNED,
    (S.DEPOSITED, E.TELL): S.DEPOSITED,
    (S.ACCEPTED, E.TELL): S.ACCEPTED,
    (S.DEPOSITED, E.RENEW): S.DEPOSITED,
    (S.ACCEPTED, E.RENEW): S.ACCEPTED,
    (S.PREPARING, E.DEPOSIT): S.DEPOSITED,
    (S.RETURNED, E.DEPOSIT): S.DEPOSITED,
    (S.DEPOSITED, E.RETURN): S.RETURNED,
    (S.DEPOSITED, E.ACCEPT): S.ACCEPTED,
    (S.DEPOSITED, E.REFUSE): S.REFUSED,
}


def next_state(state: SheetState, event: SheetEvent) -> SheetState:
    """The state after the event.

    Raises:
        NotAllowed: the table has no such line.
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise NotAllowed(f"{event} from {state}") from None


def allowed_events(state: SheetState) -> frozenset[SheetEvent]:
    """What may happen now."""
    return frozenset(event for (origin, event) in TRANSITIONS if origin is state)
