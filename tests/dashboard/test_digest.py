"""The mail of 8 h: on working days, once a person and hat, and only when there is something to say."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.core.tasks import run_queued_jobs
from app.dashboard.tasks import is_first_working_day_of_week, prepare_digests
from app.notices.events import Frequency, Scope
from app.notices.models import MorningDigest
from app.placements.models import Placement
from tests.factories.accounts import make_organisation, make_user
from tests.factories.notices import choose, make_notice
from tests.factories.placements import Triple, make_placement, make_triple

EIGHT = "2026-11-24 07:00:00+00:00"


def morning() -> list[OutboxMail]:
    """Run the clock's work of this instant, and give the digests that were written so far."""
    prepare_digests()
    run_queued_jobs()
    db.session.rollback()
    query = select(OutboxMail).where(OutboxMail.kind == "morning_digest").order_by(OutboxMail.id)
    return list(db.session.scalars(query))


@pytest.fixture
def triple(app: Flask, session: Session) -> Triple:
    """A proposal of yesterday that waits for the three parties."""
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False), transaction() as writing:
        made = make_triple(writing)
        make_placement(writing, made)
    return made


def test_each_party_gets_its_own_lines_and_no_name(session: Session, triple: Triple) -> None:
    placement_id = session.scalars(select(Placement.id)).one()
    with time_machine.travel(EIGHT, tick=False):
        mails = {one.recipient: one for one in morning()}

    assert set(mails) == {
        party.user.email for party in (triple.adviser, triple.employer, triple.cfa)
    }
    for mail in mails.values():
        assert f"/propositions/{placement_id}" in mail.text_body
        assert '<a href="http' in mail.html_body
        assert triple.youth.family_name not in mail.text_body + mail.html_body
        assert triple.youth.given_name not in mail.text_body + mail.html_body


def test_a_second_run_and_a_later_hour_send_nothing_more(triple: Triple) -> None:
    with time_machine.travel(EIGHT, tick=False) as traveller:
        first = len(morning())
        again = len(morning())
        traveller.move_to("2026-11-24 08:30:00+00:00")
        later = len(morning())

    assert first == again == later == 3


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-24 06:50:00+00:00",  # before eight
        "2026-11-24 11:00:00+00:00",  # noon: the day is lost
        "2026-11-28 07:00:00+00:00",  # a Saturday
        "2026-12-25 07:00:00+00:00",  # Christmas, a Friday
        "2027-05-17 06:00:00+00:00",  # Whit Monday
    ],
)
def test_nothing_leaves_outside_the_mornings_of_working_days(triple: Triple, at: str) -> None:
    with time_machine.travel(at, tick=False):
        assert morning() == []


def test_who_has_nothing_to_do_gets_nothing(session: Session) -> None:
    with transaction() as writing:
        make_user(writing, make_organisation(writing))

    with time_machine.travel(EIGHT, tick=False):
        mails = morning()

    assert mails == []
    assert [one.lines for one in db.session.scalars(select(MorningDigest))] == [0]


@pytest.mark.parametrize(
    ("frequency", "at", "count"),
    [
        (Frequency.DAILY, "2026-11-24 07:00:00+00:00", 1),
        (Frequency.WEEKLY, "2026-11-24 07:00:00+00:00", 0),  # a Tuesday
        (Frequency.WEEKLY, "2026-11-30 07:00:00+00:00", 1),  # a Monday
        (Frequency.WEEKLY, "2027-05-18 06:00:00+00:00", 1),  # the Tuesday after Whit Monday
        (Frequency.PORTAL, "2026-11-30 07:00:00+00:00", 0),
    ],
)
def test_the_digest_leaves_as_often_as_the_person_chose(
    session: Session, frequency: Frequency, at: str, count: int
) -> None:
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False), transaction() as writing:
        user = make_user(writing, make_organisation(writing))
        choose(writing, user, "morning", frequency, Scope.MINE)
        make_notice(writing, user, delivery=Frequency.DAILY)

    with time_machine.travel(at, tick=False):
        mails = morning()

    assert len(mails) == count


def test_notices_kept_for_the_morning_leave_once_and_read_or_withdrawn_ones_never(
    session: Session,
) -> None:
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False), transaction() as writing:
        user = make_user(writing, make_organisation(writing))
        at = clock.now()
        make_notice(writing, user, title="Pour le matin", delivery=Frequency.DAILY)
        make_notice(writing, user, title="Dans le portail")
        make_notice(writing, user, title="Déjà lu", delivery=Frequency.DAILY, read_at=at)
        make_notice(
            writing, user, title="Retiré", delivery=Frequency.DAILY, path="", withdrawn_at=at
        )

    with time_machine.travel(EIGHT, tick=False) as traveller:
        [mail] = morning()
        text = mail.text_body
        traveller.shift(86400)
        next_day = morning()

    assert "Pour le matin" in text
    assert not any(words in text for words in ("Dans le portail", "Déjà lu", "Retiré"))
    assert len(next_day) == 1


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 24), False),
        (date(2027, 5, 18), True),  # Whit Monday moves it
    ],
)
def test_a_holiday_moves_the_first_day_of_the_week(day: date, first: bool) -> None:
    assert is_first_working_day_of_week(day) is first
