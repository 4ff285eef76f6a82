"""Whether a triple may be proposed today, and the questions that it puts to its parties."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.matching.services import Checked, recheck
from app.openings.queries import position_hold
from app.placements import emails
from app.placements.models import Placement
from app.placements.queries.actions import side_of
from app.placements.queries.words import proposal
from app.placements.workflow import LIVE_STAGES, Leaf
from app.policy.actor import Actor
from app.policy.facts import Facts


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


def check_again(
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


def remember(placement: Placement, checked: Checked) -> None:
    placement.score = checked.score
    placement.weights_version = checked.weights_version
    placement.parts = dict(checked.parts)
    placement.reasons = list(checked.reasons)
    placement.doubts = [*checked.doubts, *checked.broken]


def put_question(
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
