"""What time does to members: the quarterly review, and accounts that nobody uses."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.accounts.services.upkeep import ask_for_reviews, close_dormant_accounts
from app.core import clock
from app.core.db import transaction
from app.core.outbox import OutboxMail
from tests.accounts.conftest import send
from tests.factories.accounts import make_user
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")


def review(session: Session) -> int:
    """The task of the morning, for reviews."""
    session.commit()
    with transaction() as writing:
        return ask_for_reviews(writing, every_days=91)


def tidy(session: Session) -> tuple[int, int]:
    """The task of the morning, for accounts."""
    session.commit()
    with transaction() as writing:
        return close_dormant_accounts(writing, after_days=365)


def test_administrators_are_asked_once_a_quarter_and_again_after_a_fortnight(
    session: Session,
    mission: Organisation,
    admin_user: User,
    frozen: time_machine.Traveller,
) -> None:
    early = review(session)
    frozen.shift(timedelta(days=92))
    due, same_day = review(session), review(session)
    frozen.shift(timedelta(days=15))

    again = review(session)

    mails = session.scalars(select(OutboxMail)).all()
    assert (early, due, same_day, again) == (0, 1, 0, 1)
    assert {one.recipient for one in mails} == {admin_user.email}
    assert f"/organisations/{mission.id}/membres/revue" in mails[0].text_body


def test_confirming_the_members_ends_the_question_for_a_quarter(
    session: Session, mission: Organisation, admin_browser: FlaskClient
) -> None:
    page = f"/organisations/{mission.id}/membres/revue"
    shown = admin_browser.get(page).text

    send(admin_browser, page)

    session.expire_all()
    assert "jamais été confirmée" in shown
    assert mission.members_reviewed_at == clock.now()
    assert review(session) == 0


def test_an_unused_account_is_warned_then_closed_a_month_later(
    session: Session, mission: Organisation, frozen: time_machine.Traveller
) -> None:
    silent = make_user(session, mission, last_login_at=clock.now() - timedelta(days=340))
    busy = make_user(session, mission, last_login_at=clock.now() - timedelta(days=2))
    first = tidy(session)
    frozen.shift(timedelta(days=29))
    between = tidy(session)
    frozen.shift(timedelta(days=1))

    last = tidy(session)

    assert (first, between, last) == ((1, 0), (0, 0), (0, 1))
    assert (silent.is_active, busy.is_active) == (False, True)


def test_signing_in_after_the_warning_keeps_the_account(
    session: Session, mission: Organisation, frozen: time_machine.Traveller
) -> None:
    user = make_user(session, mission, last_login_at=clock.now() - timedelta(days=360))
    tidy(session)
    user.last_login_at = clock.now()
    frozen.shift(timedelta(days=40))

    assert tidy(session) == (0, 0)
    assert user.is_active


def test_who_still_follows_files_is_never_closed_by_the_clock(
    session: Session, mission: Organisation, frozen: time_machine.Traveller
) -> None:
    user = make_user(session, mission, last_login_at=clock.now() - timedelta(days=400))
    make_youth(session, mission, user)
    tidy(session)
    frozen.shift(timedelta(days=31))

    assert tidy(session) == (0, 0)
    assert user.is_active


def test_an_administrator_opens_a_closed_account_again(
    session: Session, mission: Organisation, admin_browser: FlaskClient
) -> None:
    user = make_user(session, mission, is_active=False)
    page = f"/organisations/{mission.id}/membres/{user.id}"

    send(admin_browser, f"{page}/rouvrir", page=page)

    session.expire_all()
    assert user.is_active
    assert tidy(session) == (0, 0)
