"""The waiting list moves: a seat that becomes free is kept 72 hours for the first in line, then for the next."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import WrongState
from app.placements import emails
from app.placements.deadlines import OFFER_HOURS
from app.placements.models import Placement
from app.placements.queries.words import proposal
from app.placements.services.clock import NotDue
from app.placements.services.guarded import after, note, open_placement
from app.placements.services.holds import release_for
from app.placements.services.telling import tell
from app.placements.workflow import Event, Leaf, LeafState
from app.policy.actor import Actor
from app.training.services import hold_seat, join_queue


def offer_seat(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """Keep a free seat for this waiting youth; the leaf stays `queued` until the CFA says yes.

    Raises:
        NoSeatLeft: somebody was faster.
        WrongState: the youth does not wait any more, or had its offer.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    placement = opened.placement
    after(opened, Event.EXPIRE)
    if (
        placement.cfa_leaf is not LeafState.QUEUED
        or placement.session_id is None
        or placement.offer_until is not None
        or placement.offer_missed_at is not None
    ):
        raise WrongState
    until = clock.now() + timedelta(hours=OFFER_HOURS)
    hold_seat(
        db_session,
        session_id=placement.session_id,
        youth_id=placement.youth_id,
        hold_until=clock.local(until).date(),
    )
    placement.offer_until = until
    placement.updated_at = clock.now()
    note(db_session, actor, placement, "seat_offered", details={"until": until.isoformat()})
    db_session.flush()
    tell(db_session, actor, placement, opened.facts, "seat_offered")
    emails.tell_of_offer(db_session, proposal(db_session, placement.id), until=until)
    return placement


def offer_lapses(db_session: Session, actor: Actor, *, placement_id: int) -> Placement:
    """Nobody took the offer: the seat goes to the next one, and this youth to the end of the line.

    Raises:
        NotDue: there is no offer, or it still stands.
    """
    opened = open_placement(db_session, actor, placement_id, Event.EXPIRE)
    placement = opened.placement
    after(opened, Event.EXPIRE)
    is_over = placement.offer_until is not None and placement.offer_until < clock.now()
    if placement.cfa_leaf is not LeafState.QUEUED or placement.session_id is None or not is_over:
        raise NotDue
    release_for(db_session, placement, Leaf.CFA)
    join_queue(
        db_session,
        session_id=placement.session_id,
        youth_id=placement.youth_id,
        complete_at=clock.now(),
    )
    placement.offer_until, placement.offer_missed_at = None, clock.now()
    placement.updated_at = clock.now()
    note(db_session, actor, placement, "offer_lapsed")
    db_session.flush()
    tell(db_session, actor, placement, opened.facts, "offer_lapsed")
    return placement
