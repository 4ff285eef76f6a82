"""Agreements of a region: alive or only on paper, by what the two parties did together in the last ninety days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation
from app.core import clock
from app.core.pages import Page, paginate
from app.events.models import EventPartner, PromotionEvent
from app.partnerships.models import Agreement
from app.placements.models import Placement
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

ACTIVE_DAYS = 90


def living_agreements(db_session: Session, regions: Iterable[str], *, number: int) -> Page[Any]:
    """Agreements in force, those without activity first: two statements.

    Activity: proposals of a youth of one party for a session of the other or made by the other, and operations that
    the two held together, begun in the last ninety days.
    """
    today, since = clock.today(), clock.now() - timedelta(days=ACTIVE_DAYS)
    first, second = aliased(Organisation), aliased(Organisation)
    proposals, operations = _proposals_together(since), _operations_together(since)
    query: Any = (
        select(
            Agreement.id,
            first.name.label("first"),
            second.name.label("second"),
            Agreement.valid_from,
            Agreement.valid_to,
            proposals.label("proposals"),
            operations.label("operations"),
        )
        .join(first, first.id == Agreement.first_party_id)
        .join(second, second.id == Agreement.second_party_id)
        .where(
            or_(first.region_code.in_(sorted(regions)), second.region_code.in_(sorted(regions))),
            Agreement.valid_from <= today,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
            Agreement.waits_for_signatures.is_(False),
        )
        .order_by(proposals + operations, first.sort_name, second.sort_name, Agreement.id)
    )
    return paginate(db_session, query, number=number)


def _proposals_together(since: Any) -> Any:
    one, other = Agreement.first_party_id, Agreement.second_party_id
    return (
        select(func.count(Placement.id))
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .where(
            Placement.suggested_at >= since,
            or_(
                and_(Youth.organisation_id == one, _involves(other)),
                and_(Youth.organisation_id == other, _involves(one)),
            ),
        )
        .correlate(Agreement)
        .scalar_subquery()
    )


def _involves(party: Any) -> Any:
    return or_(Course.cfa_id == party, Placement.suggested_by_organisation_id == party)


def _operations_together(since: Any) -> Any:
    one, other = Agreement.first_party_id, Agreement.second_party_id
    return (
        select(func.count(PromotionEvent.id.distinct()))
        .join(EventPartner, EventPartner.event_id == PromotionEvent.id)
        .where(
            PromotionEvent.starts_at >= since,
            or_(
                and_(PromotionEvent.organiser_id == one, EventPartner.organisation_id == other),
                and_(PromotionEvent.organiser_id == other, EventPartner.organisation_id == one),
            ),
        )
        .correlate(Agreement)
        .scalar_subquery()
    )
