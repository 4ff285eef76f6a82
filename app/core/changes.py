"""The change log that keeps matching pools fresh: one row for each youth, opening or session whose matching data moved.

Services that write such a row call `record_change` in the same transaction; each process reads the rows after the last
one it knows at the start of a match and refreshes only those entries.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Model, enum_type


class Changed(enum.StrEnum):
    YOUTH = "youth"
    OPENING = "opening"
    SESSION = "session"
    TRAVEL = "travel"  # tables of travel times: they are read again, the rows stay
    REFERENCE = "reference"  # trades, weights, agreements: the pool is loaded anew


class PoolChange(Model):
    __tablename__ = "pool_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Changed] = mapped_column(enum_type(Changed))
    row_id: Mapped[int]
    changed_at: Mapped[datetime]


def record_change(db_session: Session, kind: Changed, row_id: int = 0) -> None:
    """Say that this row must be read again by every matching pool."""
    db_session.add(PoolChange(kind=kind, row_id=row_id, changed_at=clock.now()))
