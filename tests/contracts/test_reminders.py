"""Reminders of a contract: each on its day, once, to those who can act, without a name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.contracts import services
from app.contracts.queries.reminders import ContractReminder, Ladder, due_contract_reminders
from app.core.errors import AlreadyDone
from app.notices.models import Notice
from app.placements import services as placements
from app.policy.actor import CLOCK
from tests.factories.contracts import fill_all, make_agreed
from tests.factories.placements import Triple, make_triple

pytestmark = pytest.mark.usefixtures("frozen")


def signed(session: Session, starts_on: date) -> tuple[Triple, int]:
    triple, placement = make_agreed(session)
    fill_all(session, triple, placement)
    placements.sign(
        session, triple.cfa.actor, placement_id=placement.id, contract_starts_on=starts_on
    )
    return triple, placement.id


def kinds(session: Session, today: date, ladder: Ladder) -> list[str]:
    return [one.kind for one in due_contract_reminders(session, today) if one.ladder is ladder]


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 11, 29), []),
        (date(2026, 11, 30), ["contract_signature_15"]),
        (date(2026, 12, 8), ["contract_signature_7"]),
        (date(2026, 12, 13), ["contract_signature_2"]),
        (date(2026, 12, 15), []),
    ],
)
def test_the_signature_is_asked_for_15_7_and_2_days_before_the_start(
    writing: Session, today: date, kind: list[str]
) -> None:
    triple = make_triple(writing)
    triple.opening.start_from = date(2026, 12, 15)
    writing.flush()
    make_agreed(writing, triple)

    assert kinds(writing, today, Ladder.SIGNATURE) == kind


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 12, 1), []),
        (date(2026, 12, 2), ["contract_deposit_2"]),
        (date(2026, 12, 4), ["contract_deposit_4"]),
        (date(2026, 12, 7), ["contract_deposit_6"]),
    ],
)
def test_the_deposit_is_asked_for_on_the_second_fourth_and_sixth_working_day(
    writing: Session, today: date, kind: list[str]
) -> None:
    signed(writing, date(2026, 11, 30))

    assert kinds(writing, today, Ladder.DEPOSIT) == kind


def test_a_deposited_contract_is_left_alone(writing: Session) -> None:
    triple, number = signed(writing, date(2026, 11, 30))
    services.note_deposit(writing, triple.employer.actor, placement_id=number)

    assert kinds(writing, date(2026, 12, 7), Ladder.DEPOSIT) == []


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2027, 3, 22), []),
        (date(2027, 3, 23), ["contract_aid_1"]),
        (date(2027, 4, 23), ["contract_aid_2"]),
        (date(2027, 5, 8), ["contract_aid_3"]),
        (date(2027, 5, 24), []),
    ],
)
def test_the_aid_has_six_months_from_the_signature(
    writing: Session, today: date, kind: list[str]
) -> None:
    signed(writing, date(2026, 11, 30))

    assert kinds(writing, today, Ladder.AID) == kind


def test_a_birthday_that_moves_the_pay_is_told_fifteen_days_before_to_those_who_pay_and_teach(
    writing: Session,
) -> None:
    triple, _ = signed(writing, date(2026, 11, 30))
    triple.youth.birth_date = date(2009, 2, 10)
    writing.flush()

    found = [
        one
        for one in due_contract_reminders(writing, date(2027, 2, 14))
        if one.ladder is Ladder.BIRTHDAY
    ]

    assert [(one.kind, one.about_on) for one in found] == [
        ("contract_birthday_18", date(2027, 3, 1))
    ]
    assert found[0].organisation_ids == {
        triple.employer.organisation.id,
        triple.cfa.organisation.id,
    }
    assert found[0].user_ids == frozenset()
    assert triple.youth.family_name not in found[0].title
    assert kinds(writing, date(2027, 2, 13), Ladder.BIRTHDAY) == []


def test_a_reminder_leaves_once_and_tells_the_parties(writing: Session, frozen: Traveller) -> None:
    triple, number = signed(writing, date(2026, 11, 30))
    frozen.move_to(datetime(2026, 12, 2, 9, tzinfo=UTC))
    due = due_contract_reminders(writing, date(2026, 12, 2))
    reminder: ContractReminder = next(one for one in due if one.ladder is Ladder.DEPOSIT)

    services.send_contract_reminder(writing, CLOCK, reminder=reminder)

    with pytest.raises(AlreadyDone):
        services.send_contract_reminder(writing, CLOCK, reminder=reminder)
    assert kinds(writing, date(2026, 12, 2), Ladder.DEPOSIT) == []
    told = set(writing.scalars(select(Notice.user_id).where(Notice.event == "contract_deadline")))
    assert {triple.employer.user.id, triple.cfa.user.id, triple.adviser.user.id} <= told
    paths = set(writing.scalars(select(Notice.path).where(Notice.event == "contract_deadline")))
    assert paths == {f"/propositions/{number}/contrat"}
