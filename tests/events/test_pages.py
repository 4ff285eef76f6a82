"""Pages of operations, as each role reads them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import transaction
from app.events.emails import guest_link
from app.events.models import EventCompany, EventMeeting, EventPartner, EventYouth, PromotionEvent
from app.events.queries.timetable import draft_timetable
from app.events.services import invite_companies, keep_timetable
from app.events.workflow import GuestState
from app.policy.actor import LinkSubject, OrganisationKind
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.events import Fair, make_fair
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.helpers.swap import htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def fair(app: Flask, session: Session) -> Fair:
    """A forum with its timetable."""
    with transaction() as writing:
        made = make_fair(writing)
        draft = draft_timetable(writing, made.event)
        officer = made.acting(writing, made.officer)
        keep_timetable(writing, officer, event_id=made.event.id, draft=draft)
    return made


def send(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Send a form with the token and the key of that page."""
    text = client.get(page).get_data(as_text=True)
    hidden = {
        name: found.group(1)
        for name in ("csrf_token", "request_key")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', text))
    }
    return client.post(path, data={**hidden, **values})


def form_values(**changes: str) -> dict[str, str]:
    return {
        "kind": "job_dating",
        "title": "Job dating de Quimper",
        "day": "2026-12-10",
        "starts": "09:00",
        "ends": "12:00",
        "place": "Halles",
        "commune": "Quimper",
        "commune_code": "29232",
        "slot_minutes": "15",
        **changes,
    }


def test_a_new_operation_is_a_draft_on_its_own_page(
    session: Session, client: FlaskClient, fair: Fair
) -> None:
    sign_in(client, fair.officer)

    answer = send(client, "/operations/nouvelle", "/operations/nouvelle", **form_values())

    page = client.get(answer.headers["Location"])
    assert answer.status_code == 303
    assert "brouillon" in page.text
    assert "12 créneaux de 15 minutes" in page.text.replace("\u00a0", " ")


def test_a_day_gone_by_is_refused_next_to_its_field_and_nothing_is_lost(
    client: FlaskClient, fair: Fair
) -> None:
    sign_in(client, fair.officer)

    refused = send(
        client, "/operations/nouvelle", "/operations/nouvelle", **form_values(day="2026-11-02")
    )

    assert refused.status_code == 422
    assert 'id="day-error"' in refused.text
    assert "Job dating de Quimper" in refused.text


def test_names_are_read_by_their_own_house_alone(
    client: FlaskClient, app: Flask, session: Session, fair: Fair
) -> None:
    paths = [f"/operations/{fair.event.id}", f"/operations/{fair.event.id}/planning"]
    readers = {"adviser": fair.adviser, "officer": fair.officer, "employer": fair.employer}

    read = {
        who: "".join(
            sign_in(app.test_client(), user).get(path).get_data(as_text=True) for path in paths
        )
        for who, user in readers.items()
    }

    name, code = fair.youth[0].family_name, fair.youth[0].public_code
    assert name in read["adviser"]
    assert name not in read["officer"] + read["employer"]
    assert code in read["officer"]
    assert code in read["employer"]


def test_a_stranger_finds_no_operation(client: FlaskClient, session: Session, fair: Fair) -> None:
    sign_in(
        client, make_user(session, make_organisation(session, OrganisationKind.TRAINING_CENTRE))
    )

    answers = [
        client.get(f"/operations/{fair.event.id}{end}") for end in ("", "/planning", "/agenda.ics")
    ]

    assert {one.status_code for one in answers} == {404}
    assert "Forum de Quimper" not in client.get("/operations/").text


def test_a_small_count_is_the_organiser_s_alone(
    app: Flask, client: FlaskClient, session: Session, fair: Fair
) -> None:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    reader = sign_in(app.test_client(), make_user(session, region))
    path = f"/operations/{fair.event.id}"

    outside = reader.get(path).text + reader.get("/operations/").text
    inside = sign_in(client, fair.officer).get(path).text

    assert "moins de 5" in outside
    assert '<span class="figure-number">2</span>' not in outside
    assert '<span class="figure-number">2</span>' in inside


