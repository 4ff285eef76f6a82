"""What time does to a clover: promises run out, questions without answer end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict
from app.core.outbox import cancel_waiting
from app.openings.models import PositionState
from app.openings.queries import position_hold
from app.placements import emails
from app.placements.deadlines import ANSWER_DELAYS
from app.placements.models import Placement
from app.placements.queries.due import took_agreement_back
from app.placements.queries.words import proposal
from app.placements.services.answers import count_answer
from app.placements.services.ending import finish
from app.placements.services.guarded import (
    Opened,
    after,
    ask,
    count_on_opening,
    lock_things,
    open_placement,
    turn,
)
from app.placements.services.holds import release_for
from app.placements.workflow import Event, Leaf, LeafState
from app.policy.actor import Actor
from app.training.models import HoldState
from app.training.queries import seat_hold


class NotDue(Conflict):
    """The date has not passed; nothing is changed."""

    default = "Le délai n’est pas encore passé."


def hold_lapses(db_session: Session, actor: Actor, *, placement_id: int, leaf: Leaf) -> Placement:
    """The promise behind this yes has run out: the seat or position is free, the leaf is asked again.

    Raises:
        NotDue: the last day has not passed.
        WrongState: this leaf does not say yes.
    """
    opened = open_placement(db_session, actor, placement_id, Event.HOLD_LAPSES, leaf=leaf)
    clover = after(opened, Event.HOLD_LAPSES, leaf=leaf)
    placement = opened.placement
    until = last_day(db_session, placement, leaf)
    if until is None or until >= clock.today():
        raise NotDue
    release_for(db_session, placement, leaf)
    if leaf is Leaf.CFA:
        placement.trainee_since = placement.window_starts = placement.window_ends = None
    ask(placement, leaf)
    turn(
        db_session,
        actor,
        opened,
        Event.HOLD_LAPSES,
        clover,
        details={"leaf": leaf.value, "until": until.isoformat()},
    )
    emails.tell_hold_lapsed(db_session, proposal(db_session, placement.id), leaf=leaf)
    return placement


def last_day(db_session: Session, placement: Placement, leaf: Leaf) -> date | None:
    """Until when this leaf's yes holds something; the end of a legal window wins. None when nothing is held."""
    if leaf is Leaf.CFA and placement.session_id is not None:
        if placement.window_ends is not None:
            return placement.window_ends
        seat = seat_hold(db_session, placement.session_id, placement.youth_id)
        return seat.hold_until if seat and seat.state is HoldState.HELD else None
    if leaf is Leaf.EMPLOYER and placement.opening_id is not None:
        position = position_hold(db_session, placement.opening_id, placement.youth_id)
        return position.hold_until if position and position.state is PositionState.HELD else None
    return None


def expire(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """The youth or the CFA never answered: the proposal ends and everything it held is free.

    Raises:
        NotDue: nobody is overdue at the end of the ladder.
        WrongState: it is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    clover = after(opened, Event.EXPIRE)
    if not any(is_overdue(opened.placement, leaf) for leaf in (Leaf.YOUTH, Leaf.CFA)):
        raise NotDue
    lock_things(db_session, opened.placement)
    count_silence(db_session, opened)
    finish(db_session, actor, opened, Event.EXPIRE, clover)
    return opened.placement


def stop_unlisted(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """The youth took the agreement back: employers and CFAs lose the proposal, without a reason.

    A seat that the CFA promised is kept for now; the adviser asks the youth whether to keep or to release it.

    Raises:
        NotDue: the youth is still listed, or only such a seat is left.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    placement = opened.placement
    if placement_id not in took_agreement_back(db_session, placement_id):
        raise NotDue
    if placement.cfa_leaf is not LeafState.YES:
        finish(db_session, actor, opened, Event.EXPIRE, after(opened, Event.EXPIRE))
        return placement
    if placement.employer_leaf is LeafState.SOUGHT:
        raise NotDue
    about = proposal(db_session, placement.id)
    lock_things(db_session, placement)
    clover = after(opened, Event.DETACH, leaf=Leaf.EMPLOYER)
    opening_id = placement.opening_id
    release_for(db_session, placement, Leaf.EMPLOYER)
    cancel_waiting(db_session, placement_id=placement.id)
    turn(
        db_session,
        actor,
        opened,
        Event.DETACH,
        clover,
        details={"leaf": Leaf.EMPLOYER.value},
        leaving=Leaf.EMPLOYER,
    )
    count_on_opening(db_session, opening_id or 0, -1)
    emails.tell_ended(db_session, about, leaves=(Leaf.EMPLOYER,))
    emails.ask_about_seat(db_session, proposal(db_session, placement.id))
    return placement


def ladder_ends(placement: Placement, leaf: Leaf) -> date | None:
    """Last day of the ladder for a leaf that was asked."""
    due: date | None = getattr(placement, f"{leaf.value}_due_on")
    delay = ANSWER_DELAYS[leaf]
    return due + timedelta(days=delay.last - delay.due) if due else None


def is_overdue(placement: Placement, leaf: Leaf) -> bool:
    """True when this leaf still waits after the end of its ladder."""
    ends = ladder_ends(placement, leaf)
    return (
        placement.clover.leaf(leaf) is LeafState.WAITING
        and ends is not None
        and ends < clock.today()
    )


def count_silence(db_session: Session, opened: Opened) -> bool:
    """A question that stayed without answer enters the organisation's rate, once. True when something was counted."""
    placement, counted = opened.placement, False
    for leaf, organisation_id in (
        (Leaf.CFA, opened.facts.cfa_id),
        (Leaf.EMPLOYER, opened.facts.employer_id),
    ):
        if is_overdue(placement, leaf) and not getattr(placement, f"{leaf.value}_counted"):
            setattr(placement, f"{leaf.value}_counted", True)
            count_answer(db_session, organisation_id, in_time=False)
            counted = True
    db_session.flush()
    return counted


def note_silence(db_session: Session, actor: Actor, *, placement_id: int) -> bool:
    """Count the employer's or the CFA's silence; the proposal goes on. True when something was counted."""
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    after(opened, Event.EXPIRE)
    return count_silence(db_session, opened)
