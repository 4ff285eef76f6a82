"""The steps that every verb on a placement shares: lock and load, judge, turn the clover, journal, wake the pools.

Rows are locked in one order: the youth, its placements, then sessions, then openings, each kind by id, organisations
last. One order for everybody means that two verbs never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Forbidden, NotFound, WrongState
from app.core.permissions import ensure
from app.openings.models import Opening
from app.placements.models import Placement
from app.placements.queries.actions import may
from app.placements.queries.facts import placement_facts
from app.placements.queries.ladders import ladders_of
from app.placements.services.telling import tell
from app.placements.workflow import (
    LEAF_OPEN_STAGES,
    LIVE_STAGES,
    Clover,
    Event,
    Leaf,
    LeafState,
    NotAllowed,
    Stage,
    next_state,
)
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.reasons import Audience as ReasonAudience
from app.rules.reasons import Reason
from app.training.models import TrainingSession
from app.youth.models import Youth
from app.youth.services import count_live_placement, set_waiting_answers


@dataclass(slots=True)
class Opened:
    """A placement locked for this transaction, with the facts that judged the actor."""

    placement: Placement
    facts: Facts


def lock_youth(db_session: Session, youth_id: int) -> Youth:
    """The youth, locked until the end of the transaction where the database can.

    Raises:
        NotFound: no such youth.
    """
    youth = db_session.scalar(
        select(Youth)
        .where(Youth.id == youth_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if youth is None:
        raise NotFound
    return youth


def open_placement(
    db_session: Session,
    actor: Actor,
    placement_id: int,
    event: Event,
    *,
    leaf: Leaf | None = None,
    newcomer: Facts | None = None,
) -> Opened:
    """Load a placement locked, once the actor is known to have the right.

    Args:
        newcomer: facts with the opening or session that is being attached. Who is no party yet may bring it only
            when they might have proposed the whole: to name one's own session is no way into another's proposal.

    Raises:
        NotFound: no such placement, or one the actor may not see.
        Forbidden: visible, but this act belongs to somebody else.
    """
    youth_id = db_session.scalar(select(Placement.youth_id).where(Placement.id == placement_id))
    if youth_id is None:
        raise NotFound
    db_session.execute(select(Youth.id).where(Youth.id == youth_id).with_for_update())
    placement = db_session.scalar(
        select(Placement)
        .where(Placement.id == placement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if placement is None:
        raise NotFound
    facts = placement_facts(db_session, placement)
    brings = newcomer is not None and can(actor, Permission.PLACEMENT_SUGGEST, newcomer)
    if not brings and not may(actor, facts, event, leaf):
        ensure(actor, Permission.PLACEMENT_VIEW, facts)
        raise Forbidden
    return Opened(placement, facts)


def lock_things(db_session: Session, *placements: Placement) -> None:
    """Lock the sessions, then the openings of these placements, where the database can: the verb will move both."""
    sessions = {one.session_id for one in placements} - {None}
    openings = {one.opening_id for one in placements} - {None}
    lock_rows(db_session, sessions, openings)


def lock_rows(
    db_session: Session, session_ids: Iterable[int | None], opening_ids: Iterable[int | None]
) -> None:
    """Lock sessions, then openings, each by id."""
    for model, ids in ((TrainingSession, session_ids), (Opening, opening_ids)):
        db_session.execute(
            select(model.id).where(model.id.in_(list(ids))).order_by(model.id).with_for_update()
        )


def after(
    opened: Opened, event: Event, *, leaf: Leaf | None = None, answer: LeafState | None = None
) -> Clover:
    """The clover that the event would give.

    Raises:
        WrongState: the workflow does not allow the event now.
    """
    try:
        return next_state(opened.placement.clover, event, leaf=leaf, answer=answer)
    except NotAllowed:
        raise WrongState from None


def turn(
    db_session: Session,
    actor: Actor,
    opened: Opened,
    event: Event,
    clover: Clover,
    *,
    why: Reason | None = None,
    details: dict[str, Any] | None = None,
    leaving: Leaf | None = None,
    ended_on: date | None = None,
) -> None:
    """Put the new clover on the placement, journal it, keep the counters and wake the matching pools.

    A reason that only the youth's side may read is journalled in a row of its own.

    Args:
        leaving: the leaf whose opening or session leaves with this event; the journal still names it.
        ended_on: the day on which a placement that ends with this event was over; now, where it is today or not known.
    """
    placement, before = opened.placement, opened.placement.clover
    now = clock.now()
    placement.stage = clover.stage
    placement.youth_leaf, placement.employer_leaf, placement.cfa_leaf = clover.leaves
    placement.updated_at = now
    if clover.stage is Stage.AGREED and before.stage is not Stage.AGREED:
        placement.agreed_at = now
    elif clover.stage is Stage.OPEN:
        placement.agreed_at = None
    if clover.stage not in LIVE_STAGES:
        placement.ended_at, placement.tutor_email = _over_since(ended_on), None
    if clover.stage not in LEAF_OPEN_STAGES or clover.cfa is not LeafState.QUEUED:
        placement.offer_until = None
    is_shared = why is None or why.audience is not ReasonAudience.OWN_SIDE
    note(
        db_session,
        actor,
        placement,
        event.value,
        from_state=before.stage,
        to_state=clover.stage,
        reason=why.code if why and is_shared else None,
        details=details,
    )
    if why is not None and not is_shared:
        note(
            db_session,
            actor,
            placement,
            f"{event.value}_reason",
            reason=why.code,
            audience=journal.Audience.ADVISER,
        )
    _leave(placement, leaving)
    db_session.flush()
    if before.stage in LIVE_STAGES and clover.stage not in LIVE_STAGES:
        count_live(db_session, placement, -1)
    count_waiting(db_session, placement.youth_id)
    tell(db_session, actor, placement, opened.facts, event.value, details)


def _leave(placement: Placement, leaf: Leaf | None) -> None:
    if leaf is Leaf.EMPLOYER:
        placement.opening_id, placement.employer_due_on = None, None
    elif leaf is Leaf.CFA:
        placement.session_id, placement.cfa_due_on = None, None


def _over_since(ended_on: date | None) -> datetime:
    """The beginning of a day that is past, now for today."""
    if ended_on is None or ended_on >= clock.today():
        return clock.now()
    return clock.midnight(ended_on)


def note(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    event: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    audience: journal.Audience = journal.Audience.PARTIES,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one event of this placement to the journal."""
    journal.record(
        db_session,
        actor,
        subject_kind="placement",
        subject_id=placement.id,
        event=event,
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        audience=audience,
        youth_id=placement.youth_id,
        opening_id=placement.opening_id,
        session_id=placement.session_id,
        details=details,
    )


