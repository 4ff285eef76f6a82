"""Verbs of operations on the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, WrongState
from app.core.outbox import OutboxMail
from app.events.models import EventCompany, EventMeeting, EventYouth
from app.events.queries.matching import openings_shown
from app.events.queries.timetable import draft_timetable, faults_of
from app.events.services import (
    add_meeting,
    add_partner,
    answer,
    ask_houses,
    cancel,
    create_event,
    drop_meeting,
    finish,
    invite_companies,
    invite_youth,
    keep_timetable,
    move_meeting,
    open_event,
    send_timetable,
    show_openings,
    type_code,
    withdraw_guest,
)
from app.events.workflow import EventState, GuestState
from app.notices.models import Notice
from app.policy.actor import OrganisationKind
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.events import Fair, make_fair, wanted_event
from tests.factories.openings import make_company, make_opening
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen", "writing")


def composed(session: Session, fair: Fair) -> list[EventMeeting]:
    """The timetable of a fair, kept."""
    draft = draft_timetable(session, fair.event)
    keep_timetable(session, fair.acting(session, fair.officer), event_id=fair.event.id, draft=draft)
    return meetings(session, fair)


def meetings(session: Session, fair: Fair) -> list[EventMeeting]:
    query = select(EventMeeting).where(EventMeeting.event_id == fair.event.id)
    return list(session.scalars(query.order_by(EventMeeting.slot, EventMeeting.id)))


def letters(session: Session, kind: str) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind)))


def youth_guests(session: Session, fair: Fair) -> list[EventYouth]:
    query = select(EventYouth).where(EventYouth.event_id == fair.event.id)
    return list(session.scalars(query.order_by(EventYouth.id)))


def test_sixty_youth_fifteen_companies_and_twelve_slots_make_a_timetable_without_conflict(
    session: Session,
) -> None:
    fair = make_fair(session, youth=60, is_invited=False, slot_minutes=10)
    companies = [fair.company, *(make_company(session, name=f"Four {n:02d}") for n in range(14))]
    for company in companies[1:]:
        make_opening(session, company)
    officer, adviser = fair.acting(session, fair.officer), fair.acting(session, fair.adviser)
    invite_companies(
        session, officer, event_id=fair.event.id, tables={one.id: 1 for one in companies}
    )
    invite_youth(session, adviser, event_id=fair.event.id, youth_ids=[one.id for one in fair.youth])

    held = composed(session, fair)

    assert fair.event.slots == 12
    assert len(held) == 15 * 12
    assert {one.youth_id for one in held} == {one.id for one in fair.youth}
    assert faults_of(session, fair.event) == ()
    assert len({(one.slot, one.youth_id) for one in held}) == len(held)
    assert len({(one.slot, one.company_id, one.table_number) for one in held}) == len(held)


def test_equals_meet_in_an_order_of_their_codes_and_not_of_who_was_registered_first(
    session: Session,
) -> None:
    fair = make_fair(session, youth=8)
    codes = [one.public_code for one in fair.youth]

    def hours() -> dict[int, str]:
        code = {one.id: one.public_code for one in fair.youth}
        return {one.slot: code[one.youth] for one in draft_timetable(session, fair.event).meetings}

    before = hours()
    for number, youth in enumerate(fair.youth):
        youth.public_code = f"moved{number}"
    session.flush()
    for youth, one in zip(reversed(fair.youth), codes, strict=True):
        youth.public_code = one
        record_change(session, Changed.YOUTH, youth.id)
    session.flush()

    assert hours() == before
    assert sorted(before.values()) == sorted(codes)
    assert [before[slot] for slot in sorted(before)] not in (codes, codes[::-1])


def test_the_database_itself_refuses_a_youth_in_two_places(session: Session) -> None:
    fair = make_fair(session)
    first = composed(session, fair)[0]
    other = make_company(session)
    copy = EventMeeting(
        event_id=first.event_id,
        slot=first.slot,
        company_id=other.id,
        table_number=0,
        youth_id=first.youth_id,
        opening_id=first.opening_id,
    )

    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(copy)


def test_a_hand_cannot_put_a_company_in_two_places_and_is_told_why(session: Session) -> None:
    fair = make_fair(session)
    first, second = composed(session, fair)

    with pytest.raises(Conflict) as refused:
        move_meeting(
            session,
            fair.acting(session, fair.officer),
            event_id=fair.event.id,
            meeting_id=second.id,
            slot=first.slot,
        )

    assert "Fournil des Monts reçoit déjà quelqu’un" in refused.value.message


def test_a_hand_cannot_put_a_youth_in_two_places_and_is_told_where_they_are(
    session: Session,
) -> None:
    fair = make_fair(session, youth=1)
    officer = fair.acting(session, fair.officer)
    other = make_company(session, name="Four de Pont-l’Abbé")
    make_opening(session, other)
    invite_companies(session, officer, event_id=fair.event.id, tables={other.id: 2})
    first, second = composed(session, fair)

    with pytest.raises(Conflict) as refused:
        move_meeting(
            session, officer, event_id=fair.event.id, meeting_id=second.id, slot=first.slot
        )

    assert "personne n’est à deux endroits à la fois" in refused.value.message


def test_a_meeting_moves_to_a_free_slot(session: Session) -> None:
    fair = make_fair(session)
    last = composed(session, fair)[-1]

    move_meeting(
        session,
        fair.acting(session, fair.officer),
        event_id=fair.event.id,
        meeting_id=last.id,
        slot=7,
    )

    assert last.slot == 7
    assert faults_of(session, fair.event) == ()


def test_a_meeting_added_by_hand_finds_a_free_table_or_says_who_stands_there(
    session: Session,
) -> None:
    fair = make_fair(session)
    composed(session, fair)
    officer = fair.acting(session, fair.officer)
    first, second = meetings(session, fair)
    drop_meeting(session, officer, event_id=fair.event.id, meeting_id=second.id)
    who = {"event_id": fair.event.id, "youth_id": second.youth_id, "company_id": fair.company.id}

    with pytest.raises(Conflict, match="reçoit déjà quelqu’un"):
        add_meeting(session, officer, **who, slot=first.slot)
    with pytest.raises(Invalid):
        add_meeting(session, officer, **who, slot=99)
    with pytest.raises(Conflict, match="se rencontrent déjà"):
        add_meeting(session, officer, **{**who, "youth_id": first.youth_id}, slot=7)
    with pytest.raises(Invalid):
        add_meeting(session, officer, **{**who, "youth_id": make_youth(session).id}, slot=7)
    added = add_meeting(session, officer, **who, slot=7)

    assert (added.opening_id, added.slot) == (fair.opening.id, 7)
    assert faults_of(session, fair.event) == ()


def test_a_company_shows_the_openings_that_were_chosen_and_none_that_a_meeting_speaks_of_goes(
    session: Session,
) -> None:
    fair = make_fair(session)
    officer = fair.acting(session, fair.officer)
    other = make_opening(session, fair.company, title="Apprenti pâtissier")
    guest = {"event_id": fair.event.id, "company_id": fair.company.id}

    show_openings(session, officer, **guest, opening_ids=[other.id])
    chosen = openings_shown(session, fair.event.id)
    show_openings(session, officer, **guest, opening_ids=[fair.opening.id, other.id])
    composed(session, fair)

    assert chosen == {other.id: fair.company.id}
    with pytest.raises(Conflict, match="porte sur une offre que vous retirez"):
        show_openings(session, officer, **guest, opening_ids=[other.id])
    with pytest.raises(Invalid):
        show_openings(session, officer, **guest, opening_ids=[make_opening(session).id])


def test_an_organiser_that_follows_no_youth_asks_their_advisers_and_reads_no_name(
    session: Session,
) -> None:
    fair = make_fair(session, is_invited=False)
    officer = fair.acting(session, fair.officer)
    event_id = fair.event.id

    with pytest.raises(Conflict, match="Aucun jeune de vos partenaires"):
        ask_houses(session, officer, event_id=event_id)
    invite_companies(session, officer, event_id=event_id, tables={fair.company.id: 1})
    told = ask_houses(session, officer, event_id=event_id)

    notice = session.scalars(select(Notice).where(Notice.user_id == fair.adviser.id)).all()[-1]
    assert told == 1
    assert "2 de vos jeunes ont un poste qui leur convient" in notice.title
    with pytest.raises(Conflict, match="moins d’un jour"):
        ask_houses(session, officer, event_id=event_id)


def test_a_guest_who_declines_during_the_computation_stops_it(session: Session) -> None:
    fair = make_fair(session)
    draft = draft_timetable(session, fair.event)
    guest = youth_guests(session, fair)[0]
    adviser = fair.acting(session, fair.adviser)
    answer(session, adviser, is_coming=False, youth_guest_id=guest.id)

    with pytest.raises(Conflict):
        keep_timetable(
            session, fair.acting(session, fair.officer), event_id=fair.event.id, draft=draft
        )

    assert meetings(session, fair) == []


def test_who_declines_leaves_the_timetable(session: Session) -> None:
    fair = make_fair(session)
    composed(session, fair)
    guest = youth_guests(session, fair)[0]

    answer(session, fair.acting(session, fair.adviser), is_coming=False, youth_guest_id=guest.id)

    assert guest.youth_id not in {one.youth_id for one in meetings(session, fair)}


def test_invitations_of_a_draft_leave_when_it_opens_and_only_once(session: Session) -> None:
    fair = make_fair(session, is_open=False)
    before = len(letters(session, "event_invite_company"))

    open_event(session, fair.acting(session, fair.officer), event_id=fair.event.id)
    ids = [one.id for one in fair.youth]
    adviser = fair.acting(session, fair.adviser)
    invite_youth(session, adviser, event_id=fair.event.id, youth_ids=ids)
    invite_youth(session, adviser, event_id=fair.event.id, youth_ids=ids)

    assert before == 0
    assert len(letters(session, "event_invite_company")) == 1
    assert len(letters(session, "event_invite_youth")) == len(fair.youth)


def test_letters_of_the_timetable_name_no_youth_to_a_company(session: Session) -> None:
    fair = make_fair(session)
    composed(session, fair)

    send_timetable(session, fair.acting(session, fair.officer), event_id=fair.event.id)

    (mail,) = letters(session, "event_timetable_company")
    assert all(one.public_code in mail.text_body for one in fair.youth)
    assert all(one.family_name not in mail.text_body + mail.html_body for one in fair.youth)
    assert len(letters(session, "event_timetable_youth")) == 2


def test_only_the_house_of_a_youth_invites_them(session: Session) -> None:
    fair = make_fair(session, is_invited=False)
    stranger = make_youth(session)

    with pytest.raises(NotFound):
        invite_youth(
            session,
            fair.acting(session, fair.adviser),
            event_id=fair.event.id,
            youth_ids=[stranger.id],
        )
    with pytest.raises(NotFound):
        invite_youth(
            session,
            fair.acting(session, fair.officer),
            event_id=fair.event.id,
            youth_ids=[fair.youth[0].id],
        )


def test_a_partner_sees_an_operation_and_may_not_run_it(session: Session) -> None:
    fair = make_fair(session)

    with pytest.raises(Forbidden):
        cancel(session, fair.acting(session, fair.adviser), event_id=fair.event.id)


def test_a_code_lets_in_once_and_a_wrong_one_says_so(session: Session) -> None:
    fair = make_fair(session)
    guest = youth_guests(session, fair)[0]
    officer = fair.acting(session, fair.officer)

    for typed in (guest.door_code, f" {guest.door_code.lower()} "):
        type_code(session, officer, event_id=fair.event.id, code=typed)

    assert guest.state is GuestState.CAME
    with pytest.raises(Invalid):
        type_code(session, officer, event_id=fair.event.id, code="????")


def test_results_count_a_meeting_when_both_were_there(
    session: Session, frozen: time_machine.Traveller
) -> None:
    fair = make_fair(session)
    composed(session, fair)
    officer = fair.acting(session, fair.officer)
    there, away = youth_guests(session, fair)
    type_code(session, officer, event_id=fair.event.id, code=there.door_code)
    session.scalars(select(EventCompany)).one().state = GuestState.CAME
    frozen.shift(timedelta(days=11))

    finish(session, officer, event_id=fair.event.id)

    assert {one.youth_id: one.was_held for one in meetings(session, fair)} == {
        there.youth_id: True,
        away.youth_id: False,
    }
    assert away.state is GuestState.ABSENT
    assert fair.event.state is EventState.DONE


def test_results_wait_for_the_day(session: Session) -> None:
    fair = make_fair(session)

    with pytest.raises(Conflict):
        finish(session, fair.acting(session, fair.officer), event_id=fair.event.id)


def test_calling_off_takes_the_timetable_and_tells_the_guests(session: Session) -> None:
    fair = make_fair(session)
    composed(session, fair)

    cancel(session, fair.acting(session, fair.officer), event_id=fair.event.id)

    assert meetings(session, fair) == []
    assert len(letters(session, "event_cancelled")) == 3
    with pytest.raises(WrongState):
        open_event(session, fair.acting(session, fair.officer), event_id=fair.event.id)


def test_an_invitation_taken_back_takes_its_meetings(session: Session) -> None:
    fair = make_fair(session)
    composed(session, fair)

    withdraw_guest(
        session,
        fair.acting(session, fair.officer),
        event_id=fair.event.id,
        company_id=fair.company.id,
    )

    assert meetings(session, fair) == []
    assert session.scalar(select(func.count()).select_from(EventCompany)) == 0


def test_a_company_is_no_partner(session: Session) -> None:
    fair = make_fair(session)

    with pytest.raises(Invalid):
        add_partner(
            session,
            fair.acting(session, fair.officer),
            event_id=fair.event.id,
            organisation_id=fair.company.id,
        )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": timedelta(hours=-1)}, "ends"),
        ({"ends_at": timedelta(hours=13)}, "ends"),
        ({"slot_minutes": 120, "ends_at": timedelta(minutes=60)}, "slot_minutes"),
    ],
)
def test_impossible_days_are_refused_next_to_their_field(
    session: Session, wrong: dict[str, object], field: str
) -> None:
    point_a = make_organisation(session, OrganisationKind.POINT_A)
    officer = actor_of(session, make_user(session, point_a))
    good = wanted_event(session)
    values = {
        key: good.starts_at + value if isinstance(value, timedelta) else value
        for key, value in wrong.items()
    }

    with pytest.raises(Invalid) as refused:
        create_event(session, officer, wanted=wanted_event(session, **values))

    assert refused.value.field == field
