"""Story 12 of the dossier: Anna-Maria, 23, Rodez, a contrat de professionnalisation and a silence that is kept."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.contracts import services as contracts
from app.contracts.models import ContractSheet
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.db import transaction
from app.core.journal import JournalEvent
from app.notices.models import Notice
from app.placements import services as placements
from app.policy.actor import OrganisationKind, Role
from app.rules.identifiers import is_valid_nir
from app.youth.models import DisabilityRecognition
from tests.factories.accounts import make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.journeys.cast import Cast, agree, make_cast
from tests.journeys.test_register_youth import Visitor

pytestmark = pytest.mark.usefixtures("frozen")

NIR = "203082B03300153"
HIDDEN = ("handicap", "RQTH", "AGEFIPH")
YOUTH = {
    "youth-sex": "F",
    "youth-address": "3 place du Bourg, 12000 Rodez",
    "youth-registered_jobseeker": "no",
    "youth-situation_before": "3",
    "youth-highest_diploma": "41",
}
EMPLOYER = {
    "employer-employer_siret": "00000098400005",
    "employer-supplementary_pension": "Malakoff Humanis",
    "employer-employer_phone": "+33639980012",
    "employer-employer_email": "bureau@exemple.fr",
    "employer-tutor_birth_name": "Roux",
    "employer-tutor_given_name": "Agnès",
    "employer-tutor_birth_date": "1975-01-02",
    "employer-tutor_job": "Responsable administrative",
    "employer-tutor_practice_years": "8",
    "employer-contract_nature": "2",
    "employer-contract_type": "1",
    "employer-job_title": "Agent administratif",
    "employer-classification": "Coefficient 120",
    "employer-weekly_hours": "35",
    "employer-gross_at_start": "1493.62",
    "employer-start_date": "2026-12-01",
    "employer-end_date": "2027-11-30",
}
CENTRE = {
    "centre-body_siret": "00000091900019",
    "centre-body_nda": "76120000000",
    "centre-qualification_kind": "cqp",
    "centre-training_hours": "350",
    "centre-training_programme": "yes",
}


@pytest.fixture
def story(session: Session) -> tuple[Cast, str]:
    """Her adviser knows; she told nobody else. The three said yes to a CQP in Decazeville."""
    with transaction() as writing:
        company = make_company(
            writing, name="Ateliers du Rouergue", siren="000000984", headcount=60
        )
        cast = make_cast(writing, company, departement="12")
        opening = make_opening(
            writing,
            company,
            title="Agent administratif",
            rome_code="M1602",
            commune_code="12202",
            apprenticeship=False,
            professionalisation=True,
            start_from=date(2026, 12, 1),
        )
        course = make_course(
            writing,
            cast.cfa.organisation,
            title="CQP Agent administratif",
            trades=("M1602",),
            level=4,
            entry_level=3,
            duration_months=12,
            for_apprenticeship=False,
            for_professionalisation=True,
        )
        training = make_training_session(
            writing,
            course,
            insee_code="12089",
            starts_on=date(2026, 12, 1),
            ends_on=date(2027, 11, 30),
        )
        youth = make_youth(
            writing,
            cast.adviser.organisation,
            cast.adviser.user,
            given_name="Anna-Maria",
            birth_date=date(2003, 8, 17),
            commune_code="12202",
            level=4,
            radius_km=50,
            wishes=(("agent administratif", "M1602"),),
            wants_apprenticeship=False,
            wants_professionalisation=True,
        )
        writing.add(
            DisabilityRecognition(
                youth_id=youth.id,
                proof_seen_on=clock.today(),
                valid_until=date(2029, 1, 31),
                agreed_at=clock.now(),
            )
        )
        writing.flush()
        row = agree(writing, cast, youth, opening, training, by=cast.agent.actor)
        path = f"/propositions/{row.id}/contrat"
    return cast, path


def visit(client: FlaskClient, cast: Cast, who: str, path: str) -> Visitor:
    return Visitor(client, getattr(cast, who).user).open(path)


def filled(client: FlaskClient, cast: Cast, path: str) -> Visitor:
    sent = [
        visit(client, cast, "employer", path).send(f"{path}/employeur", **EMPLOYER),
        visit(client, cast, "cfa", path).send(f"{path}/cfa", **CENTRE),
        visit(client, cast, "adviser", path).send(f"{path}/jeune", **YOUTH),
    ]
    assert [one.status for one in sent] == [200, 200, 200]
    return sent[-1]


def test_her_contract_pays_1493_62_without_state_premium_nor_visa(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    filled(client, cast, path)

    employer = visit(client, cast, "employer", path)

    assert employer.reads("EJ20, CERFA")
    assert employer.reads("1 493,62 € par mois, 80 % du SMIC")
    assert employer.reads("0,00 €")
    # Agreement and programme are papers to join; the programme is a question of the form too, which the CFA answered.
    listed = {one.get_text(" ", strip=True) for one in employer.page.select("dd li")}
    data = json.loads(client.get(f"{path}.json").get_data())
    assert {"Convention de formation PRO-08", "Annexe pédagogique PRO-08"} <= listed
    assert {"Convention de formation", "Annexe pédagogique"} <= set(data["papiers"])
    assert data["champs"]["training"]["training_programme"]["valeur"] == "oui"
    assert not employer.reads("visa")
    assert employer.reads("dimanche 6 décembre 2026 (visez le vendredi 4 décembre 2026)")
    assert employer.reads("en jours ouvrables, le lundi 7 décembre 2026")
    assert not employer.reads("À corriger")


def test_the_employer_the_agent_and_the_centre_learn_nothing_by_page_file_or_aid(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    filled(client, cast, path)

    seen: dict[str, list[str]] = {}
    for who in ("employer", "agent", "cfa"):
        page = visit(client, cast, who, path)
        for option in page.page.find_all("option"):
            option.decompose()
        data = client.get(f"{path}.json").get_data(as_text=True)
        text = page.page.get_text(" ") + data
        seen[who] = [word for word in HIDDEN if word.lower() in text.lower()]

    assert seen == {"employer": [], "agent": [], "cfa": []}
    assert visit(client, cast, "adviser", path).reads("le choix du jeune")


def test_indicators_and_the_coordination_do_not_speak_of_it(
    client: FlaskClient, session: Session, story: tuple[Cast, str]
) -> None:
    cast, path = story
    with transaction() as writing:
        region = make_organisation(writing, OrganisationKind.REGIONAL_COORDINATION)
        region.region_code = "76"
        coordinator = make_user(writing, region, Role.REGIONAL_COORDINATOR)
    pages = ("/", "/region/indicateurs", "/region/mois", "/region/contrats", "/egalite")
    visitor = Visitor(client, coordinator)

    read = [visitor.open(one) for one in pages]
    closed = [client.get(one).status_code for one in (path, f"{path}.json")]

    assert [one.status for one in read] == [200] * len(pages)
    text = " ".join(one.page.get_text(" ") for one in read).lower()
    # The page of fairness says that a disability is not read; nothing else names one.
    text = text.replace("le handicap ne sont ni lus ni comparés", "")
    assert [word for word in HIDDEN if word.lower() in text] == []
    assert closed == [404, 404]
    assert cast.adviser.user.email not in text


def test_the_corsican_birth_place_and_number_stay_text(
    client: FlaskClient, session: Session, story: tuple[Cast, str]
) -> None:
    cast, path = story
    filled(client, cast, path)
    adviser = visit(client, cast, "adviser", path)

    done = adviser.send(f"{path}/numero", **{"nir-nir": NIR})

    shown = done.send(f"{path}/numero/voir")
    assert is_valid_nir(NIR)
    assert "2B033" in "".join(shown.page.get_text().split())
    data = json.loads(client.get(f"{path}.json").get_data())
    assert data["champs"]["employee"]["nir"]["valeur"] == "renseigné"


def test_a_note_about_valid_persons_is_refused(
    client: FlaskClient, session: Session, story: tuple[Cast, str]
) -> None:
    cast, path = story

    answer = visit(client, cast, "employer", path).send(
        f"{path}/employeur",
        **{**EMPLOYER, "employer-classification": "poste pour personne valide"},
    )

    assert answer.status == 422
    assert answer.page.select_one("#employer-classification-error") is not None
    sheet = session.get(ContractSheet, int(path.split("/")[2]))
    assert sheet is None or "classification" not in sheet.typed


def test_she_changes_her_mind_later_and_the_day_is_kept(
    client: FlaskClient, session: Session, frozen: Traveller, story: tuple[Cast, str]
) -> None:
    cast, path = story
    filled(client, cast, path)
    number = int(path.split("/")[2])
    with transaction() as writing:
        placements.sign(
            writing,
            cast.employer.actor,
            placement_id=number,
            contract_starts_on=date(2026, 12, 1),
        )
        contracts.note_deposit(writing, cast.employer.actor, placement_id=number)
    frozen.move_to(datetime(2026, 12, 4, 9, tzinfo=UTC))
    with transaction() as writing:
        contracts.note_decision(
            writing,
            cast.employer.actor,
            placement_id=number,
            event=SheetEvent.ACCEPT,
            number="012202612000042",
        )
    frozen.move_to(datetime(2027, 2, 1, 9, tzinfo=UTC))

    told = visit(client, cast, "adviser", path).send(f"{path}/dire", tell="yes")
    employer = visit(client, cast, "employer", path)

    assert told.reads("Le jeune a choisi de le dire à cet employeur le 1 févr. 2027")
    assert employer.reads("oui")
    # The contract is accepted: the choice is free all the same, and the talk on the post opens for the two who know.
    assert told.reads("Aménager le poste : l’échange est ouvert")
    assert employer.reads("Convenez ensemble d’un échange")
    for who in ("agent", "cfa"):
        assert not visit(client, cast, who, path).reads("Aménager le poste")
    notices = session.scalars(select(Notice).where(Notice.event == "contract_to_complete")).all()
    assert {one.user_id for one in notices} == {cast.employer.user.id}
    assert not any(word.lower() in one.title.lower() for one in notices for word in HIDDEN)
    session.expire_all()
    told_at = session.get_one(ContractSheet, number).disability_told_at
    assert told_at is not None
    assert told_at.date() == date(2027, 2, 1)
    events = session.scalars(
        select(JournalEvent.audience).where(JournalEvent.event == "contract_told")
    )
    assert [one.value for one in events] == ["adviser"]
    assert cast.adviser.organisation.kind is OrganisationKind.LOCAL_MISSION