def count_live(db_session: Session, placement: Placement, delta: int) -> None:
    """Keep the counters of live placements that matching reads."""
    count_live_placement(db_session, youth_id=placement.youth_id, delta=delta)
    if placement.opening_id is not None:
        count_on_opening(db_session, placement.opening_id, delta)


def count_on_opening(db_session: Session, opening_id: int, delta: int) -> None:
    """Keep the opening's counter of live placements."""
    db_session.execute(
        update(Opening)
        .where(Opening.id == opening_id)
        .values(live_placements=Opening.live_placements + delta)
    )
    record_change(db_session, Changed.OPENING, opening_id)


def count_waiting(db_session: Session, youth_id: int) -> None:
    """Keep current how many placements wait for the youth's word."""
    waiting = db_session.scalar(
        select(func.count())
        .select_from(Placement)
        .where(
            Placement.youth_id == youth_id,
            Placement.stage.in_(LEAF_OPEN_STAGES),
            Placement.youth_leaf == LeafState.WAITING,
        )
    )
    set_waiting_answers(db_session, youth_id=youth_id, count=waiting or 0)


def ask(db_session: Session, placement: Placement, facts: Facts, *leaves: Leaf) -> None:
    """A question is put to these leaves today: date the answers, and let them be counted."""
    house_id, cfa_id = facts.advising_organisation_id, facts.cfa_id
    found = ladders_of(db_session, (house_id, cfa_id))
    for leaf in leaves:
        ladder = found.of_answer(leaf, house_id=house_id, cfa_id=cfa_id)
        due = clock.today() + timedelta(days=ladder.due)
        if leaf is Leaf.YOUTH:
            placement.youth_due_on = due
        elif leaf is Leaf.EMPLOYER:
            placement.employer_due_on, placement.employer_counted = due, False
        else:
            placement.cfa_due_on, placement.cfa_counted = due, False
    placement.due_moved = False
