"""A point A's forum, from the draft to its results, each through its own browser; the coordination reads counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.events.models import EventYouth, PromotionEvent
from app.events.queries.timetable import faults_of
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation, make_user, sign_in
from tests.factories.events import Fair, make_fair

LINK = re.compile(r"https?://[^/\s]+(/operations/r/\S+)")


def send(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Fill a form of that page and send it."""
    text = client.get(page).get_data(as_text=True)
    hidden = {
        name: found.group(1)
        for name in ("csrf_token", "request_key")
        if (found := re.search(rf'name="{name}"[^>]*value="([^"]+)"', text))
    }
    return client.post(path, data={**hidden, **values})


def link_in(session: Session, kind: str, number: int = 0) -> str:
    """The link of a letter, as its reader clicks it."""
    mails = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
    ).all()
    found = LINK.search(mails[number].text_body)
    assert found
    return found.group(1)


FORUM = {
    "kind": "forum",
    "title": "Forum de l’alternance",
    "day": "2026-12-10",
    "starts": "09:00",
    "ends": "11:00",
    "place": "Halles",
    "commune": "Quimper",
    "commune_code": "29232",
    "slot_minutes": "15",
}


def opened_with_guests(
    officer: FlaskClient, adviser: FlaskClient, page: str, world: Fair
) -> list[TestResponse]:
    """The point A invites the bakery and opens; the mission locale invites its youth."""
    bakery, youth = str(world.company.id), [str(one.id) for one in world.youth]
    return [
        send(officer, f"{page}/entreprises", f"{page}/entreprises", entreprise=bakery),
        send(officer, page, f"{page}/ouvrir"),
        send(adviser, f"{page}/jeunes", f"{page}/jeunes", jeune=youth),
    ]


def welcomed(officer: FlaskClient, page: str, codes: list[str]) -> list[TestResponse]:
    """The company is ticked at the door, and these codes are typed."""
    door = f"{page}/accueil"
    company = re.search(r"/accueil/entreprise/(\d+)", officer.get(door).text)
    assert company
    return [
        send(officer, door, f"{door}/entreprise/{company.group(1)}", came="1"),
        *(send(officer, door, door, code=one.lower()) for one in codes),
    ]


def test_a_forum_goes_from_draft_to_results(
    frozen: time_machine.Traveller, app: Flask, session: Session
) -> None:
    with transaction() as writing:
        world = make_fair(writing, youth=6, is_open=False, is_invited=False)
        region = make_organisation(writing, OrganisationKind.REGIONAL_COORDINATION)
        coordinator = make_user(writing, region)
    officer, adviser, reader = (
        sign_in(app.test_client(), one) for one in (world.officer, world.adviser, coordinator)
    )
    nobody = app.test_client()

    new = "/operations/nouvelle"
    page = send(officer, new, new, **FORUM).headers["Location"]
    draft_seen = [adviser.get(page).status_code, reader.get(page).status_code]
    steps = opened_with_guests(officer, adviser, page, world)
    company = link_in(session, "event_invite_company")
    youth = link_in(session, "event_invite_youth", 5)
    plan = f"{page}/planning"
    steps += [
        send(nobody, company, company, answer="yes"),
        send(nobody, youth, youth, answer="no"),
        send(officer, plan, plan),
        send(officer, plan, f"{plan}/envoyer"),
    ]
    event = session.scalars(select(PromotionEvent).order_by(PromotionEvent.id.desc())).first()
    assert event is not None
    faults, sent = faults_of(session, event), nobody.get(company).text
    sent += nobody.get(f"{company}/agenda.ics").text
    guests = select(EventYouth.door_code).where(EventYouth.event_id == event.id)
    codes = list(session.scalars(guests.order_by(EventYouth.id).limit(5)))
    frozen.move_to("2026-12-10T09:30:00+00:00")
    steps += welcomed(sign_in(officer, world.officer), page, codes)
    frozen.shift(timedelta(hours=3))
    steps.append(send(sign_in(officer, world.officer), page, f"{page}/terminer"))
    own, outside = officer.get(page).text, sign_in(reader, coordinator).get(page).text

    assert draft_seen == [404, 404]
    assert [one.status_code for one in steps] == [303] * 14
    assert faults == ()
    assert sent.count("BEGIN:VEVENT") == 6
    assert all(one.family_name not in sent + own + outside for one in world.youth)
    for figure, label in ((6, "jeunes invités"), (5, "sont venus"), (5, "rencontres tenues")):
        line = (
            f'<span class="figure-number">{figure}</span><span class="figure-label">{label}</span>'
        )
        assert line in own
    # Six invited and five who came would tell that one stayed away.
    assert (
        '<span class="figure-number">6</span><span class="figure-label">jeunes invités</span>'
        in outside
    )
    assert (
        '<span class="figure-number">5</span><span class="figure-label">sont venus</span>'
        not in outside
    )
