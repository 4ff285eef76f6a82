"""How long data is kept: the warning, the date that moves, what the night removes, the officer's figures."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.access import AccessRecord, NamedExport
from app.core.db import db, transaction
from app.core.errors import Forbidden, Invalid
from app.core.outbox import MailState, OutboxMail
from app.core.retention import RULES, RetentionKind
from app.placements import services as placements
from app.placements.models import LeafAnswer, PlacementMessage, TrainingResult
from app.placements.tasks import remind, turn_the_clock
from app.privacy.models import RetentionRun, RetentionWarning
from app.privacy.queries.retention import days_of
from app.privacy.services import set_days
from app.privacy.tasks import run_night
from app.youth.models import Youth
from app.youth.services import note_contact
from tests.factories.accounts import actor_of, make_organisation
from tests.factories.placements import make_placement, make_triple, sign
from tests.factories.privacy import mails, make_officer
from tests.factories.youth import make_youth

SILENT = RULES[RetentionKind.YOUTH_SILENT].days


def silent_youth(days: int) -> int:
    """A youth whose last contact was that many days ago."""
    with transaction() as session:
        youth = make_youth(session, last_contact_at=clock.now() - timedelta(days=days))
        return youth.id


def anonymised(session: Session, youth_id: int) -> bool:
    return session.get_one(Youth, youth_id, populate_existing=True).anonymised_at is not None


def test_the_adviser_is_told_thirty_days_before_and_once(session: Session) -> None:
    youth_id = silent_youth(SILENT - 30)

    run_night()
    run_night()

    told = mails(session, "privacy_retention_warning")
    youth = session.get_one(Youth, youth_id)
    assert len(told) == 1
    assert youth.public_code in told[0].text_body
    assert youth.family_name not in told[0].text_body
    assert "mercredi 23 décembre 2026" in told[0].text_body


def test_nobody_is_told_a_day_too_early(session: Session) -> None:
    silent_youth(SILENT - 31)

    run_night()

    assert mails(session, "privacy_retention_warning") == []


def test_the_file_is_anonymous_after_the_warning_and_the_date(
    session: Session, frozen: time_machine.Traveller
) -> None:
    youth_id = silent_youth(SILENT - 30)
    run_night()
    frozen.shift(timedelta(days=29))
    run_night()
    before = anonymised(session, youth_id)

    frozen.shift(timedelta(days=1))
    counts = run_night()

    assert (before, anonymised(session, youth_id), counts["anonymised"]) == (False, True, 1)


def test_a_file_that_is_late_already_still_has_its_thirty_days(
    session: Session, frozen: time_machine.Traveller
) -> None:
    youth_id = silent_youth(SILENT + 400)
    run_night()
    run_night()
    first = anonymised(session, youth_id)

    frozen.shift(timedelta(days=30))
    run_night()

    assert (first, anonymised(session, youth_id)) == (False, True)


def test_a_contact_moves_the_date_and_voids_the_warning(
    session: Session, frozen: time_machine.Traveller
) -> None:
    youth_id = silent_youth(SILENT - 30)
    run_night()
    with transaction() as writing:
        adviser = session.get_one(Youth, youth_id).adviser_id
        actor = actor_of(writing, writing.get_one(User, adviser))
        note_contact(writing, actor, youth_id=youth_id)

    frozen.shift(timedelta(days=31))
    run_night()

    assert not anonymised(session, youth_id)


def test_a_live_proposal_keeps_the_file(session: Session, frozen: time_machine.Traveller) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        triple.youth.last_contact_at = clock.now() - timedelta(days=SILENT)
        make_placement(writing, triple)
        youth_id = triple.youth.id

    run_night()

    assert session.scalar(select(func.count()).select_from(RetentionWarning)) == 0
    assert not anonymised(session, youth_id)


def test_a_placed_youth_is_kept_six_months_after_the_contract(
    session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        placement = sign(writing, triple, make_placement(writing, triple))
        placements.start(writing, triple.cfa.actor, placement_id=placement.id)
        placements.complete(
            writing,
            triple.cfa.actor,
            placement_id=placement.id,
            result=TrainingResult.DIPLOMA,
        )
        youth_id = triple.youth.id
    days = RULES[RetentionKind.YOUTH_PLACED].days
    frozen.shift(timedelta(days=days - 30))
    run_night()
    told = len(mails(session, "privacy_retention_warning"))

    frozen.shift(timedelta(days=30))
    run_night()

    assert (told, anonymised(session, youth_id)) == (1, True)


def test_a_file_whose_contract_nobody_completed_goes_six_months_after_its_last_day(
    session: Session, frozen: time_machine.Traveller
) -> None:
    last_day = date(2027, 8, 31)
    with transaction() as writing:
        triple = make_triple(writing)
        placement = sign(writing, triple, make_placement(writing, triple))
        placement.contract_ends_on = last_day
        youth_id = triple.youth.id
    due_on = last_day + timedelta(days=RULES[RetentionKind.YOUTH_PLACED].days)
    for days in (60, 91):
        frozen.move_to(datetime.combine(last_day + timedelta(days=days), time(10), tzinfo=UTC))
        turn_the_clock()
        remind()

    frozen.move_to(datetime.combine(due_on - timedelta(days=31), time(10), tzinfo=UTC))
    run_night()
    too_early = len(mails(session, "privacy_retention_warning"))
    frozen.shift(timedelta(days=1))
    run_night()
    told = len(mails(session, "privacy_retention_warning"))
    frozen.shift(timedelta(days=29))
    run_night()
    before = anonymised(session, youth_id)
    frozen.shift(timedelta(days=1))
    run_night()

    assert (too_early, told) == (0, 1)
    assert (before, anonymised(session, youth_id)) == (False, True)


def test_the_journal_of_readings_goes_after_a_year(
    session: Session, frozen: time_machine.Traveller
) -> None:
    youth_id = silent_youth(1)
    with transaction() as writing:
        for age in (366, 364):
            writing.add(
                AccessRecord(
                    youth_id=youth_id,
                    read_at=clock.now() - timedelta(days=age),
                    purpose="follow_up",
                    page="youth.show",
                )
            )
        writing.add(
            NamedExport(
                made_at=clock.now() - timedelta(days=366),
                kind="youth.list",
                file_format="csv",
                filters={},
                names=1,
            )
        )

    counts = run_night()

    assert counts["access_journal"] == 2
    assert session.scalar(select(func.count()).select_from(AccessRecord)) == 1


def test_old_mails_go_and_those_that_wait_stay(session: Session) -> None:
    with transaction() as writing:
        for state in (MailState.SENT, MailState.WAITING):
            writing.add(
                OutboxMail(
                    kind="test",
                    recipient="a@exemple.fr",
                    subject="Objet",
                    text_body="Texte",
                    html_body="Texte",
                    state=state,
                    created_at=clock.now() - timedelta(days=181),
                )
            )

    run_night()

    left = session.scalars(select(OutboxMail.state).where(OutboxMail.kind == "test")).all()
    assert left == [MailState.WAITING]


def test_words_of_a_proposal_without_contract_go_after_three_months(
    session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
        placement = make_placement(writing, triple)
        adviser = triple.adviser.actor
        placements.write_message(writing, adviser, placement_id=placement.id, text="Bonjour")
        placements.withdraw(
            writing, adviser, placement_id=placement.id, reason="other", words="Autre projet"
        )

    frozen.shift(timedelta(days=91))
    counts = run_night()

    answer = session.scalars(select(LeafAnswer)).one()
    assert (answer.words, answer.reason) == (None, "other")
    assert session.scalar(select(func.count()).select_from(PlacementMessage)) == 0
    assert counts["refused_proposal"] == 2


def test_the_night_leaves_a_report_without_names(session: Session) -> None:
    silent_youth(SILENT - 30)

    run_night()

    report = session.scalars(select(RetentionRun)).one()
    assert report.counts["warned"] == 1
    assert all(isinstance(value, int) for value in report.counts.values())


def test_the_officer_of_the_platform_chooses_the_days(writing: Session) -> None:
    officer = actor_of(writing, make_officer(writing))

    set_days(writing, officer, kind=RetentionKind.ACCESS_JOURNAL, days=200)

    assert days_of(writing, RetentionKind.ACCESS_JOURNAL) == 200


@pytest.mark.parametrize(
    ("kind", "days"),
    [
        (RetentionKind.ACCESS_JOURNAL, 0),
        (RetentionKind.ACCESS_JOURNAL, 3661),
        (RetentionKind.YOUTH_SILENT, 30),
    ],
)
def test_days_that_make_no_sense_are_refused(
    writing: Session, kind: RetentionKind, days: int
) -> None:
    officer = actor_of(writing, make_officer(writing))

    with pytest.raises(Invalid, match="jours"):
        set_days(writing, officer, kind=kind, days=days)


def test_the_officer_of_one_organisation_reads_the_days_and_changes_none(writing: Session) -> None:
    officer = actor_of(writing, make_officer(writing, make_organisation(writing)))

    with pytest.raises(Forbidden):
        set_days(writing, officer, kind=RetentionKind.NIR, days=10)


def test_a_night_that_is_run_twice_does_nothing_the_second_time(app: Flask) -> None:
    with app.app_context():
        silent_youth(SILENT - 30)
        run_night()

        again = run_night()

        db.session.remove()
    assert sum(again.values()) == 0
