"""How a person wants to be told, on the page and by the link under a mail."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.outbox import OutboxMail
from app.core.tasks import run_queued_jobs
from app.notices.events import Frequency, Scope
from app.notices.models import NoticePreference
from app.notices.services import choose, notify
from app.policy.actor import CLOCK, OrganisationKind, Role
from tests.factories.accounts import actor_of, csrf_token, make_organisation, make_user, sign_in
from tests.helpers.swap import parse

pytestmark = pytest.mark.usefixtures("frozen")
PAGE = "/avis/reglages"


def chosen(session: Session) -> dict[tuple[str, Scope], Frequency]:
    session.expire_all()
    return {
        (one.event, one.scope): one.frequency for one in session.scalars(select(NoticePreference))
    }


def test_the_page_offers_what_my_roles_may_meet_and_nothing_else(
    app: Flask, session: Session
) -> None:
    employer = make_user(session, make_organisation(session, OrganisationKind.COMPANY))

    page = sign_in(app.test_client(), employer).get(PAGE).get_data(as_text=True)

    assert "Une proposition est faite" in page
    assert "Une piste vous est confiée" not in page


def test_what_is_chosen_is_kept_and_shown_again(app: Flask, session: Session) -> None:
    adviser = make_user(session, make_organisation(session))
    client = sign_in(app.test_client(), adviser)
    fields = {
        one["name"]: one.select_one("option[selected]")["value"]  # type: ignore[index]
        for one in parse(client.get(PAGE)).select("select")
    }

    answer = client.post(
        PAGE,
        data={
            "csrf_token": csrf_token(app, client, PAGE),
            **fields,
            "early_sign-organisation": "weekly",
            "morning-mine": "portal",
        },
    )

    assert answer.status_code == 303
    assert chosen(session)["early_sign", Scope.ORGANISATION] is Frequency.WEEKLY
    assert chosen(session)["morning", Scope.MINE] is Frequency.PORTAL
    shown = parse(client.get(PAGE)).select_one("[name=early_sign-organisation] option[selected]")
    assert shown
    assert shown["value"] == "weekly"


def test_a_value_that_is_not_offered_is_refused_next_to_its_field(
    app: Flask, session: Session
) -> None:
    client = sign_in(app.test_client(), make_user(session, make_organisation(session)))

    answer = client.post(
        PAGE,
        data={"csrf_token": csrf_token(app, client, PAGE), "early_sign-mine": "every_second"},
    )

    assert answer.status_code == 422
    assert chosen(session) == {}


def test_nobody_chooses_what_is_not_offered(writing: Session) -> None:
    actor = actor_of(writing, make_user(writing, make_organisation(writing)))

    with pytest.raises(Invalid):
        choose(writing, actor, chosen={("lead_created", Scope.MINE): Frequency.DAILY})


def told(session: Session, event: str) -> tuple[int, str]:
    """The person told at once, and the text of the mail."""
    with transaction() as writing:
        user = make_user(writing, make_organisation(writing), Role.ADVISER)
        notify(
            writing,
            CLOCK,
            event=event,
            user_ids=[user.id],
            title="Quelque chose s’est passé",
            path="/propositions/1",
            subject_kind="placement",
            subject_id=1,
        )
        user_id = user.id
    mail = session.scalars(select(OutboxMail)).one()
    return user_id, mail.text_body


def test_the_link_under_a_mail_shows_a_button_and_the_button_stops_the_mails(
    app: Flask, session: Session
) -> None:
    user_id, text = told(session, "early_sign")
    path = re.search(r"(/avis/arreter/\S+)", text)
    assert path
    client = app.test_client()

    before = client.get(path.group(1))
    untouched = chosen(session)
    answer = client.post(path.group(1), data={"csrf_token": csrf_token(app, client, path.group(1))})

    assert before.status_code == 200
    assert untouched == {}
    assert answer.status_code == 200
    row = db.session.scalars(select(NoticePreference)).one()
    assert (row.user_id, row.event, row.frequency) == (user_id, "early_sign", Frequency.PORTAL)


def test_one_click_in_the_reader_s_mail_program_stops_the_mails_without_session_or_form(
    app: Flask, session: Session
) -> None:
    told(session, "early_sign")
    app.extensions["mailman"].outbox = []
    run_queued_jobs()
    [left] = app.extensions["mailman"].outbox
    sent = left.message()
    address = sent["List-Unsubscribe"].strip("<>")

    answer = app.test_client().post(urlsplit(address).path, data={"List-Unsubscribe": "One-Click"})

    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.startswith(app.config["SETTINGS"].base_url)
    assert answer.status_code == 200
    assert db.session.scalars(select(NoticePreference)).one().frequency is Frequency.PORTAL


def test_a_mail_that_a_deadline_of_the_law_needs_has_no_such_link(writing: Session) -> None:
    user = make_user(writing, make_organisation(writing), Role.ADVISER)
    choose(
        writing,
        actor_of(writing, user),
        chosen={("window_ends", Scope.MINE): Frequency.AT_ONCE},
    )

    notify(
        writing,
        CLOCK,
        event="window_ends",
        user_ids=[user.id],
        title="Le délai avance",
        path="/propositions/1",
        subject_kind="placement",
        subject_id=1,
    )

    mail = writing.scalars(select(OutboxMail)).one()
    assert "arreter" not in mail.text_body
    assert mail.unsubscribe_url is None


@pytest.mark.parametrize("token", ["rien", "a.b.c"])
def test_a_forged_link_says_one_neutral_sentence(app: Flask, session: Session, token: str) -> None:
    answer = app.test_client().get(f"/avis/arreter/{token}")

    assert answer.status_code == 404
