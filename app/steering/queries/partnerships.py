"""Agreements of a region: alive or only on paper, by what the two parties did together in the last ninety days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site
from app.core import clock
from app.core.pages import Page, paginate
from app.events.models import EventPartner, PromotionEvent
from app.partnerships.models import Agreement
from app.partnerships.queries import missing_agreements
from app.placements.models import Placement
from app.policy.actor import Actor
from app.reference.models import Commune
from app.reference.queries import departements_of
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


@dataclass(slots=True)
class Territory:
    """The agreements of a département: living, on paper only, and pairs that have none."""

    living: int = 0
    on_paper: int = 0
    missing: int = 0


def agreements_by_departement(
    db_session: Session, actor: Actor, regions: Iterable[str]
) -> dict[str, Territory]:
    """Agreements in force by the départements of their two parties, and pairs without one: two statements."""
    today, since = clock.today(), clock.now() - timedelta(days=ACTIVE_DAYS)
    codes = sorted(regions)
    query: Any = (
        select(
            Agreement.id,
            Commune.departement_code,
            (_proposals_together(since) + _operations_together(since)).label("activity"),
        )
        .join(
            Site,
            and_(
                or_(
                    Site.organisation_id == Agreement.first_party_id,
                    Site.organisation_id == Agreement.second_party_id,
                ),
                Site.is_main,
            ),
        )
        .join(Commune, Commune.insee_code == Site.commune_code)
        .where(
            Commune.region_code.in_(codes),
            Agreement.valid_from <= today,
            or_(Agreement.valid_to.is_(None), Agreement.valid_to >= today),
            Agreement.waits_for_signatures.is_(False),
        )
    )
    found: dict[str, Territory] = {
        code: Territory() for region in codes for code in departements_of(region)
    }
    seen: set[tuple[int, str]] = set()
    for row in db_session.execute(query):
        if (row.id, row.departement_code) in seen:
            continue
        seen.add((row.id, row.departement_code))
        one = found.setdefault(row.departement_code, Territory())
        one.living += row.activity > 0
        one.on_paper += row.activity == 0
    for pair in missing_agreements(db_session, actor):
        found.setdefault(pair.departement, Territory()).missing += 1
    return found


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
