"""A proposal ends without a contract: withdrawn, closed after a no, superseded by a contract elsewhere."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.outbox import cancel_waiting
from app.openings.models import LeadKind
from app.placements import emails
from app.placements.models import LeafAnswer, Placement
from app.placements.queries.actions import side_of
from app.placements.queries.facts import placement_facts
from app.placements.queries.words import proposal
from app.placements.refusals import REFUSALS
from app.placements.services.checking import checked_reason
from app.placements.services.guarded import Opened, after, lock_things, open_placement, turn
from app.placements.services.holds import release_all
from app.placements.services.leads import hand_over
from app.placements.workflow import LEAF_OPEN_STAGES, Clover, Event, Leaf
from app.policy.actor import Actor
from app.rules.reasons import Audience, Reason
from app.youth.services import end_reveals


def withdraw(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    reason: str | None,
    words: str | None = None,
) -> Placement:
    """A party, or the adviser, takes the proposal back.

    Raises:
        Invalid: no reason of the actor's list.
        WrongState: it is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.WITHDRAW)
    side = side_of(actor, opened.facts) or Leaf.YOUTH
    why = checked_reason(REFUSALS[side], reason, words)
    clover = after(opened, Event.WITHDRAW)
    placement = opened.placement
    db_session.add(
        LeafAnswer(
            placement_id=placement.id,
            leaf=side,
            answer="withdraw",
            reason=why.code,
            words=words,
            given_at=clock.now(),
            given_by=actor.user_id,
            on_behalf=side is Leaf.YOUTH and actor.link is None,
        )
    )
    finish(db_session, actor, opened, Event.WITHDRAW, clover, why=why, silent_for=side)
    if side is Leaf.EMPLOYER:
        about = proposal(db_session, placement.id)
        hand_over(db_session, actor, about, kind=LeadKind.EMPLOYER_WITHDREW, why=why)
    return placement


def close(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """The adviser closes a proposal that somebody refused.

    Raises:
        WrongState: nobody said no.
    """
    opened = open_placement(db_session, actor, placement_id, Event.CLOSE)
    clover = after(opened, Event.CLOSE)
    finish(db_session, actor, opened, Event.CLOSE, clover, silent_for=Leaf.YOUTH)
    return opened.placement


def finish(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    event: Event,
    clover: Clover,
    *,
    why: Reason | None = None,
    silent_for: Leaf | None = None,
) -> None:
    """End the placement: release what it held, take back what it revealed, cancel unsent mails, tell the others."""
    placement = opened.placement
    lock_things(db_session, placement)
    if why is not None and why.audience is Audience.PARTIES:
        placement.end_reason = why.code
    turn(db_session, actor, opened, event, clover, why=why)
    release_all(db_session, [placement])
    _forget_and_tell(db_session, placement, silent_for)


def open_others(db_session: Session, signed: Placement) -> list[Placement]:
    """The youth's other open proposals, locked."""
    return list(
        db_session.scalars(
            select(Placement)
            .where(
                Placement.youth_id == signed.youth_id,
                Placement.id != signed.id,
                Placement.stage.in_(LEAF_OPEN_STAGES),
            )
            .order_by(Placement.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def supersede(
    db_session: Session, actor: Actor, signed: Placement, others: list[Placement]
) -> None:
    """These proposals end, because a contract is signed; what they held is released."""
    for other in others:
        if signed.trainee_since is None and other.session_id == signed.session_id:
            signed.trainee_since = other.trainee_since
        opened = Opened(other, placement_facts(db_session, other))
        turn(db_session, actor, opened, Event.SUPERSEDE, after(opened, Event.SUPERSEDE))
    release_all(db_session, others)
    for other in others:
        _forget_and_tell(db_session, other, Leaf.YOUTH)


def _forget_and_tell(db_session: Session, placement: Placement, silent_for: Leaf | None) -> None:
    end_reveals(db_session, youth_id=placement.youth_id, placement_id=placement.id)
    cancel_waiting(db_session, placement_id=placement.id)
    told = tuple(leaf for leaf in Leaf if leaf is not silent_for)
    emails.tell_ended(db_session, proposal(db_session, placement.id), leaves=told)
