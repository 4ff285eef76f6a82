"""Check again, set aside, ask to meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.errors import AlreadyDone, Conflict, Forbidden, Invalid, NotFound
from app.matching.models import MeetingRequest, MeetingState, SetAsideReason
from app.matching.queries.triples_page import Filters, youth_triples
from app.matching.services import answer_meeting, recheck, request_meeting, set_aside, take_back
from app.openings.models import OpeningStatus
from app.policy.actor import OrganisationKind
from app.youth.models import Wish, YesNoUnknown
from tests.factories.accounts import actor_of, make_agreement, make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.matching.world import World, make_world

pytestmark = pytest.mark.usefixtures("frozen")


def _shown(session: Session, world: World) -> list[int]:
    found = youth_triples(session, youth_id=world.youth.id, filters=Filters())
    return [row.opening.id for row in found.rows] if found else []


def test_a_proposal_is_scored_again_on_the_rows_of_now(session: Session) -> None:
    world = make_world(session)

    checked = recheck(
        session, youth_id=world.youth.id, opening_id=world.opening.id, session_id=world.training.id
    )

    assert checked.score is not None
    assert 0 < checked.score <= 1
    assert set(checked.parts) >= {"wish_opening", "journeys", "dates"}
    assert checked.broken == []


def test_a_full_session_is_said_with_its_rule(session: Session) -> None:
    world = make_world(session)
    world.training.seats_declared = 12
    session.flush()

    checked = recheck(
        session, youth_id=world.youth.id, opening_id=world.opening.id, session_id=world.training.id
    )

    assert checked.score is None
    assert [one["code"] for one in checked.broken] == ["NO_SEAT"]


def test_a_pair_is_checked_while_the_third_leaf_is_sought(session: Session) -> None:
    world = make_world(session)

    checked = recheck(session, youth_id=world.youth.id, session_id=world.training.id)

    assert checked.score is not None
    assert checked.broken == []


def test_a_closed_opening_cannot_be_proposed(session: Session) -> None:
    world = make_world(session)
    world.opening.status = OpeningStatus.CLOSED
    session.flush()

    with pytest.raises(Conflict, match="plus publiée"):
        recheck(session, youth_id=world.youth.id, opening_id=world.opening.id)


def test_a_draft_is_known_to_its_house_alone(session: Session) -> None:
    world = make_world(session)
    world.opening.status, world.opening.published_at = OpeningStatus.DRAFT, None
    session.flush()

    with pytest.raises(NotFound):
        recheck(session, youth_id=world.youth.id, opening_id=world.opening.id)


def test_an_opening_set_aside_leaves_the_list_and_comes_back(session: Session) -> None:
    world = make_world(session)
    actor = actor_of(session, world.adviser)
    assert _shown(session, world) == [world.opening.id]

    row = set_aside(
        session,
        actor,
        youth_id=world.youth.id,
        opening_id=world.opening.id,
        reason=SetAsideReason.TIMETABLE,
    )
    session.flush()
    while_aside = _shown(session, world)
    take_back(session, actor, set_aside_id=row.id)
    session.flush()

    assert while_aside == []
    assert _shown(session, world) == [world.opening.id]


def test_a_set_aside_ends_by_itself_at_its_date(session: Session, frozen: object) -> None:
    world = make_world(session)
    set_aside(
        session,
        actor_of(session, world.adviser),
        youth_id=world.youth.id,
        opening_id=world.opening.id,
        reason=SetAsideReason.NOT_NOW,
        until=clock.today() + timedelta(days=3),
    )
    session.flush()
    assert _shown(session, world) == []

    frozen.shift(timedelta(days=4))  # type: ignore[attr-defined]

    assert _shown(session, world) == [world.opening.id]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        (SetAsideReason.TOO_FAR, {"radius_km": 60}),
        (SetAsideReason.TOO_FAR, {"driving_licence_b": YesNoUnknown.YES}),
        (SetAsideReason.OTHER_TRADE, {}),
    ],
)
def test_a_set_aside_ends_when_the_file_no_longer_says_what_it_said(
    session: Session, reason: SetAsideReason, change: dict[str, Any]
) -> None:
    world = make_world(session)
    set_aside(
        session,
        actor_of(session, world.adviser),
        youth_id=world.youth.id,
        opening_id=world.opening.id,
        reason=reason,
    )
    session.flush()
    while_so = _shown(session, world)

    for name, value in change.items():
        setattr(world.youth, name, value)
    if not change:
        session.add(Wish(youth_id=world.youth.id, rank=2, raw_text="pâtissier", folded="patissier"))
    record_change(session, Changed.YOUTH, world.youth.id)
    session.flush()

    assert while_so == []
    assert _shown(session, world) == [world.opening.id]


def test_not_now_without_a_date_lasts_a_month(session: Session) -> None:
    world = make_world(session)

    row = set_aside(
        session,
        actor_of(session, world.adviser),
        youth_id=world.youth.id,
        opening_id=world.opening.id,
        reason=SetAsideReason.NOT_NOW,
    )

    assert row.until == clock.today() + timedelta(days=30)


def test_the_same_thing_is_set_aside_once(session: Session) -> None:
    world = make_world(session)
    actor = actor_of(session, world.adviser)
    set_aside(
        session,
        actor,
        youth_id=world.youth.id,
        opening_id=world.opening.id,
        reason=SetAsideReason.OTHER,
    )

    with pytest.raises(AlreadyDone):
        set_aside(
            session,
            actor,
            youth_id=world.youth.id,
            opening_id=world.opening.id,
            reason=SetAsideReason.OTHER,
        )


def test_an_adviser_of_another_house_sets_nothing_aside(session: Session) -> None:
    world = make_world(session)
    stranger = make_user(session, make_organisation(session))

    with pytest.raises(NotFound):
        set_aside(
            session,
            actor_of(session, stranger),
            youth_id=world.youth.id,
            opening_id=world.opening.id,
            reason=SetAsideReason.OTHER,
        )


@pytest.mark.parametrize("status", [OpeningStatus.DRAFT, OpeningStatus.CLOSED])
def test_an_opening_that_one_may_not_read_is_not_set_aside_to_read_its_title(
    session: Session, status: OpeningStatus
) -> None:
    world = make_world(session)
    hidden = make_opening(session, make_company(session), status=status)

    for opening_id in (hidden.id, 999_999):
        with pytest.raises(NotFound):
            set_aside(
                session,
                actor_of(session, world.adviser),
                youth_id=world.youth.id,
                opening_id=opening_id,
                reason=SetAsideReason.TOO_FAR,
            )


def test_a_point_a_with_an_agreement_sees_but_does_not_set_aside(session: Session) -> None:
    world = make_world(session)
    point_a = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, world.mission, point_a)
    officer = make_user(session, point_a)

    with pytest.raises(Forbidden):
        set_aside(
            session,
            actor_of(session, officer),
            youth_id=world.youth.id,
            opening_id=world.opening.id,
            reason=SetAsideReason.OTHER,
        )


def test_an_employer_asks_to_meet_and_the_adviser_declines_without_a_reason(
    session: Session,
) -> None:
    world = make_world(session)
    request = request_meeting(
        session,
        actor_of(session, world.employer),
        opening_id=world.opening.id,
        public_code=world.youth.public_code,
        message="Nous aimerions vous montrer le fournil.",
    )

    answer_meeting(
        session,
        actor_of(session, world.adviser),
        request_id=request.id,
        state=MeetingState.DECLINED,
    )

    assert session.scalar(select(MeetingRequest.state)) is MeetingState.DECLINED


def test_an_employer_asks_once_for_the_same_person(session: Session) -> None:
    world = make_world(session)
    actor = actor_of(session, world.employer)
    ask = {"opening_id": world.opening.id, "public_code": world.youth.public_code, "message": None}
    request_meeting(session, actor, **ask)  # type: ignore[arg-type]

    with pytest.raises(AlreadyDone):
        request_meeting(session, actor, **ask)  # type: ignore[arg-type]


def test_a_message_that_names_a_forbidden_criterion_is_refused_with_its_words(
    session: Session,
) -> None:
    world = make_world(session)

    with pytest.raises(Invalid, match="jeune femme") as refused:
        request_meeting(
            session,
            actor_of(session, world.employer),
            opening_id=world.opening.id,
            public_code=world.youth.public_code,
            message="Nous cherchons une jeune femme dynamique.",
        )

    assert refused.value.field == "message"


def test_another_employer_cannot_use_the_opening(session: Session) -> None:
    world = make_world(session)
    other = make_user(session, make_company(session))

    with pytest.raises(NotFound):
        request_meeting(
            session,
            actor_of(session, other),
            opening_id=world.opening.id,
            public_code=world.youth.public_code,
            message=None,
        )
