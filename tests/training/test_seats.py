"""Seats on the real database: one seat a youth, never more than there are, given back once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.changes import Changed, PoolChange
from app.core.errors import Conflict, NotFound
from app.training.models import HoldState, SeatHold, SessionStatus, TrainingSession
from app.training.queries import lapsed_holds
from app.training.services import (
    NoSeatLeft,
    extend_hold,
    hold_seat,
    keep_seat_until,
    release_seat,
    take_seat,
)
from tests.factories.training import make_training_session
from tests.factories.youth import make_youth

SOON, LATER = date(2026, 12, 14), date(2026, 12, 31)


def rows_of(session: Session, group: TrainingSession) -> int:
    """How many seats have a row."""
    return session.scalar(select(func.count()).where(SeatHold.session_id == group.id)) or 0


def changes_of(session: Session) -> int:
    """How often matching was told to read a session again."""
    session.flush()
    return session.scalar(select(func.count()).where(PoolChange.kind == Changed.SESSION)) or 0


def test_a_held_seat_is_counted_and_told_to_matching(session: Session) -> None:
    group, youth = make_training_session(session, capacity=2), make_youth(session)

    hold = hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    assert (hold.state, hold.hold_until) == (HoldState.HELD, SOON)
    assert (group.seats_taken, rows_of(session, group), group.seats_free) == (1, 1, 1)
    assert changes_of(session) == 1


def test_the_same_youth_asked_again_keeps_one_seat_with_the_later_date(session: Session) -> None:
    group, youth = make_training_session(session, capacity=1), make_youth(session)

    first = hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)
    again = hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    assert again is first
    assert again.hold_until == LATER
    assert (group.seats_taken, rows_of(session, group)) == (1, 1)


def test_no_seat_is_promised_beyond_capacity_and_nothing_is_counted(session: Session) -> None:
    group = make_training_session(session, capacity=5, seats_declared=4)
    hold_seat(session, session_id=group.id, youth_id=make_youth(session).id, hold_until=SOON)

    with pytest.raises(NoSeatLeft):
        hold_seat(session, session_id=group.id, youth_id=make_youth(session).id, hold_until=SOON)

    assert (group.seats_taken, rows_of(session, group), group.seats_free) == (1, 1, 0)


@pytest.mark.parametrize("status", [SessionStatus.CLOSED, SessionStatus.CANCELLED])
def test_a_session_that_is_not_open_promises_nothing(
    session: Session, status: SessionStatus
) -> None:
    group, youth = make_training_session(session, status=status), make_youth(session)

    with pytest.raises(NoSeatLeft):
        hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    assert group.seats_taken == 0


def test_taking_a_promised_seat_counts_it_once(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    taken = take_seat(session, session_id=group.id, youth_id=youth.id)

    assert (taken.state, taken.hold_until) == (HoldState.TAKEN, None)
    assert group.seats_taken == 1


def test_a_seat_can_be_taken_without_a_promise_while_one_is_free(session: Session) -> None:
    group = make_training_session(session, capacity=1)

    take_seat(session, session_id=group.id, youth_id=make_youth(session).id)

    with pytest.raises(NoSeatLeft):
        take_seat(session, session_id=group.id, youth_id=make_youth(session).id)
    assert group.seats_taken == 1


def test_a_taken_seat_is_not_turned_back_into_a_promise_by_asking_again(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    take_seat(session, session_id=group.id, youth_id=youth.id)

    again = hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    assert (again.state, again.hold_until) == (HoldState.TAKEN, None)


def test_after_a_break_the_seat_is_kept_until_a_date(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    take_seat(session, session_id=group.id, youth_id=youth.id)

    kept = keep_seat_until(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)

    assert (kept.state, kept.hold_until, kept.extended) == (HoldState.HELD, LATER, False)
    assert group.seats_taken == 1


def test_a_promise_is_prolonged_once(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    extended = extend_hold(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)

    assert (extended.hold_until, extended.extended) == (LATER, True)
    with pytest.raises(Conflict, match="déjà été prolongée"):
        extend_hold(session, session_id=group.id, youth_id=youth.id, hold_until=date(2027, 1, 31))


def test_a_promise_is_not_prolonged_backwards(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)

    with pytest.raises(Conflict, match="plus tardive"):
        extend_hold(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)


def test_a_taken_seat_has_no_date_to_prolong(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    take_seat(session, session_id=group.id, youth_id=youth.id)

    with pytest.raises(Conflict, match="déjà prise"):
        extend_hold(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)


def test_nobody_without_a_seat_can_prolong_it(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)

    with pytest.raises(NotFound):
        extend_hold(session, session_id=group.id, youth_id=youth.id, hold_until=LATER)


def test_a_seat_is_given_back_once(session: Session) -> None:
    group, youth = make_training_session(session), make_youth(session)
    hold_seat(session, session_id=group.id, youth_id=youth.id, hold_until=SOON)

    given_back = [release_seat(session, session_id=group.id, youth_id=youth.id) for _ in range(2)]

    assert given_back == [True, False]
    assert (group.seats_taken, rows_of(session, group)) == (0, 0)
    assert changes_of(session) == 2


def test_only_promises_past_their_last_day_lapse(session: Session) -> None:
    group = make_training_session(session)
    late, today, taken = (make_youth(session) for _ in range(3))
    hold_seat(session, session_id=group.id, youth_id=late.id, hold_until=date(2026, 11, 22))
    hold_seat(session, session_id=group.id, youth_id=today.id, hold_until=date(2026, 11, 23))
    take_seat(session, session_id=group.id, youth_id=taken.id)

    lapsed = lapsed_holds(session, date(2026, 11, 23))

    assert [one.youth_id for one in lapsed] == [late.id]
