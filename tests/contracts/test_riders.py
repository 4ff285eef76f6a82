"""Riders: the versions of a contract that was deposited, who writes them, what each reader sees, and their end."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.contracts import services
from app.contracts.models import ContractRider, ContractSheet
from app.contracts.queries.page import sheet_page
from app.contracts.queries.reminders import Ladder, due_contract_reminders
from app.contracts.queries.riders import RiderPage, offered_riders, rider_page, versions_of
from app.contracts.services.retention import empty_sheets
from app.contracts.tasks import remind
from app.contracts.workflow import SheetEvent, SheetState
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.journal import JournalEvent
from app.notices.models import Notice
from app.placements import services as placements
from app.placements.models import Placement
from app.training.models import Course
from tests.contracts.test_sheet import recognise
from tests.factories.accounts import csrf_token, sign_in
from tests.factories.contracts import fill_all, make_agreed
from tests.factories.placements import Triple
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")
EFFECT = date(2027, 2, 1)


def make_deposited(writing: Session) -> tuple[Triple, Placement]:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)
    services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)
    return triple, placement


def begin(writing: Session, triple: Triple, placement: Placement, code: str) -> ContractRider:
    return services.begin_rider(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        rider_type=code,
        effect_on=EFFECT,
    )


def seen(writing: Session, triple: Triple, party: str, rider: ContractRider) -> RiderPage:
    page = sheet_page(writing, getattr(triple, party).actor, rider.placement_id)
    return rider_page(writing, page, rider.number)


def test_a_sheet_that_has_not_left_is_corrected_and_has_no_rider(writing: Session) -> None:
    triple, placement = make_agreed(writing)

    with pytest.raises(Conflict, match="corrigez plutôt la fiche"):
        begin(writing, triple, placement, "36")
    assert not sheet_page(writing, triple.employer.actor, placement.id).can_begin_rider


def test_an_extension_asks_the_employer_and_the_cfa_each_for_its_day(writing: Session) -> None:
    triple, placement = make_deposited(writing)
    rider = begin(writing, triple, placement, "33")
    asked = {
        holder.value: mine for holder, _, _, mine in seen(writing, triple, "cfa", rider).missing
    }

    services.fill_rider(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        number=1,
        values={"end_date": "2029-08-31", "last_exam_date": "2029-06-30", "tutor_job": "Chef"},
        signed_on=clock.today(),
    )
    with pytest.raises(Invalid, match="sans rien oublier"):
        services.deposit_rider(writing, triple.employer.actor, placement_id=placement.id, number=1)
    services.fill_rider(
        writing,
        triple.cfa.actor,
        placement_id=placement.id,
        number=1,
        values={"last_exam_date": "2029-06-30"},
    )
    services.deposit_rider(writing, triple.employer.actor, placement_id=placement.id, number=1)
    services.decide_rider(
        writing,
        triple.cfa.actor,
        placement_id=placement.id,
        number=1,
        event=SheetEvent.ACCEPT,
        deposit_number="0292026120001-1",
    )

    found = seen(writing, triple, "employer", rider)
    assert asked == {"employer": False, "training_centre": True}
    assert rider.changes == {"end_date": "2029-08-31", "last_exam_date": "2029-06-30"}
    assert [(one.field.field_id, one.before, one.after) for one in found.version.changes] == [
        ("end_date", "31/08/2028", "31/08/2029"),
        ("last_exam_date", "30/06/2028", "30/06/2029"),
    ]
    assert (rider.state, found.version.version) == (SheetState.ACCEPTED, 2)
    assert found.version.leave_by == clock.today() + timedelta(days=5)
    sheet = writing.get_one(ContractSheet, placement.id)
    assert sheet.typed["last_exam_date"] == "2028-06-30"


def test_a_value_that_says_what_it_was_is_no_change_and_the_controls_are_run_again(
    writing: Session,
) -> None:
    triple, placement = make_deposited(writing)
    rider = begin(writing, triple, placement, "36")
    actor = triple.employer.actor
    change = {"weekly_hours": "45:00", "tutor_birth_name": "Le Gall"}

    services.fill_rider(writing, actor, placement_id=placement.id, number=1, values=change)
    found = seen(writing, triple, "employer", rider)
    back = services.fill_rider(
        writing, actor, placement_id=placement.id, number=1, values={"weekly_hours": "35:00"}
    )

    assert [one.rule_id for one in found.findings] == ["DUR-11", "DUR-10"]
    assert back.changes == {}
    assert [one.rule_id for one in seen(writing, triple, "employer", rider).findings] == ["FORM-11"]


def test_the_house_reads_a_rider_and_does_not_write_it(writing: Session) -> None:
    triple, placement = make_deposited(writing)
    rider = begin(writing, triple, placement, "37")

    with pytest.raises(Forbidden):
        services.fill_rider(
            writing, triple.adviser.actor, placement_id=placement.id, number=1, values={}
        )
    assert seen(writing, triple, "adviser", rider).version.label == "Autre lieu de travail"
    with pytest.raises(NotFound):
        services.drop_rider(writing, triple.employer.actor, placement_id=placement.id, number=2)


def test_a_rider_that_left_is_not_given_up_and_a_draft_may_be(writing: Session) -> None:
    triple, placement = make_deposited(writing)
    begin(writing, triple, placement, "36")
    services.drop_rider(writing, triple.employer.actor, placement_id=placement.id, number=1)
    again = begin(writing, triple, placement, "36")
    actor = triple.employer.actor
    services.fill_rider(
        writing,
        actor,
        placement_id=placement.id,
        number=1,
        values={"weekly_hours": "36:00"},
        signed_on=clock.today(),
    )
    services.deposit_rider(writing, actor, placement_id=placement.id, number=1)

    with pytest.raises(WrongState, match="ne s’abandonne plus"):
        services.drop_rider(writing, actor, placement_id=placement.id, number=1)
    with pytest.raises(WrongState, match="ne change plus"):
        services.fill_rider(writing, actor, placement_id=placement.id, number=1, values={})
    assert again.number == 1


def test_the_rider_that_tells_of_a_disability_waits_for_the_youths_word_and_stays_apart(
    writing: Session,
) -> None:
    triple, placement = make_deposited(writing)
    recognise(writing, triple)
    with pytest.raises(Invalid):
        begin(writing, triple, placement, "34")
    services.tell_disability(writing, triple.adviser.actor, placement_id=placement.id, tell=True)

    rider = begin(writing, triple, placement, "34")

    employer = sheet_page(writing, triple.employer.actor, placement.id)
    centre = sheet_page(writing, triple.cfa.actor, placement.id)
    assert "34" in dict(offered_riders(employer))
    assert "34" not in dict(offered_riders(centre))
    assert [one.rider for one in versions_of(writing, employer)] == [rider]
    assert versions_of(writing, centre) == []
    with pytest.raises(NotFound):
        seen(writing, triple, "cfa", rider)
    with pytest.raises(NotFound):
        services.deposit_rider(writing, triple.cfa.actor, placement_id=placement.id, number=1)
    audiences = writing.scalars(
        select(JournalEvent.audience).where(JournalEvent.event == "rider_begun")
    )
    assert [one.value for one in audiences] == ["adviser"]


def test_what_was_told_since_the_deposit_may_be_taken_back_and_goes_after_thirty_days(
    writing: Session, frozen: object
) -> None:
    triple, placement = make_deposited(writing)
    recognise(writing, triple)
    house = triple.adviser.actor
    services.tell_disability(writing, house, placement_id=placement.id, tell=True)
    sheet = writing.get_one(ContractSheet, placement.id)
    # Told on the day of the deposit: the paper holds it.
    with pytest.raises(WrongState):
        services.tell_disability(writing, house, placement_id=placement.id, tell=False)
    sheet.deposited_on = clock.today() - timedelta(days=40)
    services.tell_disability(writing, house, placement_id=placement.id, tell=False)
    services.tell_disability(writing, house, placement_id=placement.id, tell=True)

    empty_sheets(writing, clock.now() - timedelta(days=30))
    writing.expire_all()
    kept = writing.get_one(ContractSheet, placement.id).disability_told_at
    empty_sheets(writing, clock.now() + timedelta(days=1))
    writing.expire_all()

    assert kept is not None
    assert writing.get_one(ContractSheet, placement.id).disability_told_at is None


def test_the_words_of_a_rider_go_thirty_days_after_its_own_deposit(writing: Session) -> None:
    triple, placement = make_deposited(writing)
    rider = begin(writing, triple, placement, "36")
    actor = triple.employer.actor
    services.fill_rider(
        writing,
        actor,
        placement_id=placement.id,
        number=1,
        values={"weekly_hours": "36:00"},
        signed_on=clock.today(),
    )
    services.deposit_rider(writing, actor, placement_id=placement.id, number=1)

    empty_sheets(writing, clock.now())
    writing.expire_all()
    early = dict(rider.changes)
    empty_sheets(writing, clock.now() + timedelta(days=1))
    writing.expire_all()

    assert early == {"weekly_hours": "36:00"}
    assert (rider.changes, rider.before) == ({}, {})
    assert rider.deposited_on == clock.today()


def test_an_employer_opens_writes_and_reads_a_rider_on_its_pages(
    client: FlaskClient, session: Session
) -> None:
    with transaction() as writing:
        triple, placement = make_deposited(writing)
        path = f"/propositions/{placement.id}/contrat"
    sign_in(client, triple.employer.user)
    token = {"csrf_token": csrf_token(client.application, client, "/contrats")}

    wrong = client.post(f"{path}/avenants", data={**token, "rider-rider_type": "36"})
    begun = client.post(
        f"{path}/avenants",
        data={**token, "rider-rider_type": "36", "rider-effect_on": "2027-02-01"},
    )
    shown = parse(client.get(begun.headers["Location"]))
    lost = client.post(
        f"{path}/avenants/1",
        data={**token, "rider-effect_on": "", "rider-tutor_job": "Cheffe boulangère"},
    )
    client.post(
        f"{path}/avenants/1",
        data={
            **token,
            "rider-effect_on": "2027-02-01",
            "rider-tutor_birth_name": "Kerbrat",
            "rider-tutor_job": "Boulanger",
        },
    )

    sheet = " ".join(parse(client.get(path)).get_text(" ").split())
    data = json.loads(client.get(f"{path}.json").get_data())
    assert wrong.status_code == 422
    assert "Indiquez la date d’effet" in parse(wrong).get_text()
    assert (begun.status_code, begun.headers["Location"]) == (303, f"{path}/avenants/1")
    assert shown.select_one("#rider-tutor_birth_name")["value"] == "Le Gall"  # type: ignore[index]
    assert lost.status_code == 422
    assert parse(lost).select_one("#rider-tutor_job")["value"] == "Cheffe boulangère"  # type: ignore[index]
    assert "Version 2 , à compter du lundi 1er février 2027 : Autres changements" in sheet, sheet
    assert "nom de naissance du maître d'apprentissage : Le Gall → Kerbrat" in sheet.replace(
        "Nom", "nom"
    )
    assert data["avenants"][0]["changements"] == {
        "tutor_birth_name": {"avant": "Le Gall", "apres": "Kerbrat"}
    }
    sign_in(client, triple.cfa.user)
    assert client.get(f"{path}/avenants/1").status_code == 200
    assert client.get(f"{path}/avenants/2").status_code == 404


def test_each_rider_without_an_answer_is_asked_about_once_twenty_days_after_its_own_deposit(
    app: Flask, session: Session, frozen: Traveller
) -> None:
    with transaction() as writing:
        triple, placement = make_deposited(writing)
        path, deposit = f"/propositions/{placement.id}/contrat/avenants", clock.today()
        services.note_decision(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            event=SheetEvent.ACCEPT,
            number="0001",
        )
        recognise(writing, triple)
        services.tell_disability(
            writing, triple.adviser.actor, placement_id=placement.id, tell=True
        )
        # Three left on one day: two that all may know of, one whose name tells of a disability.
        for code in ("36", "36", "34"):
            rider = begin(writing, triple, placement, code)
            rider.state, rider.deposited_on = SheetState.DEPOSITED, deposit

    eve = told_of_riders(frozen, deposit + timedelta(days=19))
    told = told_of_riders(frozen, deposit + timedelta(days=20))
    again = told_of_riders(frozen, deposit + timedelta(days=21))

    employer, centre = triple.employer.user.id, triple.cfa.user.id
    assert eve == []
    assert {(one.path, one.user_id) for one in told} == {
        (f"{path}/1", employer),
        (f"{path}/1", centre),
        (f"{path}/2", employer),
        (f"{path}/2", centre),
        (f"{path}/3", employer),
    }
    assert all("pour un avenant, délai à confirmer" in one.title for one in told)
    assert len(again) == len(told) == 5
    written = session.scalars(
        select(JournalEvent.audience).where(JournalEvent.event == "contract_reminder_opco")
    )
    assert [one.value for one in written] == ["parties", "parties", "adviser"]


def test_a_rider_that_was_answered_is_not_asked_about_and_one_sent_again_counts_anew(
    writing: Session,
) -> None:
    triple, placement = make_deposited(writing)
    deposit = clock.today()
    writing.get_one(ContractSheet, placement.id).state = SheetState.ACCEPTED
    writing.get_one(ContractSheet, placement.id).decided_on = deposit
    answered, again = (begin(writing, triple, placement, "36") for _ in range(2))
    for rider in (answered, again):
        rider.state, rider.deposited_on = SheetState.DEPOSITED, deposit
    services.decide_rider(
        writing,
        triple.cfa.actor,
        placement_id=placement.id,
        number=answered.number,
        event=SheetEvent.ACCEPT,
        deposit_number="0001-1",
    )
    again.deposited_on = deposit + timedelta(days=5)
    writing.flush()

    found = [
        [
            (one.rider_number, one.about_on)
            for one in due_contract_reminders(writing, day)
            if one.ladder is Ladder.OPCO
        ]
        for day in (deposit + timedelta(days=24), deposit + timedelta(days=25))
    ]

    assert found == [[], [(again.number, deposit + timedelta(days=25))]]


def told_of_riders(frozen: Traveller, day: date) -> list[Notice]:
    """The task of the morning, on this day; all that was ever told of a rider's answer."""
    frozen.move_to(datetime(day.year, day.month, day.day, 8, 20, tzinfo=UTC))
    remind()
    query = select(Notice).where(
        Notice.event == "contract_deadline", Notice.path.contains("/avenants/")
    )
    return list(db.session.scalars(query.order_by(Notice.id)))


