"""The rows behind a figure, within rights: youth without identity, openings and sessions as everybody reads them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core import clock
from app.core.pages import Page, paginate
from app.openings.models import Opening, OpeningStatus
from app.reference.models import Commune, Trade
from app.steering.dimensions import UNKNOWN, Dimension
from app.steering.queries.gap import FIRST_TRADE, FIRST_WISH, ZONE, month_of
from app.training.models import Course, SessionStatus, TrainingSession
from app.training.queries.lists import FREE
from app.youth.models import Youth, YouthStatus
from app.youth.queries.facts import listed_condition


class Column(enum.StrEnum):
    """Which of the three columns."""

    YOUTH = "jeunes"
    POSITIONS = "postes"
    PLACES = "places"


def rows_behind(
    db_session: Session,
    column: Column,
    regions: Iterable[str],
    chosen: Mapping[Dimension, str],
    *,
    number: int,
) -> Page[Any]:
    """One page of what a figure counts: two statements.

    Youth come without name, age, commune or adviser, and only those who agreed to be shown so: code, trade, level,
    zone, month and how long they have waited.
    """
    codes = sorted(regions)
    query = {Column.YOUTH: _youth, Column.POSITIONS: _positions, Column.PLACES: _places}[column]
    return paginate(db_session, query(codes, chosen), number=number)


def _youth(codes: list[str], chosen: Mapping[Dimension, str]) -> Any:
    return (
        select(
            Youth.id,
            Youth.public_code,
            Trade.label.label("trade"),
            Youth.aimed_level.label("level"),
            Youth.available_from,
            Youth.last_proposed_at,
            Youth.live_placements,
            ZONE.label("zone"),
        )
        .join(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(FIRST_WISH, FIRST_WISH.c.youth_id == Youth.id)
        .outerjoin(Trade, Trade.rome_code == FIRST_WISH.c.rome_code)
        .where(
            Youth.status == YouthStatus.READY,
            listed_condition(clock.today()),
            Commune.region_code.in_(codes),
            *_conditions(chosen, FIRST_WISH.c.rome_code, Youth.aimed_level, Youth.available_from),
        )
        .order_by(Youth.live_placements, Youth.available_from, Youth.public_code)
    )


def _positions(codes: list[str], chosen: Mapping[Dimension, str]) -> Any:
    free = Opening.positions - Opening.positions_taken
    return (
        select(
            Opening.id,
            Opening.title,
            Organisation.name.label("company"),
            Commune.name.label("commune"),
            Opening.start_from,
            free.label("free"),
            Opening.live_placements,
        )
        .join(Commune, Commune.insee_code == Opening.commune_code)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(
            Opening.status == OpeningStatus.PUBLISHED,
            free > 0,
            Commune.region_code.in_(codes),
            *_conditions(chosen, Opening.rome_code, Opening.level_low, Opening.start_from),
        )
        .order_by(Opening.sort_name, Opening.id)
    )


def _places(codes: list[str], chosen: Mapping[Dimension, str]) -> Any:
    return (
        select(
            TrainingSession.id,
            Course.title,
            Organisation.name.label("cfa"),
            Commune.name.label("commune"),
            TrainingSession.starts_on,
            FREE.label("free"),
            TrainingSession.checked_on,
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .join(Commune, Commune.insee_code == Site.commune_code)
        .outerjoin(FIRST_TRADE, FIRST_TRADE.c.course_id == Course.id)
        .outerjoin(Trade, Trade.rome_code == FIRST_TRADE.c.rome_code)
        .where(
            TrainingSession.status == SessionStatus.OPEN,
            FREE > 0,
            Commune.region_code.in_(codes),
            *_conditions(chosen, FIRST_TRADE.c.rome_code, Course.level, TrainingSession.starts_on),
        )
        .order_by(Course.sort_name, TrainingSession.starts_on, TrainingSession.id)
    )


def _conditions(
    chosen: Mapping[Dimension, str], trade: Any, level: Any, day: Any
) -> list[ColumnElement[bool]]:
    columns: dict[Dimension, Any] = {
        Dimension.FAMILY: Trade.family,
        Dimension.TRADE: trade,
        Dimension.ZONE: ZONE,
        Dimension.DEPARTEMENT: Commune.departement_code,
    }
    conditions = [_equals(columns[one], value) for one, value in chosen.items() if one in columns]
    if Dimension.LEVEL in chosen:
        value = chosen[Dimension.LEVEL]
        conditions.append(level.is_(None) if value == UNKNOWN else level == int(value))
    if Dimension.MONTH in chosen:
        conditions.append(_in_month(day, chosen[Dimension.MONTH]))
    return conditions


def _equals(column: Any, value: str) -> ColumnElement[bool]:
    equal: ColumnElement[bool] = column.is_(None) if value == UNKNOWN else column == value
    return equal


def _in_month(day: Any, month: str) -> ColumnElement[bool]:
    """The cube counts the months that have passed as the present one; so do its rows."""
    if month == UNKNOWN:
        return or_(day.is_(None))
    this_month = clock.today().strftime("%Y-%m")
    return (
        and_(day.is_not(None), month_of(day) <= month)
        if month == this_month
        else month_of(day) == month
    )
