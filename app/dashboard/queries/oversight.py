"""Nine in the morning for those who keep the house: the platform, an organisation's administrator, the officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, JoinRequest, Organisation, OrganisationStatus
from app.accounts.queries.administrators import (
    Reviewed,
    pending_requests,
    requests_without_administrator,
    review_rows,
)
from app.accounts.queries.people import pending_invitations
from app.core.db import AnyRow
from app.core.outbox import UNDELIVERED, OutboxMail
from app.core.pages import Page
from app.core.tasks import Job, JobState
from app.policy.actor import Actor
from app.privacy.queries.registers import ExportLine, Waiting, exports_of, waiting_for_officer


@dataclass(frozen=True, slots=True)
class PlatformMorning:
    to_approve: Sequence[Organisation]
    to_approve_count: int
    requests: Sequence[JoinRequest]
    jobs: Sequence[AnyRow]
    mails: Sequence[AnyRow]
    failed_jobs: Sequence[Job]


def platform_morning(db_session: Session) -> PlatformMorning:
    """Organisations and people to let in, tasks and mails by state, the last failures: six statements."""
    waiting = Organisation.status == OrganisationStatus.TO_CHECK
    return PlatformMorning(
        to_approve=db_session.scalars(
            select(Organisation)
            .where(waiting)
            .order_by(Organisation.created_at.desc(), Organisation.id)
            .limit(20)
        ).all(),
        to_approve_count=db_session.scalar(
            select(func.count()).select_from(Organisation).where(waiting)
        )
        or 0,
        requests=requests_without_administrator(db_session),
        jobs=db_session.execute(
            select(Job.state, func.count().label("n")).group_by(Job.state).order_by(Job.state)
        ).all(),
        mails=db_session.execute(
            select(OutboxMail.state, func.count().label("n"))
            .group_by(OutboxMail.state)
            .order_by(OutboxMail.state)
        ).all(),
        failed_jobs=db_session.scalars(
            select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(10)
        ).all(),
    )


def undelivered(db_session: Session) -> Sequence[OutboxMail]:
    """Mails that did not leave, or whose fate is unknown: a person decides."""
    return db_session.scalars(
        select(OutboxMail)
        .where(OutboxMail.state.in_(UNDELIVERED))
        .order_by(OutboxMail.id.desc())
        .limit(50)
    ).all()


@dataclass(frozen=True, slots=True)
class HouseMorning:
    """What waits for the administrator of one organisation."""

    organisation: Organisation
    requests: Sequence[JoinRequest]
    invitations: Sequence[Invitation]
    members: Sequence[Reviewed]

    @property
    def asks_for_review(self) -> bool:
        """The quarter is over and nobody has said since that the members are the right ones."""
        asked, done = self.organisation.review_asked_at, self.organisation.members_reviewed_at
        return asked is not None and (done is None or done < asked)


def house_morning(db_session: Session, organisation_id: int) -> HouseMorning:
    """Who asks to join, who was invited, who the members are: four statements."""
    organisation = db_session.get_one(Organisation, organisation_id)
    return HouseMorning(
        organisation=organisation,
        requests=pending_requests(db_session, organisation),
        invitations=pending_invitations(db_session, organisation_id),
        members=review_rows(db_session, organisation_id),
    )


@dataclass(frozen=True, slots=True)
class OfficerMorning:
    """What waits for the data protection officer, and the lists of names that left lately."""

    waiting: Waiting
    exports: Page[ExportLine]


def officer_morning(db_session: Session, actor: Actor) -> OfficerMorning:
    """Three counts and the newest page of the register: five statements."""
    return OfficerMorning(
        waiting=waiting_for_officer(db_session, actor),
        exports=exports_of(db_session, actor, page=1),
    )
