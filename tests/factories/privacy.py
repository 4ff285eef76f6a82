"""Links, officers and readings of the tests."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.outbox import OutboxMail
from app.policy.actor import Actor, Link, LinkSubject, OrganisationKind, Role
from app.privacy.emails import rights_token
from app.youth.models import Youth
from tests.factories.accounts import make_organisation, make_user


def youth_actor(youth: Youth) -> Actor:
    """The youth, by their own link."""
    return Actor(link=Link(LinkSubject.YOUTH, "rights", youth.id))


def own_path(youth: Youth, rest: str = "") -> str:
    """An address behind the youth's link; in a request or application context."""
    return f"/mes-donnees/{rights_token(youth)}{rest}"


def make_officer(session: Session, organisation: Organisation | None = None) -> User:
    """The data protection officer of the platform, or of one organisation."""
    house = organisation or make_organisation(session, OrganisationKind.PLATFORM)
    return make_user(session, house, Role.DATA_PROTECTION_OFFICER)


def mails(session: Session, kind: str) -> list[OutboxMail]:
    """Mails of this kind, oldest first."""
    query = select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
    return list(session.scalars(query))


def link_in(mail: OutboxMail) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.text_body)
    assert found
    return found.group(1)
