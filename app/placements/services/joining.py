"""A proposal gains its missing leaf, or loses one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.openings.models import LeadKind
from app.placements import emails
from app.placements.models import Placement
from app.placements.queries.actions import side_of
from app.placements.queries.facts import proposal_facts
from app.placements.queries.words import proposal
from app.placements.refusals import REFUSALS
from app.placements.services.checking import checked_reason
from app.placements.services.guarded import (
    after,
    ask,
    count_on_opening,
    lock_rows,
    lock_things,
    open_placement,
    turn,
)
from app.placements.services.leads import hand_over
from app.placements.services.losing import has_twin, lose_leaf, rest_without
from app.placements.services.questions import check_again, put_question, remember
from app.placements.workflow import Event, Leaf
from app.policy.actor import Actor


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
    checked = check_again(db_session, placement.youth_id, opening_id, session_id)
    ask(db_session, placement, newcomer, leaf, Leaf.YOUTH)
    # The database ties each leaf to its column: both change in one statement.
    placement.opening_id, placement.session_id = opening_id, session_id
    remember(placement, checked)
    opened.facts = newcomer  # the party that joins is told with the others
    turn(db_session, actor, opened, Event.ATTACH, clover, details={"leaf": leaf.value})
    if leaf is Leaf.EMPLOYER and opening_id is not None:
        count_on_opening(db_session, opening_id, +1)
    put_question(db_session, actor, placement, newcomer, leaf, Leaf.YOUTH)
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
    _refuse_twin(db_session, placement, *rest_without(placement, leaf))
    about = proposal(db_session, placement.id)
    lose_leaf(db_session, actor, opened, leaf, clover, why=why)
    told = tuple(one for one in (leaf, Leaf.YOUTH) if one is not side)
    emails.tell_ended(db_session, about, leaves=told)
    if side is Leaf.EMPLOYER:
        hand_over(db_session, actor, about, kind=LeadKind.EMPLOYER_WITHDREW, why=why)
    return placement


def _refuse_twin(
    db_session: Session, placement: Placement, opening_id: int | None, session_id: int | None
) -> None:
    """Two proposals must not become the same one.

    Raises:
        Conflict: the youth has that very proposal already.
    """
    if has_twin(db_session, placement, opening_id, session_id):
        raise Conflict(
            "Ce jeune a déjà une proposition avec exactement ceux-là. Retirez plutôt celle-ci."
        )
