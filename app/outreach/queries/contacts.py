"""The register of branches of a region, and the links that correspondents made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.text import sort_key
from app.outreach.models import BranchContact, LinkMade
from app.policy.actor import Actor
from app.policy.facts import Facts


def contact_list(db_session: Session, actor: Actor, *, words: str, number: int) -> Page[Any]:
    """Contacts of the region by branch, with the day of the last link: two statements."""
    last = (
        select(func.max(LinkMade.happened_on))
        .where(LinkMade.contact_id == BranchContact.id)
        .correlate(BranchContact)
        .scalar_subquery()
    )
    query: Any = (
        select(
            BranchContact.id,
            BranchContact.branch,
            BranchContact.organisation_name,
            BranchContact.person_name,
            BranchContact.person_function,
            last.label("last"),
        )
        .where(BranchContact.region_code.in_(actor.regions))
        .order_by(BranchContact.branch, BranchContact.organisation_name, BranchContact.id)
    )
    if words:
        query = query.where(
            func.lower(BranchContact.branch).contains(words.lower(), autoescape=True)
            | func.lower(BranchContact.organisation_name).contains(sort_key(words), autoescape=True)
        )
    return paginate(db_session, query, number=number)


def contact_page(db_session: Session, contact_id: int) -> tuple[BranchContact, Sequence[Any]]:
    """One contact with its links, newest first: two statements.

    Raises:
        NotFound: there is no such contact.
    """
    contact = db_session.get(BranchContact, contact_id)
    if contact is None:
        raise NotFound
    links = db_session.execute(
        select(
            LinkMade.id,
            LinkMade.happened_on,
            LinkMade.words,
            LinkMade.with_whom,
            User.given_name,
            User.family_name,
        )
        .outerjoin(User, User.id == LinkMade.created_by)
        .where(LinkMade.contact_id == contact_id)
        .order_by(LinkMade.happened_on.desc(), LinkMade.id.desc())
        .limit(50)
    ).all()
    return contact, links


def contact_facts(contact: BranchContact) -> Facts:
    """Facts of a contact: its region."""
    return Facts(regions=frozenset({contact.region_code}))
