"""Marks in the words typed into contract sheets and riders, and in the sealed numbers.

Each side of the estate has a sheet that its three parties filled in; one contract of the own side has begun and has a
rider on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.contracts.models import ContractRider, ContractSheet
from app.contracts.queries.projection import Part
from app.contracts.services import fill_part
from app.core.vault import lock
from app.placements.models import Placement
from app.youth.models import Youth
from tests.factories.contracts import CENTRE_PART, EMPLOYER_PART, YOUTH_PART
from tests.factories.estate import Estate
from tests.factories.estate.sides import FOREIGN, OWN
from trials.names.marks import SHAPES, Mark, Marks, Turn
from trials.names.walk import NUMBER

WORDS = frozenset({
    "address", "birth_commune", "last_prepared_title", "legal_rep_name", "legal_rep_address", "signing_place",
    "tutor_birth_name", "tutor_given_name", "tutor_job", "tutor2_birth_name", "tutor2_given_name", "tutor2_job",
    "centre_address", "supplementary_pension", "other_workplaces", "in_kind_other", "place_name", "place_address",
})  # fmt: skip
"""Fields of the form that take any words; the others are codes, numbers and days of the contract."""
ADDRESSES = frozenset({"email", "employer_email", "legal_rep_email", "tutor_email", "tutor2_email"})
PHONES = frozenset({"phone", "employer_phone"})


def fill_sheets(session: Session, estate: Estate) -> None:
    """Each side's agreed contract gets a sheet, with something in every field that takes words."""
    actors = estate.world.actors
    for side, ids in ((OWN, estate.own), (FOREIGN, estate.foreign)):
        for part, who, values in (
            (Part.EMPLOYER, side.company, EMPLOYER_PART | {"employer_siret": ""}),
            (Part.CENTRE, side.cfa, CENTRE_PART),
            (Part.YOUTH, side.adviser, YOUTH_PART),
        ):
            fill_part(
                session,
                actors[who],
                placement_id=ids["contracts.placement_id"],
                part=part,
                values=values,
            )


def mark_sheets(session: Session, marks: Marks, turn: Turn) -> None:
    """Write a mark into every field that takes words, and a number that is a mark into every sheet."""
    about = {
        row.id: youth
        for row, youth in session.execute(
            select(Placement, Youth).join(Youth, Youth.id == Placement.youth_id)
        )
    }
    for sheet in session.scalars(select(ContractSheet).order_by(ContractSheet.placement_id)):
        youth = about[sheet.placement_id]
        filled = dict.fromkeys(sorted(WORDS | ADDRESSES | PHONES), "-") | sheet.typed
        sheet.typed = dict(_marked(marks, turn, youth, "contract_sheet", filled))
        number, shown = turn.number()
        sheet.nir_sealed = lock(number)
        marks.keep(Mark(youth.id, youth.organisation_id, NUMBER, "S4", shown), shown)
    for rider in session.scalars(select(ContractRider).order_by(ContractRider.id)):
        youth = about[rider.placement_id]
        rider.changes = dict(_marked(marks, turn, youth, "contract_rider", rider.changes))
        rider.before = dict(_marked(marks, turn, youth, "contract_rider", rider.before))
    session.flush()


def _marked(
    marks: Marks, turn: Turn, youth: Youth, table: str, typed: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """The fields with a mark where any words may stand, as they were elsewhere."""
    for name, value in typed.items():
        if name not in WORDS | ADDRESSES | PHONES:
            yield name, value
            continue
        like = "youth.email" if name in ADDRESSES else "youth.phone" if name in PHONES else ""
        word, shown = SHAPES.get(like, Turn.word)(turn)
        # Three yes open the sheet to the employer and the CFA of this contract, and to nobody else.
        marks.keep(Mark(youth.id, youth.organisation_id, f"{table}.{name}", "S4", shown), word)
        yield name, word
