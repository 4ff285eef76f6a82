"""Reads of leads: those of the agent's territory, new ones first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, false, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.pages import Page, paginate
from app.openings.models import Lead, LeadState, Opening
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.policy.predicates import field_agent
from app.reference.models import Commune, Trade

ORDER = {LeadState.NEW: 0, LeadState.TAKEN: 1, LeadState.DONE: 2, LeadState.DROPPED: 3}


def lead_list(db_session: Session, actor: Actor, *, is_open: bool, number: int) -> Page[Any]:
    """Two statements; a lead says nothing of a youth, and neither does its row."""
    states = [LeadState.NEW, LeadState.TAKEN] if is_open else [LeadState.DONE, LeadState.DROPPED]
    seen = Lead.departement_code.in_(actor.territory) if field_agent(actor, NOTHING) else false()
    query: Any = (
        select(
            Lead.id,
            Lead.kind,
            Lead.state,
            Lead.words,
            Lead.outcome,
            Lead.created_at,
            Lead.employer_id,
            Organisation.name.label("company"),
            Organisation.phone,
            Trade.label.label("trade"),
            Commune.name.label("commune"),
            User.given_name,
            User.family_name,
        )
        .join(Organisation, Organisation.id == Lead.employer_id)
        .outerjoin(Opening, Opening.id == Lead.opening_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Lead.rome_code)
        .outerjoin(User, User.id == Lead.handled_by)
        .where(seen, Lead.state.in_(states))
        .order_by(case(ORDER, value=Lead.state), Lead.created_at.desc(), Lead.id.desc())
    )
    return paginate(db_session, query, number=number)
