"""Reads of visits. Who met whom is told to the network that met; the others read that there was a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site, User
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.openings.models import Company
from app.openings.queries import record_members, record_of
from app.outreach.models import (
    CompanyFollow,
    NextStep,
    Visit,
    VisitKind,
    VisitMeasure,
    VisitObjection,
)
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.reference.models import Commune, Trade


@dataclass(frozen=True, slots=True)
class VisitFilters:
    """What the list is narrowed to; `mine` keeps the visits of the person who looks, `company_id` those of a record."""

    mine: bool = False
    kind: VisitKind | None = None
    since: date | None = None
    due: bool = False
    company_id: int | None = None


def visible_visits(actor: Actor) -> ColumnElement[bool]:
    """VISIT_LIST of the policy matrix as a condition; joins Commune and the company outside."""
    lines: list[ColumnElement[bool]] = [false()]
    if predicates.field_agent(actor, NOTHING):
        lines.append(Commune.departement_code.in_(actor.territory))
    if predicates.regional_coordinator(actor, NOTHING) or predicates.regional_correspondent(
        actor, NOTHING
    ):
        lines.append(Organisation.region_code.in_(actor.regions))
    return or_(*lines)


def _rows() -> Any:
    network = aliased(Organisation)
    return (
        select(
            Visit.id,
            Visit.company_id,
            Organisation.name.label("company"),
            Visit.kind,
            Visit.happened_on,
            Visit.user_id,
            User.given_name,
            User.family_name,
            Visit.organisation_id,
            network.name.label("network"),
            Visit.need,
            Trade.label.label("trade"),
            Visit.next_step,
            Visit.next_on,
            Visit.next_done_on,
            Visit.opening_id,
            Commune.name.label("commune"),
        )
        .join(Organisation, Organisation.id == Visit.company_id)
        .join(network, network.id == Visit.organisation_id)
        .join(User, User.id == Visit.user_id)
        .outerjoin(Site, (Site.organisation_id == Organisation.id) & Site.is_main)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .outerjoin(Trade, Trade.rome_code == Visit.rome_code)
    )


def visit_list(
    db_session: Session, actor: Actor, filters: VisitFilters, *, number: int
) -> Page[Any]:
    """Visits of the territory or region, newest first: two statements."""
    query = _rows().where(visible_visits(actor))
    if filters.mine:
        query = query.where(Visit.user_id == actor.user_id)
    if filters.company_id is not None:
        query = query.where(Visit.company_id.in_(record_members(filters.company_id)))
    if filters.kind is not None:
        query = query.where(Visit.kind == filters.kind)
    if filters.since is not None:
        query = query.where(Visit.happened_on >= filters.since)
    if filters.due:
        query = query.where(Visit.next_step != NextStep.NOTHING, Visit.next_done_on.is_(None))
        return paginate(db_session, query.order_by(Visit.next_on, Visit.id), number=number)
    return paginate(
        db_session, query.order_by(Visit.happened_on.desc(), Visit.id.desc()), number=number
    )


def visits_of(db_session: Session, company_id: int, limit: int = 8) -> Sequence[Any]:
    """The last visits of a company, whoever made them, merged records included: one statement."""
    query = (
        _rows()
        .where(Visit.company_id.in_(record_members(company_id)))
        .order_by(Visit.happened_on.desc(), Visit.id.desc())
        .limit(limit)
    )
    return list(db_session.execute(query).all())


def last_met(db_session: Session, actor: Actor, company_id: int) -> tuple[str, str | None] | None:
    """Whom the actor's own network met last there, with the function: one statement."""
    row = db_session.execute(
        select(Visit.person_met, Visit.person_function)
        .where(
            Visit.company_id.in_(record_members(company_id)),
            Visit.organisation_id == actor.organisation_id,
            Visit.person_met.is_not(None),
        )
        .order_by(Visit.happened_on.desc(), Visit.id.desc())
        .limit(1)
    ).first()
    return (row.person_met, row.person_function) if row is not None else None


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit with what was said; `person_met` and its function only for the network that met."""

    row: Any
    person_met: str | None
    person_function: str | None
    objections: Sequence[VisitObjection]
    measures: Sequence[VisitMeasure]


def visit_page(db_session: Session, actor: Actor, visit_id: int) -> VisitPage:
    """Four statements.

    Raises:
        NotFound: this actor reads no such visit.
    """
    row = db_session.execute(_rows().where(Visit.id == visit_id, visible_visits(actor))).first()
    if row is None:
        raise NotFound
    visit = db_session.get_one(Visit, visit_id)
    is_ours = visit.organisation_id == actor.organisation_id
    return VisitPage(
        row=row,
        person_met=visit.person_met if is_ours else None,
        person_function=visit.person_function if is_ours else None,
        objections=db_session.scalars(
            select(VisitObjection)
            .where(VisitObjection.visit_id == visit_id)
            .order_by(VisitObjection.objection)
        ).all(),
        measures=db_session.scalars(
            select(VisitMeasure)
            .where(VisitMeasure.visit_id == visit_id)
            .order_by(VisitMeasure.aid_id)
        ).all(),
    )


def last_contacts(
    db_session: Session, company_ids: Collection[int]
) -> dict[int, tuple[date, frozenset[int]]]:
    """By record: the day of the last contact, and the networks that were in contact: one statement."""
    rows = db_session.execute(
        select(
            record_of(Company).label("record"),
            Visit.organisation_id,
            func.max(Visit.happened_on).label("last"),
        )
        .join(Company, Company.organisation_id == Visit.company_id)
        .where(record_of(Company).in_(company_ids))
        .group_by(record_of(Company), Visit.organisation_id)
    )
    days: dict[int, date] = {}
    networks: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        days[row.record] = max(days.get(row.record, row.last), row.last)
        networks[row.record].add(row.organisation_id)
    return {one: (day, frozenset(networks[one])) for one, day in days.items()}


def steps_due(db_session: Session, user_id: int, until: date, limit: int = 12) -> Sequence[Any]:
    """Next steps that are this agent's to do by that day, oldest first: one statement.

    They follow the portfolio: after a hand-over they are those of the agent who follows the company.
    """
    query = (
        _rows()
        .outerjoin(
            CompanyFollow,
            (CompanyFollow.company_id == Visit.company_id)
            & (CompanyFollow.organisation_id == Visit.organisation_id)
            & CompanyFollow.until.is_(None),
        )
        .where(
            func.coalesce(CompanyFollow.user_id, Visit.user_id) == user_id,
            Visit.next_step != NextStep.NOTHING,
            Visit.next_done_on.is_(None),
            Visit.next_on <= until,
        )
        .order_by(Visit.next_on, Visit.id)
        .limit(limit)
    )
    return list(db_session.execute(query).all())
