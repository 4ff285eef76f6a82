"""An opening raised by a visit: a draft in the company's name, to be finished and reread."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Site
from app.core.errors import Conflict
from app.openings.models import Opening
from app.openings.services import OpeningDetails, create_opening
from app.outreach.models import CampaignTarget, TargetState, Visit
from app.outreach.services.visits import load_visit
from app.policy.actor import Actor
from app.reference.queries import trade_label

UNTITLED = "Poste en alternance"


def draft_from_visit(db_session: Session, actor: Actor, *, visit_id: int) -> Opening:
    """Write the draft that the need of a visit says: trade, place of the company, the words as description.

    Raises:
        NotFound: not a visit of this agent's network and territory.
        Conflict: an opening was drafted from it already.
        Invalid: the words touch a forbidden criterion.
    """
    visit = load_visit(db_session, actor, visit_id)
    if visit.opening_id is not None:
        raise Conflict("Une offre est déjà née de cette visite.")
    place = db_session.scalar(
        select(Site.commune_code)
        .where(Site.organisation_id == visit.company_id, Site.is_main)
        .order_by(Site.id)
        .limit(1)
    )
    details = OpeningDetails(
        title=trade_label(db_session, visit.rome_code) or UNTITLED,
        rome_code=visit.rome_code,
        commune_code=place,
        description=visit.need,
    )
    opening = create_opening(
        db_session,
        actor,
        employer_id=visit.company_id,
        details=details,
        source="visit",
        source_reference=str(visit.id),
    )
    visit.opening_id = opening.id
    _tell_campaign(db_session, visit)
    return opening


def _tell_campaign(db_session: Session, visit: Visit) -> None:
    """A mailing that this company had answered has now raised an opening."""
    rows = db_session.scalars(
        select(CampaignTarget).where(
            CampaignTarget.company_id == visit.company_id,
            CampaignTarget.state.in_([TargetState.SENT, TargetState.ANSWERED]),
        )
    )
    for row in rows:
        row.state, row.state_on = TargetState.OPENING_RAISED, visit.happened_on
