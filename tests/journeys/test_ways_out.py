"""Each way out of a placement, told from both sides of it: what is free, who knows, and what comes next."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.notices.models import Notice
from app.openings.models import Opening, PositionHold
from app.placements import services
from app.placements.models import Placement, TrainingResult
from app.placements.tasks import stop_unlisted, turn_the_clock
from app.placements.workflow import FINAL_STAGES, Clover, Leaf, LeafState, Stage
from app.policy.actor import CLOCK
from app.training.models import QueueEntry, SeatHold, TrainingSession
from app.youth.models import Youth, YouthStatus
from app.youth.services.consent import give_listing_consent, withdraw_consent
from tests.factories.accounts import sign_in
from tests.factories.placements import (
    Party,
    Triple,
    make_pair,
    make_placement,
    make_triple,
    say_yes,
    sign,
)
from tests.helpers.swap import parse

Way = Callable[[Session, Triple, Placement, time_machine.Traveller], None]


def _withdrawn(by: str, reason: str) -> Way:
    def way(
        session: Session, triple: Triple, placement: Placement, _clock: time_machine.Traveller
    ) -> None:
        say_yes(session, triple, placement, "employer", "cfa")
        party = getattr(triple, by)
        services.withdraw(session, party.actor, placement_id=placement.id, reason=reason)

    return way


def _refused(by: str, reason: str) -> Way:
    """The two others said yes and held what they promise; this one says no, and the adviser closes."""

    def way(
        session: Session, triple: Triple, placement: Placement, _clock: time_machine.Traveller
    ) -> None:
        say_yes(session, triple, placement, *({"youth", "employer", "cfa"} - {by}))
        said = {"placement_id": placement.id, "answer": LeafState.NO, "reason": reason}
        verbs: dict[str, tuple[Callable[..., Placement], Party]] = {
            "youth": (services.youth_says, triple.adviser),
            "employer": (services.employer_says, triple.employer),
            "cfa": (services.cfa_says, triple.cfa),
        }
        verb, party = verbs[by]
        verb(session, party.actor, **said)
        services.close(session, triple.adviser.actor, placement_id=placement.id)

    return way


def _silent(by: str, days: int) -> Way:
    """The two others said yes; this one never answers, and the ladder ends."""

    def way(
        session: Session, triple: Triple, placement: Placement, clock: time_machine.Traveller
    ) -> None:
        say_yes(session, triple, placement, *({"youth", "employer", "cfa"} - {by}))
        if by == "employer":
            # Its silence takes the employer's leaf; the proposal ends when the youth has that very course already.
            make_pair(session, triple)
        clock.shift(timedelta(days=days))
        verb = services.employer_stays_silent if by == "employer" else services.expire
        verb(session, CLOCK, placement_id=placement.id)
        for pair in session.scalars(select(Placement).where(Placement.opening_id.is_(None))):
            services.withdraw(
                session, triple.adviser.actor, placement_id=pair.id, reason="changed_idea"
            )

    return way


def _given_up_before_the_first_day(
    session: Session, triple: Triple, placement: Placement, clock: time_machine.Traveller
) -> None:
    """Signed, then nobody came on the first day: the contract ends before it began, and the diploma is elsewhere."""
    sign(session, triple, placement)
    clock.shift(timedelta(days=3))
    services.break_off(
        session, triple.cfa.actor, placement_id=placement.id, reason="centre_exclusion"
    )


def _a_trainee_who_never_came(
    session: Session, triple: Triple, placement: Placement, clock: time_machine.Traveller
) -> None:
    """Admitted and expected; after three days without news the CFA takes the seat back."""
    say_yes(session, triple, placement, "youth", "cfa")
    services.detach(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        leaf=Leaf.EMPLOYER,
        reason="no_recruitment",
    )
    services.start_training(session, triple.cfa.actor, placement_id=placement.id)
    clock.shift(timedelta(days=3))
    services.withdraw(
        session, triple.cfa.actor, placement_id=placement.id, reason="incomplete_file"
    )


def _the_window_ends(
    session: Session, triple: Triple, placement: Placement, clock: time_machine.Traveller
) -> None:
    """Three months as a trainee and no employer: the seat is free, the CFA is asked again and says nothing."""
    say_yes(session, triple, placement, "youth", "cfa")
    services.detach(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        leaf=Leaf.EMPLOYER,
        reason="no_recruitment",
    )
    services.start_training(session, triple.cfa.actor, placement_id=placement.id)
    clock.shift(timedelta(days=93))
    services.hold_lapses(session, CLOCK, placement_id=placement.id, leaf=Leaf.CFA)
    clock.shift(timedelta(days=23))
    services.expire(session, CLOCK, placement_id=placement.id)


def _forgotten(
    session: Session, triple: Triple, placement: Placement, _clock: time_machine.Traveller
) -> None:
    """The youth is erased: the proposal ends whatever was promised."""
    say_yes(session, triple, placement)
    services.end_for_good(session, CLOCK, placement_id=placement.id)


def _superseded(
    session: Session, triple: Triple, placement: Placement, _clock: time_machine.Traveller
) -> None:
    other = make_triple(session)
    rival = services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=other.opening.id,
        session_id=other.training.id,
    )
    say_yes(session, triple, placement, "employer", "cfa")
    services.youth_says(session, triple.adviser.actor, placement_id=rival.id, answer=LeafState.YES)
    services.employer_says(
        session, other.employer.actor, placement_id=rival.id, answer=LeafState.YES
    )
    services.cfa_says(session, other.cfa.actor, placement_id=rival.id, answer=LeafState.YES)
    services.sign(session, other.cfa.actor, placement_id=rival.id)


def _broken_for_good(
    session: Session, triple: Triple, placement: Placement, _clock: time_machine.Traveller
) -> None:
    sign(session, triple, placement)
    services.start(session, triple.cfa.actor, placement_id=placement.id)
    services.break_off(
        session, triple.cfa.actor, placement_id=placement.id, reason="centre_exclusion"
    )


WAYS: dict[str, tuple[Way, Stage]] = {
    "the adviser withdraws": (_withdrawn("adviser", "pay"), Stage.WITHDRAWN),
    "the employer withdraws": (_withdrawn("employer", "no_recruitment"), Stage.WITHDRAWN),
    "the CFA withdraws": (_withdrawn("cfa", "course_closed"), Stage.WITHDRAWN),
    "the youth refuses": (_refused("youth", "too_far"), Stage.DECLINED),
    "the employer refuses": (_refused("employer", "hired_another"), Stage.DECLINED),
    "the CFA refuses": (_refused("cfa", "level"), Stage.DECLINED),
    "the youth never answers": (_silent("youth", 15), Stage.EXPIRED),
    "the employer never answers": (_silent("employer", 15), Stage.EXPIRED),
    "the CFA never answers": (_silent("cfa", 23), Stage.EXPIRED),
    "three months without employer": (_the_window_ends, Stage.EXPIRED),
    "the youth is erased": (_forgotten, Stage.EXPIRED),
    "a contract is signed elsewhere": (_superseded, Stage.SUPERSEDED),
    "broken before the first day": (_given_up_before_the_first_day, Stage.BROKEN),
    "broken after the first day": (_broken_for_good, Stage.BROKEN),
    "nobody came": (_a_trainee_who_never_came, Stage.WITHDRAWN),
}


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing)


@pytest.mark.parametrize("name", WAYS)
def test_each_way_out_frees_what_was_held_and_tells_the_others(
    frozen: time_machine.Traveller, session: Session, triple: Triple, name: str
) -> None:
    way, stage = WAYS[name]
    with transaction() as writing:
        placement = make_placement(writing, triple)
        key = placement.id
        way(writing, triple, placement, frozen)

    placement = session.get_one(Placement, key)
    held = [
        session.scalar(select(func.count()).select_from(model).where(condition))
        for model, condition in (
            (SeatHold, SeatHold.session_id == triple.training.id),
            (PositionHold, PositionHold.opening_id == triple.opening.id),
            (QueueEntry, QueueEntry.session_id == triple.training.id),
        )
    ]
    told = session.scalars(
        select(OutboxMail.recipient).where(
            OutboxMail.placement_id == key,
            OutboxMail.kind.in_(["placement_ended", "placement_broken"]),
        )
    ).all()
    noticed = session.scalars(select(Notice.event).where(Notice.placement_id == key)).all()
    assert placement.stage is stage
    assert placement.stage in FINAL_STAGES
    assert placement.ended_at is not None
    assert held == [0, 0, 0]
    assert session.get_one(TrainingSession, triple.training.id).seats_taken == 0
    assert session.get_one(Opening, triple.opening.id).positions_taken == 0
    assert told
    assert {"placement_ended", "placement_broken"} & set(noticed)


def test_a_youth_takes_the_yes_back_by_the_link_and_the_adviser_closes_without_a_word_of_why(
    app: Flask, session: Session, triple: Triple
) -> None:
    """All on pages: after three yes the same link says no, the adviser closes, and everything is free."""
    with transaction() as writing:
        youth = writing.get_one(Youth, triple.youth.id)
        youth.email = "youenn@exemple.fr"
        key = say_yes(writing, triple, make_placement(writing, triple)).id
        asked = select(OutboxMail.text_body).where(OutboxMail.kind == "placement_ask_youth")
        found = re.search(r"https?://[^/\s]+(/r/\S+)", writing.scalars(asked).one())
    assert found
    nobody, adviser = app.test_client(), sign_in(app.test_client(), triple.adviser.user)

    def send(client: FlaskClient, page: str, path: str, **values: str) -> int:
        token = parse(client.get(page)).select_one('main input[name$="csrf_token"]')
        assert token
        return client.post(path, data={"csrf_token": token["value"], **values}).status_code

    no = {"answer": "no", "answer-reason": "too_far"}
    said = send(nobody, found[1], found[1], **no)
    after_no = session.get_one(Placement, key).clover
    session.commit()
    closed = send(adviser, f"/propositions/{key}", f"/propositions/{key}/clore")

    session.expire_all()
    told = session.scalars(
        select(OutboxMail).where(
            OutboxMail.placement_id == key, OutboxMail.kind == "placement_ended"
        )
    ).all()
    held = [
        session.scalar(select(func.count()).select_from(one)) for one in (SeatHold, PositionHold)
    ]
    stage = session.get_one(Placement, key).stage
    session.commit()
    assert (said, closed) == (303, 303)
    assert after_no == Clover(Stage.OPEN, LeafState.NO, LeafState.YES, LeafState.YES)
    assert (stage, held) == (Stage.DECLINED, [0, 0])
    assert {one.recipient for one in told} == {triple.employer.user.email, triple.cfa.user.email}
    for party in (triple.employer, triple.cfa):
        text = sign_in(app.test_client(), party.user).get(f"/propositions/{key}").text
        assert "Sans suite" in text
        assert "Trop loin" not in text
    assert nobody.get(found[1]).status_code == 404


def test_silence_ends_a_proposal_and_the_youth_hears_it_from_us(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        triple.youth.email = "youenn@exemple.fr"
        writing.merge(triple.youth)
        key = say_yes(writing, triple, make_placement(writing, triple), "employer", "cfa").id
    frozen.shift(timedelta(days=15))

    turn_the_clock()

    told = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.kind == "placement_ended_youth")
    ).all()
    assert session.get_one(Placement, key).stage is Stage.EXPIRED
    assert told == ["youenn@exemple.fr"]


def test_a_contract_that_runs_to_its_end_frees_nobody_elses_place(
    session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        services.start(writing, triple.cfa.actor, placement_id=placement.id)
        services.complete(
            writing, triple.cfa.actor, placement_id=placement.id, result=TrainingResult.DIPLOMA
        )
        key = placement.id

    assert session.get_one(Placement, key).stage is Stage.COMPLETED


def test_after_a_break_the_youth_is_matchable_at_once_in_the_same_course(
    session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        successor = services.break_off(
            writing,
            triple.employer.actor,
            placement_id=placement.id,
            reason="mutual_agreement",
        )
        assert successor is not None
        key = successor.id

    successor = session.get_one(Placement, key)
    seat = session.scalars(select(SeatHold)).one()
    assert session.get_one(Youth, triple.youth.id).status is YouthStatus.READY
    assert successor.session_id == triple.training.id
    assert successor.clover == Clover(Stage.OPEN, LeafState.YES, LeafState.SOUGHT, LeafState.YES)
    assert seat.hold_until == successor.window_ends


def test_six_months_after_a_break_without_employer_free_the_seat_and_end_the_search(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        placement = sign(writing, triple, make_placement(writing, triple))
        successor = services.break_off(
            writing, triple.adviser.actor, placement_id=placement.id, reason="mutual_agreement"
        )
        assert successor is not None
        key, last = successor.id, successor.window_ends
        assert last is not None

    found = {}
    for days in (0, 1, 24):  # the last day, the day after, and the day after the CFA's ladder
        frozen.move_to(datetime.combine(last + timedelta(days=days), time(9), tzinfo=UTC))
        turn_the_clock()
        row = session.get_one(Placement, key, populate_existing=True)
        seats = session.scalar(select(func.count()).select_from(SeatHold))
        found[days] = (row.stage, row.cfa_leaf, seats)
        session.rollback()

    assert found == {
        0: (Stage.OPEN, LeafState.YES, 1),
        1: (Stage.OPEN, LeafState.WAITING, 0),
        24: (Stage.EXPIRED, LeafState.WAITING, 0),
    }


def test_story_9_she_says_stop_and_every_partner_loses_sight_of_her_within_minutes(
    frozen: time_machine.Traveller, app: Flask, session: Session, triple: Triple
) -> None:
    """Maëlle: a seat is reserved at her CFA, two employers were asked; on stop, nobody is told why."""
    with transaction() as writing:
        reserved = say_yes(writing, triple, make_placement(writing, triple)).id
        other = make_triple(writing)
        pending = services.suggest(
            writing,
            triple.adviser.actor,
            youth_id=triple.youth.id,
            opening_id=other.opening.id,
            session_id=other.training.id,
        ).id
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)
    frozen.shift(timedelta(minutes=2))

    stop_unlisted()

    seen = session.get_one(Placement, reserved)
    asked = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.kind == "placement_ask_about_seat")
    ).all()
    words = " ".join(
        session.scalars(select(OutboxMail.text_body).where(OutboxMail.kind == "placement_ended"))
    )
    assert session.get_one(Placement, pending).stage is Stage.EXPIRED
    assert seen.clover == Clover(Stage.OPEN, LeafState.YES, LeafState.SOUGHT, LeafState.YES)
    assert len(session.scalars(select(SeatHold)).all()) == 1
    assert session.scalars(select(PositionHold)).all() == []
    assert asked == [triple.adviser.user.email]
    assert "accord" not in words
    assert "consent" not in words


def test_story_9_she_may_release_the_seat_and_come_back_later(
    frozen: time_machine.Traveller, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        key = say_yes(writing, triple, make_pair(writing, triple), "youth", "cfa").id
    with transaction() as writing:
        withdraw_consent(writing, triple.adviser.actor, youth_id=triple.youth.id)
    stop_unlisted()
    with transaction() as writing:
        services.withdraw(writing, triple.adviser.actor, placement_id=key, reason="changed_idea")
    freed = session.scalars(select(SeatHold)).all()
    frozen.shift(timedelta(days=30))

    with transaction() as writing:
        give_listing_consent(
            writing, triple.adviser.actor, youth_id=triple.youth.id, channel="in_person"
        )
        again = make_pair(writing, triple).id

    assert freed == []
    assert again != key
    assert session.get_one(Placement, again).clover.leaf(Leaf.YOUTH) is LeafState.WAITING
