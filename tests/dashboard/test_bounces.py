"""A report of an undelivered mail becomes a notice for the person who can mend the address."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.bounces import Report
from app.core.outbox import MailState
from app.dashboard.services import take_reports
from app.notices.models import Notice
from app.policy.actor import CLOCK, Role
from tests.factories.accounts import make_organisation, make_user
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")


def returned(session: Session, recipient: str, youth_id: int | None = None) -> Report:
    """A mail that left, and the report that it came back."""
    mail = outbox.post(
        session,
        kind="a_kind",
        recipient=recipient,
        subject="Bonjour",
        text_body="Bonjour",
        html_body="<p>Bonjour</p>",
        youth_id=youth_id,
    )
    mail.state = MailState.SENT
    session.flush()
    return Report(mail.id, "5.1.1", is_for_good=True)


def told(session: Session) -> list[tuple[int, str]]:
    return [(one.user_id, one.event) for one in session.scalars(select(Notice).order_by(Notice.id))]


def test_the_adviser_is_told_of_a_youth_s_address_once_and_without_the_name(
    writing: Session,
) -> None:
    house = make_organisation(writing)
    adviser = make_user(writing, house)
    youth = make_youth(writing, house, adviser)
    report = returned(writing, "jeune@exemple.fr", youth.id)

    first = take_reports(writing, CLOCK, reports=[report])
    again = take_reports(writing, CLOCK, reports=[report])

    assert (first, again) == (1, 0)
    assert told(writing) == [(adviser.id, "mail_bounced")]
    assert youth.family_name not in writing.scalars(select(Notice.title)).one()


def test_the_administrator_is_told_of_a_member_s_address(writing: Session) -> None:
    house = make_organisation(writing)
    member = make_user(writing, house, Role.ADVISER)
    admin = make_user(writing, house, Role.ORGANISATION_ADMIN)

    take_reports(writing, CLOCK, reports=[returned(writing, member.email)])

    assert told(writing) == [(admin.id, "member_bounced")]
