"""Nine in the morning for the coordination and for the platform. Aggregates only: no youth is read by name here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus
from app.core.db import AnyRow
from app.core.outbox import MailState, OutboxMail
from app.core.tasks import Job, JobState
from app.openings.models import Opening, OpeningStatus
from app.policy.actor import Actor
from app.reference.models import Commune, Trade
from app.training.models import Course, CourseTrade, SessionStatus, TrainingSession
from app.youth.models import Wish, Youth, YouthStatus

FAMILIES = {
    "A": "Agriculture, espaces verts, animaux",
    "B": "Arts et façonnage d’ouvrages d’art",
    "C": "Banque, assurance, immobilier",
    "D": "Commerce et vente",
    "E": "Communication et multimédia",
    "F": "Bâtiment et travaux publics",
    "G": "Hôtellerie, restauration, tourisme",
    "H": "Industrie",
    "I": "Installation et maintenance",
    "J": "Santé",
    "K": "Services à la personne",
    "L": "Spectacle",
    "M": "Support à l’entreprise",
    "N": "Transport et logistique",
}
# A table that leaves the coordination hides cells of fewer youth than this.
SMALL_CELL = 5


@dataclass(frozen=True, slots=True)
class FamilyLine:
    """Three columns of one trade family: youth who wait, free positions, free seats."""

    family: str
    label: str
    youth: int
    positions: int
    seats: int

    @property
    def gap(self) -> int:
        """How many youth the scarcer of the two others leaves out; negative when there is room."""
        return self.youth - min(self.positions, self.seats)


def three_columns(db_session: Session, actor: Actor) -> list[FamilyLine]:
    """Youth, openings and places side by side by family in the actor's regions: three statements."""
    youth = _by_family(
        db_session,
        select(Trade.family, func.count(Youth.id.distinct()).label("n"))
        .join(Wish, Wish.rome_code == Trade.rome_code)
        .join(Youth, Youth.id == Wish.youth_id)
        .join(Commune, Commune.insee_code == Youth.commune_code)
        .where(
            Youth.status == YouthStatus.READY,
            Wish.rank == 1,
            Commune.region_code.in_(actor.regions),
        ),
    )
    positions = _by_family(
        db_session,
        select(Trade.family, func.sum(Opening.positions - Opening.positions_taken).label("n"))
        .join(Opening, Opening.rome_code == Trade.rome_code)
        .join(Commune, Commune.insee_code == Opening.commune_code)
        .where(Opening.status == OpeningStatus.PUBLISHED, Commune.region_code.in_(actor.regions)),
    )
    first_trade = (
        select(CourseTrade.course_id, func.min(CourseTrade.rome_code).label("rome_code"))
        .group_by(CourseTrade.course_id)
        .subquery()
    )
    free = TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
    seats = _by_family(
        db_session,
        select(Trade.family, func.sum(free).label("n"))
        .join(first_trade, first_trade.c.rome_code == Trade.rome_code)
        .join(Course, Course.id == first_trade.c.course_id)
        .join(TrainingSession, TrainingSession.course_id == Course.id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(
            TrainingSession.status == SessionStatus.OPEN,
            free > 0,
            Organisation.region_code.in_(actor.regions),
        ),
    )
    return [
        FamilyLine(
            family, label, youth.get(family, 0), positions.get(family, 0), seats.get(family, 0)
        )
        for family, label in FAMILIES.items()
        if family in youth or family in positions or family in seats
    ]


def _by_family(db_session: Session, query: Any) -> dict[str, int]:
    return {row.family: int(row.n or 0) for row in db_session.execute(query.group_by(Trade.family))}


@dataclass(frozen=True, slots=True)
class PlatformMorning:
    to_approve: Sequence[Organisation]
    to_approve_count: int
    jobs: Sequence[AnyRow]
    mails: Sequence[AnyRow]
    failed_jobs: Sequence[Job]


def platform_morning(db_session: Session) -> PlatformMorning:
    """Organisations to approve, tasks and mails by state, the last failures: five statements."""
    waiting = Organisation.status == OrganisationStatus.TO_CHECK
    return PlatformMorning(
        to_approve=db_session.scalars(
            select(Organisation)
            .where(waiting)
            .order_by(Organisation.created_at.desc(), Organisation.id)
            .limit(20)
        ).all(),
        to_approve_count=db_session.scalar(
            select(func.count()).select_from(Organisation).where(waiting)
        )
        or 0,
        jobs=db_session.execute(
            select(Job.state, func.count().label("n")).group_by(Job.state).order_by(Job.state)
        ).all(),
        mails=db_session.execute(
            select(OutboxMail.state, func.count().label("n"))
            .group_by(OutboxMail.state)
            .order_by(OutboxMail.state)
        ).all(),
        failed_jobs=db_session.scalars(
            select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(10)
        ).all(),
    )


def undelivered(db_session: Session) -> Sequence[OutboxMail]:
    """Mails that did not leave, or whose fate is unknown: a person decides."""
    return db_session.scalars(
        select(OutboxMail)
        .where(OutboxMail.state.in_([MailState.FAILED, MailState.UNKNOWN]))
        .order_by(OutboxMail.id.desc())
        .limit(50)
    ).all()
