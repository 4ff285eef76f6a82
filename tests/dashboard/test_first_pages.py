"""Nine in the morning: each first page says what waits for this person, and its links lead to exactly that."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import JoinRequest, Organisation, User
from app.core import clock
from app.core.db import transaction
from app.dashboard.queries.digest import sections_for
from app.placements import services
from app.policy.actor import Role
from tests.factories.accounts import actor_of, make_organisation, make_user, sign_in
from tests.factories.placements import make_placement, make_triple, say_yes
from tests.factories.youth import make_youth


def lead_team(session: Session) -> tuple[Organisation, User, User]:
    """A mission locale, an adviser with two files, one of them ready to be proposed, and the manager."""
    house = make_organisation(session, siret="13002526500013")
    adviser = make_user(session, house)
    make_youth(session, house, adviser, family_name="Kerdoncuff")
    make_youth(session, house, adviser, family_name="Riou", is_listed=False)
    make_youth(session, house, make_user(session, house), family_name="Salaun")
    return house, adviser, make_user(session, house, Role.MANAGER)


def test_a_manager_reaches_the_ready_youth_of_one_adviser_from_the_number_in_the_team(
    session: Session, client: FlaskClient
) -> None:
    _house, adviser, manager = lead_team(session)
    sign_in(client, manager)
    page = client.get("/").get_data(as_text=True)
    link = re.search(rf'href="([^"]*whose={adviser.id}&amp;show=without_proposal)">(\d+)<', page)
    assert link, page

    answer = client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)

    assert link[2] == "1"
    assert "Kerdoncuff" in answer
    assert "Riou" not in answer
    assert "Salaun" not in answer


def test_an_adviser_sees_only_what_there_is_to_do_and_a_line_for_the_rest(
    session: Session, client: FlaskClient
) -> None:
    _house, adviser, _manager = lead_team(session)
    sign_in(client, adviser)

    page = client.get("/").get_data(as_text=True)

    assert "Prêts, sans proposition (1)" in page
    assert "Pour le reste : aucune réponse à recueillir, aucune rencontre demandée" in page


def test_the_adviser_reads_who_is_late_and_never_the_date_of_an_answer_that_was_given(
    app: Flask, session: Session
) -> None:
    with time_machine.travel("2026-11-23 10:00:00+00:00", tick=False) as clocked:
        with transaction() as writing:
            triple = make_triple(writing)
            placement = make_placement(writing, triple)
            say_yes(writing, triple, placement, "youth")
            placement.youth_due_on = clock.today() - timedelta(days=3)
            services.write_message(
                writing, triple.cfa.actor, placement_id=placement.id, text="Bonjour."
            )
        client = sign_in(app.test_client(), triple.adviser.user)
        in_time = " ".join(client.get("/").get_data(as_text=True).split())
        clocked.move_to("2026-12-02 10:00:00+00:00")

        client = sign_in(app.test_client(), triple.adviser.user)
        late = " ".join(client.get("/").get_data(as_text=True).split())
        [lines] = [
            one.lines
            for one in sections_for(session, triple.adviser.actor)
            if one.title == "Échéances de la semaine"
        ]

    assert "Employeur : avant le 30 nov. 2026" in in_time
    assert "en retard" not in in_time
    assert "Message dans le fil <span" in in_time
    assert "Employeur : en retard, attendue il y a 2 jours" in late
    assert lines[0].words.endswith("en retard : attendue le 30/11/2026")


def test_the_administrator_of_an_organisation_sees_who_asks_to_join(
    session: Session, client: FlaskClient
) -> None:
    house, _adviser, _manager = lead_team(session)
    asked = JoinRequest(
        siret=house.siret,
        email="nina@exemple.fr",
        given_name="Nina",
        family_name="Neuve",
        asked_at=clock.now(),
    )
    session.add(asked)
    sign_in(client, make_user(session, house, Role.ORGANISATION_ADMIN))

    page = client.get("/").get_data(as_text=True)

    assert f'href="/demandes/{asked.id}">Nina Neuve' in page
    assert "Membres (4)" in page


def test_the_data_protection_officer_starts_with_the_requests_of_people(
    session: Session, client: FlaskClient
) -> None:
    house, _adviser, _manager = lead_team(session)
    sign_in(client, make_user(session, house, Role.DATA_PROTECTION_OFFICER))

    page = client.get("/").get_data(as_text=True)

    assert "Effacements demandés" in page
    assert "Aucune liste n’est sortie depuis un an." in page


def test_the_morning_mail_leads_a_manager_to_the_very_files_that_nobody_follows(
    session: Session, client: FlaskClient
) -> None:
    house, _adviser, manager = lead_team(session)
    make_youth(session, house, family_name="Quere").adviser_id = None
    sign_in(client, manager)

    sections = sections_for(session, actor_of(session, manager))
    [blocked] = [one for one in sections if one.title == "Ce qui est bloqué dans l’équipe"]
    answer = client.get(blocked.lines[0].path).get_data(as_text=True)

    assert "Quere" in answer
    assert "Kerdoncuff" not in answer
