"""Sessions: opened, changed, closed, cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Site
from app.accounts.services import add_site
from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.reference.models import Commune
from app.training.models import Course, SessionStatus, TrainingSession
from app.training.queries import course_facts, session_facts


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What a person writes about a session.

    Attributes:
        site_id: a site of the CFA; None with a `commune_code` opens a new one there.
    """

    starts_on: date
    capacity: int
    site_id: int | None = None
    commune_code: str | None = None
    ends_on: date | None = None
    seats_declared: int = 0
    boarding_seats: int | None = None
    has_rolling_entry: bool = False
    status: SessionStatus = SessionStatus.OPEN


def open_session(
    db_session: Session,
    actor: Actor,
    *,
    course_id: int,
    details: SessionDetails,
    request_key: str | None = None,
) -> TrainingSession:
    """Open a session of a course; its figures count as checked today.

    Raises:
        NotFound, Forbidden: not this actor's course.
        Invalid: no place, or an end before the start.
        AlreadyDone: the same form came twice.
    """
    facts = course_facts(db_session, course_id)
    ensure(actor, Permission.SESSION_EDIT, facts, seen_by=Permission.COURSE_VIEW)
    use_once(db_session, request_key)
    course = db_session.get_one(Course, course_id)
    group = TrainingSession(course_id=course_id, created_at=clock.now())
    _write(db_session, group, course.cfa_id, details)
    db_session.add(group)
    db_session.flush()
    note_session(db_session, actor, group.id, "session_opened", to_state=group.status)
    return group


def edit_session(
    db_session: Session, actor: Actor, *, session_id: int, version: int, details: SessionDetails
) -> TrainingSession:
    """Change a session. A capacity below what is promised is overbooking: shown, nobody cancelled.

    Raises:
        NotFound, Forbidden: not this actor's session.
        Conflict: somebody changed it since the form was shown.
        Invalid: as for `open_session`.
    """
    group = session_to_change(db_session, actor, session_id, version)
    course = db_session.get_one(Course, group.course_id)
    before = group.status
    _write(db_session, group, course.cfa_id, details)
    note_session(
        db_session, actor, group.id, "session_changed", from_state=before, to_state=group.status
    )
    return group


def session_to_change(
    db_session: Session, actor: Actor, session_id: int, version: int | None = None
) -> TrainingSession:
    """Load a session that this actor may change.

    Raises:
        NotFound, Forbidden: it may not.
        Conflict: the session is not the one the form showed.
    """
    ensure(
        actor,
        Permission.SESSION_EDIT,
        session_facts(db_session, session_id),
        seen_by=Permission.COURSE_VIEW,
    )
    group = db_session.get_one(TrainingSession, session_id)
    if version is not None and group.version != version:
        raise Conflict(
            "Cette session a été modifiée entre-temps. Voici les chiffres actuels : "
            "vérifiez-les avant d’enregistrer."
        )
    return group


def note_session(
    db_session: Session,
    actor: Actor,
    session_id: int,
    event: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
) -> None:
    """Journal one event of a session and tell matching to read it again."""
    journal.record(
        db_session,
        actor,
        subject_kind="session",
        subject_id=session_id,
        session_id=session_id,
        event=event,
        from_state=from_state,
        to_state=to_state,
    )
    record_change(db_session, Changed.SESSION, session_id)


def _write(
    db_session: Session, group: TrainingSession, cfa_id: int, details: SessionDetails
) -> None:
    if details.ends_on is not None and details.ends_on < details.starts_on:
        raise Invalid("La fin vient après le début.", field="ends_on")
    group.site_id = _site(db_session, cfa_id, details)
    group.starts_on, group.ends_on = details.starts_on, details.ends_on
    group.capacity, group.seats_declared = details.capacity, details.seats_declared
    group.boarding_seats = details.boarding_seats
    group.has_rolling_entry, group.status = details.has_rolling_entry, details.status
    group.checked_on = clock.today()


def _site(db_session: Session, cfa_id: int, details: SessionDetails) -> int:
    if details.site_id is not None:
        site_id = db_session.scalar(
            select(Site.id).where(Site.id == details.site_id, Site.organisation_id == cfa_id)
        )
        if site_id is None:
            raise Invalid("Choisissez un site de ce CFA.", field="site_id")
        return site_id
    if details.commune_code is None:
        raise Invalid("Choisissez un site, ou écrivez la commune d’un autre lieu.", field="site_id")
    known = db_session.scalar(
        select(Site.id)
        .where(Site.organisation_id == cfa_id, Site.commune_code == details.commune_code)
        .order_by(Site.is_main.desc(), Site.id)
        .limit(1)
    )
    if known is not None:
        return known
    commune = db_session.get_one(Commune, details.commune_code)
    site = add_site(
        db_session,
        organisation_id=cfa_id,
        name=commune.name,
        commune_code=commune.insee_code,
        latitude=commune.latitude,
        longitude=commune.longitude,
    )
    return site.id
