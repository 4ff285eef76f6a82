"""The youth at the head of each page about rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.errors import NotFound
from app.core.journal import JournalEvent
from app.core.links import mark_of
from app.placements.models import Placement
from app.placements.queries.words import Cfa, with_parties
from app.placements.workflow import LEAF_OPEN_STAGES, RUNNING_STAGES, LeafState
from app.policy.facts import Facts
from app.privacy.models import CorrectionRequest, ErasureRequest, ErasureState
from app.training.models import Course
from app.youth.models import ConsentKind, ConsentRecord, Youth
from app.youth.queries import listed_condition, youth_facts

# The event of the journal by which a youth keeps a seat after a stop.
SEAT_KEPT = "seat_kept"


@dataclass(frozen=True, slots=True)
class KeptSeat:
    """A seat that a CFA still holds for a youth who said stop.

    Attributes:
        is_kept: the youth said that they keep it; else they are still asked.
    """

    placement_id: int
    course: str
    cfa: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """What the youth asked to correct."""

    id: int
    words: str
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """Who the page is about, and what is going on.

    Attributes:
        is_listed: shown to partners without a name.
        erasure: the request whose thirty days run, if any.
        has_contract: a contract is signed or running: an erasure waits for its end.
        seats: those to keep or to release after a stop; a kept one makes an erasure wait too.
    """

    id: int
    name: str
    given_name: str
    public_code: str
    email: str | None
    organisation_id: int
    organisation: str
    adviser: str | None
    is_listed: bool
    has_contract: bool
    erasure: ErasureRequest | None
    corrections: tuple[Correction, ...]
    seats: tuple[KeptSeat, ...]

    @property
    def erasure_day(self) -> date | None:
        return self.erasure.due_on if self.erasure else None

    @property
    def keeps_seat(self) -> bool:
        return any(one.is_kept for one in self.seats)


def rights_facts(db_session: Session, youth_id: int) -> Facts:
    """Facts of a youth whose own link speaks about the youth, not about a placement.

    Raises:
        NotFound: there is no such youth.
    """
    return replace(youth_facts(db_session, youth_id), link_object_id=youth_id)


def rights_mark(youth: Youth) -> int:
    """A number that changes with the house that follows the youth, and with the address.

    A link that went to a wrong address opens the whole file: it ends the moment the address is corrected.
    """
    return mark_of(youth.id, youth.organisation_id, (youth.email or "").lower())


def person(db_session: Session, youth_id: int) -> Person:
    """The youth with what is going on: five statements.

    Raises:
        NotFound: no such youth, or one that was erased.
    """
    row = db_session.execute(
        select(
            Youth,
            Organisation.name.label("organisation"),
            User.given_name.label("adviser_given"),
            User.family_name.label("adviser_family"),
            listed_condition(clock.today()).label("is_listed"),
        )
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .outerjoin(User, User.id == Youth.adviser_id)
        .where(Youth.id == youth_id, Youth.anonymised_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    youth: Youth = row.Youth
    return Person(
        id=youth.id,
        name=youth.full_name,
        given_name=youth.given_name,
        public_code=youth.public_code,
        email=youth.email,
        organisation_id=youth.organisation_id,
        organisation=row.organisation,
        adviser=f"{row.adviser_given} {row.adviser_family}" if row.adviser_given else None,
        is_listed=bool(row.is_listed),
        has_contract=has_contract(db_session, youth_id),
        erasure=waiting_erasure(db_session, youth_id),
        corrections=_corrections(db_session, youth_id),
        seats=() if row.is_listed else kept_seats(db_session, youth_id),
    )


def has_contract(db_session: Session, youth_id: int) -> bool:
    """A contract is signed or running."""
    found = db_session.scalar(
        select(Placement.id)
        .where(Placement.youth_id == youth_id, Placement.stage.in_(RUNNING_STAGES))
        .limit(1)
    )
    return found is not None


def waiting_erasure(db_session: Session, youth_id: int) -> ErasureRequest | None:
    """The request whose days of grace run; who agreed anew since has come back, and waits for none."""
    return db_session.scalar(
        select(ErasureRequest)
        .where(
            ErasureRequest.youth_id == youth_id,
            ErasureRequest.state == ErasureState.WAITING,
            ~came_back(),
        )
        .order_by(ErasureRequest.id.desc())
        .limit(1)
    )


def came_back() -> ColumnElement[bool]:
    """True for the mark of a stop after which the youth agreed to be shown again, whatever became of that agreement.

    An erasure that was asked for is undone by the youth's word alone.
    """
    return (
        select(ConsentRecord.id)
        .where(
            ErasureRequest.is_asked.is_(False),
            ConsentRecord.youth_id == ErasureRequest.youth_id,
            ConsentRecord.kind == ConsentKind.LISTING,
            ConsentRecord.given_at > ErasureRequest.asked_at,
        )
        .exists()
    )


def keeps_seat(db_session: Session, youth_id: int) -> bool:
    """The youth said, after a stop, that they keep a seat, and the CFA holds it still."""
    return any(one.is_kept for one in kept_seats(db_session, youth_id))


def kept_seats(db_session: Session, youth_id: int) -> tuple[KeptSeat, ...]:
    """Seats that CFAs hold in proposals without employer: what the youth keeps or releases. One or two statements."""
    query = with_parties(select(Placement)).where(
        and_(
            Placement.youth_id == youth_id,
            Placement.stage.in_(LEAF_OPEN_STAGES),
            Placement.cfa_leaf == LeafState.YES,
        )
    )
    rows = db_session.execute(
        query.with_only_columns(
            Placement.id, Course.title.label("course"), Cfa.name.label("cfa")
        ).order_by(Placement.id)
    ).all()
    kept = _said_kept(db_session, youth_id) if rows else frozenset()
    return tuple(KeptSeat(one.id, one.course, one.cfa, one.id in kept) for one in rows)


def _said_kept(db_session: Session, youth_id: int) -> frozenset[int]:
    details = db_session.scalars(
        select(JournalEvent.details).where(
            JournalEvent.youth_id == youth_id, JournalEvent.event == SEAT_KEPT
        )
    )
    return frozenset(int(one["placement_id"]) for one in details)


def _corrections(db_session: Session, youth_id: int) -> tuple[Correction, ...]:
    rows = db_session.scalars(
        select(CorrectionRequest)
        .where(CorrectionRequest.youth_id == youth_id)
        .order_by(CorrectionRequest.id.desc())
        .limit(20)
    )
    return tuple(Correction(one.id, one.words, one.asked_at, one.done_at) for one in rows)
