"""A mail's life: held at night, sent once, cancelled, bounced, stopped, sent again by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_mailman import EmailMultiAlternatives
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock, outbox
from app.core.db import db, transaction
from app.core.outbox import MailState, OutboxMail, StoppedAddress
from app.core.tasks import MAX_ATTEMPTS, STALE_AFTER, Job, JobState, run_queued_jobs, sweep

EVENING = "2026-11-23 20:30:00+00:00"
MORNING = "2026-11-24 07:00:00+00:00"


def post(**changes: object) -> int:
    """Post a mail in a transaction of its own."""
    with transaction() as session:
        values: dict[str, object] = {
            "kind": "a_kind",
            "recipient": "camille@exemple.fr",
            "subject": "Bonjour",
            "text_body": "Bonjour",
            "html_body": "<p>Bonjour</p>",
            **changes,
        }
        return outbox.post(session, **values).id  # type: ignore[arg-type]


def mail(mail_id: int) -> OutboxMail:
    db.session.rollback()
    return db.session.get_one(OutboxMail, mail_id, populate_existing=True)


@pytest.fixture
def at_night(session: Session) -> time_machine.Traveller:
    """Half past nine in the evening in Paris; the clock moves when the test says so."""
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller  # type: ignore[misc]


def test_what_is_posted_at_night_leaves_at_eight(at_night: time_machine.Traveller) -> None:
    mail_id = post()

    run_queued_jobs()
    outbox.release_held()
    at_once = mail(mail_id).state
    at_night.move_to(MORNING)
    outbox.release_held()
    run_queued_jobs()

    assert at_once is MailState.WAITING
    assert mail(mail_id).state is MailState.SENT
    assert mail(mail_id).sent_at == clock.now()


def test_what_a_person_just_asked_for_leaves_at_any_hour(
    at_night: time_machine.Traveller,
) -> None:
    mail_id = post(at_any_hour=True)

    run_queued_jobs()

    assert mail(mail_id).state is MailState.SENT


def test_a_mail_that_waited_for_a_worker_until_night_is_held(session: Session) -> None:
    with time_machine.travel("2026-11-23 18:59:00+00:00", tick=False) as traveller:
        mail_id = post()
        traveller.move_to("2026-11-23 19:01:00+00:00")

        run_queued_jobs()

        held = mail(mail_id)
        assert held.state is MailState.WAITING
        assert held.held_until == clock.local(clock.now()).replace(hour=8, minute=0) + timedelta(
            days=1
        )


def test_what_was_cancelled_at_night_never_leaves(at_night: time_machine.Traveller) -> None:
    mail_id = post(youth_id=7)
    with transaction() as session:
        cancelled = outbox.cancel_waiting(session, youth_id=7)

    at_night.move_to(MORNING)
    outbox.release_held()
    run_queued_jobs()

    assert cancelled == 1
    assert mail(mail_id).state is MailState.CANCELLED


def test_releasing_twice_sends_once(at_night: time_machine.Traveller) -> None:
    mail_id = post()
    at_night.move_to(MORNING)
    outbox.release_held()
    outbox.release_held()

    run_queued_jobs()

    assert mail(mail_id).state is MailState.SENT
    assert len(_sent()) == 1


def test_cancelling_says_whose_mails(session: Session) -> None:
    with pytest.raises(ValueError, match="whose"):
        outbox.cancel_waiting(session)


@pytest.mark.usefixtures("frozen")
def test_a_mail_carries_a_number_that_only_we_can_write(session: Session) -> None:
    mail_id = post()

    run_queued_jobs()

    [message] = _sent()
    assert message.extra_headers["Message-ID"].startswith(f"<trefle.{mail_id}.")


@pytest.mark.usefixtures("frozen")
def test_after_a_lasting_failure_nothing_more_leaves_to_that_address(session: Session) -> None:
    first = post()
    run_queued_jobs()
    waiting = post()
    with transaction() as writing:
        outbox.note_bounce(writing, first, status="5.1.1", is_for_good=True)
    later, other = post(), post(recipient="autre@exemple.fr")

    run_queued_jobs()

    states = [mail(one).state for one in (first, waiting, later, other)]
    assert states == [MailState.BOUNCED, MailState.STOPPED, MailState.STOPPED, MailState.SENT]


@pytest.mark.usefixtures("frozen")
def test_a_report_read_twice_counts_once(session: Session) -> None:
    mail_id = post()
    run_queued_jobs()

    with transaction() as writing:
        first = outbox.note_bounce(writing, mail_id, status="5.1.1", is_for_good=True)
        second = outbox.note_bounce(writing, mail_id, status="5.1.1", is_for_good=True)

    assert first is not None
    assert second is None


@pytest.mark.usefixtures("frozen")
def test_a_full_mailbox_does_not_stop_the_address(session: Session) -> None:
    mail_id = post()
    run_queued_jobs()

    with transaction() as writing:
        outbox.note_bounce(writing, mail_id, status="5.2.2", is_for_good=False)

    assert mail(mail_id).state is MailState.BOUNCED
    assert db.session.get(StoppedAddress, "camille@exemple.fr") is None


@pytest.mark.usefixtures("frozen")
def test_a_person_who_sends_again_lifts_the_stop(session: Session) -> None:
    mail_id = post()
    run_queued_jobs()
    with transaction() as writing:
        outbox.note_bounce(writing, mail_id, status="5.1.1", is_for_good=True)

    with transaction() as writing:
        outbox.resend(writing, mail_id)
    run_queued_jobs()

    assert mail(mail_id).state is MailState.SENT
    assert mail(post()).state is MailState.WAITING


def test_only_a_sending_that_lasts_is_of_unknown_outcome(session: Session) -> None:
    with time_machine.travel(MORNING, tick=False):
        old, fresh = post(), post()
        with transaction() as writing:
            for one, minutes in ((old, 20), (fresh, 1)):
                row = writing.get_one(OutboxMail, one)
                row.state = MailState.SENDING
                row.created_at = clock.now() - timedelta(hours=11)  # held by the night
                row.claimed_at = clock.now() - timedelta(minutes=minutes)

        outbox.mark_cut_sendings()

        assert mail(old).state is MailState.UNKNOWN
        assert mail(fresh).state is MailState.SENDING


def test_a_mail_that_no_worker_could_take_is_told_and_leaves_when_a_person_asks(
    session: Session,
) -> None:
    with time_machine.travel(MORNING, tick=False):
        mail_id = post()
        with transaction() as writing:
            old = clock.now() - STALE_AFTER * 2
            dead = {"state": JobState.RUNNING, "attempts": MAX_ATTEMPTS, "beat_at": old}
            writing.execute(update(Job).values(**dead))

        sweep()
        told = mail(mail_id).state
        with transaction() as writing:
            outbox.resend(writing, mail_id)
        run_queued_jobs()

        assert told is MailState.FAILED
        assert (mail(mail_id).state, len(_sent())) == (MailState.SENT, 1)


def _sent() -> list[EmailMultiAlternatives]:
    from flask import current_app

    return list(current_app.extensions["mailman"].outbox)


@pytest.fixture(autouse=True)
def _empty_mailbox(app: Flask) -> None:
    app.extensions["mailman"].outbox = []
