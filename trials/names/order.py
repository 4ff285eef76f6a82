"""Twins whose numbers are exchanged: no page of a partner may look different afterwards.

The twins are equal in all that matching reads and differ in every other field. Exchanging their ids leaves each the
rest of the file, so that an order by number turns round; exchanging what is hidden does the same to an order by name,
by birth date, by anything else that nobody may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.changes import Changed, record_change
from app.core.db import db, transaction
from app.matching.queries.pool import _pools
from app.youth.models import LegalRepresentative, Youth, YouthDiploma, YouthNote
from tests.policy.cells import Cell
from trials.authorisation import Visitor
from trials.names.people import swap
from trials.names.readings import steady
from trials.names.walk import Walk

HIDDEN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Youth, ("given_name", "family_name", "usage_name", "folded_name", "folded_usage_name")),
    (Youth, ("birth_date", "email", "phone", "address", "last_class", "created_at")),
    (LegalRepresentative, ("name", "email", "phone", "relationship_label")),
    (YouthNote, ("text",)),
    (YouthDiploma, ("title", "obtained_on")),
)


def compare_twins(walk: Walk, visitors: list[Visitor], cells: list[Cell]) -> Iterator[str]:
    """One line a page that an exchange changed; afterwards everything is as it was."""
    pages = [one for one in cells if one.method == "GET"]
    _forget_pools()
    before = _read(walk, [(one, cell) for one in visitors for cell in pages])
    # What is closed to somebody shows no order.
    seen = [
        (one, cell)
        for one in visitors
        for cell in pages
        if before[one.persona, cell.path][:3] == "200"
    ]
    for name, exchange in (("numéros", swap), ("noms et dates", _hidden_fields)):
        _exchanged(walk, exchange)
        after = _read(walk, seen)
        walk.count("pages comparées", len(after))
        yield from (
            f"{who} voit les {name} de deux jumeaux sur {path} : {_first(before[who, path], text)}"
            for (who, path), text in after.items()
            if text != before[who, path]
        )
        _exchanged(walk, exchange)


def _read(walk: Walk, wanted: list[tuple[Visitor, Cell]]) -> dict[tuple[str, str], str]:
    return {
        (one.persona, cell.path): steady(walk.ask(one, "GET", cell.path)) for one, cell in wanted
    }


def _exchanged(walk: Walk, exchange: Callable[[Session, int, int], None]) -> None:
    first, second = walk.hidden.twins
    with transaction() as session:
        exchange(session, first, second)
        for one in (first, second):
            record_change(session, Changed.YOUTH, one)
    db.session.remove()
    _forget_pools()


def _forget_pools() -> None:
    """What was taken back before has used the numbers of the log of changes that others get now."""
    _pools.clear()


def _first(before: str, after: str) -> str:
    """The first line that differs, as it was and as it is."""
    lines = zip_longest(before.splitlines(), after.splitlines(), fillvalue="")
    return " → ".join(next((pair for pair in lines if pair[0] != pair[1]), ()))


def _hidden_fields(session: Session, first: int, second: int) -> None:
    for model, names in HIDDEN:
        key = model.id if model is Youth else model.youth_id
        one, other = (session.scalars(select(model).where(key == n)).one() for n in (first, second))
        for name in names:
            mine, its = getattr(one, name), getattr(other, name)
            setattr(one, name, its)
            setattr(other, name, mine)
    session.flush()
