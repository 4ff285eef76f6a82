"""A proposal is made, gains its missing leaf, or loses one."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.matching.models import MeetingRequest, MeetingState
from app.matching.services import Checked, answer_meeting, recheck
from app.openings.models import LeadKind
from app.openings.queries import position_hold
from app.placements import emails
from app.placements.models import Placement
from app.placements.queries.actions import may, side_of
from app.placements.queries.facts import proposal_facts
from app.placements.queries.words import proposal
from app.placements.refusals import REFUSALS
from app.placements.services.guarded import (
    after,
    ask,
    checked_reason,
    count_live,
    count_on_opening,
    count_waiting,
    lock_rows,
    lock_things,
    lock_youth,
    note,
    open_placement,
    turn,
)
from app.placements.services.holds import release_for
from app.placements.services.leads import hand_over
from app.placements.services.telling import tell
from app.placements.workflow import LIVE_STAGES, Event, Leaf, LeafState, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.youth.models import Youth, YouthStatus
from app.youth.services import end_reveals


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
    checked = _recheck(db_session, youth_id, opening_id, session_id)
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
    _put_question(db_session, actor, placement, facts, *_asked(placement))
    tell(db_session, actor, placement, facts, "suggest")
    return placement


def attach(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    opening_id: int | None = None,
    session_id: int | None = None,
) -> Placement:
    """Give a pair its missing leaf: the newcomer is asked, and the youth is asked again.

    Raises:
        Invalid: both or neither given, or a hard rule is broken.
        WrongState: that leaf is not sought.
        Conflict: the youth has that very proposal already.
    """
    if (opening_id is None) == (session_id is None):
        raise Invalid("Choisissez une offre ou une session.")
    leaf = Leaf.EMPLOYER if opening_id is not None else Leaf.CFA
    known = db_session.get(Placement, placement_id)
    if known is None:
        raise NotFound
    newcomer = proposal_facts(
        db_session,
        youth_id=known.youth_id,
        opening_id=opening_id if opening_id is not None else known.opening_id,
        session_id=session_id if session_id is not None else known.session_id,
    )
    opened = open_placement(
        db_session, actor, placement_id, Event.ATTACH, leaf=leaf, newcomer=newcomer
    )
    placement = opened.placement
    lock_rows(db_session, {session_id, placement.session_id}, {opening_id, placement.opening_id})
    clover = after(opened, Event.ATTACH, leaf=leaf)
    opening_id, session_id = opening_id or placement.opening_id, session_id or placement.session_id
    _refuse_twin(db_session, placement, opening_id, session_id)
    checked = _recheck(db_session, placement.youth_id, opening_id, session_id)
    ask(db_session, placement, newcomer, leaf, Leaf.YOUTH)
    # The database ties each leaf to its column: both change in one statement.
    placement.opening_id, placement.session_id = opening_id, session_id
    _remember(placement, checked)
    opened.facts = newcomer  # the party that joins is told with the others
    turn(db_session, actor, opened, Event.ATTACH, clover, details={"leaf": leaf.value})
    if leaf is Leaf.EMPLOYER and opening_id is not None:
        count_on_opening(db_session, opening_id, +1)
    _put_question(db_session, actor, placement, newcomer, leaf, Leaf.YOUTH)
    return placement


def detach(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    leaf: Leaf,
    reason: str | None,
    words: str | None = None,
) -> Placement:
    """Take one leaf away: what it held is released, it is sought again, the rest stays.

    Raises:
        Invalid: no reason of the list.
        WrongState: that leaf is sought already, or the other one is.
        Conflict: what would remain is proposed already.
    """
    opened = open_placement(db_session, actor, placement_id, Event.DETACH, leaf=leaf)
    side = side_of(actor, opened.facts) or leaf
    why = checked_reason(REFUSALS[side], reason, words)
    clover = after(opened, Event.DETACH, leaf=leaf)
    placement = opened.placement
    lock_things(db_session, placement)
    gone_opening = placement.opening_id if leaf is Leaf.EMPLOYER else None
    organisation_id = opened.facts.employer_id if leaf is Leaf.EMPLOYER else opened.facts.cfa_id
    _refuse_twin(
        db_session,
        placement,
        None if leaf is Leaf.EMPLOYER else placement.opening_id,
        None if leaf is Leaf.CFA else placement.session_id,
    )
    about = proposal(db_session, placement.id)
    release_for(db_session, placement, leaf)
    end_reveals(
        db_session,
        youth_id=placement.youth_id,
        placement_id=placement.id,
        organisation_id=organisation_id,
    )
    turn(
        db_session,
        actor,
        opened,
        Event.DETACH,
        clover,
        why=why,
        details={"leaf": leaf.value},
        leaving=leaf,
    )
    if gone_opening is not None:
        count_on_opening(db_session, gone_opening, -1)
    told = tuple(one for one in (leaf, Leaf.YOUTH) if one is not side)
    emails.tell_ended(db_session, about, leaves=told)
    if side is Leaf.EMPLOYER:
        hand_over(db_session, actor, about, kind=LeadKind.EMPLOYER_WITHDREW, why=why)
    return placement


def live_twin(
    db_session: Session, youth_id: int, opening_id: int | None, session_id: int | None
) -> Placement | None:
    """The live placement of exactly these, if there is one."""
    return db_session.scalar(
        select(Placement).where(
            Placement.youth_id == youth_id,
            Placement.opening_id.is_(None)
            if opening_id is None
            else Placement.opening_id == opening_id,
            Placement.session_id.is_(None)
            if session_id is None
            else Placement.session_id == session_id,
            Placement.stage.in_(LIVE_STAGES),
        )
    )


def _refuse_twin(
    db_session: Session, placement: Placement, opening_id: int | None, session_id: int | None
) -> None:
    """Two proposals must not become the same one.

    Raises:
        Conflict: the youth has that very proposal already.
    """
    twin = live_twin(db_session, placement.youth_id, opening_id, session_id)
    if twin is not None and twin.id != placement.id:
        raise Conflict(
            "Ce jeune a déjà une proposition avec exactement ceux-là. Retirez plutôt celle-ci."
        )


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


def _recheck(
    db_session: Session, youth_id: int, opening_id: int | None, session_id: int | None
) -> Checked:
    """The engine's word on these rows. A full session is no obstacle: the CFA may offer the queue."""
    checked = recheck(db_session, youth_id=youth_id, opening_id=opening_id, session_id=session_id)
    codes = {str(one["code"]) for one in checked.broken}
    spared = {"NO_SEAT"}
    if opening_id is not None and position_hold(db_session, opening_id, youth_id) is not None:
        spared.add("NO_POSITION")
    if codes - spared:
        raise Invalid(
            "Cette piste ne convient plus : une condition n’est pas remplie. Ouvrez « Pourquoi pas "
            "celle-ci ? » pour savoir laquelle, et ce qui la débloquerait."
        )
    return checked


def _remember(placement: Placement, checked: Checked) -> None:
    placement.score = checked.score
    placement.weights_version = checked.weights_version
    placement.parts = dict(checked.parts)
    placement.reasons = list(checked.reasons)
    placement.doubts = [*checked.doubts, *checked.broken]


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
    _remember(placement, checked)
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


def _put_question(
    db_session: Session, actor: Actor, placement: Placement, facts: Facts, *leaves: Leaf
) -> None:
    """One mail to each party that is asked; the adviser is told only when somebody else proposed."""
    about = proposal(db_session, placement.id)
    side = side_of(actor, replace(facts, link_object_id=placement.id))
    if Leaf.EMPLOYER in leaves:
        emails.ask_employer(db_session, about)
    if Leaf.CFA in leaves and side is not Leaf.CFA:
        emails.ask_cfa(db_session, about)
    if Leaf.YOUTH in leaves:
        emails.ask_youth(db_session, about)
        if side is not Leaf.YOUTH:
            emails.tell_adviser_of_suggestion(db_session, about)
