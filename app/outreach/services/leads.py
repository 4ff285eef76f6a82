"""Leads that placements give: taken by an agent, then done or dropped with an outcome."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.openings.models import Lead, LeadState
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.rules.wording import check_wording


def take_lead(db_session: Session, actor: Actor, *, lead_id: int) -> Lead:
    """Say that this agent calls the company.

    Raises:
        NotFound: not a lead of this territory.
        Conflict: a colleague was faster, or it is over.
    """
    lead = _load(db_session, actor, lead_id)
    if lead.state is not LeadState.NEW:
        raise Conflict("Cette piste est déjà prise : voici où elle en est.")
    _move(db_session, actor, lead, LeadState.TAKEN)
    return lead


def close_lead(
    db_session: Session, actor: Actor, *, lead_id: int, is_done: bool, outcome: str | None
) -> Lead:
    """End a lead with what came of it.

    Raises:
        NotFound: not a lead of this territory.
        Conflict: it is over.
        Invalid: no outcome, or words that touch a forbidden criterion.
    """
    lead = _load(db_session, actor, lead_id)
    if lead.state in (LeadState.DONE, LeadState.DROPPED):
        raise Conflict("Cette piste est déjà terminée.")
    if not outcome:
        raise Invalid("Écrivez en quelques mots ce qu’elle a donné.", field="outcome")
    found = check_wording(outcome, clock.today())
    if found:
        raise Invalid(" ".join(one.message for one in found), field="outcome")
    lead.outcome = outcome
    _move(db_session, actor, lead, LeadState.DONE if is_done else LeadState.DROPPED)
    return lead


def _load(db_session: Session, actor: Actor, lead_id: int) -> Lead:
    lead = db_session.get(Lead, lead_id)
    if lead is None:
        raise NotFound
    ensure(actor, Permission.LEAD_HANDLE, Facts(departement=lead.departement_code))
    return lead


def _move(db_session: Session, actor: Actor, lead: Lead, state: LeadState) -> None:
    before, lead.state = lead.state, state
    lead.handled_by, lead.handled_at = actor.user_id, clock.now()
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=lead.employer_id,
        event="lead_moved",
        from_state=before,
        to_state=state,
        details={"lead": lead.id},
    )
