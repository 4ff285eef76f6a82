"""Courses: what a CFA teaches, created and changed by the CFA or by the point A acting for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.queries import trade_labels
from app.rules.diplomas import level_from_cfd
from app.rules.identifiers import (
    is_valid_cfd,
    is_valid_rncp,
    is_valid_rs,
    normalise_cfd,
    normalise_rncp,
)
from app.training.models import Course, CourseTrade, Rhythm, TrainingSession
from app.training.queries import certification_of, course_facts


@dataclass(frozen=True, slots=True)
class CourseDetails:
    """What a person writes about a course; levels on the scale of 2019.

    Attributes:
        entry_level: level needed to enter; 0 says open to all, None not known.
        trades: ROME codes.
    """

    title: str
    rncp_code: str | None = None
    cfd_code: str | None = None
    level: int | None = None
    entry_level: int | None = None
    duration_months: int | None = None
    rhythm: Rhythm = Rhythm.UNKNOWN
    has_boarding: bool | None = None
    for_apprenticeship: bool = True
    for_professionalisation: bool = False
    certification_ends_on: date | None = None
    trades: frozenset[str] = frozenset()


def create_course(
    db_session: Session,
    actor: Actor,
    *,
    cfa_id: int,
    details: CourseDetails,
    request_key: str | None = None,
) -> Course:
    """Create a course of a CFA.

    Raises:
        NotFound: the actor does not act for that CFA.
        Invalid: a code is wrong, or no contract kind or trade is given.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.COURSE_EDIT, Facts(cfa_id=cfa_id))
    use_once(db_session, request_key)
    course = Course(cfa_id=cfa_id, created_at=clock.now())
    _write(db_session, course, details)
    db_session.add(course)
    db_session.flush()
    _write_trades(db_session, course.id, details.trades)
    _note(db_session, actor, course.id, "course_created")
    return course


def edit_course(
    db_session: Session, actor: Actor, *, course_id: int, version: int, details: CourseDetails
) -> Course:
    """Change a course; every session of it is read again by matching.

    Raises:
        NotFound, Forbidden: not this actor's course.
        Conflict: somebody changed it since the form was shown.
        Invalid: as for `create_course`.
    """
    course = _course_to_change(db_session, actor, course_id)
    if course.version != version:
        raise Conflict(
            "Cette formation a été modifiée pendant que vous écriviez. "
            "Relisez-la avant d’enregistrer à nouveau."
        )
    _write(db_session, course, details)
    _write_trades(db_session, course.id, details.trades)
    _note(db_session, actor, course.id, "course_changed")
    _tell_matching(db_session, course.id)
    return course


def archive_course(
    db_session: Session, actor: Actor, *, course_id: int, is_archived: bool = True
) -> Course:
    """Take a course out of lists and proposals, or bring it back; promised seats stay promised.

    Raises:
        NotFound, Forbidden: not this actor's course.
    """
    course = _course_to_change(db_session, actor, course_id)
    course.is_archived = is_archived
    _note(db_session, actor, course.id, "course_archived" if is_archived else "course_restored")
    _tell_matching(db_session, course.id)
    return course


def _course_to_change(db_session: Session, actor: Actor, course_id: int) -> Course:
    ensure(
        actor,
        Permission.COURSE_EDIT,
        course_facts(db_session, course_id),
        seen_by=Permission.COURSE_VIEW,
    )
    return db_session.get_one(Course, course_id)


def _write(db_session: Session, course: Course, details: CourseDetails) -> None:
    if not (details.for_apprenticeship or details.for_professionalisation):
        raise Invalid("Cochez au moins un type de contrat.", field="for_apprenticeship")
    if not details.trades:
        raise Invalid("Indiquez au moins un métier préparé.", field="trade")
    if len(trade_labels(db_session, details.trades)) < len(details.trades):
        raise Invalid(
            "Un des métiers cochés n’est pas au répertoire ROME : choisissez-le de nouveau.",
            field="trade",
        )
    rncp_code, cfd_code = _checked_rncp(details.rncp_code), _checked_cfd(details.cfd_code)
    course.title, course.sort_name = details.title, sort_key(details.title)
    course.rncp_code, course.cfd_code = rncp_code, cfd_code
    course.level = details.level or (level_from_cfd(cfd_code) if cfd_code else None)
    course.entry_level = details.entry_level or None
    course.entry_level_known = details.entry_level is not None
    course.duration_months, course.rhythm = details.duration_months, details.rhythm
    course.has_boarding = details.has_boarding
    course.for_apprenticeship = details.for_apprenticeship
    course.for_professionalisation = details.for_professionalisation
    course.certification_ends_on = details.certification_ends_on
    if course.certification_ends_on is None and rncp_code:
        sheet = certification_of(db_session, rncp_code)
        course.certification_ends_on = sheet.valid_to if sheet else None


def _checked_rncp(text: str | None) -> str | None:
    if not text:
        return None
    if is_valid_rs(text):
        raise Invalid(
            "Un code RS ne peut pas être préparé en apprentissage : indiquez un code RNCP.",
            field="rncp_code",
        )
    if not is_valid_rncp(text):
        raise Invalid(
            "Ce code RNCP n’est pas complet : écrivez RNCP suivi de ses chiffres.",
            field="rncp_code",
        )
    return normalise_rncp(text)


def _checked_cfd(text: str | None) -> str | None:
    if not text:
        return None
    if not is_valid_cfd(text):
        raise Invalid(
            "Un code formation diplôme a huit caractères, par exemple 50022137.",
            field="cfd_code",
        )
    return normalise_cfd(text)


def _write_trades(db_session: Session, course_id: int, trades: frozenset[str]) -> None:
    db_session.execute(delete(CourseTrade).where(CourseTrade.course_id == course_id))
    db_session.add_all(CourseTrade(course_id=course_id, rome_code=code) for code in sorted(trades))
    db_session.flush()


def _tell_matching(db_session: Session, course_id: int) -> None:
    for session_id in db_session.scalars(
        select(TrainingSession.id).where(TrainingSession.course_id == course_id)
    ):
        record_change(db_session, Changed.SESSION, session_id)


def _note(db_session: Session, actor: Actor, course_id: int, event: str) -> None:
    journal.record(db_session, actor, subject_kind="course", subject_id=course_id, event=event)
