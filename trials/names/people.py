"""Youth who may not be named, one a reason, beside those of the estate; and ids that nothing else has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from app.core.db import db
from app.placements import services as placements
from app.placements.workflow import LeafState
from app.youth.models import Youth
from app.youth.services import withdraw_consent
from tests.factories.estate import Estate
from tests.factories.youth import make_representative, make_youth
from trials.names.marks import FIRST_ID

YES = LeafState.YES


@dataclass(frozen=True, slots=True)
class Hidden:
    """Numbers of two twins whom nobody outside their house may name, and of two whom partners know by their code."""

    twins: tuple[int, int]
    sought: tuple[int, int]


def add_hidden(session: Session, estate: Estate) -> Hidden:
    """Twins never proposed, one not listed, one asked by both sides, one who said no, one who stopped, a minor."""
    world, ids = estate.world, estate.own
    house, adviser = world.places["mission"], world.users["adviser"]

    def proposed(**values: Any) -> tuple[Youth, int]:
        youth = make_youth(session, house, adviser, **values)
        row = placements.suggest(
            session,
            world.actors["adviser"],
            youth_id=youth.id,
            opening_id=ids["opening_id"],
            session_id=ids["session_id"],
        )
        return youth, row.id

    twins = [make_youth(session, house, adviser) for _ in range(2)]
    make_youth(session, house, adviser, is_listed=False)
    asked, asked_of = proposed()
    placements.employer_says(session, world.actors["employer"], placement_id=asked_of, answer=YES)
    placements.cfa_says(session, world.actors["cfa"], placement_id=asked_of, answer=YES)
    _, changed_of = proposed()
    for answer in (YES, LeafState.NO):
        placements.youth_says(
            session,
            world.actors["adviser"],
            placement_id=changed_of,
            answer=answer,
            reason="too_far",
        )
    stopped, stopped_of = proposed()
    placements.youth_says(session, world.actors["adviser"], placement_id=stopped_of, answer=YES)
    withdraw_consent(session, world.actors["adviser"], youth_id=stopped.id)
    minor, minor_of = proposed(birth_date=date(2009, 9, 1))
    make_representative(session, minor, acknowledged=False)
    placements.youth_says(session, world.actors["adviser"], placement_id=minor_of, answer=YES)
    session.flush()
    return Hidden((twins[0].id, twins[1].id), (asked.id, minor.id))


def number_anew(session: Session, estate: Estate, hidden: Hidden) -> Hidden:
    """Give every youth an id that no other row of the database has."""
    session.flush()
    session.expunge_all()
    known = list(session.scalars(select(Youth.id).order_by(Youth.id)))
    new = {old: FIRST_ID + place for place, old in enumerate(known)}
    for old, number in new.items():
        renumber(session, old, number)
    for ids in (estate.own, estate.foreign):
        ids["youth_id"] = new[ids["youth_id"]]
    (first, second), (asked, minor) = hidden.twins, hidden.sought
    return Hidden((new[first], new[second]), (new[asked], new[minor]))


def swap(session: Session, first: int, second: int) -> None:
    """Exchange the ids of two youth: all else of each stays."""
    spare = FIRST_ID - 1
    for old, new in ((first, spare), (second, first), (spare, second)):
        renumber(session, old, new)


def renumber(session: Session, old: int, new: int) -> None:
    """Move a youth to another id, with every row that names it."""
    youth = Youth.__table__
    assert isinstance(youth, Table)
    row = dict(session.execute(select(youth).where(youth.c.id == old)).mappings().one())
    code = row["public_code"]
    # Two rows with one code may not be there at once.
    session.execute(insert(youth).values({**row, "id": new, "public_code": "qz-spare"}))
    for table in db.metadata.sorted_tables:
        if "youth_id" in table.c:
            session.execute(update(table).where(table.c.youth_id == old).values(youth_id=new))
        if {"subject_kind", "subject_id"} <= set(table.c.keys()):
            about = (table.c.subject_kind == "youth") & (table.c.subject_id == old)
            session.execute(update(table).where(about).values(subject_id=new))
    session.execute(youth.delete().where(youth.c.id == old))
    session.execute(update(youth).where(youth.c.id == new).values(public_code=code))
