"""What the policy needs to know of an operation and of an invitation, and the same rule as an SQL condition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, union_all
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import NotFound
from app.events.models import EventCompany, EventPartner, EventYouth, PromotionEvent
from app.events.workflow import EventState
from app.partnerships.models import Agreement
from app.policy import predicates as p
from app.policy.actor import Actor
from app.policy.facts import NOTHING, Facts
from app.youth.models import Youth
from app.youth.queries import youth_facts

HOUSES = (p.adviser, p.point_a_officer, p.cfa_officer, p.field_agent)
REGION = (p.regional_coordinator, p.regional_correspondent)


def event_facts(db_session: Session, event: PromotionEvent) -> Facts:
    """Facts of one operation: one statement. A draft is its organiser's alone."""
    if event.state is EventState.DRAFT:
        return Facts(organisation_id=event.organiser_id)
    own = event.organiser_id
    query = union_all(
        select(EventPartner.organisation_id).where(EventPartner.event_id == event.id),
        select(EventCompany.company_id).where(EventCompany.event_id == event.id),
        select(Agreement.second_party_id).where(
            Agreement.first_party_id == own, _shares_events_today()
        ),
        select(Agreement.first_party_id).where(
            Agreement.second_party_id == own, _shares_events_today()
        ),
    )
    return Facts(
        organisation_id=own,
        shared_with=frozenset(db_session.scalars(query)),
        regions=frozenset({event.region_code}),
    )


def load_event(db_session: Session, event_id: int) -> PromotionEvent:
    """One operation.

    Raises:
        NotFound: there is none with this number.
    """
    event = db_session.get(PromotionEvent, event_id)
    if event is None:
        raise NotFound
    return event


def company_guest_facts(guest: EventCompany) -> Facts:
    """Facts of the invitation of a company."""
    return Facts(employer_id=guest.company_id, link_object_id=guest.id)


def youth_guest_facts(db_session: Session, guest: EventYouth) -> Facts:
    """Facts of the invitation of a youth: those of the youth, and the link's."""
    return replace(youth_facts(db_session, guest.youth_id), link_object_id=guest.id)


def visible_events(actor: Actor) -> ColumnElement[bool]:
    """`can(actor, EVENT_VIEW, facts)` as a condition on `PromotionEvent`; a test proves both equal."""
    is_shown = PromotionEvent.state != EventState.DRAFT
    lines: list[ColumnElement[bool]] = [false()]
    if _is_one_of(actor, HOUSES):
        lines.append(PromotionEvent.organiser_id == actor.organisation_id)
    if _is_one_of(actor, REGION):
        lines.append(and_(is_shown, PromotionEvent.region_code.in_(actor.regions)))
    if p.regional_coordinator(actor, NOTHING):
        lines.append(PromotionEvent.organiser_id == actor.organisation_id)
    if _is_one_of(actor, (*HOUSES, p.employer)):
        lines.append(and_(is_shown, _shared_with(actor.organisation_id)))
    return or_(*lines)


def _is_one_of(actor: Actor, roles: tuple[p.Predicate, ...]) -> bool:
    return any(role(actor, NOTHING) for role in roles)


def _shares_events_today() -> ColumnElement[bool]:
    today = clock.today()
    return and_(
        Agreement.shares_events,
        Agreement.waits_for_signatures.is_(False),
        Agreement.valid_from <= today,
        or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
    )


def _shared_with(organisation_id: int | None) -> Any:
    first, second = Agreement.first_party_id, Agreement.second_party_id
    return or_(
        exists().where(
            EventPartner.event_id == PromotionEvent.id,
            EventPartner.organisation_id == organisation_id,
        ),
        exists().where(
            EventCompany.event_id == PromotionEvent.id,
            EventCompany.company_id == organisation_id,
        ),
        exists().where(
            _shares_events_today(),
            or_(
                and_(first == PromotionEvent.organiser_id, second == organisation_id),
                and_(second == PromotionEvent.organiser_id, first == organisation_id),
            ),
        ),
    )


def is_own(actor: Actor, youth: Youth) -> bool:
    """The house that follows a youth reads the name; support and everybody else read the code."""
    return (
        actor.organisation_id is not None
        and youth.organisation_id == actor.organisation_id
        and actor.impersonated_by is None
        and youth.anonymised_at is None
    )
