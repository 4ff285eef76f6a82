"""Agreements with networks of field agents: written by the region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.core.requests import use_once
from app.outreach.models import TargetAgreement
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission


@dataclass(frozen=True, slots=True)
class TargetDetails:
    """What an agreement says; targets are whole numbers, the period its first and last day."""

    title: str
    parties: str
    network: str
    starts_on: date
    ends_on: date
    signed_on: date | None = None
    headcount_target: int = 0
    company_target: int = 0
    counts_contacts: bool = True


def create_target(
    db_session: Session, actor: Actor, *, details: TargetDetails, request_key: str | None = None
) -> TargetAgreement:
    """Write an agreement of the actor's region, or a national one for the platform.

    Raises:
        NotFound: the actor is neither.
        Invalid: the period is turned round, or nothing is aimed at.
        AlreadyDone: the same form came twice.
    """
    region = min(actor.regions, default=None)
    ensure(actor, Permission.TARGET_EDIT, Facts(regions=frozenset({region} if region else ())))
    use_once(db_session, request_key)
    if details.ends_on <= details.starts_on:
        raise Invalid("La fin vient après le début.", field="ends_on")
    if not (details.headcount_target or details.company_target):
        raise Invalid(
            "Écrivez au moins un objectif : des développeurs ou des entreprises.",
            field="company_target",
        )
    row = TargetAgreement(
        title=details.title,
        parties=details.parties,
        network=details.network,
        region_code=region,
        signed_on=details.signed_on,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        headcount_target=details.headcount_target,
        company_target=details.company_target,
        counts_contacts=details.counts_contacts,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    journal.record(
        db_session, actor, subject_kind="target", subject_id=row.id, event="target_created"
    )
    return row
