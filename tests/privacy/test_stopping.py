"""The youth says stop: what ends, what stays, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Membership
from app.core import clock
from app.core.access import AccessRecord, ExportFormat, NamedExport
from app.core.errors import NotFound
from app.core.tasks import _PERIODIC
from app.events.models import EventCompany, EventKind, EventMeeting, EventYouth, PromotionEvent
from app.events.workflow import EventState, GuestState
from app.matching.models import MeetingRequest, MeetingState
from app.matching.queries.pool import current_pool
from app.matching.services import request_meeting
from app.placements.models import Placement
from app.placements.queries.page import placement_page
from app.placements.workflow import Stage
from app.planning.models import LeftWithout, PlanLine, PlanRun
from app.planning.queries.pages import left_without, morning_lines, plan_lines
from app.planning.workflow import LineState
from app.policy.actor import Role
from app.privacy import services
from app.privacy.queries import person
from app.privacy.queries.person import kept_seats
from app.youth.models import ConsentRecord, YouthStatus
from app.youth.queries import youth_facts
from app.youth.services import change_status, give_listing_consent
from tests.factories.accounts import make_user
from tests.factories.openings import make_opening
from tests.factories.placements import (
    Triple,
    make_pair,
    make_placement,
    make_triple,
    say_yes,
    sign,
)
from tests.factories.privacy import mails, youth_actor


@pytest.fixture
def session(writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


def export_by(session: Session, triple: Triple, organisation_id: int, user_id: int) -> NamedExport:
    """A list with this youth that somebody took out of the portal."""
    row = NamedExport(
        user_id=user_id,
        organisation_id=organisation_id,
        made_at=clock.now(),
        kind="placements.list",
        file_format=ExportFormat.CSV,
        filters={},
        names=1,
    )
    session.add(row)
    session.flush()
    session.add(
        AccessRecord(
            youth_id=triple.youth.id,
            user_id=user_id,
            organisation_id=organisation_id,
            read_at=clock.now(),
            purpose="export",
            page="placements.list_placements",
            export_id=row.id,
        )
    )
    session.flush()
    return row


def test_a_stop_ends_listing_reveals_and_proposals_at_once(
    session: Session, triple: Triple
) -> None:
    placement = say_yes(session, triple, make_placement(session, triple), "youth")

    ended = services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    facts = youth_facts(session, triple.youth.id)
    assert (ended.listings, ended.reveals, ended.proposals) == (1, 2, 1)
    assert (facts.is_listed, facts.revealed_to) == (False, frozenset())
    assert session.get_one(Placement, placement.id).stage is Stage.EXPIRED


def test_a_partner_sees_the_code_and_no_reason(session: Session, triple: Triple) -> None:
    placement = say_yes(session, triple, make_placement(session, triple), "youth")

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    page = placement_page(session, triple.employer.actor, placement.id)
    assert page.youth.label == triple.youth.public_code
    assert page.end_reason is None
    assert [step.reason for step in page.steps if step.event == "expire"] == [None]
    assert all("stop" not in mail.text_body for mail in mails(session, "placement_ended"))


def test_the_pool_of_matching_loses_the_youth(session: Session, triple: Triple) -> None:
    before = triple.youth.id in current_pool(session).youths

    services.stop(session, triple.adviser.actor, youth_id=triple.youth.id)
    session.flush()

    assert before
    assert triple.youth.id not in current_pool(session).youths


def test_wishes_to_meet_close_without_a_reason(session: Session, triple: Triple) -> None:
    opening = make_opening(session, triple.employer.organisation)
    request = request_meeting(
        session,
        triple.employer.actor,
        opening_id=opening.id,
        public_code=triple.youth.public_code,
        message=None,
    )

    services.stop(session, triple.adviser.actor, youth_id=triple.youth.id)

    assert session.get_one(MeetingRequest, request.id).state is MeetingState.DECLINED


@pytest.mark.parametrize(
    ("event_state", "guest_state", "is_kept"),
    [
        (EventState.OPEN, GuestState.INVITED, False),
        (EventState.PLANNED, GuestState.COMING, False),
        (EventState.PLANNED, GuestState.CAME, True),
        (EventState.DONE, GuestState.ABSENT, True),
    ],
)
def test_operations_to_come_lose_the_guest_and_the_meetings(
    session: Session,
    triple: Triple,
    event_state: EventState,
    guest_state: GuestState,
    is_kept: bool,
) -> None:
    event = PromotionEvent(
        kind=EventKind.FORUM,
        title="Forum",
        organiser_id=triple.cfa.organisation.id,
        starts_at=clock.now() + timedelta(days=9),
        ends_at=clock.now() + timedelta(days=9, hours=2),
        place="Halles",
        commune_code=str(triple.opening.commune_code),
        region_code="53",
        slot_minutes=15,
        state=event_state,
        created_at=clock.now(),
    )
    session.add(event)
    session.flush()
    guest = EventYouth(
        event_id=event.id,
        youth_id=triple.youth.id,
        door_code="1234",
        state=guest_state,
        invited_at=clock.now(),
    )
    host = EventCompany(
        event_id=event.id, company_id=triple.employer.organisation.id, invited_at=clock.now()
    )
    meeting = EventMeeting(
        event_id=event.id,
        slot=0,
        company_id=triple.employer.organisation.id,
        table_number=0,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
    )
    session.add_all([guest, host, meeting])
    session.flush()

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    rows = [session.scalars(select(one)).all() for one in (EventYouth, EventMeeting)]
    assert [bool(one) for one in rows] == [is_kept, is_kept]


def test_the_plan_of_the_region_shows_the_code_no_more(session: Session, triple: Triple) -> None:
    run = PlanRun(region_code="53", on_day=clock.today(), asked_at=clock.now())
    session.add(run)
    session.flush()
    line = PlanLine(
        plan_id=run.id,
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
        score=0.5,
        state=LineState.HANDED,
    )
    alone = LeftWithout(plan_id=run.id, youth_id=triple.youth.id, reason="no_triple")
    session.add_all([line, alone])
    session.flush()

    def shown() -> list[int]:
        return [
            plan_lines(session, run.id, number=1).total,
            left_without(session, run.id, reason=None, number=1).total,
            morning_lines(session, triple.adviser.actor, number=1).total,
        ]

    before = shown()

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    assert (before, shown()) == ([1, 1, 1], [0, 0, 0])


def test_waiting_mails_about_the_youth_do_not_leave(session: Session, triple: Triple) -> None:
    make_placement(session, triple)

    services.stop(session, triple.adviser.actor, youth_id=triple.youth.id)

    asked = [*mails(session, "placement_ask_employer"), *mails(session, "placement_ask_youth")]
    assert {mail.state.value for mail in asked} == {"cancelled"}


def test_who_took_a_list_is_asked_to_erase_the_line_but_not_the_own_house(
    session: Session, triple: Triple
) -> None:
    taken = export_by(session, triple, triple.cfa.organisation.id, triple.cfa.user.id)
    export_by(session, triple, triple.adviser.organisation.id, triple.adviser.user.id)

    ended = services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    asked = mails(session, "privacy_delete_export")
    assert ended.exports == 1
    assert [mail.recipient for mail in asked] == [triple.cfa.user.email]
    assert f"n° {taken.id}" in asked[0].subject
    assert triple.youth.family_name not in asked[0].text_body


@pytest.mark.parametrize("is_closed", [False, True])
def test_when_who_took_a_list_has_left_the_house_that_keeps_it_is_asked(
    session: Session, triple: Triple, is_closed: bool
) -> None:
    house, taker = triple.cfa.organisation, triple.cfa.user
    admin = make_user(session, house, Role.ORGANISATION_ADMIN)
    taken = export_by(session, triple, house.id, taker.id)
    if is_closed:
        session.merge(taker).is_active = False
    else:
        yesterday = clock.today() - timedelta(days=1)
        session.execute(
            update(Membership).where(Membership.user_id == taker.id).values(until=yesterday)
        )
    session.flush()

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    asked = mails(session, "privacy_delete_export")
    assert [mail.recipient for mail in asked] == [admin.email]
    assert f"n° {taken.id}" in asked[0].subject
    assert "quelqu’un qui a quitté votre structure" in asked[0].text_body


def test_a_promised_seat_is_kept_until_the_youth_says(session: Session, triple: Triple) -> None:
    placement = say_yes(session, triple, make_placement(session, triple), "youth", "cfa")

    ended = services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    kept = session.get_one(Placement, placement.id)
    assert (ended.seats, kept.stage, kept.opening_id) == (1, Stage.OPEN, None)
    assert placement_page(session, triple.cfa.actor, placement.id).youth.scope == "S1"
    with pytest.raises(NotFound):
        placement_page(session, triple.employer.actor, placement.id)


@pytest.mark.parametrize("by_link", [True, False])
def test_the_youth_releases_the_seat(session: Session, triple: Triple, by_link: bool) -> None:
    placement = say_yes(session, triple, make_pair(session, triple), "youth", "cfa")
    actor = youth_actor(triple.youth) if by_link else triple.adviser.actor
    services.stop(session, actor, youth_id=triple.youth.id)

    services.release_seat(session, actor, youth_id=triple.youth.id, placement_id=placement.id)

    session.refresh(triple.training)
    assert session.get_one(Placement, placement.id).stage is Stage.WITHDRAWN
    assert triple.training.seats_taken == 0
    assert kept_seats(session, triple.youth.id) == ()


def test_the_youth_keeps_the_seat(session: Session, triple: Triple) -> None:
    placement = say_yes(session, triple, make_pair(session, triple), "youth", "cfa")
    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    services.keep_seat(
        session, youth_actor(triple.youth), youth_id=triple.youth.id, placement_id=placement.id
    )

    session.refresh(triple.training)
    assert session.get_one(Placement, placement.id).stage is Stage.OPEN
    assert triple.training.seats_taken == 1


def test_a_seat_of_somebody_else_is_no_answer(session: Session, triple: Triple) -> None:
    other = make_triple(session)
    placement = say_yes(session, other, make_pair(session, other), "youth", "cfa")

    with pytest.raises(NotFound):
        services.release_seat(
            session,
            youth_actor(triple.youth),
            youth_id=triple.youth.id,
            placement_id=placement.id,
        )


def test_what_a_signed_contract_needs_stays(session: Session, triple: Triple) -> None:
    placement = sign(session, triple, make_placement(session, triple))

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)

    assert session.get_one(Placement, placement.id).stage is Stage.SIGNED
    assert placement_page(session, triple.employer.actor, placement.id).youth.scope == "S5"
    assert person(session, triple.youth.id).has_contract


def test_coming_back_is_a_new_record(session: Session, triple: Triple) -> None:
    services.stop(session, triple.adviser.actor, youth_id=triple.youth.id)

    give_listing_consent(
        session, triple.adviser.actor, youth_id=triple.youth.id, channel="in_person"
    )

    rows = session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.youth_id == triple.youth.id)
        .order_by(ConsentRecord.id)
        .execution_options(populate_existing=True)
    ).all()
    assert [row.withdrawn_at is None for row in rows] == [False, True]


def test_a_stop_twice_tells_nobody_twice(session: Session, triple: Triple) -> None:
    actor = youth_actor(triple.youth)
    services.stop(session, actor, youth_id=triple.youth.id)

    again = services.stop(session, actor, youth_id=triple.youth.id)

    assert (again.listings, again.reveals, again.proposals) == (0, 0, 0)
    assert len(mails(session, "privacy_stopped")) == 1


def test_a_link_speaks_for_its_own_youth_only(session: Session, triple: Triple) -> None:
    other = make_triple(session)

    with pytest.raises(NotFound):
        services.stop(session, youth_actor(other.youth), youth_id=triple.youth.id)


def test_a_status_that_ends_the_agreements_has_every_effect_of_a_stop_within_five_minutes(
    session: Session, triple: Triple, frozen: time_machine.Traveller
) -> None:
    placement = say_yes(session, triple, make_placement(session, triple), "youth")
    wish = request_meeting(
        session,
        triple.employer.actor,
        opening_id=make_opening(session, triple.employer.organisation).id,
        public_code=triple.youth.public_code,
        message=None,
    )
    export_by(session, triple, triple.cfa.organisation.id, triple.cfa.user.id)

    change_status(
        session, triple.adviser.actor, youth_id=triple.youth.id, status=YouthStatus.WITHDRAWN
    )
    session.flush()
    unfinished = services.unfinished_stops(session)
    frozen.shift(timedelta(minutes=2))  # the period of the task that calls both
    services.finish_stop(session, youth_id=triple.youth.id)
    session.flush()

    assert unfinished == [triple.youth.id]
    assert services.unfinished_stops(session) == []
    assert placement.stage is Stage.EXPIRED
    assert session.get_one(MeetingRequest, wish.id).state is MeetingState.DECLINED
    assert len(mails(session, "privacy_delete_export")) == 1
    assert {mail.state.value for mail in mails(session, "placement_ask_employer")} == {"cancelled"}
    assert all(one.withdrawn_at for one in session.scalars(select(ConsentRecord)))
    assert triple.youth.id not in current_pool(session).youths


def test_a_stop_leaves_nothing_to_the_task_that_finishes_stops(
    session: Session, triple: Triple
) -> None:
    make_placement(session, triple)

    services.stop(session, youth_actor(triple.youth), youth_id=triple.youth.id)
    session.flush()

    assert services.unfinished_stops(session) == []
    assert _PERIODIC["privacy_stops"][1] == {"minute": "*/2"}
