"""Somebody would like to talk before answering: "parlons-en"."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.placements import emails
from app.placements.deadlines import TALK_DAYS
from app.placements.models import Placement
from app.placements.queries.actions import side_of
from app.placements.queries.words import proposal
from app.placements.services.checking import checked_words
from app.placements.services.guarded import after, open_placement, turn
from app.placements.services.recording import keep_answer
from app.placements.workflow import Event, Leaf, LeafState
from app.policy.actor import Actor


def talk(
    db_session: Session, actor: Actor, *, placement_id: int, words: str | None = None
) -> Placement:
    """ "Parlons-en": no leaf changes; the due dates that still wait move once, by a week.

    Raises:
        Invalid: words that name a forbidden criterion.
        WrongState: the proposal is no longer open.
    """
    event = Event.TALK
    if actor.link is not None:
        # The bearer of a link may answer, and asking to talk is one of the three answers.
        event = Event.YOUTH_SAYS if side_of_link(actor) is Leaf.YOUTH else Event.EMPLOYER_SAYS
    opened = open_placement(db_session, actor, placement_id, event)
    checked_words(words)
    clover = after(opened, Event.TALK)
    placement, side = opened.placement, side_of(actor, opened.facts)
    if not placement.due_moved:
        later = timedelta(days=TALK_DAYS)
        for leaf in Leaf:
            due = getattr(placement, f"{leaf.value}_due_on")
            if due is not None and clover.leaf(leaf) is LeafState.WAITING:
                setattr(placement, f"{leaf.value}_due_on", due + later)
        placement.due_moved = True
    if side is not None:
        keep_answer(db_session, actor, placement, side, "talk", None, words)
    turn(
        db_session,
        actor,
        opened,
        Event.TALK,
        clover,
        details={"leaf": side.value} if side else None,
    )
    if (side is not None and side is not Leaf.YOUTH) or actor.link is not None:
        emails.tell_adviser_of_answer(
            db_session,
            proposal(db_session, placement.id),
            leaf=side or Leaf.YOUTH,
            answer="talk",
        )
    return placement


def side_of_link(actor: Actor) -> Leaf:
    """For which leaf the bearer of a link speaks.

    Raises:
        NotFound: the link is of another kind.
    """
    from_link = actor.link.subject.value if actor.link else ""
    if from_link not in (Leaf.YOUTH.value, Leaf.EMPLOYER.value):
        raise NotFound
    return Leaf(from_link)
