"""Organisations: created, described, their other names and sites, accepted and closed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.accounts.models import (
    Invitation,
    Organisation,
    OrganisationAlias,
    OrganisationStatus,
)
from app.accounts.queries import organisation_facts, same_organisations
from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.identifiers import (
    is_uai_shaped,
    is_valid_siret,
    normalise_phone,
    normalise_siret,
    normalise_uai,
    siren_of,
)

# Companies are created on their own pages, with what openings need; PAIO offices are history.
CREATED_HERE = tuple(
    kind
    for kind in OrganisationKind
    if kind not in (OrganisationKind.COMPANY, OrganisationKind.PAIO_OFFICE)
)


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What a person writes about an organisation. `siret` and `uai` count only for the platform."""

    name: str
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    siret: str | None = None
    uai: str | None = None


class LooksAlike(Conflict):
    """Organisations that may be the same one exist: a person says whether this is another.

    Attributes:
        organisation_ids: those that look alike.
    """

    default = (
        "Une organisation semblable existe déjà. Regardez si c’est la même ; "
        "si c’en est une autre, cochez la case et recommencez."
    )

    def __init__(self, organisation_ids: tuple[int, ...]) -> None:
        super().__init__()
        self.organisation_ids = organisation_ids


def create_organisation(
    db_session: Session,
    *,
    kind: OrganisationKind,
    name: str,
    siret: str | None = None,
    siren: str | None = None,
    uai: str | None = None,
    network: str | None = None,
    region_code: str | None = None,
    email: str | None = None,
    status: OrganisationStatus = OrganisationStatus.ACTIVE,
    is_demonstration: bool = False,
) -> Organisation:
    """Create an organisation; the caller has judged the right to do so.

    Raises:
        Conflict: an organisation has this SIRET already.
    """
    if siret and db_session.scalar(select(Organisation.id).where(Organisation.siret == siret)):
        raise Conflict("Un établissement porte déjà ce SIRET dans Trèfle.")
    organisation = Organisation(
        kind=kind,
        name=name,
        sort_name=sort_key(name),
        siret=siret,
        siren=siren or (siret[:9] if siret else None),
        uai=uai,
        network=network,
        region_code=region_code,
        email=email,
        status=status,
        is_demonstration=is_demonstration,
        created_at=clock.now(),
    )
    db_session.add(organisation)
    db_session.flush()
    return organisation


