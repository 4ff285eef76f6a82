"""An answer is kept, and counts once for the organisation that gave it."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.placements.models import LeafAnswer, Placement
from app.placements.services.guarded import Opened
from app.placements.workflow import Leaf
from app.policy.actor import Actor


def count_for(db_session: Session, opened: Opened, leaf: Leaf) -> None:
    """The organisation answered: once a question, in time or not."""
    placement = opened.placement
    if leaf is Leaf.YOUTH or getattr(placement, f"{leaf.value}_counted"):
        return
    setattr(placement, f"{leaf.value}_counted", True)
    due = getattr(placement, f"{leaf.value}_due_on")
    organisation_id = opened.facts.employer_id if leaf is Leaf.EMPLOYER else opened.facts.cfa_id
    count_answer(db_session, organisation_id, in_time=due is None or clock.today() <= due)


def count_answer(db_session: Session, organisation_id: int | None, *, in_time: bool) -> None:
    """Move an organisation's answer rate by one question."""
    db_session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(
            answers_due=Organisation.answers_due + 1,
            answers_in_time=Organisation.answers_in_time + (1 if in_time else 0),
        )
    )


def keep_answer(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    leaf: Leaf,
    answer: str,
    reason: str | None,
    words: str | None,
) -> None:
    """One row an answer; the latest one of a leaf is what its party says."""
    db_session.add(
        LeafAnswer(
            placement_id=placement.id,
            leaf=leaf,
            answer=answer,
            reason=reason,
            words=words,
            given_at=clock.now(),
            given_by=actor.user_id,
            on_behalf=leaf is Leaf.YOUTH and actor.link is None,
        )
    )
