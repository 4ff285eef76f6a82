"""A field agent's day: where to go, the sheet on a phone, an opening approved by a link, its renewal and its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.accounts.models import Organisation
from app.core.db import transaction
from app.core.outbox import OutboxMail
from app.notices.models import Notice
from app.openings.models import Opening, OpeningOutcome, OpeningStatus
from app.openings.tasks import remind_of_expiry
from app.outreach.models import Visit
from app.policy.actor import OrganisationKind
from app.reference.models import ActivityHiring
from tests.factories.accounts import make_agreement, make_organisation, make_user
from tests.factories.reference import make_trade
from tests.factories.youth import make_youth
from tests.helpers.swap import parse
from tests.journeys.test_register_youth import Visitor
from tests.outreach.conftest import make_agent, make_placed_company

SHEET = "/prospection/visites/nouvelle"


@dataclass(frozen=True)
class Scene:
    """A chamber's agent, a colleague of another network, the adviser of six youth who wait, and a bakery."""

    agent: Visitor
    other: Visitor
    adviser: Visitor
    bakery: Organisation


@pytest.fixture
def scene(client: FlaskClient, session: Session, frozen: Traveller) -> Scene:
    with transaction() as writing:
        make_trade(writing, "D1102")
        writing.add(ActivityHiring(naf_code="1071C", rome_code="D1102", year=2021, hirings=80))
        chamber = make_organisation(
            writing, OrganisationKind.FIELD_NETWORK, name="Chambre de métiers", network="cma"
        )
        cci = make_organisation(writing, OrganisationKind.FIELD_NETWORK, name="CCI", network="cci")
        user, _, _ = make_agent(writing, chamber)
        other, _, _ = make_agent(writing, cci)
        mission = make_organisation(writing)
        make_agreement(writing, mission, chamber)
        adviser = make_user(writing, mission)
        for _ in range(6):
            make_youth(writing, mission, adviser)
        bakery = make_placed_company(writing, "Fournil des Monts", siren="000000927")
        bakery.email = "fournil@exemple.fr"
    return Scene(Visitor(client, user), Visitor(client, other), Visitor(client, adviser), bakery)


def touched(page: Visitor) -> list[str]:
    """The controls that the sheet shows before anything is unfolded, one a group, its button left out."""
    form = page.page.select_one("#visit-form")
    assert form is not None
    for folded in form.select("details"):
        folded.decompose()
    names = [str(one["name"]) for one in form.select("input, select, textarea") if one.get("name")]
    hidden = {str(one["name"]) for one in form.select('input[type="hidden"]')}
    return [name for name in dict.fromkeys(names) if name not in hidden]


def note_the_visit(session: Session, scene: Scene) -> Visit:
    """Two fields and a few taps after "Noter la visite"; the rest has its default."""
    agent = scene.agent.open(f"{SHEET}?company={scene.bakery.id}")
    assert touched(agent) == ["kind", "need", "trade", "next_step", "next_in"]
    agent.send(SHEET, need="Un apprenti en janvier", trade="boulanger", next_step="write_opening")
    return session.scalars(select(Visit)).one()


def write_the_opening(session: Session, scene: Scene, visit: Visit) -> Opening:
    """The need becomes a draft; a school in disguise and what tells of a person are refused with the reason."""
    agent = scene.agent.open(f"/prospection/visites/{visit.id}")
    agent.send(f"/prospection/visites/{visit.id}/offre")
    opening = session.scalars(select(Opening)).one()
    form = f"/offres/{opening.id}/modifier"
    words = {"start_from": "2027-01-04", "start_until": "2027-02-01"}
    agent.send(form, **words, description="Pour une de nos entreprises partenaires, à Quimper.")
    agent.send(f"/offres/{opening.id}/faire-relire")
    assert agent.status == 422
    assert agent.reads("Un CFA qui cherche des places pour ses élèves publie sa session")
    agent.open(form).send(form, **words, description="Jeune homme dynamique, pas de femme")
    assert agent.status == 422
    assert agent.reads("sexe")
    agent.send(form, **words, description="Pain au levain, pétrissage et cuisson.")
    assert agent.status == 200
    return opening


