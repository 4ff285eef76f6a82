"""Reads of mailings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.openings.models import Company
from app.outreach.models import Campaign, CampaignTarget, TargetState
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.reference.models import Commune, CommunePostalCode


def campaign_list(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """Mailings of the network, newest first, with their counts: two statements."""

    def count(*states: TargetState) -> Any:
        query = select(func.count(CampaignTarget.id)).where(
            CampaignTarget.campaign_id == Campaign.id
        )
        if states:
            query = query.where(CampaignTarget.state.in_(states))
        return query.correlate(Campaign).scalar_subquery()

    query: Any = (
        select(
            Campaign.id,
            Campaign.title,
            Campaign.channel,
            Campaign.created_at,
            Campaign.sent_at,
            count().label("targets"),
            count(TargetState.RETURNED).label("returned"),
            count(TargetState.OPPOSED).label("opposed"),
            count(TargetState.ANSWERED, TargetState.OPENING_RAISED).label("answered"),
            count(TargetState.OPENING_RAISED).label("raised"),
        )
        .where(Campaign.organisation_id == actor.organisation_id)
        .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    )
    return paginate(db_session, query, number=number)


def load_campaign(db_session: Session, campaign_id: int) -> tuple[Campaign, Facts]:
    """A mailing and its facts.

    Raises:
        NotFound: there is no such mailing.
    """
    campaign = db_session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound
    return campaign, Facts(organisation_id=campaign.organisation_id)


# A commune with several postal codes shows none that could be wrong: its address is completed by hand.
_POSTAL_CODE = (
    select(func.min(CommunePostalCode.postal_code))
    .where(CommunePostalCode.insee_code == Commune.insee_code)
    .having(func.count() == 1)
    .correlate(Commune)
    .scalar_subquery()
)


def target_rows(campaign_id: int) -> Any:
    """Companies of a mailing with what a letter needs; an objection made meanwhile is told."""
    return (
        select(
            CampaignTarget.id,
            CampaignTarget.company_id,
            CampaignTarget.state,
            CampaignTarget.state_on,
            Organisation.name,
            Organisation.email,
            Company.objects_to_prospecting_since,
            Site.address,
            Commune.name.label("commune"),
            _POSTAL_CODE.label("postal_code"),
        )
        .join(Organisation, Organisation.id == CampaignTarget.company_id)
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(CampaignTarget.campaign_id == campaign_id)
        .order_by(Organisation.sort_name, CampaignTarget.id)
    )


def target_list(db_session: Session, campaign_id: int, *, number: int) -> Page[Any]:
    """Two statements."""
    return paginate(db_session, target_rows(campaign_id), number=number)


def letter_parts(db_session: Session, campaign_id: int, size: int) -> list[int]:
    """The files that still hold a letter, by their number from 1: one statement.

    A company keeps its file by its place in the list: one that objects, or whose letter left, between two files
    moves nobody to a file that was printed already.
    """
    ranked = _ranked(campaign_id, size)
    query = (
        _still_to_send(campaign_id)
        .join(ranked, ranked.c.id == CampaignTarget.id)
        .with_only_columns(ranked.c.part)
        .distinct()
        .order_by(None)
        .order_by(ranked.c.part)
    )
    return list(db_session.scalars(query))


def _ranked(campaign_id: int, size: int) -> Any:
    place = func.row_number().over(order_by=CampaignTarget.id)
    return (
        select(CampaignTarget.id, ((place - 1) // size + 1).label("part"))
        .where(CampaignTarget.campaign_id == campaign_id)
        .subquery()
    )


def _still_to_send(campaign_id: int) -> Any:
    return target_rows(campaign_id).where(
        CampaignTarget.state == TargetState.PREPARED,
        Company.objects_to_prospecting_since.is_(None),
    )


def letters_to_print(
    db_session: Session, campaign_id: int, *, part: int | None = None, size: int = 1
) -> Sequence[Any]:
    """Those still to send whose company does not object, all or of one file of `size`: one statement."""
    query = _still_to_send(campaign_id)
    if part is not None:
        ranked = _ranked(campaign_id, size)
        query = query.join(ranked, ranked.c.id == CampaignTarget.id).where(ranked.c.part == part)
    return list(db_session.execute(query).all())
