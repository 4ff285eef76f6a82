"""What the three parties say: yes, no, the waiting list, or "parlons-en"; and the meetings they arrange."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid
from app.placements import emails
from app.placements.models import Placement
from app.placements.queries.words import proposal
from app.placements.refusals import REFUSALS
from app.placements.services.checking import checked_reason, checked_words
from app.placements.services.guarded import Opened, after, open_placement, turn
from app.placements.services.holds import hold_for, release_for
from app.placements.services.leads import note_colleague
from app.placements.services.recording import count_for, keep_answer
from app.placements.services.reveals import change_reveals, reveal, reveal_to_helper, youth_channel
from app.placements.workflow import SAYING, Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.training.services import join_queue, leave_queue

CHANNELS = MappingProxyType(
    {
        "in_person": "de vive voix",
        "phone": "par téléphone",
        "paper": "par écrit",
        "link": "par le lien",
    }
)


def youth_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    channel: str = "in_person",
) -> Placement:
    """The youth's word, noted by the adviser or given by link. A yes reveals the given name and an initial (S2) to
    this employer and this CFA.

    Raises:
        Invalid: a no without a reason of the list, or a minor whose representative was not informed.
        WrongState: the clover takes no answer now.
    """
    if channel not in CHANNELS:
        raise Invalid("Dites comment le jeune a répondu.", field="channel")
    opened = open_placement(db_session, actor, placement_id, Event.YOUTH_SAYS)
    return _say(
        db_session,
        actor,
        opened,
        Event.YOUTH_SAYS,
        answer,
        reason,
        words,
        channel="link" if actor.link else channel,
    )


def employer_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    colleague: str | None = None,
) -> Placement:
    """The employer's word. A yes promises one position; changing to no gives it back.

    Args:
        colleague: with a no, who else seeks somebody; it becomes a lead for the field agents.

    Raises:
        NoPositionLeft: none is free.
        Invalid: a no without a reason of the list, or words that name a forbidden criterion.
        WrongState: the clover takes no answer now.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EMPLOYER_SAYS)
    placement = _say(db_session, actor, opened, Event.EMPLOYER_SAYS, answer, reason, words)
    if answer is LeafState.NO:
        note_colleague(db_session, actor, proposal(db_session, placement.id), colleague)
    return placement


def cfa_says(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    answer: LeafState,
    reason: str | None = None,
    words: str | None = None,
    file_complete: bool = True,
) -> Placement:
    """The CFA's word. A yes promises one seat; `queued` admits the youth on the waiting list of a full session.

    Args:
        file_complete: for the waiting list, where complete files come first.

    Raises:
        NoSeatLeft: none is free; answer `queued` instead.
        Invalid: a no without a reason of the list, or words that name a forbidden criterion.
        WrongState: the clover takes no answer now.
    """
    opened = open_placement(db_session, actor, placement_id, Event.CFA_SAYS)
    return _say(
        db_session,
        actor,
        opened,
        Event.CFA_SAYS,
        answer,
        reason,
        words,
        complete_at=clock.now() if file_complete else None,
    )


def _say(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    event: Event,
    answer: LeafState,
    reason: str | None,
    words: str | None,
    channel: str = "",
    complete_at: datetime | None = None,
) -> Placement:
    """The common course of the three answers; saying again what was said changes nothing."""
    placement, leaf = opened.placement, SAYING[event]
    clover = after(opened, event, answer=answer)
    before = placement.clover.leaf(leaf)
    if before is answer:
        return placement
    why = checked_reason(REFUSALS[leaf], reason, words) if answer is LeafState.NO else None
    checked_words(words)
    details = {"leaf": leaf.value, "answer": answer.value, "by_link": actor.link is not None}
    if leaf is Leaf.CFA:
        placement.offer_until = placement.offer_missed_at = None
    if leaf is Leaf.YOUTH:
        change_reveals(db_session, actor, opened, answer, channel)
    until = _change_holds(db_session, opened, leaf, before, answer, complete_at)
    if until is not None:
        details["until"] = until
    count_for(db_session, opened, leaf)
    keep_answer(db_session, actor, placement, leaf, answer.value, why.code if why else None, words)
    turn(db_session, actor, opened, event, clover, why=why, details=details)
    if placement.stage is Stage.AGREED:
        said_by = youth_channel(db_session, placement)
        reveal(db_session, actor, opened, "S4", said_by)
        reveal_to_helper(db_session, actor, opened, said_by)
    _tell(db_session, actor, placement, leaf, answer)
    return placement


def _change_holds(
    db_session: Session,
    opened: Opened,
    leaf: Leaf,
    before: LeafState,
    answer: LeafState,
    complete_at: datetime | None,
) -> str | None:
    """Promise, give back or queue what this answer means; the last day of a promise as ISO text."""
    placement = opened.placement
    if answer is LeafState.YES:
        until = hold_for(db_session, placement, opened.facts, leaf)
        if before is LeafState.QUEUED and placement.session_id is not None:
            leave_queue(db_session, session_id=placement.session_id, youth_id=placement.youth_id)
        return until.isoformat() if until else None
    if before in (LeafState.YES, LeafState.QUEUED):
        release_for(db_session, placement, leaf)
    if answer is LeafState.QUEUED and placement.session_id is not None:
        join_queue(
            db_session,
            session_id=placement.session_id,
            youth_id=placement.youth_id,
            complete_at=complete_at,
        )
    return None


def _tell(
    db_session: Session, actor: Actor, placement: Placement, leaf: Leaf, answer: LeafState
) -> None:
    about = proposal(db_session, placement.id)
    if placement.stage is Stage.AGREED:
        emails.tell_agreed(db_session, about)
        return
    if leaf is not Leaf.YOUTH or actor.link is not None:
        emails.tell_adviser_of_answer(db_session, about, leaf=leaf, answer=answer.value)
    if answer is LeafState.QUEUED:
        emails.tell_queued(db_session, about)