def end_on_the_placement(writing: Session, placement: Placement) -> date | None:
    return writing.get_one(Placement, placement.id, populate_existing=True).contract_ends_on


def test_the_last_day_of_a_contract_stays_when_the_sheet_that_left_is_emptied(
    writing: Session,
) -> None:
    _, placement = make_deposited(writing)

    empty_sheets(writing, clock.now() + timedelta(days=31))

    assert end_on_the_placement(writing, placement) == date(2028, 8, 31)


def test_a_rider_that_was_deposited_moves_the_last_day_and_one_that_was_not_does_not(
    writing: Session,
) -> None:
    triple, placement = make_deposited(writing)
    begin(writing, triple, placement, "33")
    values = {"end_date": "2029-08-31", "last_exam_date": "2029-06-30"}
    for party in (triple.employer, triple.cfa):
        services.fill_rider(
            writing,
            party.actor,
            placement_id=placement.id,
            number=1,
            values=values,
            signed_on=clock.today(),
        )
    before = end_on_the_placement(writing, placement)

    services.deposit_rider(writing, triple.employer.actor, placement_id=placement.id, number=1)

    moved = [
        one.details["ends_on"]
        for one in writing.scalars(select(JournalEvent).where(JournalEvent.event == "end_moved"))
    ]
    assert (before, end_on_the_placement(writing, placement)) == (
        date(2028, 8, 31),
        date(2029, 8, 31),
    )
    assert moved == ["2028-08-31", "2029-08-31"]


