"""Places and other names of an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationAlias, Site
from app.accounts.services.organisations import checked_siret, checked_uai, load_to_edit, note
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid, NotFound
from app.core.requests import use_once
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.reference.models import Commune

ITS_REGION = (
    "La région d’une coordination vient de son site principal : seule l’équipe de Trèfle l’y fait "
    "entrer, ou l’en fait changer."
)


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """A place: codes as typed, the commune as its INSEE code."""

    name: str
    address: str | None = None
    commune_code: str | None = None
    siret: str | None = None
    uai: str | None = None
    is_main: bool = False


def add_site(
    db_session: Session,
    *,
    organisation_id: int,
    name: str,
    commune_code: str | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    address: str | None = None,
    siret: str | None = None,
    uai: str | None = None,
    is_main: bool = False,
) -> Site:
    """Add a place to an organisation; positions in degrees, taken from the commune when not given."""
    site = Site(
        organisation_id=organisation_id,
        name=name,
        commune_code=commune_code,
        latitude=latitude,
        longitude=longitude,
        address=address,
        siret=siret,
        uai=uai,
        is_main=is_main,
    )
    db_session.add(site)
    db_session.flush()
    return site


def write_site(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    site_id: int | None,
    details: SiteDetails,
    request_key: str | None = None,
) -> Site:
    """Add a place to an organisation, or change one; its position is that of its commune.

    The first place is the main one; the commune of the main place gives the organisation's region.

    Raises:
        NotFound, Forbidden: not this actor's organisation, or not its site.
        Invalid: a code is wrong, or a coordination would give itself another region.
        AlreadyDone: the same form came twice.
    """
    organisation = load_to_edit(db_session, actor, organisation_id)
    if site_id is None:
        use_once(db_session, request_key)
        site = add_site(db_session, organisation_id=organisation_id, name=details.name)
    else:
        site = _own_site(db_session, organisation_id, site_id)
    site.name, site.address = details.name, details.address
    site.siret, site.uai = checked_siret(details.siret), checked_uai(details.uai)
    _move(db_session, site, details.commune_code)
    if details.is_main or not _main_site_id(db_session, organisation_id):
        _make_main(db_session, organisation_id, site)
    if site.is_main:
        _take_region(db_session, actor, organisation, site)
    note(db_session, actor, organisation_id, "site_written")
    return site


def add_alias(db_session: Session, actor: Actor, *, organisation_id: int, name: str) -> None:
    """Give an organisation another name under which it is found.

    Raises:
        NotFound, Forbidden: not this actor's organisation.
        Conflict: it has this name already.
    """
    organisation = load_to_edit(db_session, actor, organisation_id)
    folded = sort_key(name)
    known = db_session.scalar(
        select(OrganisationAlias.id).where(
            OrganisationAlias.organisation_id == organisation_id,
            OrganisationAlias.sort_name == folded,
        )
    )
    if known is not None or folded == organisation.sort_name:
        raise Conflict("Cette organisation porte déjà ce nom.")
    db_session.add(OrganisationAlias(organisation_id=organisation_id, name=name, sort_name=folded))
    note(db_session, actor, organisation_id, "alias_added")


def remove_alias(db_session: Session, actor: Actor, *, organisation_id: int, alias_id: int) -> None:
    """Take another name away.

    Raises:
        NotFound, Forbidden: not this actor's organisation, or no such name.
    """
    load_to_edit(db_session, actor, organisation_id)
    alias = db_session.get(OrganisationAlias, alias_id)
    if alias is None or alias.organisation_id != organisation_id:
        raise NotFound
    db_session.delete(alias)
    note(db_session, actor, organisation_id, "alias_removed")


def _own_site(db_session: Session, organisation_id: int, site_id: int) -> Site:
    site = db_session.get(Site, site_id)
    if site is None or site.organisation_id != organisation_id:
        raise NotFound
    return site


def _main_site_id(db_session: Session, organisation_id: int) -> int | None:
    return db_session.scalar(
        select(Site.id).where(Site.organisation_id == organisation_id, Site.is_main).limit(1)
    )


def _make_main(db_session: Session, organisation_id: int, site: Site) -> None:
    db_session.execute(
        update(Site)
        .where(Site.organisation_id == organisation_id, Site.id != site.id)
        .values(is_main=False)
    )
    site.is_main = True


def _move(db_session: Session, site: Site, commune_code: str | None) -> None:
    if commune_code == site.commune_code:
        return
    place = db_session.get(Commune, commune_code) if commune_code else None
    site.commune_code = place.insee_code if place else None
    site.latitude = place.latitude if place else None
    site.longitude = place.longitude if place else None
    # Sessions and openings take their position from their site: matching loads its pool anew.
    record_change(db_session, Changed.REFERENCE)


def _take_region(db_session: Session, actor: Actor, organisation: Organisation, site: Site) -> None:
    place = db_session.get(Commune, site.commune_code) if site.commune_code else None
    if place is None or place.region_code == organisation.region_code:
        return
    # The region of a coordination is its right: it reads and decides there.
    if organisation.kind is OrganisationKind.REGIONAL_COORDINATION and not can(
        actor, Permission.ORGANISATION_APPROVE
    ):
        raise Invalid(ITS_REGION, field="commune")
    organisation.region_code = place.region_code