def found_organisation(
    db_session: Session,
    actor: Actor,
    *,
    kind: OrganisationKind,
    details: OrganisationDetails,
    request_key: str | None = None,
    is_known_apart: bool = False,
) -> Organisation:
    """Create an organisation from a screen.

    Args:
        is_known_apart: a person has seen the organisations that look alike and says it is another.

    Raises:
        NotFound: the actor is not the platform.
        Invalid: a code or a contact is wrong; `field` names which.
        Conflict: the SIRET is known, or one looks the same and nobody has said it is another.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.ORGANISATION_APPROVE)
    use_once(db_session, request_key)
    if kind not in CREATED_HERE:
        raise Invalid("Ce genre d’organisation ne se crée pas ici.", field="kind")
    siret, uai = checked_siret(details.siret), checked_uai(details.uai)
    siren = siren_of(siret) if siret else None
    if not is_known_apart:
        alike = same_organisations(db_session, names=[details.name], siren=siren, uai=uai)
        if alike:
            raise LooksAlike(tuple(one.id for one in alike))
    organisation = create_organisation(
        db_session, kind=kind, name=details.name, siret=siret, siren=siren, uai=uai
    )
    _write_contacts(organisation, details)
    note(db_session, actor, organisation.id, "organisation_created")
    return organisation


def edit_organisation(
    db_session: Session,
    actor: Actor,
    *,
    organisation_id: int,
    version: int,
    details: OrganisationDetails,
) -> Organisation:
    """Change name, contacts and, for the platform, the codes; a former name stays as an alias.

    Raises:
        NotFound, Forbidden: not this actor's organisation.
        Conflict: somebody changed it meanwhile.
        Invalid: a code or a contact is wrong.
    """
    organisation = load_to_edit(db_session, actor, organisation_id)
    if organisation.version != version:
        raise Conflict
    if sort_key(details.name) != organisation.sort_name:
        _keep_former_name(db_session, organisation)
    organisation.name, organisation.sort_name = details.name, sort_key(details.name)
    _write_contacts(organisation, details)
    if can(actor, Permission.ORGANISATION_APPROVE):
        _write_codes(db_session, organisation, details)
    flag_modified(organisation, "name")
    note(db_session, actor, organisation_id, "organisation_changed")
    return organisation


def approve_organisation(
    db_session: Session, actor: Actor, *, organisation_id: int
) -> Organisation:
    """Make an organisation active: one "to check" is accepted, a closed one opens again."""
    organisation = _load(db_session, organisation_id)
    ensure(actor, Permission.ORGANISATION_APPROVE, organisation_facts(organisation))
    before, organisation.status = organisation.status, OrganisationStatus.ACTIVE
    _note_status(db_session, actor, organisation, "organisation_approved", before)
    return organisation


def close_organisation(db_session: Session, actor: Actor, *, organisation_id: int) -> Organisation:
    """Close an organisation: nobody acts for it any more, its invitations end, its past stays.

    Raises:
        NotFound: the actor is not the platform.
        Conflict: it is closed already, or it is the one that the actor works for.
    """
    organisation = _load(db_session, organisation_id)
    ensure(actor, Permission.ORGANISATION_APPROVE, organisation_facts(organisation))
    if organisation.id == actor.organisation_id:
        raise Conflict("Vous agissez pour cette organisation : vous ne pouvez pas la fermer.")
    if organisation.status is OrganisationStatus.CLOSED:
        raise Conflict("Cette organisation est déjà fermée.")
    before, organisation.status = organisation.status, OrganisationStatus.CLOSED
    db_session.execute(
        update(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    _note_status(db_session, actor, organisation, "organisation_closed", before)
    return organisation


def load_to_edit(db_session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """An organisation that this actor may change.

    Raises:
        NotFound, Forbidden: it may not.
    """
    organisation = _load(db_session, organisation_id)
    ensure(
        actor,
        Permission.ORGANISATION_EDIT,
        organisation_facts(organisation),
        seen_by=Permission.ORGANISATION_VIEW,
    )
    return organisation


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


def checked_uai(text: str | None) -> str | None:
    """The canonical UAI, None for nothing; by its shape, since real codes have a wrong letter.

    Raises:
        Invalid: not seven digits and a letter.
    """
    if not text or not text.strip():
        return None
    if not is_uai_shaped(text):
        raise Invalid("Un code UAI a sept chiffres et une lettre.", field="uai")
    return normalise_uai(text)


def note(db_session: Session, actor: Actor, organisation_id: int, event: str) -> None:
    """Write one line of the journal about an organisation."""
    journal.record(
        db_session, actor, subject_kind="organisation", subject_id=organisation_id, event=event
    )


def _load(db_session: Session, organisation_id: int) -> Organisation:
    organisation = db_session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


def _keep_former_name(db_session: Session, organisation: Organisation) -> None:
    known = db_session.scalar(
        select(OrganisationAlias.id).where(
            OrganisationAlias.organisation_id == organisation.id,
            OrganisationAlias.sort_name == organisation.sort_name,
        )
    )
    if known is None:
        db_session.add(
            OrganisationAlias(
                organisation_id=organisation.id,
                name=organisation.name,
                sort_name=organisation.sort_name,
            )
        )


def _write_contacts(organisation: Organisation, details: OrganisationDetails) -> None:
    if details.website and not details.website.startswith(("https://", "http://")):
        raise Invalid("Une adresse de site commence par https://.", field="website")
    phone = normalise_phone(details.phone) if details.phone else None
    if details.phone and phone is None:
        raise Invalid("Ce numéro n’est pas un numéro de téléphone français.", field="phone")
    organisation.email, organisation.phone = details.email, phone
    organisation.website = details.website


def _write_codes(
    db_session: Session, organisation: Organisation, details: OrganisationDetails
) -> None:
    siret = checked_siret(details.siret)
    organisation.uai = checked_uai(details.uai)
    if siret == organisation.siret:
        return
    other = db_session.scalar(
        select(Organisation.name).where(
            Organisation.siret == siret, Organisation.id != organisation.id
        )
    )
    if siret is not None and other is not None:
        raise Invalid(f"Ce SIRET est déjà celui de {other}.", field="siret")
    organisation.siret = siret
    organisation.siren = siren_of(siret) if siret else organisation.siren


def _note_status(
    db_session: Session,
    actor: Actor,
    organisation: Organisation,
    event: str,
    before: OrganisationStatus,
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation.id,
        event=event,
        from_state=before,
        to_state=organisation.status,
        audience=journal.Audience.PLATFORM,
    )
    # Whose openings and sessions may be proposed has moved: matching loads its pool anew.
    record_change(db_session, Changed.REFERENCE)
