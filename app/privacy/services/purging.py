"""Making a person's file nobody's: identity and words go, what is counted stays true.

The row of the youth stays as a shell: names, contacts, address and words are gone, the birth date is the first of
January of its year, the commune is the largest of the same département. Journal rows, proposals and seats still point
to it, and it points to nobody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.erasures import note_erased
from app.imports.models import ImportBatch, ImportKind, ImportRow
from app.placements.models import Placement
from app.placements.services import end_for_good
from app.placements.workflow import LEAF_OPEN_STAGES
from app.policy.actor import CLOCK
from app.privacy.queries.holdings import (
    Treatment,
    holding_of,
    rows_about,
    rows_below,
    tables_about_people,
)
from app.reference.models import Commune
from app.youth.models import ConsentRecord, Youth, YouthStatus
from app.youth.services import end_all_agreements, locked, new_public_code

# These say what became of the youth, and are counted.
COUNTED_STATUS = frozenset({YouthStatus.PLACED, YouthStatus.TRANSFERRED, YouthStatus.LOST_CONTACT})


def purge_person(db_session: Session, *, youth_id: int) -> dict[str, int]:
    """Anonymise one youth over all slices, in the caller's transaction. A second call removes nothing more.

    Returns:
        how many rows were deleted or emptied, by table.
    """
    youth = locked(db_session, youth_id)
    if youth.anonymised_at is not None:
        return {}
    note_erased(youth_id, youth.public_code)
    end_all_agreements(db_session, CLOCK, youth)
    _end_contract_reveals(db_session, youth_id)
    _end_proposals(db_session, youth_id)
    db_session.flush()
    removed: dict[str, int] = {}
    for table in reversed(list(tables_about_people())):
        treatment, about = holding_of(table), rows_about(table, youth_id)
        if treatment.treatment is Treatment.KEEP:
            continue
        if treatment.treatment is Treatment.DELETE:
            for child, hanging in rows_below(table, about):
                db_session.execute(delete(child).where(hanging))
        statement: Any = (
            delete(table).where(about)
            if treatment.treatment is Treatment.DELETE
            else update(table).where(about).values(dict(treatment.blanks))
        )
        count = int(db_session.execute(statement).rowcount)  # type: ignore[attr-defined]
        if count:
            removed[table.name] = count
    rows = _empty_import_rows(db_session, youth_id)
    if rows:
        removed["import_row"] = rows
    db_session.refresh(youth)
    _empty_shell(db_session, youth)
    removed["youth"] = 1
    record_change(db_session, Changed.YOUTH, youth_id)
    db_session.flush()
    _forget_in_session(db_session, youth_id)
    return removed


def _forget_in_session(db_session: Session, youth_id: int) -> None:
    """Rows that the statements above changed are read again by whoever holds them."""
    placements = set(db_session.scalars(select(Placement.id).where(Placement.youth_id == youth_id)))
    for one in list(db_session):
        known = vars(one)
        if known.get("youth_id") == youth_id or known.get("placement_id") in placements:
            db_session.expire(one)


def _end_contract_reveals(db_session: Session, youth_id: int) -> None:
    """What a stop leaves to the parties of a signed contract ends with the person's file."""
    db_session.execute(
        update(ConsentRecord)
        .where(ConsentRecord.youth_id == youth_id, ConsentRecord.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
    )


def _end_proposals(db_session: Session, youth_id: int) -> None:
    """What is open ends and gives back what it holds; contracts are over before a purge is due."""
    open_ones = db_session.scalars(
        select(Placement.id)
        .where(Placement.youth_id == youth_id, Placement.stage.in_(LEAF_OPEN_STAGES))
        .order_by(Placement.id)
    ).all()
    for placement_id in open_ones:
        end_for_good(db_session, CLOCK, placement_id=placement_id)


def _empty_import_rows(db_session: Session, youth_id: int) -> int:
    """The cells of the file that brought the youth; the row still counts in its batch."""
    batches = select(ImportBatch.id).where(ImportBatch.kind == ImportKind.YOUTH)
    emptied = db_session.execute(
        update(ImportRow)
        .where(ImportRow.target_id == youth_id, ImportRow.batch_id.in_(batches))
        .values(cells=[], problems={}, warnings={}, proposals={}, choices={}, resembles=None)
    )
    return int(emptied.rowcount)  # type: ignore[attr-defined]


def _empty_shell(db_session: Session, youth: Youth) -> None:
    youth.public_code = new_public_code(db_session)
    youth.given_name, youth.family_name, youth.usage_name = "Dossier", "anonyme", None
    youth.folded_name, youth.folded_usage_name = "", None
    youth.birth_date = date(youth.birth_date.year, 1, 1)
    youth.email = youth.phone = youth.address = youth.last_class = youth.own_words = None
    youth.commune_code = _large_commune(db_session, youth.commune_code)
    youth.adviser_id = youth.radius_km = youth.minutes = youth.travel_means = None
    youth.available_from = youth.available_until = None
    if youth.status not in COUNTED_STATUS:
        youth.status = YouthStatus.WITHDRAWN
    youth.anonymised_at = youth.updated_at = clock.now()


def _large_commune(db_session: Session, insee_code: str | None) -> str | None:
    """The most populous commune of the same département: counts by département and region stay true."""
    if insee_code is None:
        return None
    here = aliased(Commune)
    found: str | None = db_session.scalar(
        select(Commune.insee_code)
        .join(here, here.departement_code == Commune.departement_code)
        .where(here.insee_code == insee_code)
        .order_by(func.coalesce(Commune.population, 0).desc(), Commune.insee_code)
        .limit(1)
    )
    return found
