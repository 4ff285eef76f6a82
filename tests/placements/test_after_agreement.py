"""The thread of messages, and the contacts after the first day."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import AlreadyDone, Forbidden, Invalid, WrongState
from app.placements import services
from app.placements.models import FollowUp, FollowUpKind, FollowUpState, Placement, PlacementMessage
from app.training.models import Course, Rhythm
from tests.factories.placements import Triple, make_placement, make_triple, say_yes, sign


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


def write(session: Session, triple: Triple, placement: Placement, who: str, text: str) -> None:
    services.write_message(
        session, getattr(triple, who).actor, placement_id=placement.id, text=text
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Écrivez"),
        ("   ", "Écrivez"),
        ("x" * 601, "caractères"),
        ("Nous cherchons quelqu’un de jeune, sans enfant.", "critère"),
        ("ENORA viendra jeudi", "nom du jeune"),
        ("Appelez le 06 39 98 00 01", "numéros"),
        ("Écrivez à jeune@exemple.fr", "adresses"),
    ],
)
def test_a_message_says_nothing_that_is_not_open_yet(
    session: Session, triple: Triple, text: str, complaint: str
) -> None:
    placement = make_placement(session, triple)

    with pytest.raises(Invalid, match=complaint) as refusal:
        write(session, triple, placement, "adviser", text)

    assert refusal.value.field == "text"


def test_after_three_yes_the_name_may_be_written(session: Session, triple: Triple) -> None:
    placement = say_yes(session, triple, make_placement(session, triple))

    write(session, triple, placement, "adviser", "Enora viendra jeudi")

    assert session.scalar(select(PlacementMessage.text)) == "Enora viendra jeudi"


def test_the_same_form_writes_once(session: Session, triple: Triple) -> None:
    placement = make_placement(session, triple)
    verb = partial(services.write_message, session, triple.cfa.actor, placement_id=placement.id)
    verb(text="Bonjour", request_key="k")

    with pytest.raises(AlreadyDone):
        verb(text="Bonjour", request_key="k")


def test_a_thread_ends_with_its_proposal(session: Session, triple: Triple) -> None:
    placement = make_placement(session, triple)
    services.withdraw(session, triple.adviser.actor, placement_id=placement.id, reason="pay")

    with pytest.raises(WrongState):
        write(session, triple, placement, "cfa", "Bonjour")


def test_contacts_are_planned_from_the_first_day(session: Session, triple: Triple) -> None:
    placement = sign(session, triple, make_placement(session, triple))

    services.start(session, triple.cfa.actor, placement_id=placement.id)

    planned = {row.kind: row.due_on for row in session.scalars(select(FollowUp))}
    estimated = planned.pop(FollowUpKind.PRESENCE_45)
    assert planned == {
        FollowUpKind.DAY_1: date(2026, 11, 24),
        FollowUpKind.DAY_8: date(2026, 12, 1),
        FollowUpKind.DAY_21: date(2026, 12, 14),
        FollowUpKind.MONTH_3: date(2027, 2, 23),
        FollowUpKind.MONTH_6: date(2027, 5, 23),
    }
    # Two weeks of three in the company: 45 days take longer than nine weeks and less than four months.
    assert date(2027, 1, 25) < estimated < date(2027, 3, 23)


def test_an_unknown_rhythm_gives_the_earliest_estimate(session: Session, triple: Triple) -> None:
    session.get_one(Course, triple.training.course_id).rhythm = Rhythm.UNKNOWN
    placement = sign(session, triple, make_placement(session, triple))

    services.start(session, triple.cfa.actor, placement_id=placement.id)

    estimated = session.scalar(
        select(FollowUp.due_on).where(FollowUp.kind == FollowUpKind.PRESENCE_45)
    )
    # 45 weekdays from Monday 23 November, without Christmas and New Year's Day, both Fridays.
    assert estimated == date(2027, 1, 26)


def test_a_contact_is_noted_by_those_who_follow_and_not_by_the_employer(
    session: Session, triple: Triple
) -> None:
    placement = sign(session, triple, make_placement(session, triple))
    services.start(session, triple.cfa.actor, placement_id=placement.id)
    row = session.scalars(select(FollowUp).order_by(FollowUp.due_on)).first()
    assert row is not None

    services.note_follow_up(
        session, triple.adviser.actor, follow_up_id=row.id, state=FollowUpState.GOING_WELL
    )

    assert (row.state, row.done_by) == (FollowUpState.GOING_WELL, triple.adviser.user.id)
    with pytest.raises(Forbidden):
        services.note_follow_up(
            session, triple.employer.actor, follow_up_id=row.id, state=FollowUpState.ALERT
        )


def test_a_contact_after_the_end_is_refused(session: Session, triple: Triple) -> None:
    placement = sign(session, triple, make_placement(session, triple))
    services.start(session, triple.cfa.actor, placement_id=placement.id)
    row = session.scalars(select(FollowUp)).first()
    assert row is not None
    services.break_off(
        session, triple.cfa.actor, placement_id=placement.id, reason="mutual_agreement"
    )

    with pytest.raises(WrongState):
        services.note_follow_up(
            session, triple.cfa.actor, follow_up_id=row.id, state=FollowUpState.ALERT
        )
