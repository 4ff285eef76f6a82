"""The mail of 8 h, one job a person and hat, and the reports of mails that came back; each safe to run twice."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Membership, User
from app.accounts.queries import build_actor, hats_of, territory_of
from app.core import clock
from app.core.bounce_boxes import new_reports
from app.core.db import db, transaction
from app.core.quiet_hours import MORNING
from app.core.tasks import JobContext, enqueue, periodic, task
from app.dashboard.queries.digest import sections_for
from app.dashboard.services import take_reports
from app.notices.models import MorningDigest
from app.notices.services.digest import deliver_digest, wants_digest
from app.partnerships.queries import partners_of
from app.policy.actor import CLOCK
from app.rules.dates.arithmetic import is_working_day_usual


@periodic("mail_reports", minute="*/10")
def read_reports() -> None:
    """Take in the reports of undelivered mails, whoever sent the mail."""
    with new_reports() as reports, transaction() as session:
        take_reports(session, CLOCK, reports=reports)


LATEST = time(12)
"""A worker that was away in the morning still sends until noon; later the day is lost, and tomorrow tells it."""


def is_first_working_day_of_week(day: date) -> bool:
    """True on the first working day since Monday: a holiday moves the weekly mail."""
    monday = day - timedelta(days=day.weekday())
    return not any(
        is_working_day_usual(monday + timedelta(days=number)) for number in range(day.weekday())
    )


@periodic("morning_digests", minute="*/10")
def prepare_digests() -> None:
    """From 8 h on of a working day, hand out the digests that are not made yet."""
    today, wall = clock.today(), clock.local(clock.now()).time()
    if not MORNING <= wall < LATEST or not is_working_day_usual(today):
        return
    made = (
        select(MorningDigest.id)
        .where(
            MorningDigest.user_id == Membership.user_id,
            MorningDigest.organisation_id == Membership.organisation_id,
            MorningDigest.on_day == today,
        )
        .exists()
    )
    with transaction() as session:
        people = session.execute(
            select(Membership.user_id, Membership.organisation_id)
            .join(User, User.id == Membership.user_id)
            .where(
                User.is_active,
                Membership.since <= today,
                Membership.is_current(today),
                ~made,
            )
            .distinct()
            .order_by(Membership.user_id, Membership.organisation_id)
            .limit(1000)
        ).all()
        for user_id, organisation_id in people:
            enqueue(
                session,
                "dashboard.digest",
                {"user_id": user_id, "organisation_id": organisation_id, "day": today.isoformat()},
            )


@task("dashboard.digest")
def send_digest(_context: JobContext, payload: dict[str, Any]) -> None:
    """One digest of one person and hat."""
    user_id, organisation_id = int(payload["user_id"]), int(payload["organisation_id"])
    day = date.fromisoformat(payload["day"])
    if day != clock.today():
        return
    first = is_first_working_day_of_week(day)
    session = db.session()
    user = session.get(User, user_id)
    hat = next(
        (one for one in hats_of(session, user_id) if one.organisation_id == organisation_id), None
    )
    if user is None or not user.is_active or hat is None:
        session.rollback()
        return
    wants = wants_digest(session, user_id, is_first_of_week=first)
    actor = build_actor(
        user,
        hat,
        territory_of(session, user_id, organisation_id),
        partners_of(session, organisation_id),
    )
    sections = sections_for(session, actor) if wants else []
    email = user.email
    session.rollback()
    with transaction() as writing:
        deliver_digest(
            writing,
            user_id=user_id,
            email=email,
            organisation_id=organisation_id,
            organisation=hat.organisation_name,
            sections=sections,
            on_day=day,
            is_first_of_week=first,
            is_wanted=wants,
        )
