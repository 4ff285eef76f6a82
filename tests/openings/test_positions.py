"""Positions on the real database, and the status that follows from them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.openings.models import OpeningStatus, PositionHold, PositionState
from app.openings.queries import lapsed_positions
from app.openings.services import (
    NoPositionLeft,
    hold_position,
    release_position,
    take_position,
)
from tests.factories.openings import make_opening
from tests.factories.youth import make_youth

SOON, LATER = date(2026, 12, 14), date(2026, 12, 31)


def test_a_promised_position_is_counted_once_a_youth(session: Session) -> None:
    opening, youth = make_opening(session, positions=2), make_youth(session)

    first = hold_position(session, opening_id=opening.id, youth_id=youth.id, hold_until=SOON)
    again = hold_position(session, opening_id=opening.id, youth_id=youth.id, hold_until=LATER)

    assert again is first
    assert (first.state, first.hold_until) == (PositionState.HELD, LATER)
    assert (opening.positions_taken, opening.positions_free) == (1, 1)


def test_no_position_is_promised_beyond_their_number(session: Session) -> None:
    opening = make_opening(session, positions=1)
    hold_position(session, opening_id=opening.id, youth_id=make_youth(session).id, hold_until=SOON)

    with pytest.raises(NoPositionLeft):
        hold_position(
            session, opening_id=opening.id, youth_id=make_youth(session).id, hold_until=SOON
        )

    assert opening.positions_taken == 1
    assert session.scalar(select(func.count()).select_from(PositionHold)) == 1


@pytest.mark.parametrize("status", [OpeningStatus.DRAFT, OpeningStatus.CLOSED])
def test_an_opening_that_is_not_published_promises_nothing(
    session: Session, status: OpeningStatus
) -> None:
    opening, youth = make_opening(session, status=status), make_youth(session)

    with pytest.raises(NoPositionLeft):
        hold_position(session, opening_id=opening.id, youth_id=youth.id, hold_until=SOON)


def test_an_opening_is_filled_when_its_last_position_is_taken(session: Session) -> None:
    opening = make_opening(session, positions=2)
    first, second = make_youth(session), make_youth(session)
    hold_position(session, opening_id=opening.id, youth_id=second.id, hold_until=SOON)

    take_position(session, opening_id=opening.id, youth_id=first.id)
    with_one_promise = opening.status
    take_position(session, opening_id=opening.id, youth_id=second.id)

    assert with_one_promise is OpeningStatus.PUBLISHED
    assert opening.status is OpeningStatus.FILLED
    assert opening.positions_taken == 2


def test_a_filled_opening_is_open_again_when_a_position_comes_back(session: Session) -> None:
    opening, youth = make_opening(session), make_youth(session)
    take_position(session, opening_id=opening.id, youth_id=youth.id)

    given_back = [
        release_position(session, opening_id=opening.id, youth_id=youth.id) for _ in range(2)
    ]

    assert given_back == [True, False]
    assert (opening.status, opening.positions_taken) == (OpeningStatus.PUBLISHED, 0)


def test_a_closed_opening_stays_closed_when_a_position_comes_back(session: Session) -> None:
    opening, youth = make_opening(session, positions=2), make_youth(session)
    take_position(session, opening_id=opening.id, youth_id=youth.id)
    opening.status = OpeningStatus.CLOSED

    release_position(session, opening_id=opening.id, youth_id=youth.id)

    assert (opening.status, opening.positions_taken) == (OpeningStatus.CLOSED, 0)


def test_only_promises_past_their_last_day_lapse(session: Session) -> None:
    opening = make_opening(session, positions=3)
    late, today, taken = (make_youth(session) for _ in range(3))
    for youth, until in ((late, date(2026, 11, 22)), (today, date(2026, 11, 23))):
        hold_position(session, opening_id=opening.id, youth_id=youth.id, hold_until=until)
    take_position(session, opening_id=opening.id, youth_id=taken.id)

    lapsed = lapsed_positions(session, date(2026, 11, 23))

    assert [one.youth_id for one in lapsed] == [late.id]
