"""A contract past its last day: the CFA is asked, and when nobody says how it ended the clock notes that it is over."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.outbox import OutboxMail
from app.dashboard.queries.partners import places_morning
from app.notices.models import Notice
from app.placements import services
from app.placements.deadlines import LadderKind
from app.placements.models import FollowUp, Placement, SentReminder, TrainingResult
from app.placements.services import NotDue
from app.placements.tasks import remind, turn_the_clock
from app.placements.workflow import Stage
from app.policy.actor import CLOCK
from app.privacy.services.checking import CHECKS
from app.youth.models import ConsentKind, ConsentRecord, Youth
from app.youth.services.consent import withdraw_consent
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.placements import Triple, let_end, make_placement, make_triple, sign
from tests.helpers.swap import parse

LAST_DAY = date(2026, 12, 31)


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


@pytest.fixture
def key(triple: Triple) -> int:
    """A contract signed today until the end of the year, whose first day nobody notes."""
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        placement.contract_ends_on = LAST_DAY
        return placement.id


def live_until(frozen: time_machine.Traveller, days: int) -> None:
    """Each day up to so many days after the last of the contract, with all that the clock does in it."""
    while clock.today() < LAST_DAY + timedelta(days=days):
        frozen.shift(timedelta(days=1))
        turn_the_clock()
        remind()


def read(session: Session, key: int) -> Placement:
    return session.get_one(Placement, key, populate_existing=True)


def climbed(session: Session) -> list[tuple[str, date, date]]:
    return [
        (one.kind, one.about_on, clock.local(one.sent_at).date())
        for one in session.scalars(select(SentReminder).order_by(SentReminder.id))
    ]


def test_the_cfa_is_asked_on_each_rung_once_then_the_clock_ends_what_nobody_ended(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    live_until(frozen, 90)
    before = read(session, key).stage
    live_until(frozen, 91)

    placement = read(session, key)
    mails = session.scalars(
        select(OutboxMail)
        .where(OutboxMail.kind == "placement_contract_end")
        .order_by(OutboxMail.id)
    ).all()
    cfa, adviser = triple.cfa.user.email, triple.adviser.user.email
    assert climbed(session) == [
        ("contract_end_first", LAST_DAY, date(2027, 1, 7)),
        ("contract_end_second", LAST_DAY, date(2027, 1, 30)),
        ("contract_end_escalation", LAST_DAY, date(2027, 3, 1)),
    ]
    assert sorted((clock.local(one.created_at).month, one.recipient) for one in mails) == sorted(
        [(1, cfa), (1, cfa), (3, cfa), (3, adviser)]
    )
    for mail in mails:
        assert "devait se terminer le jeudi 31 décembre 2026" in mail.text_body
        assert "après le mercredi 31 mars 2027" in mail.text_body
        assert triple.youth.family_name not in mail.text_body
    assert (before, placement.stage) == (Stage.SIGNED, Stage.COMPLETED)
    assert placement.end_reason == TrainingResult.UNKNOWN
    assert placement.ended_at is not None
    assert clock.local(placement.ended_at).date() == LAST_DAY
    assert session.get_one(Youth, triple.youth.id, populate_existing=True).live_placements == 0
    assert [found for check in CHECKS for found in check(session)] == []


def test_the_parties_read_that_the_contract_is_over_and_that_nobody_said_how(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple, key: int
) -> None:
    live_until(frozen, 91)

    pages = [
        sign_in(app.test_client(), party.user).get(f"/propositions/{key}").text
        for party in (triple.adviser, triple.employer, triple.cfa)
    ]

    told = session.scalars(select(Notice.title).where(Notice.event == "placement_ended")).all()
    assert len(told) == 3
    assert all("personne n’a dit son issue" in one for one in told)
    for page in pages:
        assert "Contrat terminé" in page
        assert "Contrat arrivé à son terme, issue non dite" in page
        assert "/fin-du-contrat" not in page
    assert ["Issue non dite" in page for page in pages] == [True, False, True]


def test_no_result_is_chosen_for_the_cfa_and_the_adviser_reads_the_one_it_says(
    app: Flask, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        services.start(writing, triple.cfa.actor, placement_id=key)
    cfa, path = sign_in(app.test_client(), triple.cfa.user), f"/propositions/{key}"
    page = cfa.get(path).text
    token = csrf_token(app, cfa, path)

    silent = cfa.post(f"{path}/terminer", data={"csrf_token": token})
    said = cfa.post(f"{path}/terminer", data={"csrf_token": token, "complete-result": "partial"})

    assert re.search(r'name="complete-result"[^>]*checked', page) is None
    assert (silent.status_code, said.status_code) == (422, 303)
    pages = [
        sign_in(app.test_client(), party.user).get(path).text
        for party in (triple.adviser, triple.employer, triple.cfa)
    ]
    assert ["Une partie validée" in page for page in pages] == [True, False, True]


def test_a_new_last_day_starts_the_ladder_again(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    live_until(frozen, 61)
    with transaction() as writing:
        services.set_contract_end(
            writing, triple.cfa.actor, placement_id=key, ends_on=date(2027, 3, 31)
        )

    live_until(frozen, 120)

    assert read(session, key).stage is Stage.SIGNED
    assert climbed(session)[3:] == [
        ("contract_end_first", date(2027, 3, 31), date(2027, 4, 7)),
        ("contract_end_second", date(2027, 3, 31), date(2027, 4, 30)),
    ]


def test_a_portal_that_slept_asks_before_it_ends(
    frozen: time_machine.Traveller, session: Session, key: int
) -> None:
    frozen.move_to("2027-09-01 10:00:00+00:00")
    turn_the_clock()
    remind()
    asked = climbed(session)
    frozen.shift(timedelta(days=30))
    turn_the_clock()
    before = read(session, key).stage
    session.commit()

    frozen.shift(timedelta(days=1))
    turn_the_clock()

    (mail, *_) = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == "placement_contract_end")
    )
    assert asked == [("contract_end_escalation", LAST_DAY, date(2027, 9, 1))]
    assert "après le vendredi 1er octobre 2027" in mail.text_body
    assert (before, read(session, key).stage) == (Stage.SIGNED, Stage.COMPLETED)


def test_without_a_word_of_the_parties_the_end_of_the_course_counts(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        writing.get_one(Placement, key).contract_ends_on = None
    frozen.move_to("2028-09-06 10:00:00+00:00")
    remind()
    early = climbed(session)
    session.commit()
    frozen.shift(timedelta(days=1))

    remind()

    assert triple.training.ends_on == date(2028, 8, 31)
    assert early == []
    assert climbed(session) == [("contract_end_first", date(2028, 8, 31), date(2028, 9, 7))]


def test_without_any_day_the_contract_is_waited_for_as_long_as_the_law_lets_one_run(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        writing.get_one(Placement, key).contract_ends_on = None
        writing.merge(triple.training).ends_on = None
    frozen.move_to("2030-11-28 10:00:00+00:00")
    remind()
    early = climbed(session)
    session.commit()
    frozen.shift(timedelta(days=1))

    remind()

    assert early == []
    assert climbed(session) == [("contract_end_first", date(2030, 11, 22), date(2030, 11, 29))]


def test_a_youth_who_said_stop_waits_for_the_end_of_the_contract_so_the_cfa_is_asked_all_the_same(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)

    live_until(frozen, 8)

    assert [kind for kind, _, _ in climbed(session)] == ["contract_end_first"]


def test_a_result_said_in_time_stops_the_questions(
    frozen: time_machine.Traveller, session: Session, triple: Triple, key: int
) -> None:
    live_until(frozen, 8)
    with transaction() as writing:
        services.start(writing, triple.cfa.actor, placement_id=key, started_on=date(2026, 11, 30))
        services.complete(
            writing, triple.cfa.actor, placement_id=key, result=TrainingResult.DIPLOMA
        )

    live_until(frozen, 95)

    assert [kind for kind, _, _ in climbed(session)] == ["contract_end_first"]
    assert read(session, key).end_reason == TrainingResult.DIPLOMA


@pytest.mark.parametrize(
    ("said_on", "ended_on", "names_until"),
    [
        # Before the last day: it is over when it is said.
        ("2026-12-15", date(2026, 12, 15), date(2027, 6, 15)),
        ("2027-02-10", LAST_DAY, date(2027, 6, 30)),
        # So late that the six months are over: the names close that day, not in the past.
        ("2027-08-10", LAST_DAY, date(2027, 8, 10)),
    ],
)
def test_a_contract_was_over_on_its_last_day_whenever_that_is_said(
    frozen: time_machine.Traveller,
    session: Session,
    triple: Triple,
    key: int,
    said_on: str,
    ended_on: date,
    names_until: date,
) -> None:
    frozen.move_to(f"{said_on} 10:00:00+00:00")

    with transaction() as writing:
        services.start(writing, triple.cfa.actor, placement_id=key, started_on=date(2026, 11, 30))
        services.complete(
            writing, triple.cfa.actor, placement_id=key, result=TrainingResult.PARTIAL
        )

    ended_at = read(session, key).ended_at
    shown = select(ConsentRecord.expires_on).where(
        ConsentRecord.kind == ConsentKind.REVEAL, ConsentRecord.data_scope == "S5"
    )
    assert ended_at is not None
    assert clock.local(ended_at).date() == ended_on
    assert set(session.scalars(shown)) == {names_until}
    assert session.scalars(select(FollowUp.id)).all()


def test_the_clock_ends_nothing_before_its_day_whoever_calls_it(
    session: Session, triple: Triple, key: int
) -> None:
    for days in (1, 90):
        with transaction() as writing:
            let_end(writing, writing.get_one(Placement, key), days=days)

        with pytest.raises(NotDue), transaction() as writing:
            services.run_out(writing, CLOCK, placement_id=key)


def test_a_cfa_sets_when_it_is_asked_and_not_beyond_the_months_that_a_file_stays(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        with pytest.raises(Invalid) as refused:
            services.set_ladder(
                writing, triple.cfa.actor, kind=LadderKind.CONTRACT_END, days=(1, 2, 3, 181)
            )
        services.set_ladder(
            writing, triple.cfa.actor, kind=LadderKind.CONTRACT_END, days=(1, 2, 3, 5)
        )

    page = sign_in(app.test_client(), triple.cfa.user).get("/delais").text
    live_until(frozen, 5)
    before = read(session, key).stage
    live_until(frozen, 6)

    assert refused.value.field == "day_4"
    assert "Fin d’un contrat" in page
    assert "Le portail note la fin du contrat" in page
    assert (before, read(session, key).stage) == (Stage.SIGNED, Stage.COMPLETED)


def test_the_cfa_finds_its_contracts_past_their_end_in_the_morning_and_nobody_elses(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple, key: int
) -> None:
    with transaction() as writing:
        other = make_triple(writing)
        foreign = sign(writing, other, make_placement(writing, other))
        foreign.contract_ends_on = LAST_DAY
        code = other.youth.public_code
    on_the_day = places_morning(db.session(), [triple.cfa.organisation.id]).ended_contracts
    frozen.move_to("2027-01-01 10:00:00+00:00")
    session.commit()

    page = sign_in(app.test_client(), triple.cfa.user).get("/").text

    lines = [" ".join(one.get_text().split()) for one in parse(page).select("main li")]
    assert on_the_day == []
    assert "Contrats arrivés à leur terme" in page
    assert (
        f"Profil {triple.youth.public_code} : CAP Boulanger, fin prévue le jeudi 31 décembre 2026"
        in lines
    )
    assert re.search(rf'href="/propositions/{key}"', page)
    assert code not in page


def test_the_page_says_what_to_do_with_a_contract_past_its_end(
    frozen: time_machine.Traveller, app: Flask, triple: Triple, key: int
) -> None:
    frozen.move_to("2027-01-01 10:00:00+00:00")

    found = [
        " ".join(sign_in(app.test_client(), party.user).get(f"/propositions/{key}").text.split())
        for party in (triple.cfa, triple.employer)
    ]

    assert "Notez d’abord le premier jour" in found[0]
    assert "Le CFA dit comment il s’est terminé." in found[1]