def approve_by_the_link(
    client: FlaskClient, session: Session, scene: Scene, opening: Opening
) -> None:
    """The company, without an account, reads the draft, asks for two and publishes it."""
    scene.agent.send(f"/offres/{opening.id}/faire-relire")
    letter = session.scalars(
        select(OutboxMail.text_body).where(OutboxMail.recipient == "fournil@exemple.fr")
    ).one()
    link = re.search(r"/offre-a-relire/\S+", letter)
    assert link is not None
    stranger = client.application.test_client()
    page = parse(stranger.get(link[0]))
    values = {
        str(one["name"]): str(one.get("value") or one.get_text().strip())
        for one in page.select("form input[name], form textarea[name]")
        if one.get("type") != "checkbox" or one.has_attr("checked")
    }
    for one in page.select("form select[name]"):
        chosen = one.select_one("option[selected]") or one.select_one("option")
        values[str(one["name"])] = str(chosen["value"]) if chosen else ""
    assert stranger.post(link[0], data={**values, "positions": "2"}).status_code == 303


def test_the_day_says_where_to_go_and_the_visit_is_known_to_the_other_network(
    session: Session, scene: Scene
) -> None:
    agent = scene.agent.open("/prospection/")

    assert agent.reads("1 visite")
    assert agent.reads("6 jeunes à portée attendent : boulanger / boulangère")
    assert agent.reads("jamais contactée")
    assert agent.open("/prospection/feuille").reads("Fournil des Monts")
    visit = note_the_visit(session, scene)
    assert (visit.kind.value, str(visit.happened_on), str(visit.next_on)) == (
        "visit",
        "2026-11-23",
        "2026-11-30",
    )
    other = scene.other.open(f"{SHEET}?company={scene.bakery.id}")
    assert other.reads("Déjà venus")
    assert other.reads("Chambre de métiers")


def test_an_opening_goes_from_the_visit_to_what_became_of_it(
    client: FlaskClient, session: Session, scene: Scene, frozen: Traveller
) -> None:
    visit = note_the_visit(session, scene)
    opening = write_the_opening(session, scene, visit)
    approve_by_the_link(client, session, scene, opening)
    session.expire_all()

    # The adviser sees it; the agent's next step is done.
    assert (opening.status, opening.positions) == (OpeningStatus.PUBLISHED, 2)
    assert scene.adviser.open(f"/offres/{opening.id}").status == 200
    agent = scene.agent.open(f"/prospection/visites/{visit.id}")
    assert agent.send(f"/prospection/visites/{visit.id}/suite").reads("Voir l’offre")
    # Nobody chose its end: it has one all the same. The agent is told, the day shows it, one click renews it.
    assert opening.expires_on is not None
    end = opening.expires_on
    frozen.move_to(datetime(end.year, end.month, end.day, 9, tzinfo=UTC))
    remind_of_expiry()
    told = session.scalars(select(Notice.user_id).where(Notice.event == "opening_expires"))
    assert agent.user.id in set(told)
    assert agent.open("/prospection/").reads("1 offre se termine bientôt")
    agent.open(f"/offres/{opening.id}").send(f"/offres/{opening.id}/renouveler")
    session.expire_all()
    assert opening.expires_on > end
    # It closes only with what became of it.
    assert agent.send(f"/offres/{opening.id}/fermer", outcome="").status == 422
    agent.send(f"/offres/{opening.id}/fermer", outcome=OpeningOutcome.FILLED_HERE.value)
    session.expire_all()
    assert (opening.status, opening.outcome) == (OpeningStatus.CLOSED, OpeningOutcome.FILLED_HERE)


def test_the_second_visit_finds_the_person_met_and_the_companies_of_the_day(
    session: Session, scene: Scene
) -> None:
    agent, bakery = scene.agent, scene.bakery
    agent.open(f"{SHEET}?company={bakery.id}").send(
        SHEET, need="À revoir", person_met="Mme Cariou", person_function="Gérante"
    )

    agent.open(SHEET)
    listed = agent.reads("Une entreprise de votre journée")
    agent.send(SHEET, company_id=str(bakery.id), kind="call")
    again = agent.open(f"{SHEET}?company={bakery.id}").page.select_one("#person_met")
    other = scene.other.open(f"{SHEET}?company={bakery.id}").page.select_one("#person_met")

    assert listed
    assert [one.kind.value for one in session.scalars(select(Visit).order_by(Visit.id))] == [
        "visit",
        "call",
    ]
    assert again is not None
    assert other is not None
    # Whom a network met stays with it.
    assert (again["value"], other["value"]) == ("Mme Cariou", "")