def test_a_hand_that_would_double_somebody_gets_the_truth_and_409(
    client: FlaskClient, session: Session, fair: Fair
) -> None:
    first, second = session.scalars(select(EventMeeting).order_by(EventMeeting.slot)).all()
    sign_in(client, fair.officer)
    page = f"/operations/{fair.event.id}/planning"

    refused = send(client, page, f"{page}/{second.id}/deplacer", slot=str(first.slot))

    assert refused.status_code == 409
    assert "reçoit déjà quelqu’un à chacune de ses tables" in refused.text


def test_a_meeting_added_by_hand_is_refused_next_to_its_form_with_the_truth(
    client: FlaskClient, session: Session, fair: Fair
) -> None:
    first, second = session.scalars(select(EventMeeting).order_by(EventMeeting.slot)).all()
    sign_in(client, fair.officer)
    page = f"/operations/{fair.event.id}/planning"
    who = {"youth": str(second.youth_id), "company": str(fair.company.id)}

    known = send(client, page, f"{page}/ajouter", **who, slot="7")
    dropped = send(client, page, f"{page}/{second.id}/retirer")
    taken = send(client, page, f"{page}/ajouter", **who, slot=str(first.slot))
    added = send(client, page, f"{page}/ajouter", **who, slot="7")

    assert [one.status_code for one in (known, dropped, taken, added)] == [409, 303, 409, 303]
    assert "se rencontrent déjà" in known.text
    assert "reçoit déjà quelqu’un à chacune de ses tables" in taken.text


def test_a_partner_reads_the_meetings_of_its_own_youth_and_no_code_of_others(
    app: Flask, session: Session, fair: Fair
) -> None:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    cfa = make_organisation(session, OrganisationKind.TRAINING_CENTRE)
    session.add(EventPartner(event_id=fair.event.id, organisation_id=cfa.id, added_at=clock.now()))
    session.flush()

    read = {
        user.id: sign_in(app.test_client(), user).get(f"/operations/{fair.event.id}/planning")
        for user in (make_user(session, region), make_user(session, cfa), fair.adviser)
    }
    *others, own = read.values()

    assert {one.status_code for one in read.values()} == {200}
    assert all(one.public_code not in page.text for one in fair.youth for page in others)
    assert all(one.family_name in own.text for one in fair.youth)


def test_a_partner_who_presses_the_organiser_s_button_is_refused(
    client: FlaskClient, fair: Fair
) -> None:
    sign_in(client, fair.adviser)
    page = f"/operations/{fair.event.id}"

    answers = [
        send(client, page, f"{page}/annuler"),
        send(client, page, f"{page}/planning"),
        client.get(f"{page}/accueil"),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403]


def test_the_answer_at_the_door_equals_the_fresh_page(
    client: FlaskClient, session: Session, fair: Fair
) -> None:
    guest = session.scalars(select(EventYouth)).first()
    assert guest is not None
    sign_in(client, fair.officer)
    path = f"/operations/{fair.event.id}/accueil"
    before = client.get(path)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', before.text)
    assert token

    answer = client.post(
        f"{path}/jeune/{guest.id}",
        data={"came": "1", "csrf_token": token.group(1)},
        headers=htmx_headers("door-list"),
    )

    after = swap(parse(before), answer, target="door-list")
    fresh = parse(client.get(path))
    assert "1 jeune arrivé" in str(after).replace("\u00a0", " ")
    assert str(after.find(id="door-list")) == str(fresh.find(id="door-list"))


def test_a_wrong_code_at_the_door_says_what_to_do(client: FlaskClient, fair: Fair) -> None:
    sign_in(client, fair.officer)
    path = f"/operations/{fair.event.id}/accueil"

    refused = send(client, path, path, code="zzzz")

    assert refused.status_code == 422
    assert "Relisez-le sur l’invitation" in refused.text


@pytest.mark.parametrize("subject", [LinkSubject.YOUTH, LinkSubject.EMPLOYER])
def test_a_guest_answers_by_link_and_opening_it_changes_nothing(
    client: FlaskClient, session: Session, fair: Fair, subject: LinkSubject
) -> None:
    table = EventYouth if subject is LinkSubject.YOUTH else EventCompany
    guest = session.scalars(select(table)).first()
    assert guest is not None
    path = f"/operations/r/{guest_link(fair.event, subject, guest.id)}"

    opened = client.get(path)
    state_after_opening = guest.state
    answered = send(client, path, path, answer="yes")

    session.refresh(guest)
    assert opened.status_code == 200
    assert state_after_opening is GuestState.INVITED
    assert answered.status_code == 303
    assert guest.state is GuestState.COMING
    assert all(one.family_name not in opened.text for one in fair.youth)


