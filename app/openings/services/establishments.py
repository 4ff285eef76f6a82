"""Establishments of a company: added, closed, and refused where a closed one would do harm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.accounts.services import add_site
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.openings.queries import company_facts, record_ids
from app.openings.registry import Registry, registry_for
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.reference.models import Commune
from app.rules.identifiers import is_valid_siret, normalise_siret, siren_of


@dataclass(frozen=True, slots=True)
class EstablishmentDetails:
    """A place of a company: codes as typed, the commune as its INSEE code."""

    name: str
    siret: str | None = None
    address: str | None = None
    commune_code: str | None = None


def add_establishment(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    details: EstablishmentDetails,
    request_key: str | None = None,
) -> Site:
    """Add a place to a company.

    Raises:
        NotFound, Forbidden: not this actor's company.
        Invalid: the SIRET is wrong, of another company, closed, or known already.
        AlreadyDone: the same form came twice.
    """
    organisation = _load(db_session, actor, organisation_id)
    use_once(db_session, request_key)
    siret = checked_siret(details.siret)
    if siret is not None:
        refuse_closed(db_session, siret)
        if organisation.siren and siren_of(siret) != organisation.siren:
            raise Invalid("Ce SIRET est celui d’une autre entreprise.", field="siret")
        _refuse_known(db_session, siret)
    place = db_session.get(Commune, details.commune_code) if details.commune_code else None
    site = add_site(
        db_session,
        organisation_id=organisation_id,
        name=details.name,
        siret=siret,
        address=details.address,
        commune_code=place.insee_code if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
    )
    if siret and organisation.siren is None:
        organisation.siren = siren_of(siret)
        if organisation.status is OrganisationStatus.TO_CHECK:
            organisation.status = OrganisationStatus.ACTIVE
    _note(db_session, actor, organisation_id, "establishment_added", site.id)
    return site


def close_establishment(
    db_session: Session, actor: Actor, *, organisation_id: int, site_id: int, on: date | None = None
) -> Site:
    """Note that a place closed, today unless another day is given; its past stays.

    Raises:
        NotFound, Forbidden: not this actor's company, or not its place.
        Invalid: the day is still to come.
        Conflict: it is closed already.
    """
    _load(db_session, actor, organisation_id)
    site = db_session.get(Site, site_id)
    if site is None or site.organisation_id not in record_ids(db_session, organisation_id):
        raise NotFound
    if site.closed_on is not None:
        raise Conflict("Cet établissement est déjà fermé.")
    day = on or clock.today()
    if day > clock.today():
        raise Invalid("Une fermeture se note une fois qu’elle a eu lieu.", field="closed_on")
    site.closed_on = day
    _note(db_session, actor, organisation_id, "establishment_closed", site.id)
    return site


def checked_siret(text: str | None) -> str | None:
    """The canonical SIRET, None for nothing.

    Raises:
        Invalid: length or key are wrong (La Poste has its own rule).
    """
    if not text or not text.strip():
        return None
    if not is_valid_siret(text):
        raise Invalid(
            "Ce SIRET n’est pas juste : quatorze chiffres, dont une clé. Vérifiez la saisie.",
            field="siret",
        )
    return normalise_siret(text)


def refuse_closed(db_session: Session, siret: str, registry: Registry | None = None) -> None:
    """A closed establishment takes no apprentice: neither the register's nor our own.

    Raises:
        Invalid: it is closed, with the day when it is known.
    """
    ours = db_session.scalar(
        select(Site.closed_on).where(Site.siret == siret, Site.closed_on.is_not(None)).limit(1)
    )
    stated = (registry or registry_for(db_session)).establishment(siret)
    if ours is None and (stated is None or not stated.is_closed):
        return
    day = ours or (stated.closed_on if stated else None)
    since = f" depuis le {day:%d/%m/%Y}" if day else ""
    raise Invalid(
        f"Cet établissement est fermé{since} : cherchez le SIRET de celui qui l’a remplacé.",
        field="siret",
    )


def _refuse_known(db_session: Session, siret: str) -> None:
    known = db_session.scalar(
        select(Organisation.name)
        .outerjoin(Site, Site.organisation_id == Organisation.id)
        .where((Organisation.siret == siret) | (Site.siret == siret))
        .limit(1)
    )
    if known is not None:
        raise Invalid(f"Ce SIRET est déjà celui de {known}.", field="siret")


def _load(db_session: Session, actor: Actor, organisation_id: int) -> Organisation:
    ensure(
        actor,
        Permission.COMPANY_EDIT,
        company_facts(db_session, organisation_id),
        seen_by=Permission.COMPANY_VIEW,
    )
    return db_session.get_one(Organisation, organisation_id)


def _note(
    db_session: Session, actor: Actor, organisation_id: int, event: str, site_id: int
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=organisation_id,
        event=event,
        details={"site": site_id},
    )
