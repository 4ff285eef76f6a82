"""What a placement hands to the field agents of the territory: a company to call, never a youth."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.openings.models import LeadKind
from app.openings.services import raise_lead
from app.placements import emails
from app.placements.queries.words import Proposal
from app.placements.services.checking import checked_words
from app.policy.actor import Actor
from app.rules.reasons import Reason

# After these breaks nobody is left to call.
WITHOUT_CALL = frozenset({"liquidation", "employer_death"})


def hand_over(
    db_session: Session,
    actor: Actor,
    about: Proposal,
    *,
    kind: LeadKind,
    why: Reason | None = None,
    words: str | None = None,
) -> None:
    """Write the lead and tell the field agents; a placement without opening has nothing to hand over."""
    if about.opening_id is None:
        return
    lead = raise_lead(
        db_session,
        actor,
        kind=kind,
        opening_id=about.opening_id,
        placement_id=about.placement_id,
        reason=why.code if why else None,
        words=words,
    )
    if lead is not None:
        emails.tell_field_agents(db_session, about, lead=lead, why=why.label if why else None)


def note_colleague(
    db_session: Session, actor: Actor, about: Proposal, colleague: str | None
) -> None:
    """ "Pas pour moi, mais un confrère cherche": the employer's words become a lead.

    Raises:
        Invalid: words that are too long or name a forbidden criterion.
    """
    checked_words(colleague, field="colleague")
    if colleague:
        hand_over(db_session, actor, about, kind=LeadKind.COLLEAGUE_SEEKS, words=colleague)