def test_a_link_of_one_operation_opens_no_other(
    client: FlaskClient, session: Session, fair: Fair
) -> None:
    guest = session.scalars(select(EventYouth)).first()
    assert guest is not None
    other = PromotionEvent(id=fair.event.id + 500, ends_at=fair.event.ends_at)

    answer = client.get(f"/operations/r/{guest_link(other, LinkSubject.YOUTH, guest.id)}")

    assert answer.status_code == 404


def test_the_calendar_of_a_company_has_its_meetings_and_no_name(
    client: FlaskClient, fair: Fair
) -> None:
    sign_in(client, fair.employer)

    text = client.get(f"/operations/{fair.event.id}/agenda.ics").text

    assert text.count("BEGIN:VEVENT") == 3
    assert all(one.public_code in text.replace("\r\n ", "") for one in fair.youth)
    assert all(one.family_name not in text for one in fair.youth)


def test_only_youth_with_a_pair_here_are_proposed(
    client: FlaskClient, session: Session, app: Flask
) -> None:
    with transaction() as writing:
        made = make_fair(writing, is_invited=False)
        make_youth(
            writing,
            made.mission,
            made.adviser,
            family_name="Sanspaire",
            wishes=(("cuisinier", "G1602"),),
        )
        officer = made.acting(writing, made.officer)
        invite_companies(writing, officer, event_id=made.event.id, tables={made.company.id: 1})
    sign_in(client, made.adviser)

    text = client.get(f"/operations/{made.event.id}/jeunes").text

    assert made.youth[0].family_name in text
    assert "Sanspaire" not in text


def test_companies_are_proposed_by_what_suits_the_youth_nearby(
    client: FlaskClient, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        made = make_fair(writing, youth=6, is_invited=False)
    sign_in(client, made.officer)
    page = f"/operations/{made.event.id}/entreprises"

    shown = client.get(page).text.replace("\u00a0", " ")
    answer = send(client, page, page, entreprise=str(made.company.id))

    assert "Convient à 6 jeunes prêts" in shown
    assert answer.status_code == 303
    assert session.scalars(select(EventCompany)).one().company_id == made.company.id


def test_pages_stay_within_their_statements_whatever_the_number_of_guests(
    app: Flask, session: Session
) -> None:
    counts: dict[int, dict[str, int]] = {}
    for size in (2, 6):
        with transaction() as writing:
            made = make_fair(writing, youth=size)
            officer = made.acting(writing, made.officer)
            draft = draft_timetable(writing, made.event)
            keep_timetable(writing, officer, event_id=made.event.id, draft=draft)
        here = f"/operations/{made.event.id}"
        looks = {
            "list": (made.officer, "/operations/"),
            "page": (made.officer, here),
            "own page": (made.adviser, here),
            "timetable": (made.officer, f"{here}/planning"),
            "door": (made.officer, f"{here}/accueil"),
            "youth": (made.adviser, f"{here}/jeunes"),
            "companies": (made.officer, f"{here}/entreprises"),
        }
        counts[size] = {}
        for name, (user, path) in looks.items():
            client = sign_in(app.test_client(), user)
            client.get(path)  # the pool of this process is loaded once
            with watched(session) as sent:
                client.get(path)
            counts[size][name] = len(sent.budget)

    assert counts[2] == counts[6]
    assert counts[6]["list"] <= 8
    assert max(counts[6].values()) <= 12


def test_the_list_keeps_its_filters_and_pages(
    client: FlaskClient, session: Session, fair: Fair
) -> None:
    sign_in(client, fair.officer)

    found = client.get("/operations/?q=quimper&kind=forum&when=coming&ours=1").text
    nothing = client.get("/operations/?kind=open_day&q=brest").text
    past = client.get("/operations/?when=past").text

    assert "Forum de Quimper" in found
    assert 'value="quimper"' in found
    assert "Rien pour ce filtre" in nothing
    assert "Forum de Quimper" not in past
    assert fair.event.starts_at > fair.event.created_at + timedelta(days=9)
