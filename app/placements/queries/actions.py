"""Who may do what to a clover now: the workflow's table AND the policy.

Pages draw these buttons, services check the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.placements.workflow import Clover, Event, Leaf, LeafState, is_allowed
from app.policy import predicates
from app.policy.actor import Actor, LinkSubject
from app.policy.facts import NOTHING, Facts
from app.policy.matrix import can
from app.policy.permissions import Permission

PERMISSION_OF: Mapping[Event, Permission] = MappingProxyType(
    {
        Event.ATTACH: Permission.PLACEMENT_ATTACH,
        Event.DETACH: Permission.PLACEMENT_DETACH,
        Event.TALK: Permission.PLACEMENT_TALK,
        Event.START_TRAINING: Permission.PLACEMENT_START_TRAINING,
        Event.YOUTH_SAYS: Permission.PLACEMENT_YOUTH_SAYS,
        Event.EMPLOYER_SAYS: Permission.PLACEMENT_EMPLOYER_SAYS,
        Event.CFA_SAYS: Permission.PLACEMENT_CFA_SAYS,
        Event.INTERVIEW: Permission.PLACEMENT_INTERVIEW,
        Event.SIGN: Permission.PLACEMENT_SIGN,
        Event.START: Permission.PLACEMENT_START,
        Event.BREAK_OFF: Permission.PLACEMENT_BREAK_OFF,
        Event.COMPLETE: Permission.PLACEMENT_COMPLETE,
        Event.WITHDRAW: Permission.PLACEMENT_WITHDRAW,
        Event.CLOSE: Permission.PLACEMENT_CLOSE,
        Event.HOLD_LAPSES: Permission.PLACEMENT_CLOCK,
        Event.EXPIRE: Permission.PLACEMENT_CLOCK,
        Event.RUN_OUT: Permission.PLACEMENT_CLOCK,
    }
)
NEEDS_LEAF = frozenset({Event.ATTACH, Event.DETACH, Event.HOLD_LAPSES})
LINK_SIDES = {LinkSubject.YOUTH: Leaf.YOUTH, LinkSubject.EMPLOYER: Leaf.EMPLOYER}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing this person can do now; `leaf` says to which leaf where the event needs it."""

    event: Event
    leaf: Leaf | None = None

    @property
    def name(self) -> str:
        return f"{self.event.value}_{self.leaf.value}" if self.leaf else self.event.value


def side_of(actor: Actor, facts: Facts) -> Leaf | None:
    """For which leaf this actor speaks; None for the clock and for helpers who are no party."""
    if actor.link is not None:
        return LINK_SIDES.get(actor.link.subject)
    if predicates.adviser(actor, NOTHING) and predicates.follows_youth(actor, facts):
        return Leaf.YOUTH
    if predicates.employer(actor, NOTHING) and predicates.own_opening(actor, facts):
        return Leaf.EMPLOYER
    if predicates.cfa_officer(actor, NOTHING) and predicates.own_course(actor, facts):
        return Leaf.CFA
    if predicates.point_a_officer(actor, NOTHING) and predicates.acts_for_cfa(actor, facts):
        return Leaf.CFA
    return None


def facts_for_event(facts: Facts, event: Event, leaf: Leaf | None) -> Facts:
    """A party takes back its own leaf only: the other party's ownership is no reason to let it act."""
    if event is not Event.DETACH:
        return facts
    return (
        replace(facts, cfa_id=None) if leaf is Leaf.EMPLOYER else replace(facts, employer_id=None)
    )


def may(actor: Actor, facts: Facts, event: Event, leaf: Leaf | None = None) -> bool:
    """The policy's half of the answer."""
    return can(actor, PERMISSION_OF[event], facts_for_event(facts, event, leaf))


def is_available(
    actor: Actor, clover: Clover, facts: Facts, event: Event, leaf: Leaf | None = None
) -> bool:
    """True when the clover allows the event and the policy allows it to this actor."""
    return is_allowed(clover, event, leaf) and may(actor, facts, event, leaf)


def available_actions(actor: Actor, clover: Clover, facts: Facts) -> tuple[Action, ...]:
    """Everything this actor can do to this clover now, in the order of the workflow's table."""
    return tuple(
        Action(event, leaf)
        for event in PERMISSION_OF
        for leaf in _leaves_of(event)
        if is_available(actor, clover, facts, event, leaf)
    )


def _leaves_of(event: Event) -> tuple[Leaf | None, ...]:
    """Which leaves an event is offered for; a visit of the CFA is the meeting that needs no employer."""
    if event is Event.INTERVIEW:
        return None, Leaf.CFA
    return (Leaf.EMPLOYER, Leaf.CFA) if event in NEEDS_LEAF else (None,)


def awaits(actor: Actor, clover: Clover, facts: Facts) -> bool:
    """True when the next word is this actor's."""
    side = side_of(actor, facts)
    return (
        side is not None
        and clover.leaf(side) is LeafState.WAITING
        and any(
            one.event in {Event.YOUTH_SAYS, Event.EMPLOYER_SAYS, Event.CFA_SAYS}
            for one in available_actions(actor, clover, facts)
        )
    )
