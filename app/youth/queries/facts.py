"""What the policy needs to know of a youth, and the same rule as an SQL condition for lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from app.core import clock
from app.core.errors import NotFound
from app.policy import predicates
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.reference.models import Commune
from app.youth.models import ConsentKind, ConsentRecord, Youth


def live_consent(kind: ConsentKind, on: date) -> ColumnElement[bool]:
    """The consent record is of this kind, not taken back, not over on that day, and waits for nobody."""
    return and_(
        ConsentRecord.kind == kind,
        ConsentRecord.withdrawn_at.is_(None),
        ConsentRecord.waits_for_representative.is_(False),
        or_(ConsentRecord.expires_on.is_(None), ConsentRecord.expires_on >= on),
    )


def listed_condition(on: date) -> ColumnElement[bool]:
    """The youth agreed to be shown without identity, and this agreement holds on that day."""
    return (
        select(ConsentRecord.id)
        .where(ConsentRecord.youth_id == Youth.id, live_consent(ConsentKind.LISTING, on))
        .exists()
    )


def youth_facts(db_session: Session, youth_id: int) -> Facts:
    """Facts about one youth: one statement.

    Raises:
        NotFound: there is no such youth.
    """
    found = facts_for(db_session, [youth_id])
    if youth_id not in found:
        raise NotFound
    return found[youth_id]


def facts_for(db_session: Session, youth_ids: Iterable[int]) -> dict[int, Facts]:
    """Facts by youth id, for those that exist: one statement whatever their number."""
    today = clock.today()
    consent = aliased(ConsentRecord)
    rows = db_session.execute(
        select(
            Youth.id,
            Youth.organisation_id,
            Youth.adviser_id,
            Youth.anonymised_at,
            Commune.region_code,
            Commune.departement_code,
            consent.kind,
            consent.recipient_organisation_id,
        )
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .outerjoin(
            consent,
            and_(
                consent.youth_id == Youth.id,
                consent.withdrawn_at.is_(None),
                consent.waits_for_representative.is_(False),
                or_(consent.expires_on.is_(None), consent.expires_on >= today),
            ),
        )
        .where(Youth.id.in_(list(youth_ids)))
        .order_by(Youth.id)
    ).all()
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.id].append(row)
    return {youth_id: _facts(of_one) for youth_id, of_one in grouped.items()}


def _facts(rows: list[Any]) -> Facts:
    first = rows[0]
    return Facts(
        # Nobody follows an erased youth: what is left of the row is for statistics.
        advising_organisation_id=None if first.anonymised_at else first.organisation_id,
        adviser_id=first.adviser_id,
        regions=frozenset({first.region_code} if first.region_code else ()),
        departement=first.departement_code,
        is_listed=any(row.kind is ConsentKind.LISTING for row in rows),
        revealed_to=frozenset(
            row.recipient_organisation_id for row in rows if row.kind is ConsentKind.REVEAL
        ),
    )


def visible_youth(actor: Actor) -> ColumnElement[bool]:
    """`can(actor, YOUTH_VIEW, facts)` as a condition on `Youth`; a test proves both equal."""
    if not predicates.not_impersonated(actor, Facts()):
        return false()
    lines: list[ColumnElement[bool]] = [false()]
    if predicates.adviser(actor, Facts()):
        lines.append(
            and_(Youth.organisation_id == actor.organisation_id, Youth.anonymised_at.is_(None))
        )
    if predicates.point_a_officer(actor, Facts()) and actor.youth_partners:
        lines.append(
            and_(
                Youth.organisation_id.in_(actor.youth_partners),
                listed_condition(clock.today()),
            )
        )
    return or_(*lines)


def may_name(actor: Actor, facts: Facts) -> bool:
    """The house that follows the youth knows the name; others once it was revealed to them."""
    return predicates.follows_youth(actor, facts) or predicates.youth_revealed_to(actor, facts)
