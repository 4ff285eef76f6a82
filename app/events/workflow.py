"""What may become of an operation, and of those who are invited to it. Pure.

An operation is prepared as a draft, opened to its partners and guests, planned once its meetings have a timetable, and
done when its results are counted. It may be called off until then.
"""

from __future__ import annotations

import enum


class EventState(enum.StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class EventVerb(enum.StrEnum):
    OPEN = "open"  # partners see it, guests are invited
    INVITE = "invite"
    PLAN = "plan"
    FINISH = "finish"
    CANCEL = "cancel"


S, V = EventState, EventVerb

TRANSITIONS: dict[EventVerb, dict[EventState, EventState]] = {
    V.OPEN: {S.DRAFT: S.OPEN},
    # A guest may come late: the timetable is then composed again, on purpose.
    V.INVITE: {S.DRAFT: S.DRAFT, S.OPEN: S.OPEN, S.PLANNED: S.PLANNED},
    V.PLAN: {S.OPEN: S.PLANNED, S.PLANNED: S.PLANNED},
    V.FINISH: {S.OPEN: S.DONE, S.PLANNED: S.DONE},
    V.CANCEL: {S.DRAFT: S.CANCELLED, S.OPEN: S.CANCELLED, S.PLANNED: S.CANCELLED},
}


class GuestState(enum.StrEnum):
    INVITED = "invited"
    COMING = "coming"
    NOT_COMING = "not_coming"
    CAME = "came"
    ABSENT = "absent"


class GuestVerb(enum.StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    ARRIVE = "arrive"
    UNTICK = "untick"  # ticked by mistake
    MISS = "miss"  # the day is over


G, W = GuestState, GuestVerb

GUEST_TRANSITIONS: dict[GuestVerb, dict[GuestState, GuestState]] = {
    W.ACCEPT: {G.INVITED: G.COMING, G.NOT_COMING: G.COMING},
    W.DECLINE: {G.INVITED: G.NOT_COMING, G.COMING: G.NOT_COMING},
    # Who said no and stands at the door is welcome.
    W.ARRIVE: {G.INVITED: G.CAME, G.COMING: G.CAME, G.NOT_COMING: G.CAME},
    W.UNTICK: {G.CAME: G.COMING},
    W.MISS: {G.INVITED: G.ABSENT, G.COMING: G.ABSENT},
}
EXPECTED = frozenset({G.INVITED, G.COMING, G.CAME})
"""Who gets a place in the timetable: a silence is not a no."""


class NotNow(ValueError):
    """The operation, or the guest, is past that."""


def next_event_state(state: EventState, verb: EventVerb) -> EventState:
    """The state after a verb.

    Raises:
        NotNow: the verb is not possible from this state.
    """
    after = TRANSITIONS[verb].get(state)
    if after is None:
        raise NotNow(f"{verb} from {state}")
    return after


def next_guest_state(state: GuestState, verb: GuestVerb) -> GuestState:
    """The state of a guest after a verb.

    Raises:
        NotNow: the verb is not possible from this state.
    """
    after = GUEST_TRANSITIONS[verb].get(state)
    if after is None:
        raise NotNow(f"{verb} from {state}")
    return after
