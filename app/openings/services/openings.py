"""Openings: written, published, withdrawn, closed, copied."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid, NotFound, WrongState
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.openings.models import Company, MinorsPossible, Opening, OpeningStatus
from app.openings.queries import company_facts, is_known_school, opening_facts
from app.openings.services.positions import settle_status
from app.openings.workflow import OpeningEvent, WrongEvent, next_status
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune
from app.rules.disguise import find_disguise
from app.rules.wording import check_wording

# How long a published opening stands before it is renewed or closed.
TERM = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class OpeningDetails:
    """What a person writes about an opening. Levels are those prepared, on the scale of 2019."""

    title: str
    rome_code: str | None = None
    apprenticeship: bool = True
    professionalisation: bool = False
    positions: int = 1
    commune_code: str | None = None
    start_from: date | None = None
    start_until: date | None = None
    level_low: int | None = None
    level_high: int | None = None
    licence_required: bool = False
    licence_reason: str | None = None
    minors_possible: MinorsPossible = MinorsPossible.UNKNOWN
    description: str | None = None
    expires_on: date | None = None


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


def check_details(details: OpeningDetails) -> None:
    """What every opening must respect, a draft too.

    Raises:
        Invalid: no contract kind; the start window or the levels are turned round; a licence is
            asked without saying what for; the words touch a criterion that the law forbids (EQ-01).
    """
    if not (details.apprenticeship or details.professionalisation):
        raise Invalid("Cochez au moins un type de contrat.", field="apprenticeship")
    first, last = details.start_from, details.start_until
    if first and last and last < first:
        raise Invalid("La fin de la période vient après son début.", field="start_until")
    low, high = details.level_low, details.level_high
    if low and high and high < low:
        raise Invalid("Le niveau le plus haut est sous le plus bas.", field="level_high")
    if details.licence_required and not (details.licence_reason or "").strip():
        raise Invalid(
            "Dites à quoi sert le permis dans ce poste : sans raison, il écarterait des jeunes "
            "pour rien.",
            field="licence_reason",
        )
    for field in ("title", "description", "licence_reason"):
        found = check_wording(getattr(details, field) or "", clock.today())
        if found:
            raise Invalid(" ".join(one.message for one in found), field=field)


def check_publishable(opening: Opening) -> None:
    """What others need before they can be matched with an opening.

    Raises:
        Invalid: the trade, the commune or the period is missing, or the period is over.
    """
    missing = [
        words
        for value, words in (
            (opening.rome_code, "le métier"),
            (opening.commune_code, "la commune"),
            (opening.start_from, "le début de la période"),
            (opening.start_until, "la fin de la période"),
        )
        if value is None
    ]
    if missing:
        raise Invalid(f"Pour publier, il manque : {', '.join(missing)}.")
    if opening.start_until is not None and opening.start_until < clock.today():
        raise Invalid(
            "La période de début est passée : donnez de nouvelles dates.", field="start_until"
        )


def refuse_closed_place(db_session: Session, opening: Opening) -> None:
    """A post must be somewhere, and be the company's own.

    Raises:
        Invalid: its establishment or its company is closed, or it reads like a school's advertisement.
    """
    site = db_session.get(Site, opening.site_id) if opening.site_id is not None else None
    employer = db_session.get_one(Organisation, opening.employer_id)
    if site is not None and site.closed_on is not None:
        raise Invalid(
            "L’établissement de cette offre est fermé : choisissez un lieu de travail ouvert."
        )
    if employer.status is OrganisationStatus.CLOSED:
        raise Invalid("Cette entreprise est fermée : son offre ne peut plus être publiée.")
    company = db_session.get(Company, opening.employer_id)
    disguise = find_disguise(
        f"{opening.title}\n{opening.description or ''}",
        naf_code=company.naf_code if company else None,
        is_training_centre=is_known_school(db_session, employer.siren),
    )
    if disguise is not None:
        raise Invalid(disguise.message)


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
