"""Does the database tell one story? Counters equal rows, nothing hangs in the air, the journal agrees with the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db
from app.core.health import is_migrated
from app.core.journal import JournalEvent
from app.openings.models import Opening, PositionHold
from app.placements.models import Placement
from app.placements.workflow import LEAF_OPEN_STAGES, LIVE_STAGES, LeafState, Stage
from app.training.models import HoldState, SeatHold, TrainingSession
from app.youth.models import ConsentKind, ConsentRecord, Youth

SHOWN = 20
WITHOUT_CONTRACT = (Stage.DECLINED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree: what, and the rows by number, the first twenty."""

    what: str
    rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.what} : {', '.join(self.rows)}"


Check = Callable[[Session], Iterator[Finding]]


def check_database(db_session: Session) -> list[Finding]:
    """Everything that is wrong; an empty list is the proof. Reads only, any time, while the portal runs."""
    if not is_migrated():
        return [Finding("La base n’est pas à la dernière migration", ("flask db upgrade",))]
    return [found for check in CHECKS for found in check(db_session)]


def _file(db_session: Session) -> Iterator[Finding]:
    """SQLite's own check of its pages and of its foreign keys; PostgreSQL enforces both itself."""
    if db.engine.dialect.name != "sqlite":
        return
    pages = [str(row[0]) for row in db_session.execute(text("PRAGMA quick_check(5)"))]
    if pages != ["ok"]:
        yield Finding("Le fichier de la base est abîmé", tuple(pages))
    rows = db_session.execute(text("PRAGMA foreign_key_check")).all()
    if rows:
        hanging = tuple(f"{row[0]} n° {row[1]} vers {row[2]}" for row in rows[:SHOWN])
        yield Finding("Des lignes pointent vers rien", hanging)


def _counters(db_session: Session) -> Iterator[Finding]:
    """Each counter with the rows that it counts."""
    youth_live = _count(Placement, Placement.youth_id == Youth.id, Placement.stage.in_(LIVE_STAGES))
    opening_live = _count(
        Placement, Placement.opening_id == Opening.id, Placement.stage.in_(LIVE_STAGES)
    )
    waiting = _count(
        Placement,
        Placement.youth_id == Youth.id,
        Placement.stage.in_(LEAF_OPEN_STAGES),
        Placement.youth_leaf == LeafState.WAITING,
    )
    seats = _count(SeatHold, SeatHold.session_id == TrainingSession.id)
    positions = _count(PositionHold, PositionHold.opening_id == Opening.id)
    for what, key, counter, counted in (
        ("Places prises d’une session", TrainingSession.id, TrainingSession.seats_taken, seats),
        ("Postes pris d’une offre", Opening.id, Opening.positions_taken, positions),
        ("Propositions en cours d’un jeune", Youth.id, Youth.live_placements, youth_live),
        ("Réponses attendues d’un jeune", Youth.id, Youth.waiting_answers, waiting),
        ("Propositions en cours d’une offre", Opening.id, Opening.live_placements, opening_live),
    ):
        query = select(key, counter, counted).where(counter != counted).order_by(key).limit(SHOWN)
        rows = db_session.execute(query).all()
        if rows:
            told = tuple(f"n° {row[0]} dit {row[1]}, les lignes {row[2]}" for row in rows)
            yield Finding(what, told)


def _count(model: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(model).where(*conditions).scalar_subquery()


def _orphans(db_session: Session) -> Iterator[Finding]:
    """Rows that hold or show something for a proposal that does not."""
    same = and_(
        Placement.youth_id == SeatHold.youth_id, Placement.session_id == SeatHold.session_id
    )
    lonely = ~exists().where(same, Placement.stage.in_(LIVE_STAGES))
    held = and_(SeatHold.state == HoldState.HELD, lonely)
    yield from _listed(db_session, "Places retenues pour personne", SeatHold.id, held)
    shared = and_(
        Placement.youth_id == PositionHold.youth_id,
        Placement.opening_id == PositionHold.opening_id,
    )
    yield from _listed(
        db_session,
        "Postes retenus pour personne",
        PositionHold.id,
        ~exists().where(shared, Placement.stage.in_([*LIVE_STAGES, Stage.COMPLETED])),
    )
    over = exists().where(
        Placement.id == ConsentRecord.placement_id, Placement.stage.in_(WITHOUT_CONTRACT)
    )
    live = and_(
        ConsentRecord.kind == ConsentKind.REVEAL,
        ConsentRecord.withdrawn_at.is_(None),
        or_(ConsentRecord.expires_on.is_(None), ConsentRecord.expires_on >= clock.today()),
    )
    yield from _listed(
        db_session,
        "Noms encore ouverts pour une proposition terminée",
        ConsentRecord.id,
        and_(live, over),
    )
    yield from _listed(
        db_session,
        "Dossiers anonymes qui gardent une adresse ou un accord",
        Youth.id,
        and_(
            Youth.anonymised_at.is_not(None),
            or_(
                Youth.email.is_not(None),
                Youth.phone.is_not(None),
                exists().where(
                    ConsentRecord.youth_id == Youth.id, ConsentRecord.withdrawn_at.is_(None)
                ),
            ),
        ),
    )


def _journal(db_session: Session) -> Iterator[Finding]:
    """The last stage that the journal tells of a proposal is the stage of its row."""
    stages = [one.value for one in Stage]
    last = (
        select(func.max(JournalEvent.id))
        .where(
            JournalEvent.subject_kind == "placement",
            JournalEvent.subject_id == Placement.id,
            JournalEvent.to_state.in_(stages),
        )
        .correlate(Placement)
        .scalar_subquery()
    )
    query = (
        select(Placement.id, Placement.stage, JournalEvent.to_state)
        .join(JournalEvent, JournalEvent.id == last)
        .where(JournalEvent.to_state != Placement.stage)
        .order_by(Placement.id)
        .limit(SHOWN)
    )
    rows = db_session.execute(query).all()
    if rows:
        told = tuple(f"n° {row[0]} est {row[1].value}, le journal dit {row[2]}" for row in rows)
        yield Finding("Propositions dont le journal raconte autre chose", told)


def _listed(
    db_session: Session, what: str, key: Any, condition: ColumnElement[bool]
) -> Iterator[Finding]:
    found = db_session.scalars(select(key).where(condition).order_by(key).limit(SHOWN)).all()
    if found:
        yield Finding(what, tuple(f"n° {one}" for one in found))


CHECKS: tuple[Check, ...] = (_file, _counters, _orphans, _journal)
