"""What time does to a clover: promises run out, questions without answer end, contracts are over."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict
from app.core.outbox import cancel_waiting
from app.openings.models import PositionState
from app.openings.queries import position_hold
from app.placements import emails
from app.placements.models import Placement, TrainingResult
from app.placements.queries.contract_ends import contracts_to_run_out
from app.placements.queries.due import is_over, took_agreement_back
from app.placements.queries.ladders import ladders_of
from app.placements.queries.words import proposal
from app.placements.services.ending import finish
from app.placements.services.guarded import (
    Opened,
    after,
    ask,
    lock_things,
    open_placement,
    turn,
)
from app.placements.services.holds import release_for
from app.placements.services.lasting import end_contract
from app.placements.services.losing import has_twin, lose_leaf, rest_without
from app.placements.services.recording import count_answer
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
    ask(db_session, placement, opened.facts, leaf)
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
    """Somebody never answered: the proposal ends, everything it held is free, and everybody is told, the youth too.

    Raises:
        NotDue: nobody is overdue at the end of the ladder.
        WrongState: it is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    clover = after(opened, Event.EXPIRE)
    ending = [Leaf.YOUTH, Leaf.CFA]
    if leaves_nothing(db_session, opened.placement, Leaf.EMPLOYER):
        ending.append(Leaf.EMPLOYER)
    if not any(is_overdue(db_session, opened, leaf) for leaf in ending):
        raise NotDue
    lock_things(db_session, opened.placement)
    count_silence(db_session, opened)
    about = proposal(db_session, placement_id)
    finish(db_session, actor, opened, Event.EXPIRE, clover)
    emails.tell_youth_ended(db_session, about)
    return opened.placement


def employer_stays_silent(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """The employer never answered: it leaves the proposal and the course stays, with the seat that the CFA promised.

    The dossier closes the introduction (workflow, A 11), not the admission, and the table of events lets the clock
    `expire` for the youth's and the CFA's silence only: a company that does not answer must not cost the youth a seat.
    So the clock does what the adviser would do next, `detach`, which the table gives to the leaf's party and the
    adviser; that the clock may do it too is the one line beyond the table. A proposal without course, or one whose rest
    the youth has already, ends instead.

    Raises:
        NotDue: the employer is not overdue.
        WrongState: the proposal is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    after(opened, Event.EXPIRE)
    placement = opened.placement
    if not is_overdue(db_session, opened, Leaf.EMPLOYER):
        raise NotDue
    if leaves_nothing(db_session, placement, Leaf.EMPLOYER):
        return expire(db_session, actor, placement_id=placement_id)
    about = proposal(db_session, placement_id)
    lock_things(db_session, placement)
    count_silence(db_session, opened)
    take_leaf(db_session, actor, opened, Leaf.EMPLOYER)
    emails.tell_ended(db_session, about, leaves=(Leaf.YOUTH, Leaf.EMPLOYER))
    return placement


def leaves_nothing(db_session: Session, placement: Placement, leaf: Leaf) -> bool:
    """Without this leaf nothing is left of the proposal: no other party, or the youth has that very pair already."""
    rest = rest_without(placement, leaf)
    return rest == (None, None) or has_twin(db_session, placement, *rest)


def take_leaf(
    db_session: Session, actor: Actor, opened: Opened, leaf: Leaf, *, is_closed: bool = False
) -> None:
    """The clock takes this leaf away: what it held is free, unsent mails stay unsent.

    Args:
        is_closed: the post or the session is no longer there; the journal says so.
    """
    clover = after(opened, Event.DETACH, leaf=leaf)
    cancel_waiting(db_session, placement_id=opened.placement.id)
    details = {"is_closed": True} if is_closed else None
    lose_leaf(db_session, actor, opened, leaf, clover, details=details)


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
    take_leaf(db_session, actor, opened, Leaf.EMPLOYER)
    emails.tell_ended(db_session, about, leaves=(Leaf.EMPLOYER,))
    emails.ask_about_seat(db_session, proposal(db_session, placement.id))
    return placement


def run_out(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """A contract is past its last day and nobody said how it ended, though asked: it is over, its result unknown.

    Without it the file of the youth would be kept for ever, and an erasure that they asked for would never come.

    Raises:
        NotDue: its last day, or the time to say how it ended, has not passed.
        WrongState: no contract runs.
    """
    opened = open_placement(db_session, actor, placement_id, Event.RUN_OUT)
    after(opened, Event.RUN_OUT)
    if not contracts_to_run_out(db_session, clock.today(), placement_id=placement_id):
        raise NotDue
    end_contract(db_session, actor, opened, Event.RUN_OUT, TrainingResult.UNKNOWN)
    return opened.placement


def end_for_good(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """The youth is forgotten, or is no longer there: the proposal ends whatever it holds, without a reason.

    Raises:
        WrongState: it is signed or over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    finish(db_session, actor, opened, Event.EXPIRE, after(opened, Event.EXPIRE))
    return opened.placement


def is_overdue(db_session: Session, opened: Opened, leaf: Leaf) -> bool:
    """True when this leaf still waits after the end of its ladder."""
    house_id, cfa_id = opened.facts.advising_organisation_id, opened.facts.cfa_id
    found = ladders_of(db_session, (house_id, cfa_id))
    ladder = found.of_answer(leaf, house_id=house_id, cfa_id=cfa_id)
    return is_over(opened.placement, leaf, ladder, clock.today())


def count_silence(db_session: Session, opened: Opened) -> bool:
    """A question that stayed without answer enters the organisation's rate, once. True when something was counted."""
    placement, counted = opened.placement, False
    for leaf, organisation_id in (
        (Leaf.CFA, opened.facts.cfa_id),
        (Leaf.EMPLOYER, opened.facts.employer_id),
    ):
        if is_overdue(db_session, opened, leaf) and not getattr(placement, f"{leaf.value}_counted"):
            setattr(placement, f"{leaf.value}_counted", True)
            count_answer(db_session, organisation_id, in_time=False)
            counted = True
    db_session.flush()
    return counted
