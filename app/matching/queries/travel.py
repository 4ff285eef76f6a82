"""What the page of travel times shows: the tables of the reader's regions, and whom they speak for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.tasks import Job
from app.matching.queries.rows import MEANS
from app.policy.actor import Actor, Role
from app.reference.models import (
    Commune,
    JourneyMeans,
    TravelDepartures,
    TravelTable,
    TravelTableState,
)
from app.reference.queries import region_names
from app.reference.queries.travel import travel_tables
from app.youth.models import TravelMeans, Youth, YouthStatus

# The lift counts as a car, as it does in the engine.
JOURNEYS: Mapping[TravelMeans, JourneyMeans] = {
    own: JourneyMeans(means.value) for own, means in MEANS.items()
}


@dataclass(frozen=True, slots=True)
class Covered:
    """Of the youth who go by this means (None: nobody noted it), how many live where a table speaks for them."""

    means: JourneyMeans | None
    youth: int
    covered: int


@dataclass(frozen=True, slots=True)
class TravelPage:
    """`in_use` are the tables that matching reads, `waiting` those being read, `checked` those that wait for a word."""

    tables: Sequence[tuple[TravelTable, Job | None]]
    communes: Mapping[str, int]
    coverage: Sequence[Covered]

    @property
    def is_busy(self) -> bool:
        return any(table.state is TravelTableState.WAITING for table, _ in self.tables)

    @property
    def in_use(self) -> list[TravelTable]:
        return [table for table, _ in self.tables if table.state is TravelTableState.IN_USE]


def kept_regions(actor: Actor) -> dict[str, str]:
    """Name by code of the regions whose tables this actor keeps."""
    names = region_names()
    if Role.PLATFORM_ADMIN in actor.roles:
        return names
    return {code: name for code, name in names.items() if code in actor.regions}


def travel_page(db_session: Session, actor: Actor) -> TravelPage:
    """Tables, communes and coverage: three statements."""
    regions = kept_regions(actor)
    tables = travel_tables(db_session, regions)
    used = {one.region_code for one, _ in tables if one.state is TravelTableState.IN_USE}
    return TravelPage(
        tables=tables,
        communes=_communes(db_session, {one.region_code for one, _ in tables}),
        coverage=_coverage(db_session, used) if used else [],
    )


def _communes(db_session: Session, regions: Collection[str]) -> dict[str, int]:
    """How many communes each of these regions has; a region whose communes are not loaded has none."""
    rows = db_session.execute(
        select(Commune.region_code, func.count().label("communes"))
        .where(Commune.region_code.in_(regions))
        .group_by(Commune.region_code)
    )
    return dict.fromkeys(regions, 0) | {row.region_code: row.communes for row in rows}


def _coverage(db_session: Session, regions: Collection[str]) -> list[Covered]:
    """Youth ready to be matched who are followed in these regions, by means of transport."""
    means = case({own.value: one.value for own, one in JOURNEYS.items()}, value=Youth.travel_means)
    told = exists().where(
        TravelDepartures.table_id == TravelTable.id,
        TravelTable.state == TravelTableState.IN_USE,
        TravelDepartures.origin_code == Youth.commune_code,
        TravelDepartures.means == means,
    )
    rows = db_session.execute(
        select(Youth.travel_means, func.count(), func.sum(case((told, 1), else_=0)))
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(Youth.status == YouthStatus.READY, Organisation.region_code.in_(regions))
        .group_by(Youth.travel_means)
    )
    found: dict[JourneyMeans | None, Covered] = {}
    for own, youth, covered in rows:
        key = JOURNEYS[own] if own else None
        before = found.get(key, Covered(key, 0, 0))
        found[key] = Covered(key, before.youth + youth, before.covered + covered)
    return sorted(found.values(), key=lambda one: (one.means is None, -one.youth, one.means or ""))
