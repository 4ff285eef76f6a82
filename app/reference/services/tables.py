"""Writing many rows at once: only those that differ from what the table holds.

The rows of a table are compared by key in memory, so that a second load of the same content writes
nothing, and the report says exactly what a load changed. Reference tables hold some ten thousand
rows; both sides fit in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.core.db import Model
from app.reference.services.report import Progress, silent

CHUNK = 2000

Key = tuple[Any, ...]
Row = Mapping[str, Any]


class Written(NamedTuple):
    """Rows of one table: written anew, changed, left as they were."""

    created: int
    updated: int
    unchanged: int


def upsert(
    db_session: Session,
    model: type[Model],
    rows: Iterable[Row],
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
    label: str = "",
    progress: Progress = silent,
) -> Written:
    """Create the rows whose key is new and change those that differ; no row is deleted.

    Args:
        key: columns that make a row the same row.
        keep: columns that only a new row receives; an existing row keeps its own.

    The last of several rows with one key wins.
    """
    table = model.__table__
    assert isinstance(table, Table)
    wanted: dict[Key, Row] = {tuple(row[name] for name in key): row for row in rows}
    if not wanted:
        return Written(0, 0, 0)
    compared = [name for name in next(iter(wanted.values())) if name not in key]
    compared = [name for name in compared if name not in keep]
    known = _known(db_session, table, key, compared)
    new = [row for at, row in wanted.items() if at not in known]
    moved = [
        row
        for at, row in wanted.items()
        if at in known and known[at] != tuple(row[name] for name in compared)
    ]
    total = len(new) + len(moved)
    done = 0
    for chunk in _chunks(new):
        db_session.execute(insert(table), [dict(row) for row in chunk])
        done += len(chunk)
        progress(label, done, total)
    for chunk in _chunks(moved):
        _change(db_session, table, chunk, key, compared)
        done += len(chunk)
        progress(label, done, total)
    return Written(len(new), len(moved), len(wanted) - total)


def _known(
    db_session: Session, table: Table, key: Sequence[str], compared: Sequence[str]
) -> dict[Key, Key]:
    columns = [table.c[name] for name in (*key, *compared)]
    size = len(key)
    return {
        tuple(row[:size]): tuple(row[size:]) for row in db_session.execute(select(*columns)).all()
    }


def _change(
    db_session: Session,
    table: Table,
    rows: Sequence[Row],
    key: Sequence[str],
    compared: Sequence[str],
) -> None:
    if not compared:
        return
    statement = (
        update(table)
        .where(and_(*(table.c[name] == bindparam(f"key_{name}") for name in key)))
        .values({name: bindparam(f"new_{name}") for name in compared})
    )
    values = [
        {f"key_{name}": row[name] for name in key} | {f"new_{name}": row[name] for name in compared}
        for row in rows
    ]
    # On the connection: the ORM would take an update with many parameter sets for one by primary
    # key.
    db_session.connection().execute(statement, values)


def _chunks(rows: Sequence[Row]) -> Iterable[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
