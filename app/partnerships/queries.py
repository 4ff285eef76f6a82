"""Reads of agreements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation
from app.core import clock
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.partnerships.models import Agreement
from app.policy.actor import Actor
from app.policy.facts import NOTHING, Facts
from app.policy.predicates import platform_admin, regional_coordinator


def partners_of(db_session: Session, organisation_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """Organisations that share `(their youth, their training places)` with this one today: one
    statement.
    """
    today = clock.today()
    rows = db_session.execute(
        select(
            Agreement.first_party_id,
            Agreement.second_party_id,
            Agreement.shares_youth,
            Agreement.shares_places,
        ).where(
            or_(
                Agreement.first_party_id == organisation_id,
                Agreement.second_party_id == organisation_id,
            ),
            Agreement.valid_from <= today,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
        )
    ).all()
    others = [(one.first_party_id + one.second_party_id - organisation_id, one) for one in rows]
    return (
        frozenset(other for other, one in others if one.shares_youth),
        frozenset(other for other, one in others if one.shares_places),
    )


def agreement_facts(db_session: Session, agreement_id: int) -> Facts:
    """Facts of an agreement: its two parties and their regions.

    Raises:
        NotFound: there is no such agreement.
    """
    row = db_session.execute(
        select(Agreement.first_party_id, Agreement.second_party_id).where(
            Agreement.id == agreement_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return parties_facts(db_session, row.first_party_id, row.second_party_id)


def parties_facts(db_session: Session, first_party_id: int, second_party_id: int) -> Facts:
    """Facts of two parties that have, or are to have, an agreement."""
    regions = db_session.scalars(
        select(Organisation.region_code).where(
            Organisation.id.in_([first_party_id, second_party_id])
        )
    )
    return Facts(
        organisation_id=first_party_id,
        other_organisation_id=second_party_id,
        regions=frozenset(code for code in regions if code),
    )


def visible_agreements(actor: Actor) -> ColumnElement[bool]:
    """Those of the organisation worn, those of the coordinator's regions, all for the platform."""
    if platform_admin(actor, NOTHING):
        return true()
    lines = [
        Agreement.first_party_id == actor.organisation_id,
        Agreement.second_party_id == actor.organisation_id,
    ]
    if regional_coordinator(actor, NOTHING):
        of_region = select(Organisation.id).where(Organisation.region_code.in_(actor.regions))
        lines += [
            Agreement.first_party_id.in_(of_region),
            Agreement.second_party_id.in_(of_region),
        ]
    return or_(*lines)


def agreement_list(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """Agreements that this actor may see, current ones first: two statements."""
    first, second = aliased(Organisation), aliased(Organisation)
    is_over = Agreement.valid_to < clock.today()
    query: Any = (
        select(
            Agreement.id,
            Agreement.first_party_id,
            Agreement.second_party_id,
            Agreement.shares_youth,
            Agreement.shares_places,
            Agreement.shares_events,
            Agreement.valid_from,
            Agreement.valid_to,
            Agreement.contact,
            first.name.label("first"),
            first.region_code.label("first_region"),
            second.name.label("second"),
            second.region_code.label("second_region"),
        )
        .join(first, first.id == Agreement.first_party_id)
        .join(second, second.id == Agreement.second_party_id)
        .where(visible_agreements(actor))
        .order_by(case((is_over, 1), else_=0), first.sort_name, second.sort_name, Agreement.id)
    )
    return paginate(db_session, query, number=number)
