"""The list of sessions that everybody who is signed in may search: two statements a page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core import clock
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.reference.models import Commune
from app.reference.queries.nearby import squared_km
from app.training.models import Course, CourseTrade, SessionStatus, TrainingSession

# A figure nobody has looked at for longer is shown as doubtful.
FRESH_DAYS = 30

FREE = TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken


@dataclass(frozen=True, slots=True)
class SessionFilters:
    """What the list is narrowed to.

    Attributes:
        words: text to find in the title of the course.
        trades: ROME codes that the words may mean; a course of one of them fits too.
        origin: latitude and longitude in degrees; with `radius_km` it bounds the list.
        month: any day of the month in which sessions start.
        sort: a key of `SORTS`, after a hyphen for the other way round.
    """

    words: str = ""
    trades: frozenset[str] = frozenset()
    origin: tuple[float, float] | None = None
    radius_km: int | None = None
    month: date | None = None
    only_free: bool = False
    only_boarding: bool = False
    cfa: str = ""
    sort: str = "start"


SORTS: dict[str, ColumnElement[Any]] = {
    "start": TrainingSession.starts_on.expression,
    "course": Course.sort_name.expression,
    "cfa": Organisation.sort_name.expression,
    "free": FREE,
    "checked": TrainingSession.checked_on.expression,
}


def session_list(
    db_session: Session, filters: SessionFilters, *, number: int, size: int = 25
) -> Page[Any]:
    """Open sessions that one can still enter, with their course, CFA, place and free seats."""
    distance = squared_km(Site.latitude, Site.longitude, filters.origin)
    query: Any = (
        select(
            TrainingSession.id,
            TrainingSession.starts_on,
            TrainingSession.has_rolling_entry,
            TrainingSession.checked_on,
            TrainingSession.capacity,
            FREE.label("free"),
            Course.id.label("course_id"),
            Course.title,
            Course.level,
            Course.has_boarding,
            Organisation.name.label("cfa"),
            Commune.name.label("commune"),
            distance.label("squared_km"),
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(Commune, Commune.insee_code == Site.commune_code)
        .where(can_be_entered(clock.today()), ~Course.is_archived)
    )
    query = _narrowed(query, filters, distance)
    return paginate(
        db_session, query.order_by(*_order(filters, distance)), number=number, size=size
    )


def can_be_entered(on: date) -> ColumnElement[bool]:
    """Open, and either yet to start or with entries all along until it ends."""
    return and_(
        TrainingSession.status == SessionStatus.OPEN,
        or_(
            TrainingSession.starts_on >= on,
            and_(
                TrainingSession.has_rolling_entry,
                or_(TrainingSession.ends_on.is_(None), TrainingSession.ends_on >= on),
            ),
        ),
    )


def _narrowed(query: Any, filters: SessionFilters, distance: ColumnElement[Any]) -> Any:
    if filters.words:
        query = query.where(
            or_(
                Course.sort_name.contains(sort_key(filters.words), autoescape=True),
                Course.id.in_(courses_of(filters.trades)),
            )
        )
    if filters.origin and filters.radius_km is not None:
        query = query.where(distance <= filters.radius_km**2)
    if filters.month:
        first = filters.month.replace(day=1)
        following = (
            first.replace(year=first.year + 1, month=1)
            if first.month == 12
            else first.replace(month=first.month + 1)
        )
        query = query.where(
            TrainingSession.starts_on >= first, TrainingSession.starts_on < following
        )
    if filters.only_free:
        query = query.where(FREE > 0)
    if filters.only_boarding:
        query = query.where(Course.has_boarding.is_(True))
    if filters.cfa:
        query = query.where(Organisation.sort_name.contains(sort_key(filters.cfa), autoescape=True))
    return query


def courses_of(trades: Collection[str]) -> Select[Any]:
    """Ids of the courses that prepare for one of these trades."""
    return select(CourseTrade.course_id).where(CourseTrade.rome_code.in_(trades))


def _order(filters: SessionFilters, distance: ColumnElement[Any]) -> list[Any]:
    key, descending = filters.sort.lstrip("-"), filters.sort.startswith("-")
    column = SORTS.get(key, SORTS["start"])
    if key == "distance" and filters.origin:
        column = func.coalesce(distance, 1e9)
    first = column.desc() if descending else column.asc()
    return [first, TrainingSession.starts_on, TrainingSession.id]
