"""From the signature on, the endings, the clock, and who may not: on the real database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.clock import midnight
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.outbox import OutboxMail
from app.openings.models import Opening, PositionHold, PositionState
from app.placements import services
from app.placements.models import Placement, TrainingResult
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import CLOCK, OrganisationKind
from app.training.models import HoldState, SeatHold, TrainingSession
from app.youth.models import ConsentKind, ConsentRecord, Youth, YouthStatus
from tests.factories.accounts import make_organisation
from tests.factories.openings import make_opening
from tests.factories.placements import (
    Triple,
    make_pair,
    make_party,
    make_placement,
    make_triple,
    say_yes,
    sign,
)

W, Y, N, S, Q = (
    LeafState.WAITING,
    LeafState.YES,
    LeafState.NO,
    LeafState.SOUGHT,
    LeafState.QUEUED,
)
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


@pytest.fixture
def placement(session: Session, triple: Triple) -> Placement:
    return make_placement(session, triple)


def live_scopes(session: Session, placement: Placement) -> set[tuple[int | None, str]]:
    """To whom what is revealed now by this placement."""
    return {
        (row.recipient_organisation_id, row.data_scope)
        for row in session.scalars(
            select(ConsentRecord).where(
                ConsentRecord.kind == ConsentKind.REVEAL,
                ConsentRecord.placement_id == placement.id,
                ConsentRecord.withdrawn_at.is_(None),
            )
        )
    }


def mail_kinds(session: Session) -> list[str]:
    return sorted(session.scalars(select(OutboxMail.kind)))


def test_a_trainee_takes_the_seat_for_three_calendar_months(
    session: Session, triple: Triple
) -> None:
    pair = make_pair(session, triple)
    say_yes(session, triple, pair, "youth", "cfa")

    services.start_training(
        session, triple.cfa.actor, placement_id=pair.id, since=date(2026, 10, 5)
    )

    assert pair.window_ends == date(2027, 1, 5)
    assert session.scalar(select(SeatHold.state)) is HoldState.TAKEN
    with pytest.raises(Conflict, match="déjà commencé"):
        services.start_training(session, triple.cfa.actor, placement_id=pair.id)


def test_signing_takes_what_was_held_and_ends_the_other_proposals(
    session: Session, triple: Triple, placement: Placement
) -> None:
    elsewhere = make_opening(session)
    other = services.suggest(
        session,
        triple.adviser.actor,
        youth_id=triple.youth.id,
        opening_id=elsewhere.id,
        session_id=triple.training.id,
    )
    say_yes(session, triple, other, "youth", "cfa")

    sign(session, triple, placement)

    assert placement.stage is Stage.SIGNED
    assert other.stage is Stage.SUPERSEDED
    assert live_scopes(session, other) == set()
    assert session.scalar(select(SeatHold.state)) is HoldState.TAKEN
    assert session.scalar(select(PositionHold.state)) is PositionState.TAKEN
    session.refresh(triple.youth)
    assert triple.youth.status is YouthStatus.PLACED
    assert (triple.youth.live_placements, triple.youth.waiting_answers) == (1, 0)
    session.refresh(elsewhere)
    assert elsewhere.live_placements == 0


def test_nothing_is_signed_before_three_yes(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement, "youth", "cfa")

    with pytest.raises(WrongState):
        services.sign(session, triple.cfa.actor, placement_id=placement.id)


@pytest.mark.parametrize(("days", "signed"), [(14, True), (15, False)])
def test_a_signature_needs_promises_that_still_hold(
    session: Session,
    triple: Triple,
    placement: Placement,
    frozen: time_machine.Traveller,
    days: int,
    signed: bool,
) -> None:
    say_yes(session, triple, placement)
    frozen.shift(timedelta(days=days))

    try:
        services.sign(session, triple.cfa.actor, placement_id=placement.id)
        answer = 200
    except services.HoldOver as refusal:
        answer = refusal.status

    assert answer == (200 if signed else 409)


def test_a_contract_is_signed_on_its_first_day_at_the_latest(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement)

    with pytest.raises(Invalid) as refusal:
        services.sign(
            session,
            triple.cfa.actor,
            placement_id=placement.id,
            contract_starts_on=date(2026, 11, 22),
        )

    assert refusal.value.field == "contract_starts_on"


def test_a_placed_youth_is_not_proposed_again(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)
    other = make_opening(session)

    with pytest.raises(Conflict, match="contrat"):
        services.suggest(
            session, triple.adviser.actor, youth_id=triple.youth.id, opening_id=other.id
        )


def test_a_contract_runs_to_its_result(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)
    services.start(session, triple.cfa.actor, placement_id=placement.id)

    services.complete(
        session, triple.cfa.actor, placement_id=placement.id, result=TrainingResult.DIPLOMA
    )

    assert placement.stage is Stage.COMPLETED
    assert placement.end_reason == "diploma"
    session.refresh(triple.youth)
    assert triple.youth.live_placements == 0


def test_a_first_day_to_come_is_refused(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)

    with pytest.raises(Invalid):
        services.start(
            session, triple.cfa.actor, placement_id=placement.id, started_on=date(2026, 11, 24)
        )


def test_a_break_keeps_the_seat_six_months_for_a_successor(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)
    placement.signed_on = date(2026, 11, 2)

    successor = services.break_off(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        reason="mutual_agreement",
        broken_on=date(2026, 11, 20),
    )

    assert placement.stage is Stage.BROKEN
    assert placement.ended_at == midnight(
        date(2026, 11, 20)
    )  # what is kept after it counts from there
    assert successor is not None
    assert successor.clover == Clover(Stage.OPEN, Y, S, Y)
    assert successor.window_ends == date(2027, 5, 20)
    assert successor.predecessor_id == placement.id
    seat = session.scalars(select(SeatHold)).one()
    assert (seat.state, seat.hold_until) == (HoldState.HELD, date(2027, 5, 20))
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 0
    assert live_scopes(session, placement) == set()
    assert live_scopes(session, successor) == {(triple.cfa.organisation.id, "S4")}
    session.refresh(triple.youth)
    assert triple.youth.status is YouthStatus.READY
    assert triple.youth.live_placements == 1


def test_no_contract_is_broken_off_before_it_was_signed(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)

    with pytest.raises(Invalid) as refusal:
        services.break_off(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            reason="mutual_agreement",
            broken_on=date(2026, 11, 22),
        )

    assert refusal.value.field == "broken_on"
    assert "23/11/2026" in refusal.value.message


def test_an_exclusion_by_the_cfa_frees_the_seat_and_has_no_successor(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)

    successor = services.break_off(
        session, triple.cfa.actor, placement_id=placement.id, reason="centre_exclusion"
    )

    assert successor is None
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 0


def test_the_successor_finds_a_new_employer_with_the_same_seat(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)
    successor = services.break_off(
        session, triple.employer.actor, placement_id=placement.id, reason="liquidation"
    )
    assert successor is not None

    services.attach(
        session,
        triple.adviser.actor,
        placement_id=successor.id,
        opening_id=make_opening(session, triple.employer.organisation).id,
    )
    say_yes(session, triple, successor, "youth", "employer")
    services.sign(session, triple.cfa.actor, placement_id=successor.id)

    assert successor.stage is Stage.SIGNED
    session.refresh(triple.training)
    assert triple.training.seats_taken == 1


@pytest.mark.parametrize(
    ("who", "reason"), [("adviser", "pay"), ("employer", "post_closed"), ("cfa", "course_closed")]
)
def test_each_party_withdraws_with_a_reason_of_its_own_list(
    session: Session, triple: Triple, placement: Placement, who: str, reason: str
) -> None:
    say_yes(session, triple, placement)

    services.withdraw(session, getattr(triple, who).actor, placement_id=placement.id, reason=reason)

    assert placement.stage is Stage.WITHDRAWN
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 0
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 0
    assert live_scopes(session, placement) == set()


def test_what_has_not_left_is_cancelled_when_a_proposal_ends(
    session: Session, triple: Triple, placement: Placement
) -> None:
    services.withdraw(session, triple.adviser.actor, placement_id=placement.id, reason="pay")

    states = dict(session.execute(select(OutboxMail.kind, OutboxMail.state)).all())

    assert states["placement_ask_employer"] == "cancelled"
    assert states["placement_ended"] == "waiting"


def test_a_refused_proposal_is_closed_by_the_adviser(
    session: Session, triple: Triple, placement: Placement
) -> None:
    with pytest.raises(WrongState):
        services.close(session, triple.adviser.actor, placement_id=placement.id)
    services.employer_says(
        session, triple.employer.actor, placement_id=placement.id, answer=N, reason="rhythm"
    )

    services.close(session, triple.adviser.actor, placement_id=placement.id)

    assert placement.stage is Stage.DECLINED


def test_a_promise_lapses_the_day_after_its_last(
    session: Session, triple: Triple, placement: Placement, frozen: time_machine.Traveller
) -> None:
    say_yes(session, triple, placement)
    frozen.shift(timedelta(days=14))
    with pytest.raises(services.NotDue):
        services.hold_lapses(session, CLOCK, placement_id=placement.id, leaf=Leaf.CFA)
    frozen.shift(timedelta(days=1))

    services.hold_lapses(session, CLOCK, placement_id=placement.id, leaf=Leaf.CFA)

    assert placement.clover == Clover(Stage.OPEN, Y, Y, W)
    assert placement.cfa_due_on == date(2026, 12, 23)
    session.refresh(triple.training)
    assert triple.training.seats_taken == 0


def test_a_trainee_keeps_the_seat_until_the_window_ends(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    pair = make_pair(session, triple)
    say_yes(session, triple, pair, "youth", "cfa")
    services.start_training(session, triple.cfa.actor, placement_id=pair.id)
    frozen.move_to("2027-02-23 08:00:00+00:00")
    with pytest.raises(services.NotDue):
        services.hold_lapses(session, CLOCK, placement_id=pair.id, leaf=Leaf.CFA)
    frozen.move_to("2027-02-24 08:00:00+00:00")

    services.hold_lapses(session, CLOCK, placement_id=pair.id, leaf=Leaf.CFA)

    assert pair.clover == Clover(Stage.OPEN, Y, S, W)
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 0


@pytest.mark.parametrize(
    ("leaf", "held"), [(Leaf.CFA, SeatHold.hold_until), (Leaf.EMPLOYER, PositionHold.hold_until)]
)
def test_who_promised_prolongs_the_promise_once_and_nobody_else_does(
    session: Session, triple: Triple, placement: Placement, leaf: Leaf, held: Any
) -> None:
    parties = {Leaf.CFA: triple.cfa.actor, Leaf.EMPLOYER: triple.employer.actor}
    prolong = partial(services.prolong, session, placement_id=placement.id, leaf=leaf)
    with pytest.raises(WrongState):
        prolong(parties[leaf])
    say_yes(session, triple, placement)

    prolong(parties.pop(leaf))

    assert session.scalar(select(held)) == date(2026, 12, 21)
    with pytest.raises(Conflict, match="déjà été prolongé"):
        prolong(triple.cfa.actor if leaf is Leaf.CFA else triple.employer.actor)
    for other in parties.values():
        with pytest.raises(Forbidden):
            prolong(other)


@pytest.mark.parametrize(
    ("answered", "days", "ends"),
    [
        (("employer", "cfa"), 14, False),
        (("employer", "cfa"), 15, True),
        (("youth", "employer"), 22, False),
        (("youth", "employer"), 23, True),
        (("youth", "cfa"), 60, False),
    ],
)
def test_a_proposal_expires_for_the_youth_or_the_cfa_at_the_end_of_the_ladder(
    session: Session,
    triple: Triple,
    placement: Placement,
    frozen: time_machine.Traveller,
    answered: tuple[str, ...],
    days: int,
    ends: bool,
) -> None:
    say_yes(session, triple, placement, *answered)
    frozen.shift(timedelta(days=days))

    try:
        services.expire(session, CLOCK, placement_id=placement.id)
    except services.NotDue:
        assert not ends

    assert (placement.stage is Stage.EXPIRED) is ends


def test_silence_enters_the_rate_of_answers_once(
    session: Session, triple: Triple, placement: Placement, frozen: time_machine.Traveller
) -> None:
    frozen.shift(timedelta(days=15))

    services.employer_stays_silent(session, CLOCK, placement_id=placement.id)
    with pytest.raises(services.NotDue):
        services.employer_stays_silent(session, CLOCK, placement_id=placement.id)

    session.refresh(triple.employer.organisation)
    rate = triple.employer.organisation.answers_due, triple.employer.organisation.answers_in_time
    assert rate == (1, 0)


def test_only_the_clock_makes_a_promise_lapse(
    session: Session, triple: Triple, placement: Placement
) -> None:
    say_yes(session, triple, placement, "cfa")

    with pytest.raises(Forbidden):
        services.hold_lapses(
            session, triple.adviser.actor, placement_id=placement.id, leaf=Leaf.CFA
        )


VERBS: dict[str, Callable[..., object]] = {
    "youth_says": lambda *a, **k: services.youth_says(*a, **k, answer=Y),
    "employer_says": lambda *a, **k: services.employer_says(*a, **k, answer=Y),
    "cfa_says": lambda *a, **k: services.cfa_says(*a, **k, answer=Y),
    "talk": services.talk,
    "sign": services.sign,
    "start": services.start,
    "break_off": lambda *a, **k: services.break_off(*a, **k, reason="mutual_agreement"),
    "complete": lambda *a, **k: services.complete(*a, **k, result=TrainingResult.DIPLOMA),
    "withdraw": lambda *a, **k: services.withdraw(*a, **k, reason="pay"),
    "close": services.close,
    "start_training": services.start_training,
    "prolong": services.prolong,
}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_stranger_finds_no_placement(session: Session, placement: Placement, verb: str) -> None:
    stranger = make_party(session, make_organisation(session, OrganisationKind.TRAINING_CENTRE))

    with pytest.raises(NotFound):
        VERBS[verb](session, stranger.actor, placement_id=placement.id)


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("youth_says", "employer"),
        ("youth_says", "cfa"),
        ("employer_says", "adviser"),
        ("employer_says", "cfa"),
        ("cfa_says", "adviser"),
        ("cfa_says", "employer"),
        ("start", "adviser"),
        ("start", "employer"),
        ("complete", "employer"),
        ("close", "cfa"),
        ("start_training", "adviser"),
    ],
)
def test_nobody_speaks_for_somebody_else(
    session: Session, triple: Triple, placement: Placement, verb: str, who: str
) -> None:
    with pytest.raises(Forbidden):
        VERBS[verb](session, getattr(triple, who).actor, placement_id=placement.id)


def test_a_verb_on_nothing_finds_nothing(session: Session, triple: Triple) -> None:
    with pytest.raises(NotFound):
        services.sign(session, triple.cfa.actor, placement_id=0)


def test_counters_equal_the_rows_after_a_whole_story(
    session: Session, triple: Triple, placement: Placement
) -> None:
    sign(session, triple, placement)
    services.break_off(
        session, triple.employer.actor, placement_id=placement.id, reason="mutual_agreement"
    )

    youth = session.get_one(Youth, triple.youth.id, populate_existing=True)
    opening = session.get_one(Opening, triple.opening.id, populate_existing=True)
    training = session.get_one(TrainingSession, triple.training.id, populate_existing=True)
    live = session.scalar(
        select(func.count())
        .select_from(Placement)
        .where(Placement.youth_id == youth.id, Placement.ended_at.is_(None))
    )
    seats = session.scalar(select(func.count()).select_from(SeatHold))
    positions = session.scalar(select(func.count()).select_from(PositionHold))

    assert (youth.live_placements, training.seats_taken, opening.positions_taken) == (
        live,
        seats,
        positions,
    )
    assert opening.live_placements == 0
    assert session.get_one(Organisation, opening.employer_id).answers_due == 1
