"""Answering by the link of a mail: what its bearer reads and may do, and when it is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.links import write_link
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import Placement
from app.placements.workflow import LeafState, Stage
from app.policy.actor import Link, LinkSubject
from app.youth.models import Youth
from tests.factories.placements import say_yes
from tests.placements.visiting import Proposed, post, text_of, token_of

pytestmark = pytest.mark.usefixtures("frozen")


def link_in(session: Session, kind: str) -> str:
    """The answering address that a mail carries."""
    body = session.scalars(select(OutboxMail.text_body).where(OutboxMail.kind == kind)).one()
    found = re.search(r"https?://[^/\s]+(/r/\S+)", body)
    assert found
    return found.group(1)


@pytest.mark.parametrize(
    ("kind", "leaf"),
    [("placement_ask_employer", "employer_leaf"), ("placement_ask_youth", "youth_leaf")],
)
def test_a_link_answers_with_a_button_and_not_by_being_opened(
    app: Flask, session: Session, proposed: Proposed, kind: str, leaf: str
) -> None:
    path, client = link_in(session, kind), app.test_client()
    shown = client.get(path)
    placement = session.get_one(Placement, proposed.placement_id, populate_existing=True)
    opened = getattr(placement, leaf)

    answer = post(client, path, path, answer="yes")

    session.refresh(placement)
    assert "avant le lundi 30 novembre 2026" in " ".join(shown.text.split())
    assert opened is LeafState.WAITING
    assert answer.status_code == 303
    assert getattr(placement, leaf) is LeafState.YES


def test_a_link_says_no_with_a_reason_and_asks_to_talk(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    path, client = link_in(session, "placement_ask_employer"), app.test_client()

    talked = post(client, path, path, answer="talk")
    refused = post(client, path, path, answer="no")
    said = post(client, path, path, answer="no", **{"answer-reason": "no_tutor"})

    placement = session.get_one(Placement, proposed.placement_id, populate_existing=True)
    assert [one.status_code for one in (talked, refused, said)] == [303, 422, 303]
    assert placement.employer_leaf is LeafState.NO


def test_a_youth_leaves_a_proposal_by_the_link_and_no_employer_does(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    client, said = app.test_client(), {"answer": "withdraw", "answer-reason": "changed_idea"}
    own, theirs = (link_in(session, f"placement_ask_{one}") for one in ("youth", "employer"))

    foreign = post(client, theirs, theirs, answer="withdraw", **{"answer-reason": "no_tutor"})
    silent = post(client, own, own, answer="withdraw")
    left = post(client, own, own, **said)

    placement = session.get_one(Placement, proposed.placement_id, populate_existing=True)
    assert [one.status_code for one in (foreign, silent, left)] == [422, 422, 303]
    assert placement.stage is Stage.WITHDRAWN
    assert (left.location, client.get(own).status_code) == ("/mes-donnees", 404)


def test_an_employers_link_shows_the_profile_without_a_name_and_what_a_yes_retains(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    path, client = link_in(session, "placement_ask_employer"), app.test_client()
    page = text_of(client, path)
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, proposed.triple, placement, "youth")
    post(client, path, path, answer="yes")

    after = text_of(client, path)

    for shown in (page, after):
        assert proposed.triple.youth.public_code in shown
        assert "Métier souhaité" in shown
        assert proposed.triple.youth.given_name not in shown
    assert "Un poste est retenu jusqu’au lundi 7 décembre 2026" in after
    assert 'href="/rejoindre"' in after


def test_the_mail_that_asks_an_employer_parts_the_post_from_the_course(
    session: Session, proposed: Proposed
) -> None:
    body = session.scalars(
        select(OutboxMail.text_body).where(OutboxMail.kind == "placement_ask_employer")
    ).one()

    heads = [line.split(" : ")[0] for line in body.splitlines()]

    assert [one for one in heads if one in ("Poste", "Formation")] == ["Poste", "Formation"]


def test_a_link_ends_with_the_proposal_with_time_and_with_its_employer(
    app: Flask, session: Session, proposed: Proposed, frozen: time_machine.Traveller
) -> None:
    path, client = link_in(session, "placement_ask_employer"), app.test_client()
    forged = client.get(path[:-3] + "AAA")
    for_another_opening = write_link(
        Link(LinkSubject.EMPLOYER, "answer", proposed.placement_id),
        about=proposed.triple.opening.id + 1,
        good_for=timedelta(days=1),
    )
    foreign = client.get(f"/r/{for_another_opening}")
    frozen.shift(timedelta(days=91))
    late = client.get(path)
    frozen.shift(timedelta(days=-91))
    with transaction() as writing:
        services.withdraw(
            writing, proposed.triple.adviser.actor, placement_id=proposed.placement_id, reason="pay"
        )
    over = client.get(path)

    assert [one.status_code for one in (forged, foreign, late, over)] == [404] * 4


def test_the_link_of_a_youth_ends_when_the_address_it_went_to_is_corrected(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    path, client = link_in(session, "placement_ask_youth"), app.test_client()
    before = client.get(path)
    token = token_of(before.text)

    with transaction() as writing:
        writing.get_one(Youth, proposed.triple.youth.id).email = "la-bonne@exemple.fr"
    opened = client.get(path)
    pressed = client.post(path, data={"csrf_token": token, "answer": "yes"})

    assert [before.status_code, opened.status_code, pressed.status_code] == [200, 404, 404]
    placement = session.get_one(Placement, proposed.placement_id, populate_existing=True)
    assert placement.youth_leaf is LeafState.WAITING


def test_a_link_does_one_thing_only(app: Flask, session: Session, proposed: Proposed) -> None:
    token = write_link(
        Link(LinkSubject.EMPLOYER, "sign", proposed.placement_id),
        about=proposed.triple.opening.id,
        good_for=timedelta(days=1),
    )

    answer = app.test_client().get(f"/r/{token}")

    assert answer.status_code == 404


def test_guessing_links_is_limited_by_address(app: Flask, proposed: Proposed) -> None:
    client = app.test_client()

    answers = [client.get(f"/r/guess{number}").status_code for number in range(60)]

    assert answers[0] == 404
    assert answers[-1] == 429
