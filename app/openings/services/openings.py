"""Openings: written, published, withdrawn, closed, copied."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, NotFound, WrongState
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.openings.models import Opening, OpeningStatus
from app.openings.queries import company_facts, opening_facts
from app.openings.services.checks import (
    OpeningDetails,
    check_details,
    check_publishable,
    refuse_closed_place,
)
from app.openings.services.positions import settle_status
from app.openings.workflow import OpeningEvent, WrongEvent, next_status
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune

# How long a published opening stands before it is renewed or closed.
TERM = timedelta(days=60)


def create_opening(
    db_session: Session,
    actor: Actor,
    *,
    employer_id: int,
    details: OpeningDetails,
    source: str = "typed",
    source_reference: str | None = None,
    request_key: str | None = None,
) -> Opening:
    """Write a draft for a company.

    Raises:
        NotFound: not a company that this actor writes for.
        Invalid: see `check_details`.
        AlreadyDone: the same form came twice.
    """
    _ensure_may_write(db_session, actor, employer_id, details)
    use_once(db_session, request_key)
    opening = Opening(
        employer_id=employer_id,
        source=source,
        source_reference=source_reference,
        created_at=clock.now(),
        created_by=actor.user_id,
        status=OpeningStatus.DRAFT,
        is_demonstration=db_session.get_one(Organisation, employer_id).is_demonstration,
    )
    write_opening(db_session, opening, details)
    db_session.add(opening)
    db_session.flush()
    note_opening(db_session, actor, opening, "opening_created")
    return opening


def edit_opening(
    db_session: Session, actor: Actor, *, opening_id: int, version: int, details: OpeningDetails
) -> Opening:
    """Change an opening; more positions may free a filled one, fewer cancel nobody.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        Conflict: somebody changed it since the form was shown.
        Invalid: see `check_details`; also a published opening that would lack what publishing asks.
    """
    opening = opening_to_change(db_session, actor, opening_id)
    if opening.version != version:
        raise Conflict(
            "Cette offre a été modifiée pendant que vous écriviez. "
            "Relisez-la avant d’enregistrer à nouveau."
        )
    write_opening(db_session, opening, details)
    if opening.status in (OpeningStatus.PUBLISHED, OpeningStatus.FILLED):
        check_publishable(opening)
    db_session.flush()
    settle_status(db_session, opening.id)
    note_opening(db_session, actor, opening, "opening_changed")
    return opening


def move_opening(
    db_session: Session, actor: Actor, *, opening_id: int, event: OpeningEvent
) -> Opening:
    """Publish, withdraw, close or reopen an opening.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        WrongState: its status does not allow it.
        Invalid: something is missing to publish.
    """
    opening = opening_to_change(db_session, actor, opening_id)
    try:
        after = next_status(opening.status, event)
    except WrongEvent:
        raise WrongState("L’offre a changé d’état entre-temps. Voici où elle en est.") from None
    before = opening.status
    if event is OpeningEvent.PUBLISH:
        check_publishable(opening)
        refuse_closed_place(db_session, opening)
        begin_term(opening)
    opening.status = after
    db_session.flush()
    if after is OpeningStatus.PUBLISHED:
        settle_status(db_session, opening.id)
    note_opening(db_session, actor, opening, f"opening_{event}", before, opening.status)
    return opening


def begin_term(opening: Opening) -> None:
    """Published from now on: until the chosen day, else for sixty days, so that somebody is asked again."""
    opening.published_at = clock.now()
    today = clock.today()
    if opening.expires_on is None or opening.expires_on < today:
        opening.expires_on = today + TERM
        opening.reminded_on = None


def duplicate_opening(
    db_session: Session, actor: Actor, *, opening_id: int, request_key: str | None = None
) -> Opening:
    """A draft with the same words and no promise, to be dated anew.

    Raises:
        NotFound, Forbidden: not this actor's opening.
        AlreadyDone: the same click came twice.
    """
    model = opening_to_change(db_session, actor, opening_id)
    use_once(db_session, request_key)
    today = clock.today()
    copied = (
        "employer_id", "site_id", "title", "sort_name", "rome_code", "apprenticeship",
        "professionalisation", "positions", "commune_code", "latitude", "longitude", "level_low",
        "level_high", "licence_required", "licence_reason", "minors_possible", "description",
        "is_demonstration",
    )  # fmt: skip
    opening = Opening(**{name: getattr(model, name) for name in copied})
    if model.start_until is not None and model.start_until >= today:
        opening.start_from, opening.start_until = model.start_from, model.start_until
    opening.status, opening.created_at = OpeningStatus.DRAFT, clock.now()
    opening.created_by = actor.user_id
    db_session.add(opening)
    db_session.flush()
    note_opening(db_session, actor, opening, "opening_duplicated")
    return opening


def opening_to_change(db_session: Session, actor: Actor, opening_id: int) -> Opening:
    """Load an opening that this actor may change.

    Raises:
        NotFound, Forbidden: it may not.
    """
    ensure(
        actor,
        Permission.OPENING_EDIT,
        opening_facts(db_session, opening_id),
        seen_by=Permission.OPENING_VIEW,
    )
    return db_session.get_one(Opening, opening_id)


def _ensure_may_write(
    db_session: Session, actor: Actor, employer_id: int, details: OpeningDetails
) -> None:
    ensure(actor, Permission.OPENING_CREATE)
    company = company_facts(db_session, employer_id)
    departement = company.departement
    if details.commune_code:
        place = db_session.get(Commune, details.commune_code)
        departement = place.departement_code if place else departement
    ensure(
        actor,
        Permission.OPENING_EDIT,
        Facts(employer_id=employer_id, departement=departement),
        seen_by=Permission.COMPANY_LIST,
    )


def write_opening(db_session: Session, opening: Opening, details: OpeningDetails) -> None:
    """Write what was typed into an opening; the caller has judged the right to do so.

    Raises:
        Invalid: see `check_details`.
        NotFound: the commune is not known.
    """
    check_details(details)
    place = None
    if details.commune_code:
        place = db_session.scalar(select(Commune).where(Commune.insee_code == details.commune_code))
        if place is None:
            raise NotFound("Cette commune n’est pas connue.")
    for name in (
        "title", "rome_code", "apprenticeship", "professionalisation", "positions", "start_from",
        "start_until", "level_low", "level_high", "licence_required", "minors_possible",
        "description", "expires_on", "commune_code",
    ):  # fmt: skip
        setattr(opening, name, getattr(details, name))
    opening.licence_reason = details.licence_reason if details.licence_required else None
    opening.sort_name = sort_key(details.title)
    opening.latitude = place.latitude if place else None
    opening.longitude = place.longitude if place else None


def note_opening(
    db_session: Session,
    actor: Actor,
    opening: Opening,
    event: str,
    before: OpeningStatus | None = None,
    after: OpeningStatus | None = None,
) -> None:
    """One line of the journal and of the change log about an opening."""
    journal.record(
        db_session,
        actor,
        subject_kind="opening",
        subject_id=opening.id,
        opening_id=opening.id,
        event=event,
        from_state=before,
        to_state=after,
    )
    record_change(db_session, Changed.OPENING, opening.id)
