"""Agreements with networks: their count of companies, once an agreement and once overall, against the even pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, Organisation
from app.core.errors import NotFound
from app.openings.models import Company, Opening
from app.openings.queries import record_key
from app.outreach.models import TargetAgreement, Visit, VisitKind
from app.placements.models import Placement
from app.policy.actor import Actor, Role
from app.policy.facts import NOTHING, Facts
from app.policy.predicates import platform_admin
from app.rules.targets import linear_pace


@dataclass(frozen=True, slots=True)
class Progress:
    """One agreement on one day.

    Attributes:
        visited, contacted: distinct companies met on the spot, and by call, meeting or mailing; a
            company may be in both.
        counted: distinct companies by the kinds that the agreement counts.
        convinced: those of them for which an opening was written after the first contact.
        helped: those of them where a contract was signed after the first contact.
        agents: people in post in the network that day.
        expected: what an even pace gives; None before the beginning.
    """

    agreement: TargetAgreement
    visited: int
    contacted: int
    counted: int
    convinced: int
    helped: int
    agents: int
    expected: int

    @property
    def gap(self) -> int:
        """Companies ahead of the even pace; negative when behind."""
        return self.counted - self.expected


def visible_targets(actor: Actor) -> ColumnElement[bool]:
    """Agreements of the region and national ones; all for the platform."""
    if platform_admin(actor, NOTHING):
        return true()
    return or_(
        TargetAgreement.region_code.is_(None), TargetAgreement.region_code.in_(actor.regions)
    )


def target_progress(db_session: Session, actor: Actor, on: date) -> Sequence[Progress]:
    """Progress of each agreement, the current ones first: one statement and one more an agreement."""
    agreements = db_session.scalars(
        select(TargetAgreement)
        .where(visible_targets(actor))
        .order_by(TargetAgreement.ends_on < on, TargetAgreement.starts_on, TargetAgreement.id)
        .limit(6)
    ).all()
    return [_progress(db_session, one, on) for one in agreements]


def companies_overall(db_session: Session, actor: Actor, on: date) -> int:
    """Distinct companies over the current agreements together: one that two networks met counts once."""
    agreements = db_session.scalars(
        select(TargetAgreement).where(
            visible_targets(actor), TargetAgreement.starts_on <= on, TargetAgreement.ends_on >= on
        )
    ).all()
    if not agreements:
        return 0
    conditions = [_meets(one, on) for one in agreements]
    query = (
        select(func.count(record_key(Organisation, Company).distinct()))
        .select_from(Visit)
        .join(Organisation, Organisation.id == Visit.company_id)
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .where(or_(*conditions))
    )
    return db_session.scalar(query) or 0


def target_facts(db_session: Session, target_id: int) -> Facts:
    """Facts of an agreement: its region.

    Raises:
        NotFound: there is no such agreement.
    """
    row = db_session.get(TargetAgreement, target_id)
    if row is None:
        raise NotFound
    return Facts(regions=frozenset({row.region_code} if row.region_code else ()))


def _meets(one: TargetAgreement, on: date) -> ColumnElement[bool]:
    """Contacts of the network in the period; the kind is looked at apart."""
    network = aliased(Organisation)
    of_network = select(network.id).where(network.network == one.network)
    if one.region_code:
        of_network = of_network.where(network.region_code == one.region_code)
    kinds = true() if one.counts_contacts else Visit.kind == VisitKind.VISIT
    return and_(
        Visit.organisation_id.in_(of_network),
        Visit.happened_on.between(one.starts_on, min(one.ends_on, on)),
        kinds,
    )


def _progress(db_session: Session, one: TargetAgreement, on: date) -> Progress:
    key = record_key(Organisation, Company)
    is_visit = Visit.kind == VisitKind.VISIT
    opening_after = (
        select(Opening.id)
        .where(
            Opening.employer_id == Visit.company_id,
            func.date(Opening.created_at) >= Visit.happened_on,
        )
        .exists()
    )
    contract_after = (
        select(Placement.id)
        .join(Opening, Opening.id == Placement.opening_id)
        .where(
            Opening.employer_id == Visit.company_id,
            Placement.signed_on.is_not(None),
            Placement.signed_on >= Visit.happened_on,
        )
        .exists()
    )
    row: Any = db_session.execute(
        select(
            func.count(key.distinct()).filter(is_visit).label("visited"),
            func.count(key.distinct()).filter(~is_visit).label("contacted"),
            func.count(key.distinct()).label("counted"),
            func.count(key.distinct()).filter(opening_after).label("convinced"),
            func.count(key.distinct()).filter(contract_after).label("helped"),
            _agents(one, on).label("agents"),
        )
        .select_from(Visit)
        .join(Organisation, Organisation.id == Visit.company_id)
        .outerjoin(Company, Company.organisation_id == Organisation.id)
        .where(_meets(one, on))
    ).one()
    return Progress(
        agreement=one,
        visited=row.visited,
        contacted=row.contacted,
        counted=row.counted,
        convinced=row.convinced,
        helped=row.helped,
        agents=row.agents or 0,
        expected=linear_pace(one.starts_on, one.ends_on, one.company_target, on),
    )


def _agents(one: TargetAgreement, on: date) -> Any:
    network = aliased(Organisation)
    query = (
        select(func.count(Membership.user_id.distinct()))
        .join(network, network.id == Membership.organisation_id)
        .where(
            network.network == one.network,
            Membership.role == Role.FIELD_AGENT,
            Membership.since <= on,
            Membership.is_current(on),
        )
    )
    if one.region_code:
        query = query.where(network.region_code == one.region_code)
    return query.scalar_subquery()
