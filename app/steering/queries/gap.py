"""The three columns of a region, read from the rows in one statement, and the labels of what they are cut by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from sqlalchemy import ColumnElement, String, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app.accounts.models import Site
from app.core import clock
from app.openings.models import Opening, OpeningStatus
from app.reference.models import Commune, Trade
from app.reference.queries import departement_names, family_name
from app.steering.cube import Three
from app.steering.dimensions import UNKNOWN, Dimension, Key
from app.training.models import Course, CourseTrade, SessionStatus, TrainingSession
from app.training.queries.lists import FREE
from app.youth.models import Wish, Youth, YouthStatus

ZONE: ColumnElement[str] = func.coalesce(
    literal("Z").concat(Commune.employment_zone_code),
    literal("A").concat(Commune.arrondissement_code),
    literal("D").concat(Commune.departement_code),
)
"""Employment zone of INSEE where its file was loaded, else the arrondissement: the letter keeps the codes apart."""

FIRST_TRADE = (
    select(CourseTrade.course_id, func.min(CourseTrade.rome_code).label("rome_code"))
    .group_by(CourseTrade.course_id)
    .subquery()
)
FIRST_WISH = (
    select(Wish.youth_id, func.min(Wish.rome_code).label("rome_code"))
    .where(Wish.rank == 1)
    .group_by(Wish.youth_id)
    .subquery()
)


def load_cube(db_session: Session, regions: Iterable[str]) -> dict[Key, Three]:
    """Youth, positions and places of these regions by everything they can be cut by: one statement.

    Months before this one count as this one: who has been free since June is free now.
    """
    codes = sorted(regions)
    this_month = clock.today().strftime("%Y-%m")
    cube: dict[Key, Three] = defaultdict(Three)
    for row in db_session.execute(union_all(_youth(codes), _positions(codes), _places(codes))):
        key = _key(row, this_month)
        cube[key] = cube[key].plus(Three(**{row.counted: int(row.n)}))
    return dict(cube)


def month_of(column: Any) -> ColumnElement[str | None]:
    """ "2026-11" of a date column, on both databases."""
    return func.substr(cast(column, String), 1, 7)


def _youth(codes: list[str]) -> Any:
    month = month_of(Youth.available_from)
    cut = (
        Trade.family,
        FIRST_WISH.c.rome_code,
        ZONE,
        Commune.departement_code,
        Youth.aimed_level,
        month,
    )
    return (
        select(literal("youth").label("counted"), *_named(cut), func.count(Youth.id).label("n"))
        .select_from(Youth)
        .join(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(FIRST_WISH, FIRST_WISH.c.youth_id == Youth.id)
        .outerjoin(Trade, Trade.rome_code == FIRST_WISH.c.rome_code)
        .where(Youth.status == YouthStatus.READY, Commune.region_code.in_(codes))
        .group_by(*cut)
    )


def _positions(codes: list[str]) -> Any:
    month = month_of(Opening.start_from)
    free = Opening.positions - Opening.positions_taken
    cut = (
        Trade.family,
        Opening.rome_code,
        ZONE,
        Commune.departement_code,
        Opening.level_low,
        month,
    )
    return (
        select(literal("positions").label("counted"), *_named(cut), func.sum(free).label("n"))
        .select_from(Opening)
        .join(Commune, Commune.insee_code == Opening.commune_code)
        .outerjoin(Trade, Trade.rome_code == Opening.rome_code)
        .where(Opening.status == OpeningStatus.PUBLISHED, free > 0, Commune.region_code.in_(codes))
        .group_by(*cut)
    )


def _places(codes: list[str]) -> Any:
    month = month_of(TrainingSession.starts_on)
    cut = (
        Trade.family,
        FIRST_TRADE.c.rome_code,
        ZONE,
        Commune.departement_code,
        Course.level,
        month,
    )
    return (
        select(literal("places").label("counted"), *_named(cut), func.sum(FREE).label("n"))
        .select_from(TrainingSession)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .join(Commune, Commune.insee_code == Site.commune_code)
        .outerjoin(FIRST_TRADE, FIRST_TRADE.c.course_id == Course.id)
        .outerjoin(Trade, Trade.rome_code == FIRST_TRADE.c.rome_code)
        .where(
            TrainingSession.status == SessionStatus.OPEN, FREE > 0, Commune.region_code.in_(codes)
        )
        .group_by(*cut)
    )


def _named(cut: tuple[Any, ...]) -> list[Any]:
    names = ("family", "trade", "zone", "departement", "level", "month")
    return [column.label(name) for column, name in zip(cut, names, strict=True)]


def _key(row: Any, this_month: str) -> Key:
    month = row.month or UNKNOWN
    return Key(
        family=row.family or UNKNOWN,
        trade=row.trade or UNKNOWN,
        zone=row.zone or UNKNOWN,
        departement=row.departement or UNKNOWN,
        level=UNKNOWN if row.level is None else str(row.level),
        month=this_month if UNKNOWN < month < this_month else month,
    )


@dataclass(frozen=True, slots=True)
class ZoneTown:
    """The most populous commune of a zone: its name stands for the zone, its position on a map too."""

    name: str
    latitude: float | None
    longitude: float | None
    insee_code: str


def zone_towns(db_session: Session, regions: Iterable[str]) -> dict[str, ZoneTown]:
    """The main town of each zone of these regions, by zone key: one statement."""
    place = func.row_number().over(
        partition_by=ZONE, order_by=(Commune.population.desc(), Commune.insee_code)
    )
    ranked = (
        select(
            ZONE.label("zone"),
            Commune.name,
            Commune.latitude,
            Commune.longitude,
            Commune.insee_code,
            place.label("place"),
        )
        .where(Commune.region_code.in_(sorted(regions)))
        .subquery()
    )
    rows = db_session.execute(select(ranked).where(ranked.c.place == 1))
    return {
        row.zone: ZoneTown(row.name, row.latitude, row.longitude, row.insee_code) for row in rows
    }


def labels_of(
    db_session: Session, cube: Iterable[Key], towns: Mapping[str, ZoneTown]
) -> dict[Dimension, dict[str, str]]:
    """What each key is called, in French: one statement."""
    keys = list(cube)
    codes = sorted({key.trade for key in keys} - {UNKNOWN})
    trades = db_session.execute(
        select(Trade.rome_code, Trade.label).where(Trade.rome_code.in_(codes))
    )
    labels = {
        Dimension.FAMILY: {key.family: family_name(key.family) for key in keys},
        Dimension.TRADE: {row.rome_code: row.label for row in trades},
        Dimension.ZONE: {zone: f"Zone de {town.name}" for zone, town in towns.items()},
        Dimension.DEPARTEMENT: dict(departement_names()),
        Dimension.LEVEL: {str(level): f"Niveau {level}" for level in range(1, 9)},
        Dimension.MONTH: {key.month: month_label(key.month) for key in keys if key.month},
    }
    for names in labels.values():
        names[UNKNOWN] = "Non précisé"
    return labels


def month_label(month: str) -> str:
    """ "2027-01" → "janvier 2027"."""
    return str(format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale="fr"))
