"""Nine in the morning for the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus
from app.core.db import AnyRow
from app.core.outbox import UNDELIVERED, OutboxMail
from app.core.tasks import Job, JobState


@dataclass(frozen=True, slots=True)
class PlatformMorning:
    to_approve: Sequence[Organisation]
    to_approve_count: int
    jobs: Sequence[AnyRow]
    mails: Sequence[AnyRow]
    failed_jobs: Sequence[Job]


def platform_morning(db_session: Session) -> PlatformMorning:
    """Organisations to approve, tasks and mails by state, the last failures: five statements."""
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
