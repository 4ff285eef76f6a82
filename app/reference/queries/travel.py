"""Travel times as the engine takes them, and the tables they come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.core.errors import NotFound
from app.core.permissions import ensure
from app.core.tasks import Job
from app.engine.model import Means
from app.engine.travel_times import Departures, Source, TravelTimes
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import TravelDepartures, TravelTable, TravelTableState

LAST_TABLES = 10


def load_travel_times(db_session: Session) -> TravelTimes:
    """The times of all tables in use: one statement."""
    rows = db_session.execute(
        select(
            TravelDepartures.origin_code,
            TravelDepartures.means,
            TravelDepartures.minutes,
            TravelTable.source,
            TravelTable.valid_from,
        )
        .join(TravelTable, TravelTable.id == TravelDepartures.table_id)
        .where(TravelTable.state == TravelTableState.IN_USE)
        .order_by(TravelTable.id, TravelDepartures.origin_code, TravelDepartures.means)
        .execution_options(yield_per=200)
    )
    return TravelTimes.of(
        Departures(origin, Means(means.value), minutes, Source(source, valid_from.toordinal()))
        for origin, means, minutes, source, valid_from in rows
    )


def travel_tables(
    db_session: Session, regions: Collection[str] | None
) -> Sequence[tuple[TravelTable, Job | None]]:
    """The last tables of some regions (None: all), newest first, each with its reading: one statement."""
    query = (
        select(TravelTable, Job)
        .outerjoin(Job, Job.id == TravelTable.job_id)
        .order_by(TravelTable.id.desc())
        .limit(LAST_TABLES)
    )
    if regions is not None:
        query = query.where(TravelTable.region_code.in_(regions))
    return [(row.TravelTable, row.Job) for row in db_session.execute(query)]


def refused_lines(
    db_session: Session, actor: Actor, *, table_id: int
) -> Sequence[tuple[int, str, Sequence[str]]]:
    """The lines given back: number, reason, cells.

    Raises:
        NotFound: not a table of the actor's region.
    """
    row = db_session.get(TravelTable, table_id, options=[undefer(TravelTable.refused)])
    if row is None:
        raise NotFound
    ensure(actor, Permission.TRAVEL_MANAGE, Facts(regions=frozenset({row.region_code})))
    return [(line, reason, cells) for line, reason, cells in row.refused]
