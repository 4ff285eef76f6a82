"""Contacts, posts and offers of a region up to the end of a day, as the pure figures want them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, case, cast, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, Organisation
from app.contracts.models import ContractSheet
from app.core.db import AnySelect
from app.openings.models import Company, CompanyMerge, Opening
from app.outreach.models import (
    CampaignTarget,
    FieldAgentPost,
    TargetState,
    Visit,
    VisitKind,
)
from app.policy.actor import OrganisationKind, Role
from app.reference.models import Commune, Trade
from app.rules.law import ContractKind
from app.steering.field import Contact, Offer, Post
from app.steering.queries.gap import ZONE
from app.steering.sectors import sector_of


@dataclass(slots=True)
class OfferDays:
    """The first publication and the closing as filled of an opening, as the journal says them."""

    published_on: date | None = None
    closed_filled_on: date | None = None


def _as_one(query: AnySelect, company_id: Any, end: datetime) -> tuple[AnySelect, Any]:
    """Join what says which company a record is on that day, and give its key: SIREN, else the record kept.

    A merge that came later does not move a figure of the past.
    """
    own, kept, merge = aliased(Organisation), aliased(Organisation), aliased(CompanyMerge)
    joined = (
        query.join(own, own.id == company_id)
        .outerjoin(
            merge,
            and_(
                merge.merged_id == company_id,
                merge.merged_at < end,
                or_(merge.undone_at.is_(None), merge.undone_at >= end),
            ),
        )
        .outerjoin(kept, kept.id == merge.kept_id)
    )
    record = cast(func.coalesce(merge.kept_id, company_id), String)
    return joined, func.coalesce(own.siren, kept.siren, literal("record-") + record)


def load_contacts(
    db_session: Session, regions: Iterable[str] | None, on: date, end: datetime
) -> list[Contact]:
    """Every contact of the networks of these regions (None: of all) that was written down by then: one statement."""
    network = aliased(Organisation)
    query: Any = (
        select(Visit.id)
        .join(network, network.id == Visit.organisation_id)
        .outerjoin(CampaignTarget, CampaignTarget.visit_id == Visit.id)
        .where(
            network.kind == OrganisationKind.FIELD_NETWORK,
            true() if regions is None else network.region_code.in_(sorted(regions)),
            Visit.recorded_at < end,
            Visit.happened_on <= on,
        )
    )
    query, key = _as_one(query, Visit.company_id, end)
    came_back = and_(CampaignTarget.state == TargetState.RETURNED, CampaignTarget.state_on <= on)
    rows = db_session.execute(
        query.with_only_columns(
            key.label("company"),
            network.network,
            Visit.happened_on,
            Visit.kind,
            func.coalesce(case((came_back, 1), else_=0), 0).label("came_back"),
        )
    )
    return [
        Contact(
            company=row.company,
            network=row.network or "",
            happened_on=row.happened_on,
            is_visit=row.kind is VisitKind.VISIT,
            is_mailing=row.kind is VisitKind.MAILING,
            came_back=bool(row.came_back),
        )
        for row in rows
    ]


def load_posts(db_session: Session, regions: Iterable[str], on: date) -> list[Post]:
    """Field agents in post that day: one statement."""
    rows = db_session.execute(
        select(Organisation.network, FieldAgentPost.financing_share)
        .select_from(Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(FieldAgentPost, FieldAgentPost.membership_id == Membership.id)
        .where(
            Membership.role == Role.FIELD_AGENT,
            Organisation.region_code.in_(sorted(regions)),
            func.coalesce(FieldAgentPost.starts_on, Membership.since) <= on,
            Membership.is_current(on),
            or_(FieldAgentPost.ends_on.is_(None), FieldAgentPost.ends_on >= on),
        )
    )
    return [Post(row.network or "", bool(row.financing_share)) for row in rows]


def load_offers(
    db_session: Session,
    regions: Iterable[str],
    end: datetime,
    told: Mapping[int, OfferDays],
) -> dict[int, Offer]:
    """Every opening written by then, by id: one statement.

    Args:
        told: days that the journal says of an opening.
    """
    codes = frozenset(regions)
    query: Any = (
        select(Opening.id)
        .outerjoin(Company, Company.organisation_id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(Opening.created_at < end)
    )
    query, key = _as_one(query, Opening.employer_id, end)
    rows = db_session.execute(
        query.with_only_columns(
            Opening.id,
            Opening.employer_id,
            key.label("company"),
            Opening.created_at,
            Opening.published_at,
            Opening.apprenticeship,
            Opening.professionalisation,
            Commune.region_code,
            _agent().label("agent"),
            Company.naf_code,
            Company.headcount,
            ZONE.label("zone"),
            Trade.family,
        )
    )
    return {row.id: _offer(row, codes, end, told.get(row.id, OfferDays())) for row in rows}


def _agent() -> Any:
    """Who raised an opening: the agent of the visit that led to it, else the agent who wrote it."""
    of_visit = select(func.min(Visit.user_id)).where(Visit.opening_id == Opening.id)
    writer = select(func.min(Membership.user_id)).where(
        Membership.user_id == Opening.created_by, Membership.role == Role.FIELD_AGENT
    )
    return func.coalesce(of_visit.scalar_subquery(), writer.scalar_subquery())


def _offer(row: Any, regions: frozenset[str], end: datetime, told: OfferDays) -> Offer:
    published = told.published_on
    if published is None and row.published_at is not None and row.published_at < end:
        published = row.published_at.date()
    both = row.apprenticeship and row.professionalisation
    only = (
        ContractKind.PROFESSIONALISATION if row.professionalisation else ContractKind.APPRENTICESHIP
    )
    return Offer(
        opening_id=row.id,
        employer_id=row.employer_id,
        company=row.company,
        written_on=row.created_at.date(),
        published_on=published,
        closed_filled_on=told.closed_filled_on,
        in_region=row.region_code in regions,
        agent=row.agent,
        sector=sector_of(row.naf_code),
        zone=row.zone or "",
        family=row.family or "",
        headcount=row.headcount,
        kind="" if both else only.value,
    )


def load_kinds(db_session: Session) -> dict[int, str]:
    """The kind of contract that each sheet says, by placement: one statement."""
    rows = db_session.execute(select(ContractSheet.placement_id, ContractSheet.kind))
    return {row.placement_id: row.kind.value for row in rows}