@pytest.mark.parametrize("typed", ["31 août", "2026-11-01", "2046-08-31"])
def test_a_last_day_that_cannot_be_changes_nothing_and_the_deposit_is_noted(
    writing: Session, typed: str
) -> None:
    triple, placement = make_agreed(writing)
    fill_all(writing, triple, placement)
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)
    sheet = writing.get_one(ContractSheet, placement.id)
    sheet.typed = {**sheet.typed, "end_date": typed}

    services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)

    assert sheet.state is SheetState.DEPOSITED
    assert end_on_the_placement(writing, placement) is None


def test_a_last_day_that_is_only_supposed_is_nobodys_word(writing: Session) -> None:
    triple, placement = make_agreed(writing)
    triple.training.ends_on = None
    writing.get_one(Course, triple.training.course_id).duration_months = None
    placements.sign(writing, triple.cfa.actor, placement_id=placement.id)

    services.note_deposit(writing, triple.employer.actor, placement_id=placement.id)

    assert end_on_the_placement(writing, placement) is None


def test_the_sheet_shows_the_last_day_that_was_said_when_the_contract_was_signed(
    writing: Session,
) -> None:
    triple, placement = make_agreed(writing)
    placements.sign(
        writing,
        triple.cfa.actor,
        placement_id=placement.id,
        contract_ends_on=date(2028, 7, 7),
    )

    page = sheet_page(writing, triple.employer.actor, placement.id)

    assert page.dates.end == date(2028, 7, 7)
