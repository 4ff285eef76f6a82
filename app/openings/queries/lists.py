"""The list of openings: for each actor exactly those whose page it may open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.openings.models import MinorsPossible, Opening, OpeningStatus
from app.openings.queries.records import record_members
from app.openings.workflow import PUBLIC_STATUSES
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import NOTHING
from app.reference.models import Commune, Trade
from app.reference.queries.nearby import squared_km

FREE = Opening.positions - Opening.positions_taken


@dataclass(frozen=True, slots=True)
class OpeningFilters:
    """What the list is narrowed to.

    Attributes:
        words: text to find in title or company.
        trades: ROME codes that the words may mean.
        origin: latitude and longitude in degrees; with `radius_km` it bounds the list.
        month: any day of a month that the start window touches.
        level: a level the employer accepts.
        for_minors: only those where a minor is possible, or where nobody has said.
        shortage: ROME codes in shortage when only these are wanted.
        record_id: only openings of this company, those of records merged into it included.
    """

    words: str = ""
    trades: frozenset[str] = frozenset()
    origin: tuple[float, float] | None = None
    radius_km: int | None = None
    month: date | None = None
    level: int | None = None
    for_minors: bool = False
    shortage: frozenset[str] | None = None
    status: OpeningStatus | None = None
    record_id: int | None = None
    sort: str = "newest"


SORTS: dict[str, ColumnElement[Any]] = {
    "title": Opening.sort_name.expression,
    "company": Organisation.sort_name.expression,
    "start": func.coalesce(Opening.start_from, date(9999, 1, 1)),
    "free": FREE,
    "status": Opening.status.expression,
}


def visible_openings(actor: Actor) -> ColumnElement[bool]:
    """OPENING_VIEW of the policy matrix as a condition; joins Organisation and Commune outside."""
    lines: list[ColumnElement[bool]] = [false()]
    if predicates.employer(actor, NOTHING):
        lines.append(Opening.employer_id == actor.organisation_id)
    if any(
        one(actor, NOTHING)
        for one in (predicates.adviser, predicates.point_a_officer, predicates.cfa_officer)
    ):
        lines.append(Opening.status.in_(PUBLIC_STATUSES))
    if predicates.field_agent(actor, NOTHING):
        lines.append(Commune.departement_code.in_(actor.territory))
    if predicates.regional_coordinator(actor, NOTHING) or predicates.regional_correspondent(
        actor, NOTHING
    ):
        region = func.coalesce(Commune.region_code, Organisation.region_code)
        lines.append(region.in_(actor.regions))
    return or_(*lines)


def opening_list(
    db_session: Session, actor: Actor, filters: OpeningFilters, *, number: int, size: int = 25
) -> Page[Any]:
    """Openings that this actor may see, with company, trade and place: two statements."""
    distance = squared_km(Opening.latitude, Opening.longitude, filters.origin)
    query: Any = (
        select(
            Opening.id,
            Opening.title,
            Opening.employer_id,
            Opening.rome_code,
            Opening.status,
            Opening.start_from,
            Opening.start_until,
            Opening.positions,
            FREE.label("free"),
            Opening.level_low,
            Opening.level_high,
            Opening.minors_possible,
            Opening.licence_required,
            Organisation.name.label("company"),
            Commune.name.label("commune"),
            Commune.region_code,
            Trade.label.label("trade"),
            distance.label("squared_km"),
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(visible_openings(actor))
    )
    query = _narrowed(query, filters, distance)
    return paginate(
        db_session, query.order_by(*_order(filters, distance)), number=number, size=size
    )


def _narrowed(query: Any, filters: OpeningFilters, distance: ColumnElement[Any]) -> Any:
    if filters.words:
        folded = sort_key(filters.words)
        query = query.where(
            or_(
                Opening.sort_name.contains(folded, autoescape=True),
                Organisation.sort_name.contains(folded, autoescape=True),
                Opening.rome_code.in_(filters.trades),
            )
        )
    if filters.origin and filters.radius_km is not None:
        query = query.where(distance <= filters.radius_km**2)
    if filters.month:
        query = query.where(_starts_in(filters.month))
    if filters.level is not None:
        query = query.where(
            or_(Opening.level_low.is_(None), Opening.level_low <= filters.level),
            or_(Opening.level_high.is_(None), Opening.level_high >= filters.level),
        )
    if filters.for_minors:
        query = query.where(Opening.minors_possible != MinorsPossible.NO)
    if filters.shortage is not None:
        query = query.where(Opening.rome_code.in_(filters.shortage))
    if filters.status is not None:
        query = query.where(Opening.status == filters.status)
    if filters.record_id is not None:
        query = query.where(Opening.employer_id.in_(record_members(filters.record_id)))
    return query


def _starts_in(month: date) -> ColumnElement[bool]:
    first = month.replace(day=1)
    following = (
        first.replace(year=first.year + 1, month=1)
        if first.month == 12
        else first.replace(month=first.month + 1)
    )
    return and_(
        or_(Opening.start_from.is_(None), Opening.start_from < following),
        or_(Opening.start_until.is_(None), Opening.start_until >= first),
    )


def _order(filters: OpeningFilters, distance: ColumnElement[Any]) -> list[Any]:
    key, descending = filters.sort.lstrip("-"), filters.sort.startswith("-")
    if key == "distance" and filters.origin:
        column: ColumnElement[Any] = func.coalesce(distance, 1e9)
    elif key in SORTS:
        column = SORTS[key]
    else:
        return [Opening.created_at.desc(), Opening.id.desc()]
    return [column.desc() if descending else column.asc(), Opening.id.desc()]


def opening_page(db_session: Session, opening_id: int) -> Any:
    """An opening with its company, trade and commune.

    Raises:
        NotFound: there is no such opening.
    """
    row = db_session.execute(
        select(
            Opening,
            Organisation.name.label("company"),
            Trade.label.label("trade"),
            Commune.name.label("commune"),
            Commune.region_code,
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(Opening.id == opening_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def expiring_openings(db_session: Session, first: date, last: date) -> list[int]:
    """Published openings that end in these days and of which nobody was reminded."""
    return list(
        db_session.scalars(
            select(Opening.id)
            .where(
                Opening.status == OpeningStatus.PUBLISHED,
                Opening.expires_on.between(first, last),
                Opening.reminded_on.is_(None),
            )
            .order_by(Opening.expires_on, Opening.id)
        )
    )


def similar_openings(db_session: Session, opening: Opening) -> list[Any]:
    """Other live openings of the same company for the same trade and commune: perhaps the same post twice."""
    if opening.rome_code is None:
        return []
    return list(
        db_session.execute(
            select(Opening.id, Opening.title, Opening.status)
            .where(
                Opening.id != opening.id,
                Opening.employer_id == opening.employer_id,
                Opening.rome_code == opening.rome_code,
                Opening.commune_code == opening.commune_code,
                Opening.status.in_([OpeningStatus.DRAFT, OpeningStatus.PUBLISHED]),
            )
            .order_by(Opening.id)
            .limit(3)
        ).all()
    )
