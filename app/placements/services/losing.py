"""A leaf leaves a proposal, whoever takes it away: a party, the clock, a post that is closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.placements.models import Placement
from app.placements.services.guarded import Opened, count_on_opening, turn
from app.placements.services.holds import release_for
from app.placements.services.questions import live_twin
from app.placements.workflow import Clover, Event, Leaf
from app.policy.actor import Actor
from app.rules.reasons import Reason
from app.youth.services import end_reveals


def lose_leaf(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    leaf: Leaf,
    clover: Clover,
    *,
    why: Reason | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """What the leaf held is free, its organisation reads no more of the youth, and the rest stays.

    Args:
        clover: the one after the loss.
        details: what the journal says beside the leaf.
    """
    placement, facts = opened.placement, opened.facts
    gone_opening = placement.opening_id if leaf is Leaf.EMPLOYER else None
    release_for(db_session, placement, leaf)
    end_reveals(
        db_session,
        youth_id=placement.youth_id,
        placement_id=placement.id,
        organisation_id=facts.employer_id if leaf is Leaf.EMPLOYER else facts.cfa_id,
    )
    turn(
        db_session,
        actor,
        opened,
        Event.DETACH,
        clover,
        why=why,
        details={"leaf": leaf.value, **(details or {})},
        leaving=leaf,
    )
    if gone_opening is not None:
        count_on_opening(db_session, gone_opening, -1)


def rest_without(placement: Placement, leaf: Leaf) -> tuple[int | None, int | None]:
    """Opening and session that stay when a leaf leaves."""
    return (
        None if leaf is Leaf.EMPLOYER else placement.opening_id,
        None if leaf is Leaf.CFA else placement.session_id,
    )


def has_twin(
    db_session: Session, placement: Placement, opening_id: int | None, session_id: int | None
) -> bool:
    """Whether the youth has another live proposal of exactly these."""
    twin = live_twin(db_session, placement.youth_id, opening_id, session_id)
    return twin is not None and twin.id != placement.id
