"""Several proposals at once: the consequence is named first, each line is done alone, and a refusal says why."""

from __future__ import annotations

import re

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.journal import JournalEvent
from app.notices.models import Notice
from app.placements import services
from app.placements.models import LeafAnswer, Placement
from app.placements.workflow import LeafState
from app.policy.actor import Role
from app.training.models import SeatHold
from tests.factories.accounts import make_user, sign_in
from tests.factories.openings import make_opening
from tests.factories.placements import Party, Triple, make_pair, make_placement, make_triple
from tests.factories.youth import make_youth

ANSWER, SUGGEST = "/propositions/repondre", "/propositions/ensemble"


@pytest.fixture
def triple(frozen: time_machine.Traveller, app: Flask, session: Session) -> Triple:
    with transaction() as writing:
        return make_triple(writing, capacity=1)


@pytest.fixture
def three(triple: Triple) -> list[int]:
    """Three youths who ask for the only seat."""
    with transaction() as writing:
        keys = [make_pair(writing, triple).id]
        for _ in range(2):
            youth = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
            keys.append(
                services.suggest(
                    writing,
                    triple.adviser.actor,
                    youth_id=youth.id,
                    session_id=triple.training.id,
                ).id
            )
        return keys


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def post(client: FlaskClient, path: str, page: str, **values: object) -> tuple[int, str]:
    """Send a form, follow where it leads: status of the answer, and the text that is then read."""
    found = re.search(r'csrf_token"[^>]*value="([^"]+)"', client.get(page).get_data(as_text=True))
    assert found
    answer = client.post(path, data={"csrf_token": found[1], **values})
    shown = client.get(answer.location) if answer.status_code == 303 else answer
    return answer.status_code, shown.get_data(as_text=True)


def page_of(keys: list[int]) -> str:
    return ANSWER + "?" + "&".join(f"id={key}" for key in keys)


def test_the_page_says_what_a_yes_would_do_to_each_before_anything_is_written(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    text = browser(app, triple.cfa).get(page_of(three)).get_data(as_text=True)

    assert "Répondre à 3\u00a0propositions" in text
    assert text.count("une place est retenue (1\u00a0place libre dans cette session)") == 3
    assert "Il n’y en a pas pour tous" in text
    assert session.scalar(select(func.count()).select_from(LeafAnswer)) == 0


def test_each_line_is_done_alone_and_the_refused_ones_say_why(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    client = browser(app, triple.cfa)

    status, text = post(client, ANSWER, page_of(three), id=three, **{"together-answer": "yes"})

    leaves = session.scalars(select(Placement.cfa_leaf)).all()
    assert status == 303
    assert sorted(leaves) == [LeafState.WAITING, LeafState.WAITING, LeafState.YES]
    assert session.scalar(select(func.count()).select_from(SeatHold)) == 1
    assert "1 réponse enregistrée." in text
    assert text.count("Il n’y a plus de place libre dans cette session") == 2


def test_what_is_not_for_this_reader_is_not_found_and_what_waits_no_more_is_said(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    with transaction() as writing:
        foreign = make_pair(writing, make_triple(writing)).id
    client, yes = browser(app, triple.cfa), {"together-answer": "yes"}
    page = page_of(three)

    alone = post(client, ANSWER, page, id=foreign, **yes)
    mixed = post(client, ANSWER, page, id=[foreign, three[0]], **yes)
    again = post(client, ANSWER, page, id=three[0], **yes)

    session.expire_all()
    assert session.get_one(Placement, foreign).cfa_leaf is LeafState.WAITING
    assert (alone[0], mixed[0], again[0]) == (404, 303, 303)
    assert "1 réponse enregistrée." in mixed[1]
    assert "1\u00a0ligne n’attend pas, ou plus, de réponse de vous" in mixed[1]
    assert "1\u00a0ligne n’attend pas, ou plus, de réponse de vous" in again[1]


def test_a_no_to_several_needs_a_reason_and_loses_nothing(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    client = browser(app, triple.cfa)
    values = {"together-answer": "no", "together-words": "Groupe complet depuis lundi"}

    refused = post(client, ANSWER, page_of(three), id=three, **values)
    done = post(
        client, ANSWER, page_of(three), id=three, **values, **{"together-reason": "no_seat"}
    )

    assert refused[0] == 422
    assert "Choisissez un motif dans la liste." in refused[1]
    assert "Groupe complet depuis lundi" in refused[1]
    assert done[0] == 303
    assert set(session.scalars(select(Placement.cfa_leaf))) == {LeafState.NO}


def test_words_that_name_a_forbidden_criterion_stop_all_lines_and_alert_each_house_once(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    with transaction() as writing:
        other = make_triple(writing)
        other.training.course_id = triple.training.course_id
        keys = [*three, make_pair(writing, other).id]
        managers = {
            make_user(writing, house.organisation, Role.MANAGER).id
            for house in (triple.adviser, other.adviser)
        }
    values = {"together-answer": "no", "together-reason": "no_seat"}
    values["together-words"] = "Pas de femme enceinte"

    status, text = post(browser(app, triple.cfa), ANSWER, page_of(keys), id=keys, **values)

    alerts = session.scalars(
        select(JournalEvent).where(JournalEvent.event == "forbidden_wording")
    ).all()
    told = session.scalars(select(Notice.user_id).where(Notice.event == "quality_alert")).all()
    assert status == 422
    assert "Pas de femme enceinte" in text
    assert set(session.scalars(select(Placement.cfa_leaf))) == {LeafState.WAITING}
    assert len(alerts) == 2
    advisers = {triple.adviser.user.id, other.adviser.user.id}
    assert sorted(told) == sorted(managers | advisers)


def test_nobody_answers_for_somebody_else(
    app: Flask, session: Session, triple: Triple, three: list[int]
) -> None:
    with transaction() as writing:
        other = make_triple(writing)

    text = browser(app, other.cfa).get(page_of(three)).get_data(as_text=True)

    assert "Rien à répondre ici" in text
    assert triple.youth.public_code not in text


def test_several_triples_leave_together_and_one_that_exists_is_not_doubled(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        make_placement(writing, triple)
        second = make_opening(writing, triple.employer.organisation)
        pistes = [f"{one}-{triple.training.id}" for one in (triple.opening.id, second.id)]
    client = browser(app, triple.adviser)
    page = f"{SUGGEST}?jeune={triple.youth.id}&" + "&".join(f"piste={one}" for one in pistes)
    before = client.get(page).get_data(as_text=True)

    status, text = post(client, SUGGEST, page, jeune=triple.youth.id, piste=pistes)

    assert "Déjà proposée : rien ne part une seconde fois." in before
    assert "réponse attendue avant le lundi 30 novembre 2026" in before
    assert status == 303
    assert "1 proposition partie." in text
    assert session.scalar(select(func.count()).select_from(Placement)) == 2


def test_a_stranger_prepares_nothing_for_a_youth_of_another_house(
    app: Flask, session: Session, triple: Triple
) -> None:
    with transaction() as writing:
        other = make_triple(writing)

    answer = browser(app, other.adviser).get(f"{SUGGEST}?jeune={triple.youth.id}&piste=1-1")

    assert answer.status_code == 404
