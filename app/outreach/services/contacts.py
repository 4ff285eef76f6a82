"""The register of a regional correspondent: contacts by branch, and the links made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.outreach.models import BranchContact, LinkMade
from app.outreach.queries.contacts import contact_facts
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.rules.identifiers import normalise_phone


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """Who speaks for a branch in the region."""

    branch: str
    organisation_name: str
    person_name: str | None = None
    person_function: str | None = None
    email: str | None = None
    phone: str | None = None


def add_contact(
    db_session: Session, actor: Actor, *, details: ContactDetails, request_key: str | None = None
) -> BranchContact:
    """Write a contact into the register of the actor's region.

    Raises:
        NotFound: the actor keeps no register.
        Invalid: the telephone number is none.
        AlreadyDone: the same form came twice.
    """
    region = min(actor.regions, default=None)
    ensure(actor, Permission.CONTACT_EDIT, Facts(regions=frozenset({region} if region else ())))
    use_once(db_session, request_key)
    phone = normalise_phone(details.phone) if details.phone else None
    if details.phone and phone is None:
        raise Invalid("Ce numéro n’est pas un numéro de téléphone français.", field="phone")
    row = BranchContact(
        region_code=region,
        branch=details.branch,
        organisation_name=details.organisation_name,
        person_name=details.person_name,
        person_function=details.person_function,
        email=details.email,
        phone=phone,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, row.id, "contact_added")
    return row


def log_link(
    db_session: Session,
    actor: Actor,
    *,
    contact_id: int,
    happened_on: date,
    words: str,
    with_whom: str | None = None,
    request_key: str | None = None,
) -> LinkMade:
    """Note a link made with a contact: when, with whom else, what came of it.

    Raises:
        NotFound: not a contact of this region.
        Invalid: the day is still to come.
        AlreadyDone: the same form came twice.
    """
    contact = db_session.get(BranchContact, contact_id)
    if contact is None:
        raise NotFound
    ensure(actor, Permission.CONTACT_EDIT, contact_facts(contact))
    use_once(db_session, request_key)
    if happened_on > clock.today():
        raise Invalid("Un lien se note une fois qu’il a eu lieu.", field="happened_on")
    row = LinkMade(
        contact_id=contact_id,
        happened_on=happened_on,
        words=words,
        with_whom=with_whom,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, contact_id, "link_made")
    return row


def _note(db_session: Session, actor: Actor, contact_id: int, event: str) -> None:
    journal.record(
        db_session, actor, subject_kind="branch_contact", subject_id=contact_id, event=event
    )
