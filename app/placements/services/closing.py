"""The post is closed, or the session cancelled, while its answer is awaited: nobody waits for it any longer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.placements import emails
from app.placements.models import Placement
from app.placements.queries.due import void_questions
from app.placements.queries.words import proposal
from app.placements.services.clock import NotDue, leaves_nothing, take_leaf
from app.placements.services.ending import finish
from app.placements.services.guarded import after, lock_things, open_placement
from app.placements.workflow import Event, Leaf
from app.policy.actor import Actor


def question_is_void(
    db_session: Session, actor: Actor, *, placement_id: int, leaf: Leaf
) -> Placement:
    """This leaf leaves the proposal at once, with no mark against its organisation; the rest of it stays.

    It is what the clock does after a silence (`employer_stays_silent`), without the fourteen days: an employer who
    closes an offer would otherwise be reminded of it twice, and a youth wait for what cannot come. Without the leaf a
    pair is nothing, and ends.

    Raises:
        NotDue: the post or the session is there, or the answer has come.
        WrongState: the proposal is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    clover = after(opened, Event.EXPIRE)
    if (placement_id, leaf) not in void_questions(db_session, placement_id):
        raise NotDue
    about = proposal(db_session, placement_id)
    if leaves_nothing(db_session, opened.placement, leaf):
        finish(db_session, actor, opened, Event.EXPIRE, clover)
        emails.tell_youth_ended(db_session, about, is_closed=True)
        return opened.placement
    lock_things(db_session, opened.placement)
    take_leaf(db_session, actor, opened, leaf, is_closed=True)
    emails.tell_ended(db_session, about, leaves=(Leaf.YOUTH, leaf))
    return opened.placement
