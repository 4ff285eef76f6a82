"""Seats and positions of a placement: promised with a yes, shared between the placements of one youth, given back."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, WrongState
from app.openings.models import PositionState
from app.openings.queries import position_hold
from app.openings.services import extend_position, hold_position, release_position
from app.placements.models import Placement
from app.placements.queries.ladders import ladders_of
from app.placements.services.guarded import note, open_placement
from app.placements.workflow import LIVE_STAGES, Event, Leaf, LeafState
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.training.models import HoldState
from app.training.queries import seat_hold
from app.training.services import extend_hold, hold_seat, leave_queue, release_seat


class HoldOver(Conflict):
    """The promise of a seat or of a position has run out."""

    default = (
        "La date jusqu’à laquelle la place et le poste étaient retenus est passée. "
        "Demandez au CFA et à l’employeur de dire oui une nouvelle fois, puis signez."
    )


def hold_days(db_session: Session, facts: Facts, leaf: Leaf) -> int:
    """How long a promise of this leaf lasts: two weeks, unless its organisation set another length."""
    house_id, cfa_id = facts.advising_organisation_id, facts.cfa_id
    found = ladders_of(db_session, (house_id, cfa_id))
    return found.of_hold(leaf, house_id=house_id, cfa_id=cfa_id).last


def hold_for(db_session: Session, placement: Placement, facts: Facts, leaf: Leaf) -> date | None:
    """Promise what this leaf's yes promises; the last day of the promise, None for a taken seat.

    A seat is promised to the end of a legal window when that is later.

    Raises:
        NoSeatLeft, NoPositionLeft: none is free.
    """
    if leaf is Leaf.YOUTH:
        return None
    until = clock.today() + timedelta(days=hold_days(db_session, facts, leaf))
    if leaf is Leaf.CFA and placement.session_id is not None:
        return hold_seat(
            db_session,
            session_id=placement.session_id,
            youth_id=placement.youth_id,
            hold_until=max(until, placement.window_ends or until),
        ).hold_until
    if leaf is Leaf.EMPLOYER and placement.opening_id is not None:
        return hold_position(
            db_session,
            opening_id=placement.opening_id,
            youth_id=placement.youth_id,
            hold_until=until,
        ).hold_until
    return None


def release_for(db_session: Session, placement: Placement, leaf: Leaf) -> None:
    """Give back what this leaf held, unless another live placement of the youth holds the very same thing."""
    if leaf is Leaf.CFA and placement.session_id is not None:
        _release_seat(db_session, placement, placement.session_id)
    if leaf is Leaf.EMPLOYER and placement.opening_id is not None:
        if not _is_shared(db_session, placement, leaf, LeafState.YES):
            release_position(
                db_session, opening_id=placement.opening_id, youth_id=placement.youth_id
            )


def _release_seat(db_session: Session, placement: Placement, session_id: int) -> None:
    if not _is_shared(db_session, placement, Leaf.CFA, LeafState.YES):
        release_seat(db_session, session_id=session_id, youth_id=placement.youth_id)
    if not _is_shared(db_session, placement, Leaf.CFA, LeafState.QUEUED):
        leave_queue(db_session, session_id=session_id, youth_id=placement.youth_id)


def release_all(db_session: Session, placements: list[Placement]) -> None:
    """Give back everything these placements held: all seats in the order of their sessions, then all positions."""
    for one in sorted(placements, key=lambda placement: placement.session_id or 0):
        release_for(db_session, one, Leaf.CFA)
    for one in sorted(placements, key=lambda placement: placement.opening_id or 0):
        release_for(db_session, one, Leaf.EMPLOYER)


def _is_shared(db_session: Session, placement: Placement, leaf: Leaf, state: LeafState) -> bool:
    column, same = (
        (Placement.cfa_leaf, Placement.session_id == placement.session_id)
        if leaf is Leaf.CFA
        else (Placement.employer_leaf, Placement.opening_id == placement.opening_id)
    )
    others = db_session.scalar(
        select(func.count())
        .select_from(Placement)
        .where(
            Placement.youth_id == placement.youth_id,
            Placement.id != placement.id,
            Placement.stage.in_(LIVE_STAGES),
            column == state,
            same,
        )
    )
    return bool(others)


def check_holds(db_session: Session, placement: Placement) -> None:
    """Refuse to sign on a promise that has run out, whether or not the clock has passed by.

    Raises:
        HoldOver: the seat or the position is no longer promised.
    """
    today = clock.today()
    seat = seat_hold(db_session, placement.session_id or 0, placement.youth_id)
    position = position_hold(db_session, placement.opening_id or 0, placement.youth_id)
    if seat is None or position is None:
        raise HoldOver
    if seat.state is HoldState.HELD and seat.hold_until and seat.hold_until < today:
        raise HoldOver
    if position.state is PositionState.HELD and position.hold_until and position.hold_until < today:
        raise HoldOver
    if placement.window_ends is not None and placement.window_ends < today:
        raise HoldOver(
            "Le statut de stagiaire sans employeur est terminé depuis cette date. "
            "Le CFA doit dire oui une nouvelle fois avant la signature."
        )


def prolong(
    db_session: Session, actor: Actor, *, placement_id: int, leaf: Leaf = Leaf.CFA
) -> Placement:
    """The CFA prolongs the promise of its seat, the employer that of its position: once each.

    Raises:
        WrongState: this placement promises no such thing.
        Conflict: it was prolonged before.
    """
    event = Event.CFA_SAYS if leaf is Leaf.CFA else Event.EMPLOYER_SAYS
    opened = open_placement(db_session, actor, placement_id, event)
    placement, youth_id = opened.placement, opened.placement.youth_id
    if placement.clover.leaf(leaf) is not LeafState.YES:
        raise WrongState("Rien n’est retenu pour l’instant : dites d’abord oui.")
    days = timedelta(days=hold_days(db_session, opened.facts, leaf))
    if leaf is Leaf.CFA:
        session_id = placement.session_id or 0
        seat = seat_hold(db_session, session_id, youth_id)
        until = (seat.hold_until if seat and seat.hold_until else clock.today()) + days
        extend_hold(db_session, session_id=session_id, youth_id=youth_id, hold_until=until)
    else:
        opening_id = placement.opening_id or 0
        held = position_hold(db_session, opening_id, youth_id)
        until = (held.hold_until if held and held.hold_until else clock.today()) + days
        extend_position(db_session, opening_id=opening_id, youth_id=youth_id, hold_until=until)
    placement.updated_at = clock.now()
    details = {"until": until.isoformat(), "leaf": leaf.value}
    note(db_session, actor, placement, "hold_prolonged", details=details)
    db_session.flush()
    return placement
