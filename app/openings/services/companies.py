"""Companies: found again before a second one is made, created, described."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.accounts.services import add_site, create_organisation
from app.core import clock, journal
from app.core.errors import Conflict, Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.openings.models import Company, HadApprentices, HostsYouth
from app.openings.queries import company_facts, find_company, record_of_siren
from app.openings.services.establishments import checked_siret, refuse_closed
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune
from app.rules.identifiers import (
    compact,
    is_valid_idcc,
    is_valid_naf,
    normalise_idcc,
    siren_of,
)
from app.rules.wording import check_wording


@dataclass(frozen=True, slots=True)
class CompanyDetails:
    """What a person writes about a company; headcount is that of all its places (SIREN)."""

    name: str
    siret: str | None = None
    naf_code: str | None = None
    headcount: int | None = None
    idcc: str | None = None
    commune_code: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    hosts_mission_youth: HostsYouth = HostsYouth.UNKNOWN
    objects_to_prospecting_since: date | None = None
    opco: str | None = None
    had_apprentices: HadApprentices = HadApprentices.UNKNOWN
    hosts_conditions: str | None = None
    hosts_said_by: str | None = None


def create_company(
    db_session: Session,
    *,
    name: str,
    siret: str | None = None,
    siren: str | None = None,
    naf_code: str | None = None,
    headcount: int | None = None,
    idcc: str | None = None,
    commune_code: str | None = None,
    address: str | None = None,
    email: str | None = None,
    is_demonstration: bool = False,
) -> Organisation:
    """Create a company with its main site; the caller has judged the right to do so. A SIRET whose
    SIREN has a record becomes an establishment of that record, which is returned.

    Without a SIRET the company is to be checked: it may be a prospect, or a second writing of one
    that is known.

    Raises:
        Invalid: a code is wrong, or the establishment is closed; `field` names which.
        Conflict: an establishment has this SIRET already.
    """
    clean_siret = checked_siret(siret)
    if clean_siret:
        refuse_closed(db_session, clean_siret)
    place = db_session.get(Commune, commune_code) if commune_code else None
    known = record_of_siren(db_session, siren_of(clean_siret)) if clean_siret else None
    organisation = known or create_organisation(
        db_session,
        kind=OrganisationKind.COMPANY,
        name=name,
        siret=clean_siret,
        siren=siren_of(clean_siret) if clean_siret else siren,
        region_code=place.region_code if place else None,
        email=email,
        status=OrganisationStatus.ACTIVE if clean_siret else OrganisationStatus.TO_CHECK,
        is_demonstration=is_demonstration,
    )
    if known is None:
        _describe(db_session, organisation.id, naf_code, headcount, idcc)
    elif clean_siret == known.siret or clean_siret in _sirets(db_session, known.id):
        raise Conflict("Un établissement porte déjà ce SIRET dans Trèfle.")
    add_site(
        db_session,
        organisation_id=organisation.id,
        name=name,
        siret=clean_siret,
        commune_code=place.insee_code if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        address=address,
        is_main=known is None,
    )
    return organisation


def _describe(
    db_session: Session,
    organisation_id: int,
    naf: str | None,
    headcount: int | None,
    idcc: str | None,
) -> None:
    db_session.add(
        Company(
            organisation_id=organisation_id,
            naf_code=checked_naf(naf),
            headcount=headcount,
            idcc=checked_idcc(idcc),
        )
    )


def add_company(
    db_session: Session, actor: Actor, *, details: CompanyDetails, request_key: str | None = None
) -> Organisation:
    """Create a company from a screen, unless it is known.

    Raises:
        NotFound: the place is not in the territory of this field agent.
        Invalid, Conflict: as for `create_company`; also when name and commune are known.
        AlreadyDone: the same form came twice.
    """
    place = db_session.get(Commune, details.commune_code) if details.commune_code else None
    ensure(
        actor,
        Permission.COMPANY_EDIT,
        Facts(departement=place.departement_code if place else None),
    )
    use_once(db_session, request_key)
    siret = checked_siret(details.siret)
    known = find_company(
        db_session, siret=siret, name=details.name, commune_code=details.commune_code
    )
    if known is not None:
        raise Conflict(f"{known.name} est déjà dans Trèfle : cherchez-la dans les entreprises.")
    of_siren = record_of_siren(db_session, siren_of(siret)) if siret else None
    if of_siren is not None:
        raise Conflict(
            f"{of_siren.name} a ce SIREN : ouvrez sa fiche et ajoutez-y cet établissement."
        )
    organisation = create_company(
        db_session,
        name=details.name,
        siret=siret,
        naf_code=details.naf_code,
        headcount=details.headcount,
        idcc=details.idcc,
        commune_code=details.commune_code,
        address=details.address,
        email=details.email,
    )
    organisation.phone = details.phone
    _write_flags(db_session.get_one(Company, organisation.id), details)
    _note(db_session, actor, organisation.id, "company_created")
    return organisation


def edit_company(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    version: int,
    details: CompanyDetails,
) -> Organisation:
    """Change what is known of a company; a SIRET given at last makes it active.

    Raises:
        NotFound, Forbidden: not this actor's company.
        Conflict: somebody changed it meanwhile, or another one has this SIRET.
        Invalid: a code is wrong.
    """
    ensure(
        actor,
        Permission.COMPANY_EDIT,
        company_facts(db_session, organisation_id),
        seen_by=Permission.COMPANY_VIEW,
    )
    organisation = db_session.get_one(Organisation, organisation_id)
    if organisation.version != version:
        raise Conflict
    company = db_session.get(Company, organisation_id) or Company(organisation_id=organisation_id)
    db_session.add(company)
    company.naf_code = checked_naf(details.naf_code)
    company.headcount, company.idcc = details.headcount, checked_idcc(details.idcc)
    _write_flags(company, details)
    organisation.name, organisation.sort_name = details.name, sort_key(details.name)
    organisation.email, organisation.phone = details.email, details.phone
    _write_siret(db_session, organisation, checked_siret(details.siret))
    _write_main_site(db_session, organisation, details)
    # Several tables make one form: its version moves even when this one did not change.
    flag_modified(organisation, "name")
    _note(db_session, actor, organisation_id, "company_changed")
    return organisation


def checked_naf(text: str | None) -> str | None:
    """The code as five characters without a dot, as companies of files carry it."""
    if not text or not text.strip():
        return None
    if not is_valid_naf(text):
        raise Invalid("Un code NAF a quatre chiffres et une lettre.", field="naf_code")
    return compact(text)


def checked_idcc(text: str | None) -> str | None:
    """The agreement as four digits."""
    if not text or not text.strip():
        return None
    if not is_valid_idcc(text):
        raise Invalid("Un code IDCC a quatre chiffres au plus.", field="idcc")
    return normalise_idcc(text)


def _write_flags(company: Company, details: CompanyDetails) -> None:
    """What the company said of itself; a new answer about hosting youth takes the day of today."""
    said = (details.hosts_mission_youth, details.hosts_conditions, details.hosts_said_by)
    before = (company.hosts_mission_youth, company.hosts_conditions, company.hosts_said_by)
    if said != before:
        is_answer = details.hosts_mission_youth is not HostsYouth.UNKNOWN
        company.hosts_said_on = clock.today() if is_answer else None
    company.hosts_mission_youth = details.hosts_mission_youth
    company.hosts_conditions, company.hosts_said_by = (
        details.hosts_conditions,
        details.hosts_said_by,
    )
    found = check_wording(details.hosts_conditions or "", clock.today())
    if found:
        raise Invalid(" ".join(one.message for one in found), field="hosts_conditions")
    company.had_apprentices, company.opco = details.had_apprentices, details.opco
    company.objects_to_prospecting_since = details.objects_to_prospecting_since


def _sirets(db_session: Session, organisation_id: int) -> list[str | None]:
    return list(
        db_session.scalars(select(Site.siret).where(Site.organisation_id == organisation_id))
    )


def _write_siret(db_session: Session, organisation: Organisation, siret: str | None) -> None:
    if siret is None or siret == organisation.siret:
        return
    refuse_closed(db_session, siret)
    other = db_session.scalar(
        select(Organisation.name).where(
            Organisation.siret == siret, Organisation.id != organisation.id
        )
    )
    if other is not None:
        raise Invalid(f"Ce SIRET est déjà celui de {other}.", field="siret")
    organisation.siret, organisation.siren = siret, siren_of(siret)
    if organisation.status is OrganisationStatus.TO_CHECK:
        organisation.status = OrganisationStatus.ACTIVE


def _write_main_site(
    db_session: Session, organisation: Organisation, details: CompanyDetails
) -> None:
    place = db_session.get(Commune, details.commune_code) if details.commune_code else None
    site = db_session.scalar(
        select(Site)
        .where(Site.organisation_id == organisation.id)
        .order_by(Site.is_main.desc(), Site.id)
        .limit(1)
    )
    if site is None:
        site = add_site(
            db_session, organisation_id=organisation.id, name=details.name, is_main=True
        )
    site.address = details.address
    if place is not None and place.insee_code != site.commune_code:
        site.commune_code = place.insee_code
        site.latitude, site.longitude = place.latitude, place.longitude
        organisation.region_code = place.region_code


def _note(db_session: Session, actor: Actor, organisation_id: int, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=organisation_id,
        event=event,
        details={"on": clock.today().isoformat()},
    )
