"""Several people, one seat or one position: exactly one wins, and the others are told the truth."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.openings.models import Opening, PositionHold
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState, Stage
from app.training.models import QueueEntry, SeatHold, TrainingSession
from app.training.queries import queue_rank
from tests.concurrency.conftest import race
from tests.factories.placements import Triple, make_placement, make_triple, say_yes
from tests.factories.youth import make_youth

RIVALS = 6
YES = LeafState.YES


def rivals(app: Flask, *, seats: int, positions: int) -> tuple[Triple, list[int]]:
    """Several youths proposed for the same opening and the same session."""
    with transaction() as session:
        triple = make_triple(session, capacity=seats, positions=positions)
        placements = [make_placement(session, triple).id]
        for _ in range(RIVALS - 1):
            youth = make_youth(session, triple.adviser.organisation, triple.adviser.user)
            placements.append(
                services.suggest(
                    session,
                    triple.adviser.actor,
                    youth_id=youth.id,
                    opening_id=triple.opening.id,
                    session_id=triple.training.id,
                ).id
            )
        session.flush()
        session.expunge_all()
    return triple, placements


def count(model: type) -> int:
    found = db.session.scalar(select(func.count()).select_from(model))
    db.session.rollback()
    return found or 0


def test_the_last_seat_has_one_winner(racing_app: Flask) -> None:
    triple, placements = rivals(racing_app, seats=1, positions=RIVALS)

    answers = race(
        racing_app,
        *(
            partial(services.cfa_says, actor=triple.cfa.actor, placement_id=one, answer=YES)
            for one in placements
        ),
    )

    taken = db.session.scalar(select(TrainingSession.seats_taken))
    assert sorted(answers) == ["NoSeatLeft"] * (RIVALS - 1) + ["ok"]
    assert taken == count(SeatHold) == 1


def test_the_last_positions_have_as_many_winners(racing_app: Flask) -> None:
    triple, placements = rivals(racing_app, seats=RIVALS, positions=2)

    answers = race(
        racing_app,
        *(
            partial(
                services.employer_says, actor=triple.employer.actor, placement_id=one, answer=YES
            )
            for one in placements
        ),
    )

    taken = db.session.scalar(select(Opening.positions_taken))
    assert sorted(answers) == ["NoPositionLeft"] * (RIVALS - 2) + ["ok"] * 2
    assert taken == count(PositionHold) == 2


def test_a_double_click_holds_one_seat_and_sends_one_mail(racing_app: Flask) -> None:
    triple, placements = rivals(racing_app, seats=RIVALS, positions=1)
    before = count(OutboxMail)
    verb = partial(
        services.cfa_says, actor=triple.cfa.actor, placement_id=placements[0], answer=YES
    )

    answers = race(racing_app, verb, verb, verb)

    assert answers == ["ok"] * 3
    assert count(SeatHold) == 1
    assert count(OutboxMail) - before == 1


def test_the_same_triple_proposed_together_is_one_proposal(racing_app: Flask) -> None:
    with transaction() as session:
        triple = make_triple(session)
        verb = partial(
            services.suggest,
            actor=triple.adviser.actor,
            youth_id=triple.youth.id,
            opening_id=triple.opening.id,
            session_id=triple.training.id,
        )
        session.expunge_all()

    answers = race(racing_app, verb, verb, verb, verb)

    assert answers == ["ok"] * 4
    assert count(Placement) == 1


def test_a_youth_signs_one_contract(racing_app: Flask) -> None:
    with transaction() as session:
        first, second = make_triple(session), make_triple(session)
        one = make_placement(session, first)
        other = services.suggest(
            session,
            first.adviser.actor,
            youth_id=first.youth.id,
            opening_id=second.opening.id,
            session_id=second.training.id,
        )
        say_yes(session, first, one)
        services.youth_says(session, first.adviser.actor, placement_id=other.id, answer=YES)
        services.employer_says(session, second.employer.actor, placement_id=other.id, answer=YES)
        services.cfa_says(session, second.cfa.actor, placement_id=other.id, answer=YES)
        keys = one.id, other.id
        session.expunge_all()

    answers = race(
        racing_app,
        *(partial(services.sign, actor=first.adviser.actor, placement_id=key) for key in keys),
    )

    stages = set(db.session.scalars(select(Placement.stage)))
    assert answers.count("ok") == 1
    assert not [one for one in answers if one.startswith("DEFECT")]
    assert stages == {Stage.SIGNED, Stage.SUPERSEDED}
    assert count(SeatHold) == count(PositionHold) == 1


def test_signing_answering_and_withdrawing_across_each_other_never_lock_up(
    racing_app: Flask,
) -> None:
    triple, placements = rivals(racing_app, seats=RIVALS, positions=RIVALS)
    with transaction() as session:
        other = make_triple(session)
        opening_id, session_id = other.opening.id, other.training.id
        for key in placements:
            row = session.get_one(Placement, key)
            say_yes(session, triple, row)
            services.suggest(
                session,
                triple.adviser.actor,
                youth_id=row.youth_id,
                opening_id=opening_id,
                session_id=session_id,
            )
        session.expunge_all()
    adviser = triple.adviser.actor

    answers = race(
        racing_app,
        *(partial(services.sign, actor=adviser, placement_id=key) for key in placements[:3]),
        *(
            partial(services.withdraw, actor=adviser, placement_id=key, reason="pay")
            for key in placements[3:]
        ),
        delay=0.02,
    )

    assert answers == ["ok"] * RIVALS
    assert count(SeatHold) == count(PositionHold) == 3
    assert set(db.session.scalars(select(TrainingSession.seats_taken))) == {0, 3}


def test_who_lost_the_seat_is_first_on_the_waiting_list(racing_app: Flask) -> None:
    triple, placements = rivals(racing_app, seats=1, positions=RIVALS)
    verb = partial(services.cfa_says, actor=triple.cfa.actor)
    answers = race(
        racing_app, *(partial(verb, placement_id=one, answer=YES) for one in placements[:2])
    )
    loser = placements[answers.index("NoSeatLeft")]

    queued = race(racing_app, *[partial(verb, placement_id=loser, answer=LeafState.QUEUED)] * 2)

    youth_id = db.session.get_one(Placement, loser).youth_id
    assert queued == ["ok", "ok"]
    assert count(QueueEntry) == 1
    assert queue_rank(db.session(), session_id=triple.training.id, youth_id=youth_id) == 1
