"""The thread of a placement: who reads what, who is told, what is refused, what is unread."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.notices.models import Notice
from app.placements.models import MessageAudience, Placement, PlacementMessage
from app.placements.queries.thread import messages_of
from app.placements.services import Addressed, write_message, write_to_youth
from app.placements.workflow import Leaf
from app.policy.actor import OrganisationKind, Role
from tests.factories.accounts import (
    csrf_token,
    make_agreement,
    make_organisation,
    make_user,
    sign_in,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, Triple, make_party, make_placement, make_triple
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")
NOTE = "Il faut rappeler vendredi."


@pytest.fixture
def triple(app: Flask, session: Session) -> Triple:
    """A triple with a live proposal."""
    with transaction() as writing:
        made = make_triple(writing)
        make_placement(writing, made)
    return made


@pytest.fixture
def path(triple: Triple, session: Session) -> str:
    placement_id = session.scalars(select(Placement.id)).one()
    return f"/propositions/{placement_id}/echanges"


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def text_of(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def write(
    app: Flask, client: FlaskClient, path: str, text: str, audience: str = "parties", **more: Any
) -> TestResponse:
    headers = more.pop("headers", None)
    data = {"csrf_token": csrf_token(app, client, path), "text": text, "audience": audience, **more}
    return client.post(path, data=data, headers=headers)


def test_all_parties_read_a_message_and_one_side_alone_reads_its_note(
    app: Flask, triple: Triple, path: str
) -> None:
    adviser = browser(app, triple.adviser)
    write(app, adviser, path, "Une visite est possible mardi.")
    write(app, adviser, path, NOTE, "own_side")

    pages = {
        who: text_of(browser(app, getattr(triple, who)), path)
        for who in ("adviser", "employer", "cfa")
    }

    assert all("Une visite est possible mardi." in page for page in pages.values())
    assert [who for who, page in pages.items() if NOTE in page] == ["adviser"]


def test_a_note_stays_out_of_the_other_sides_card_too(
    app: Flask, triple: Triple, path: str
) -> None:
    write(app, browser(app, triple.employer), path, NOTE, "own_side")
    card = path.removesuffix("/echanges")

    assert NOTE in text_of(browser(app, triple.employer), card)
    assert NOTE not in text_of(browser(app, triple.adviser), card)


def test_a_company_that_joins_later_does_not_read_what_was_said_before(writing: Session) -> None:
    triple = make_triple(writing)
    placement = make_placement(writing, triple)
    write_message(
        writing,
        triple.employer.actor,
        placement_id=placement.id,
        text="Nous ouvrons à cinq heures.",
    )
    other = make_party(writing, make_company(writing))
    placement.opening_id = make_opening(writing, other.organisation).id
    writing.flush()

    read = {
        side: [one.text for one in messages_of(writing, party.actor, placement, side)]
        for side, party in ((Leaf.EMPLOYER, other), (Leaf.YOUTH, triple.adviser))
    }

    assert read == {Leaf.EMPLOYER: [], Leaf.YOUTH: ["Nous ouvrons à cinq heures."]}


def test_the_page_says_who_reads_before_one_writes(app: Flask, triple: Triple, path: str) -> None:
    page = text_of(browser(app, triple.adviser), path)

    assert (
        f"Lu par : la personne qui accompagne le jeune et ses collègues, {triple.employer.organisation.name}"
        in page
    )
    assert "Lu par : les conseillers de votre structure." in page


def test_a_message_that_names_the_youth_is_refused_and_nothing_is_lost(
    app: Flask, triple: Triple, path: str
) -> None:
    words = f"{triple.youth.given_name} arrive mardi."

    answer = write(app, browser(app, triple.adviser), path, words)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert triple.youth.public_code in page
    assert words in page


def test_a_note_of_those_who_hold_the_name_may_say_it(
    app: Flask, triple: Triple, path: str
) -> None:
    answer = write(
        app, browser(app, triple.adviser), path, f"Rappeler {triple.youth.given_name}.", "own_side"
    )

    assert answer.status_code == 303


def test_a_forbidden_criterion_is_refused_even_in_a_note(
    app: Flask, triple: Triple, path: str
) -> None:
    answer = write(
        app, browser(app, triple.employer), path, "Pas de femme enceinte ici.", "own_side"
    )

    assert answer.status_code == 422


def told(session: Session) -> set[tuple[int, str]]:
    return {
        (one.user_id, one.event)
        for one in session.scalars(select(Notice))
        if one.event.startswith("message")
    }


def test_the_other_parties_are_told_and_the_one_addressed_at_once(
    app: Flask, triple: Triple, path: str, session: Session
) -> None:
    write(app, browser(app, triple.cfa), path, "Quel jour vous convient ?", parties=["employer"])

    assert told(session) == {
        (triple.adviser.user.id, "message_written"),
        (triple.employer.user.id, "message_mention"),
    }
    mail = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == "notice_message_mention")
    ).one()
    assert mail.recipient == triple.employer.user.email
    assert "Quel jour" not in mail.text_body
    assert path in mail.text_body


def test_a_note_tells_the_colleague_it_is_addressed_to_and_nobody_else(
    app: Flask, triple: Triple, path: str, session: Session
) -> None:
    with transaction() as writing:
        colleague = make_user(writing, triple.adviser.organisation, Role.ADVISER).id

    write(app, browser(app, triple.adviser), path, NOTE, "own_side", people=[str(colleague)])

    assert told(session) == {(colleague, "message_mention")}


def test_a_typed_mention_tells_at_once_and_an_unknown_one_stays_plain_text(
    app: Flask, session: Session, triple: Triple, path: str
) -> None:
    with transaction() as writing:
        colleague = make_user(writing, triple.adviser.organisation, given_name="Nour").id
    client = browser(app, triple.adviser)

    answer = write(app, client, path, "Bonjour @cfa. Merci @nour, et @personne : une date ?")

    page = text_of(browser(app, triple.cfa), path)
    assert answer.status_code == 303
    assert told(session) == {
        (triple.cfa.user.id, "message_mention"),
        (colleague, "message_mention"),
        (triple.employer.user.id, "message_written"),
    }
    assert "écrivez @cfa" not in page  # nobody addresses their own side as a party
    assert "@employeur" in page
    assert "Nour" not in page.replace("@nour", "")


def test_a_typed_mention_opens_no_side_door_to_a_name_or_an_address(
    app: Flask, session: Session, triple: Triple, path: str
) -> None:
    client = browser(app, triple.employer)

    answers = [
        write(app, client, path, f"Et @{triple.youth.given_name} ?").status_code,
        write(app, client, path, "Écrivez à gwen@fournil.fr, @cfa").status_code,
    ]

    assert answers == [422, 422]


@pytest.mark.parametrize(
    "more", [{"people": ["1000000"]}, {"parties": ["youth"]}, {"audience": "youth"}]
)
def test_choices_that_are_not_offered_are_refused(
    app: Flask, triple: Triple, path: str, session: Session, more: dict[str, Any]
) -> None:
    answer = write(app, browser(app, triple.adviser), path, "Bonjour", **more)

    assert answer.status_code == 422
    assert told(session) == set()


def test_unread_messages_are_marked_until_the_reader_says_so(
    app: Flask, triple: Triple, path: str, session: Session
) -> None:
    write(app, browser(app, triple.adviser), path, "Bonjour à tous.")
    client = browser(app, triple.employer)
    before = text_of(client, path)

    last = session.scalars(select(PlacementMessage.id)).one()
    client.post(f"{path}/lu", data={"csrf_token": csrf_token(app, client, path), "last": last})

    assert "J’ai tout lu (1\xa0message)" in before
    assert "J’ai tout lu" not in text_of(client, path)
    assert "J’ai tout lu" not in text_of(browser(app, triple.adviser), path)
    assert "J’ai tout lu" in text_of(browser(app, triple.cfa), path)


@pytest.mark.parametrize("audience", ["parties", "own_side"])
def test_writing_by_swap_gives_the_fresh_page(
    app: Flask, triple: Triple, path: str, audience: str
) -> None:
    client = browser(app, triple.cfa)
    page = parse(client.get(path))

    answer = write(
        app, client, path, "La visite est mardi.", audience, headers=htmx_headers("thread")
    )

    assert answer.status_code == 200
    assert_same(swap(page, answer, target="thread"), parse(client.get(path)))


def test_a_template_fills_the_field_without_javascript(
    app: Flask, triple: Triple, path: str
) -> None:
    page = parse(browser(app, triple.employer).get(f"{path}?modele=employer_meeting"))

    field = page.select_one("textarea[name=text]")
    assert field
    assert triple.opening.title in field.get_text()


def test_the_youth_gets_easy_words_by_mail_and_the_adviser_sees_that_they_left(
    app: Flask, triple: Triple, path: str, session: Session
) -> None:
    with transaction() as writing:
        writing.get_one(type(triple.youth), triple.youth.id).email = "jeune@exemple.fr"
    client = browser(app, triple.adviser)
    before = text_of(client, path)

    client.post(
        f"{path}/jeune",
        data={"csrf_token": csrf_token(app, client, path), "template": "easy_offer"},
    )

    mail = session.scalars(
        select(OutboxMail).where(OutboxMail.kind == "placement_simple_words")
    ).one()
    # The words are read before they are sent, on a page that calls the youth as its reader may.
    assert "Voulez-vous en parler avec nous ?" in before
    assert f"Échanges : {triple.youth.full_name}" in before
    assert triple.youth.full_name not in text_of(browser(app, triple.employer), path)
    assert mail.recipient == "jeune@exemple.fr"
    assert "Voulez-vous en parler avec nous ?" in mail.text_body
    assert "envoyé au jeune par courriel" in text_of(client, path)
    assert "envoyé au jeune" not in text_of(browser(app, triple.employer), path)


def test_nobody_but_the_youth_s_side_writes_to_the_youth(writing: Session) -> None:
    triple = make_triple(writing)
    placement = make_placement(writing, triple)

    with pytest.raises(Exception, match="Seule la personne qui accompagne"):
        write_to_youth(
            writing, triple.employer.actor, placement_id=placement.id, template="easy_offer"
        )


def test_a_stranger_finds_no_thread(app: Flask, triple: Triple, path: str) -> None:
    with transaction() as writing:
        stranger = make_party(writing, make_company(writing))

    assert browser(app, stranger).get(path).status_code == 404


def test_a_point_a_that_acts_for_the_cfa_reads_its_notes_and_signs_with_its_own_name(
    writing: Session,
) -> None:
    triple = make_triple(writing)
    placement_id = make_placement(writing, triple).id
    point_a = make_organisation(writing, OrganisationKind.POINT_A, name="Point A de Quimper")
    make_agreement(writing, point_a, triple.cfa.organisation, shares_youth=False)
    officer = make_party(writing, point_a)

    message = write_message(
        writing,
        officer.actor,
        placement_id=placement_id,
        text="Nous avons deux places.",
        to=Addressed(MessageAudience.OWN_SIDE),
    )

    assert message.side is Leaf.CFA
    assert message.author_organisation_id == point_a.id
