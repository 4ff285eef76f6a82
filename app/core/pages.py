"""Pagination over a query with a total order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import AnySelect

T = TypeVar("T")

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        rows: at most `size` rows.
        number: 1-based.
        total: rows in the whole list.
    """

    rows: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return 0 if self.total == 0 else (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_number(text: str | None) -> int:
    """The page that an address asks for; the first one when it says nothing sensible."""
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1


def paginate(
    db_session: Session, query: AnySelect, *, number: int, size: int = PAGE_SIZE
) -> Page[Any]:
    """Two statements: the count and the rows. The query must end with a unique sort key.

    A page number beyond the end gives the last page rather than an empty one.
    """
    total = (
        db_session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    )
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    rows = db_session.execute(query.limit(size).offset((number - 1) * size)).all()
    return Page(rows=rows, number=number, size=size, total=total)
