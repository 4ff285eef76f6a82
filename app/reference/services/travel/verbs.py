"""What is done with a table: it is brought, read in the background, put to use in one stroke, taken away."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from datetime import date
from typing import IO

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.sheets import read_rows
from app.core.tasks import enqueue
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import (
    Commune,
    CommuneAlias,
    JourneyMeans,
    TravelDepartures,
    TravelTable,
    TravelTableState,
)
from app.reference.services.travel.reading import Known, Reading, columns_of, read_times

CHECK = "travel.check"
SUBJECT = "travel_table"
WRITTEN_AT_ONCE = 200


def bring_table(
    db_session: Session,
    actor: Actor,
    *,
    region_code: str,
    source: str,
    valid_from: date,
    file: IO[bytes],
    file_name: str,
    means: JourneyMeans | None = None,
    request_key: str | None = None,
) -> TravelTable:
    """Keep a file to be read in the background; the table in use stays in use.

    Raises:
        NotFound: not a region of the actor.
        Invalid: no name of a source, or no table with the columns needed.
    """
    use_once(db_session, request_key)
    ensure(actor, Permission.TRAVEL_MANAGE, Facts(regions=frozenset({region_code})))
    if not source.strip():
        raise Invalid("Dites d’où viennent ces temps : les pages le répètent.", field="source")
    header = next(iter(read_rows(file)), None)
    if header is None:
        raise Invalid("Ce fichier est vide.", field="file")
    columns_of(header.cells, needs_means=means is None)
    file.seek(0)
    row = TravelTable(
        region_code=region_code,
        source=source.strip()[:120],
        valid_from=valid_from,
        file_name=file_name[:200],
        default_means=means,
        state=TravelTableState.WAITING,
        content=zlib.compress(file.read(), 6),
        brought_at=clock.now(),
    )
    db_session.add(row)
    db_session.flush()
    row.job_id = enqueue(db_session, CHECK, {"table_id": row.id}, unique_key=f"{CHECK}:{row.id}").id
    _note(db_session, actor, row, "travel_table_brought")
    return row


def read_waiting(
    db_session: Session, *, table_id: int, tell: Callable[[int, int], None]
) -> Reading | None:
    """Read the file of a waiting table; None when it waits no longer. Writes nothing."""
    row = db_session.get(TravelTable, table_id)
    if row is None or row.state is not TravelTableState.WAITING or row.content is None:
        return None
    content, region, means = zlib.decompress(row.content), row.region_code, row.default_means
    communes = _communes(db_session)
    db_session.rollback()
    lines = content.count(b"\n")
    return read_times(
        io.BytesIO(content),
        communes,
        region=region,
        means=means,
        tell=lambda done: tell(min(done, lines), lines),
    )


def check_table(db_session: Session, *, table_id: int, reading: Reading) -> TravelTable:
    """Keep what was read beside the table in use; nothing uses it until a person says so."""
    row = db_session.get_one(TravelTable, table_id)
    if row.state is not TravelTableState.WAITING:
        return row
    departures = [
        {"table_id": table_id, "origin_code": origin, "means": means, "minutes": minutes}
        for (origin, means), minutes in reading.minutes.items()
        if minutes
    ]
    row.content, row.pair_count = None, reading.pairs
    row.state = TravelTableState.CHECKED if departures else TravelTableState.REFUSED
    row.origin_count = len({one["origin_code"] for one in departures})
    row.means = sorted({str(one["means"]) for one in departures})
    row.refused = [list(one) for one in reading.refused]
    row.refused_count, row.reasons = reading.reasons.total(), dict(reading.reasons)
    db_session.flush()
    for first in range(0, len(departures), WRITTEN_AT_ONCE):
        db_session.execute(insert(TravelDepartures), departures[first : first + WRITTEN_AT_ONCE])
    return row


def use_table(db_session: Session, actor: Actor, *, table_id: int) -> TravelTable:
    """Put a checked table to use in place of the region's former one, in one stroke.

    Raises:
        Conflict: it is not one that waits for this word.
    """
    row = _table(db_session, actor, table_id)
    if row.state is not TravelTableState.CHECKED:
        raise Conflict("Cette table n’attend plus d’être mise en service.")
    former = db_session.scalars(
        select(TravelTable).where(
            TravelTable.region_code == row.region_code,
            TravelTable.state == TravelTableState.IN_USE,
        )
    ).all()
    for one in former:
        _empty(db_session, one)
    db_session.flush()
    row.state, row.used_since = TravelTableState.IN_USE, clock.now()
    _note(db_session, actor, row, "travel_table_used")
    record_change(db_session, Changed.TRAVEL, row.id)
    return row


def drop_table(db_session: Session, actor: Actor, *, table_id: int) -> TravelTable:
    """Take a table away: distances as the crow flies are back at once where it was in use.

    Raises:
        Conflict: it is gone already.
    """
    row = _table(db_session, actor, table_id)
    was_used = row.state is TravelTableState.IN_USE
    if not was_used and row.state is not TravelTableState.CHECKED:
        raise Conflict("Cette table n’est plus là.")
    _empty(db_session, row)
    _note(db_session, actor, row, "travel_table_withdrawn")
    if was_used:
        record_change(db_session, Changed.TRAVEL, row.id)
    return row


def mark_failed(db_session: Session, *, table_id: int, reason: str = "") -> None:
    """The reading broke off: the page says so, and why when the file is to blame."""
    reasons = {reason: 1} if reason else {}
    db_session.execute(
        update(TravelTable)
        .where(TravelTable.id == table_id, TravelTable.state == TravelTableState.WAITING)
        .values(state=TravelTableState.FAILED, content=None, reasons=reasons)
    )


def _table(db_session: Session, actor: Actor, table_id: int) -> TravelTable:
    row = db_session.scalar(select(TravelTable).where(TravelTable.id == table_id).with_for_update())
    if row is None:
        raise NotFound
    facts = Facts(regions=frozenset({row.region_code}))
    ensure(actor, Permission.TRAVEL_MANAGE, facts)
    return row


def _empty(db_session: Session, row: TravelTable) -> None:
    row.state = TravelTableState.WITHDRAWN
    db_session.execute(delete(TravelDepartures).where(TravelDepartures.table_id == row.id))


def _communes(db_session: Session) -> dict[str, Known]:
    """Communes of today by code, and by the codes they had: two statements."""
    rows = db_session.execute(
        select(
            Commune.insee_code,
            Commune.region_code,
            Commune.latitude,
            Commune.longitude,
            Commune.position_is_approximate,
        )
    )
    known = {}
    for code, region, latitude, longitude, is_approximate in rows:
        place = None
        if not is_approximate and latitude is not None and longitude is not None:
            place = latitude, longitude
        known[code] = Known(code, region, place)
    for old, code in db_session.execute(select(CommuneAlias.old_code, CommuneAlias.insee_code)):
        known.setdefault(old, known[code])
    return known


def _note(db_session: Session, actor: Actor, row: TravelTable, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind=SUBJECT,
        subject_id=row.id,
        event=event,
        audience=journal.Audience.ORGANISATION,
        details={"region": row.region_code, "source": row.source, "pairs": row.pair_count},
    )
