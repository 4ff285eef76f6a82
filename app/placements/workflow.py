"""The clover's transition table: which event may happen from which stage, and what it does to the leaves. Pure.

A placement has a stage and three leaves. `agreed` is derived: it is exactly "three leaves say yes", and nothing sets it
by hand. Side effects (seats, positions, mails, consent) live in the services; this module only says what is allowed
and what the clover looks like afterwards.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace


class Stage(enum.StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    SIGNED = "signed"
    STARTED = "started"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    BROKEN = "broken"


class Leaf(enum.StrEnum):
    YOUTH = "youth"
    EMPLOYER = "employer"
    CFA = "cfa"


class LeafState(enum.StrEnum):
    SOUGHT = "sought"  # no party yet
    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    QUEUED = "queued"  # CFA only: admitted, on the waiting list of a full session


class Event(enum.StrEnum):
    ATTACH = "attach"
    DETACH = "detach"
    TALK = "talk"
    START_TRAINING = "start_training"
    YOUTH_SAYS = "youth_says"
    EMPLOYER_SAYS = "employer_says"
    CFA_SAYS = "cfa_says"
    INTERVIEW = "interview"
    SIGN = "sign"
    START = "start"
    BREAK_OFF = "break_off"
    COMPLETE = "complete"
    RUN_OUT = "run_out"  # past its last day, and nobody said how it ended
    WITHDRAW = "withdraw"
    CLOSE = "close"
    HOLD_LAPSES = "hold_lapses"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"


LEAF_OPEN_STAGES = frozenset({Stage.OPEN, Stage.AGREED})
RUNNING_STAGES = frozenset({Stage.SIGNED, Stage.STARTED})
LIVE_STAGES = LEAF_OPEN_STAGES | RUNNING_STAGES
FINAL_STAGES = frozenset(Stage) - LIVE_STAGES

SAYING: dict[Event, Leaf] = {
    Event.YOUTH_SAYS: Leaf.YOUTH,
    Event.EMPLOYER_SAYS: Leaf.EMPLOYER,
    Event.CFA_SAYS: Leaf.CFA,
}

# From which stages each event is allowed, and where it leads; None: the stage follows from the leaves.
TRANSITIONS: dict[Event, tuple[frozenset[Stage], Stage | None]] = {
    Event.ATTACH: (frozenset({Stage.OPEN}), None),
    Event.DETACH: (LEAF_OPEN_STAGES, None),
    Event.TALK: (frozenset({Stage.OPEN}), None),
    Event.START_TRAINING: (frozenset({Stage.OPEN}), None),
    Event.YOUTH_SAYS: (LEAF_OPEN_STAGES, None),
    Event.EMPLOYER_SAYS: (LEAF_OPEN_STAGES, None),
    Event.CFA_SAYS: (LEAF_OPEN_STAGES, None),
    Event.INTERVIEW: (LEAF_OPEN_STAGES, None),
    Event.SIGN: (frozenset({Stage.AGREED}), Stage.SIGNED),
    Event.START: (frozenset({Stage.SIGNED}), Stage.STARTED),
    Event.BREAK_OFF: (RUNNING_STAGES, Stage.BROKEN),
    Event.COMPLETE: (frozenset({Stage.STARTED}), Stage.COMPLETED),
    Event.RUN_OUT: (RUNNING_STAGES, Stage.COMPLETED),
    Event.WITHDRAW: (LEAF_OPEN_STAGES, Stage.WITHDRAWN),
    Event.CLOSE: (frozenset({Stage.OPEN}), Stage.DECLINED),
    Event.HOLD_LAPSES: (LEAF_OPEN_STAGES, None),
    Event.EXPIRE: (LEAF_OPEN_STAGES, Stage.EXPIRED),
    Event.SUPERSEDE: (LEAF_OPEN_STAGES, Stage.SUPERSEDED),
}


class NotAllowed(ValueError):
    """The event is not possible from this clover."""


@dataclass(frozen=True, slots=True)
class Clover:
    """The state of a placement: one stage, three leaves."""

    stage: Stage
    youth: LeafState
    employer: LeafState
    cfa: LeafState

    def leaf(self, which: Leaf) -> LeafState:
        return LeafState(getattr(self, which.value))

    def with_leaf(self, which: Leaf, state: LeafState) -> Clover:
        leaves = {leaf: self.leaf(leaf) for leaf in Leaf} | {which: state}
        return Clover(self.stage, leaves[Leaf.YOUTH], leaves[Leaf.EMPLOYER], leaves[Leaf.CFA])

    @property
    def leaves(self) -> tuple[LeafState, LeafState, LeafState]:
        return self.youth, self.employer, self.cfa

    @property
    def is_green(self) -> bool:
        return self.leaves == (LeafState.YES, LeafState.YES, LeafState.YES)


def _sought(clover: Clover, leaf: Leaf) -> bool:
    return clover.leaf(leaf) is LeafState.SOUGHT


def _guard(clover: Clover, event: Event, leaf: Leaf | None) -> bool:
    """Conditions on the leaves that the table of stages cannot say."""
    match event:
        case Event.YOUTH_SAYS | Event.EMPLOYER_SAYS | Event.CFA_SAYS:
            return not _sought(clover, SAYING[event])
        case Event.ATTACH:
            return leaf in (Leaf.EMPLOYER, Leaf.CFA) and _sought(clover, leaf)
        case Event.DETACH:
            other = {Leaf.EMPLOYER: Leaf.CFA, Leaf.CFA: Leaf.EMPLOYER}.get(leaf or Leaf.YOUTH)
            return (
                leaf is not None
                and other is not None
                and not _sought(clover, leaf)
                and not _sought(clover, other)
            )
        case Event.START_TRAINING:
            return clover.cfa is LeafState.YES and _sought(clover, Leaf.EMPLOYER)
        case Event.INTERVIEW:
            # A visit of the CFA needs no employer; the other meetings do.
            return not _sought(clover, Leaf.CFA if leaf is Leaf.CFA else Leaf.EMPLOYER)
        case Event.CLOSE:
            return LeafState.NO in clover.leaves
        case Event.HOLD_LAPSES:
            return leaf in (Leaf.EMPLOYER, Leaf.CFA) and clover.leaf(leaf) is LeafState.YES
        case _:
            return True


def is_allowed(clover: Clover, event: Event, leaf: Leaf | None = None) -> bool:
    """True when `next_state` would accept the event; the page draws buttons from this."""
    return clover.stage in TRANSITIONS[event][0] and _guard(clover, event, leaf)


def next_state(
    clover: Clover, event: Event, *, leaf: Leaf | None = None, answer: LeafState | None = None
) -> Clover:
    """The clover after an event.

    Args:
        leaf: which leaf is attached, detached or lapses.
        answer: what a party says: yes or no, and for the CFA also queued.

    Raises:
        NotAllowed: wrong stage, wrong leaf, or an answer this party cannot give.
    """
    if not is_allowed(clover, event, leaf):
        raise NotAllowed(f"{event} from {clover.stage}")
    after = _turn_leaves(clover, event, leaf, answer)
    stage = TRANSITIONS[event][1]
    return replace(after, stage=stage or (Stage.AGREED if after.is_green else Stage.OPEN))


def _turn_leaves(
    clover: Clover, event: Event, leaf: Leaf | None, answer: LeafState | None
) -> Clover:
    if event in SAYING:
        allowed = {LeafState.YES, LeafState.NO} | (
            {LeafState.QUEUED} if event is Event.CFA_SAYS else set()
        )
        if answer not in allowed:
            raise NotAllowed(f"{event} cannot be {answer}")
        return clover.with_leaf(SAYING[event], answer)
    if event is Event.ATTACH and leaf:
        # A yes given to a CFA alone reveals nothing to an employer: the youth is asked again.
        return clover.with_leaf(leaf, LeafState.WAITING).with_leaf(Leaf.YOUTH, LeafState.WAITING)
    if event is Event.DETACH and leaf:
        return clover.with_leaf(leaf, LeafState.SOUGHT)
    if event is Event.HOLD_LAPSES and leaf:
        return clover.with_leaf(leaf, LeafState.WAITING)
    return clover
