"""The waiting list of a full session moves when a seat becomes free: the first in line has 72 hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import Placement
from app.placements.tasks import offer_free_seats
from app.placements.workflow import LeafState, Stage
from app.training.models import SeatHold, TrainingSession
from app.training.queries import queue_rank
from app.training.services import NoSeatLeft
from tests.factories.placements import Triple, make_triple, say_yes
from tests.factories.youth import make_youth


@pytest.fixture
def line(frozen: time_machine.Traveller, app: Flask, session: Session) -> tuple[Triple, list[int]]:
    """One seat, held by the first of three youths; the two others wait in their order."""
    with transaction() as writing:
        triple = make_triple(writing, capacity=1)
        keys = []
        for _ in range(3):
            youth = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
            placement = services.suggest(
                writing,
                triple.adviser.actor,
                youth_id=youth.id,
                session_id=triple.training.id,
            )
            keys.append(placement.id)
            frozen.shift(timedelta(minutes=1))
            if len(keys) == 1:
                say_yes(writing, triple, placement, "cfa")
            else:
                services.cfa_says(
                    writing,
                    triple.cfa.actor,
                    placement_id=placement.id,
                    answer=LeafState.QUEUED,
                )
    return triple, keys


def free_the_seat(triple: Triple, key: int) -> None:
    with transaction() as writing:
        services.withdraw(writing, triple.adviser.actor, placement_id=key, reason="pay")


def offered(session: Session) -> list[int]:
    return list(session.scalars(select(Placement.id).where(Placement.offer_until.is_not(None))))


def test_no_seat_no_offer(session: Session, line: tuple[Triple, list[int]]) -> None:
    offer_free_seats()

    assert offered(session) == []


def test_a_freed_seat_is_kept_for_the_first_in_line(
    session: Session, line: tuple[Triple, list[int]]
) -> None:
    triple, (first, second, third) = line
    free_the_seat(triple, first)

    offer_free_seats()
    offer_free_seats()

    told = session.scalars(
        select(OutboxMail.placement_id).where(OutboxMail.kind == "placement_offer")
    ).all()
    assert offered(session) == [second]
    assert set(told) == {second}
    assert session.scalar(select(TrainingSession.seats_taken)) == 1
    with pytest.raises(NoSeatLeft), transaction() as writing:
        services.cfa_says(writing, triple.cfa.actor, placement_id=third, answer=LeafState.YES)


def test_a_yes_turns_the_offer_into_a_promise(
    session: Session, line: tuple[Triple, list[int]]
) -> None:
    triple, (first, second, _) = line
    free_the_seat(triple, first)
    offer_free_seats()

    with transaction() as writing:
        services.cfa_says(writing, triple.cfa.actor, placement_id=second, answer=LeafState.YES)

    placement = session.get_one(Placement, second)
    assert placement.cfa_leaf is LeafState.YES
    assert placement.offer_until is None
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 1
    assert queue_rank(session, session_id=triple.training.id, youth_id=placement.youth_id) is None


@pytest.mark.parametrize(("hours", "index"), [(71, 1), (73, 2)])
def test_an_offer_nobody_takes_goes_to_the_next_after_three_days(
    frozen: time_machine.Traveller,
    session: Session,
    line: tuple[Triple, list[int]],
    hours: int,
    index: int,
) -> None:
    triple, keys = line
    free_the_seat(triple, keys[0])
    offer_free_seats()
    frozen.shift(timedelta(hours=hours))

    offer_free_seats()

    assert offered(session) == [keys[index]]
    assert session.scalar(select(TrainingSession.seats_taken)) == 1


def test_who_missed_an_offer_waits_at_the_end_of_the_line(
    frozen: time_machine.Traveller, session: Session, line: tuple[Triple, list[int]]
) -> None:
    triple, (first, second, third) = line
    free_the_seat(triple, first)
    offer_free_seats()
    frozen.shift(timedelta(hours=73))
    offer_free_seats()
    frozen.shift(timedelta(hours=73))

    offer_free_seats()

    ranks = [
        queue_rank(
            session,
            session_id=triple.training.id,
            youth_id=session.get_one(Placement, key).youth_id,
        )
        for key in (second, third)
    ]
    assert offered(session) == []
    assert ranks == [1, 2]
    assert session.scalar(select(TrainingSession.seats_taken)) == 0


def test_an_offer_ends_with_its_proposal(session: Session, line: tuple[Triple, list[int]]) -> None:
    triple, (first, second, third) = line
    free_the_seat(triple, first)
    offer_free_seats()

    free_the_seat(triple, second)
    offer_free_seats()

    ended = session.get_one(Placement, second)
    assert (ended.stage, ended.offer_until) == (Stage.WITHDRAWN, None)
    assert session.get_one(Placement, third).offer_until is not None


def test_a_complete_file_passes_before_an_older_one_that_is_not(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        triple = make_triple(writing, capacity=0)
        keys = []
        for complete in (False, True):
            youth = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
            placement = services.suggest(
                writing, triple.adviser.actor, youth_id=youth.id, session_id=triple.training.id
            )
            services.cfa_says(
                writing,
                triple.cfa.actor,
                placement_id=placement.id,
                answer=LeafState.QUEUED,
                file_complete=complete,
            )
            keys.append(youth.id)
            frozen.shift(timedelta(hours=1))

    ranks = [queue_rank(session, session_id=triple.training.id, youth_id=key) for key in keys]

    assert ranks == [2, 1]
