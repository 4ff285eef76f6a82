"""A proposal is made."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.matching.models import MeetingRequest, MeetingState
from app.matching.services import Checked, answer_meeting
from app.placements.models import Placement
from app.placements.queries.actions import may
from app.placements.queries.facts import proposal_facts
from app.placements.services.guarded import (
    ask,
    count_live,
    count_waiting,
    lock_rows,
    lock_youth,
    note,
)
from app.placements.services.joining import attach
from app.placements.services.questions import check_again, live_twin, put_question, remember
from app.placements.services.telling import tell
from app.placements.workflow import Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.youth.models import Youth, YouthStatus


def suggest(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    opening_id: int | None = None,
    session_id: int | None = None,
    request_key: str | None = None,
) -> Placement:
    """Propose a triple, or a pair whose third leaf is sought.

    The same three meet once at a time: asked again, the live placement is returned. When the youth already has a live
    pair that misses exactly one of the two, it is completed rather than doubled.

    Raises:
        NotFound: one of them does not exist, or the actor may not know the youth.
        Forbidden: the actor sees the youth but may not propose it.
        Invalid: nothing to propose, the youth did not agree to be listed, or a hard rule is broken.
        Conflict: the youth is not ready or has a contract, or the offer or the session is closed.
        AlreadyDone: this form was sent before, and what it made is over.
    """
    if opening_id is None and session_id is None:
        raise Invalid("Choisissez une offre, une session, ou les deux.")
    youth = lock_youth(db_session, youth_id)
    lock_rows(db_session, {session_id}, {opening_id})
    facts = proposal_facts(
        db_session, youth_id=youth_id, opening_id=opening_id, session_id=session_id
    )
    ensure(actor, Permission.PLACEMENT_SUGGEST, facts, seen_by=Permission.YOUTH_VIEW)
    twin = live_twin(db_session, youth_id, opening_id, session_id)
    if twin is not None:
        return twin
    pair = _pair_to_complete(db_session, youth_id, opening_id, session_id)
    if pair is not None and may(actor, facts, Event.ATTACH):
        return attach(
            db_session,
            actor,
            placement_id=pair.id,
            opening_id=opening_id if pair.opening_id is None else None,
            session_id=session_id if pair.session_id is None else None,
        )
    use_once(db_session, request_key)
    _check_youth(db_session, youth, facts)
    checked = check_again(db_session, youth_id, opening_id, session_id)
    try:
        with db_session.begin_nested():
            placement = _new(db_session, actor, youth, facts, opening_id, session_id, checked)
    except IntegrityError:
        twin = live_twin(db_session, youth_id, opening_id, session_id)
        if twin is None:
            raise
        return twin
    note(db_session, actor, placement, "suggest", to_state=Stage.OPEN)
    count_live(db_session, placement, +1)
    count_waiting(db_session, youth_id)
    _answer_wish_to_meet(db_session, actor, placement, facts)
    put_question(db_session, actor, placement, facts, *_asked(placement))
    tell(db_session, actor, placement, facts, "suggest")
    return placement


def _pair_to_complete(
    db_session: Session, youth_id: int, opening_id: int | None, session_id: int | None
) -> Placement | None:
    """The live pair of this youth that misses exactly one of the two; the oldest when there are two."""
    if opening_id is None or session_id is None:
        return None
    found = (
        live_twin(db_session, youth_id, None, session_id),
        live_twin(db_session, youth_id, opening_id, None),
    )
    open_ones = [one for one in found if one is not None and one.stage is Stage.OPEN]
    return min(open_ones, key=lambda one: one.id, default=None)


def _check_youth(db_session: Session, youth: Youth, facts: Facts) -> None:
    if not facts.is_listed:
        raise Invalid(
            "Ce jeune n’a pas donné son accord pour être proposé. Recueillez-le dans son dossier, "
            "puis proposez."
        )
    if youth.status is not YouthStatus.READY:
        raise Conflict(
            "Ce jeune a déjà un contrat."
            if youth.status is YouthStatus.PLACED
            else "Ce jeune n’est pas encore prêt pour une proposition : passez son dossier à « prêt »."
        )


def _new(
    db_session: Session,
    actor: Actor,
    youth: Youth,
    facts: Facts,
    opening_id: int | None,
    session_id: int | None,
    checked: Checked,
) -> Placement:
    now = clock.now()
    placement = Placement(
        youth_id=youth.id,
        opening_id=opening_id,
        session_id=session_id,
        stage=Stage.OPEN,
        youth_leaf=LeafState.WAITING,
        employer_leaf=LeafState.SOUGHT if opening_id is None else LeafState.WAITING,
        cfa_leaf=LeafState.SOUGHT if session_id is None else LeafState.WAITING,
        suggested_at=now,
        suggested_by=actor.user_id,
        suggested_by_organisation_id=actor.organisation_id,
        updated_at=now,
        is_demonstration=youth.is_demonstration,
    )
    remember(placement, checked)
    ask(db_session, placement, facts, *_asked(placement))
    db_session.add(placement)
    db_session.flush()
    return placement


def _asked(placement: Placement) -> tuple[Leaf, ...]:
    """The leaves that have a party."""
    return tuple(leaf for leaf in Leaf if placement.clover.leaf(leaf) is not LeafState.SOUGHT)


def _answer_wish_to_meet(
    db_session: Session, actor: Actor, placement: Placement, facts: Facts
) -> None:
    """The employer's wish to meet this very youth is answered by the proposal itself."""
    if placement.opening_id is None or not can(actor, Permission.MEETING_ANSWER, facts):
        return
    wish = db_session.scalar(
        select(MeetingRequest.id).where(
            MeetingRequest.opening_id == placement.opening_id,
            MeetingRequest.youth_id == placement.youth_id,
            MeetingRequest.state == MeetingState.WAITING,
        )
    )
    if wish is not None:
        answer_meeting(db_session, actor, request_id=wish, state=MeetingState.SUGGESTED)
