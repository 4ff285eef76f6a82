"""Story 1 of the dossier: Enora, 15, baker in Carhaix, from trainee without contract to one that can be signed."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.placements import services as placements
from app.youth.models import LegalRepresentative, YesNoUnknown
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_representative, make_youth
from tests.journeys.cast import Cast, make_cast, say_yes
from tests.journeys.test_register_youth import Visitor

pytestmark = pytest.mark.usefixtures("frozen")

NIR = "211112902400170"
EMPLOYER = {
    "employer-contract_mode": "1",
    "employer-employer_sector": "private",
    "employer-employer_kind": "11",
    "employer-employer_specific": "0",
    "employer-employer_phone": "+33639980010",
    "employer-employer_email": "fournil@exemple.fr",
    "employer-social_regime": "2",
    "employer-tutor_birth_name": "Le Gall",
    "employer-tutor_given_name": "Yann",
    "employer-tutor_birth_date": "1980-05-02",
    "employer-tutor_email": "yann@exemple.fr",
    "employer-tutor_job": "Boulanger",
    "employer-tutor_highest_diploma": "33",
    "employer-tutor_level": "3",
    "employer-tutor_attestation": "yes",
    "employer-tutor_practice_years": "12",
    "employer-start_date": "2026-11-30",
    "employer-practical_start_date": "2026-11-30",
    "employer-end_date": "2028-08-31",
    "employer-weekly_hours": "35:00",
    "employer-dangerous_work": "yes",
    "employer-gross_at_start": "504.10",
    "employer-supplementary_pension": "AG2R",
}
CENTRE = {
    "centre-in_house_centre": "no",
    "centre-course_start_date": "2026-09-07",
    "centre-centre_uai": "0299901E",
    "centre-centre_siret": "00000091900019",
    "centre-centre_address": "1 rue de Kerfeunteun, Quimper",
    "centre-target_diploma": "33",
    "centre-cfd_code": "50022142",
    "centre-rncp_code": "RNCP37537",
    "centre-main_place_is_centre": "yes",
    "centre-last_exam_date": "2028-06-30",
    "centre-training_hours": "800",
}
YOUTH = {
    "youth-sex": "F",
    "youth-address": "2 rue du Moulin, 29270 Carhaix-Plouguer",
    "youth-birth_department": "29",
    "youth-birth_commune": "Carhaix-Plouguer",
    "youth-nationality": "1",
    "youth-high_level_athlete": "no",
    "youth-business_project": "no",
    "youth-last_prepared_diploma": "25",
    "youth-last_class": "40",
    "youth-last_prepared_title": "Brevet",
    "youth-highest_diploma": "25",
    "youth-legal_rep_address": "2 rue du Moulin, 29270 Carhaix-Plouguer",
}


@pytest.fixture
def story(session: Session) -> tuple[Cast, str]:
    """The agent of the chamber raised the offer and made the proposal; the mother knows; all said yes."""
    with transaction() as writing:
        company = make_company(writing, name="Fournil des Monts", siret="00000092700012")
        cast = make_cast(writing, company, departement="29")
        opening = make_opening(
            writing,
            company,
            commune_code="29024",
            start_from=date(2026, 11, 30),
            start_until=date(2026, 11, 30),
        )
        course = make_course(writing, cast.cfa.organisation, has_boarding=True)
        training = make_training_session(
            writing, course, starts_on=date(2026, 9, 7), ends_on=date(2028, 8, 31)
        )
        youth = make_youth(
            writing,
            cast.adviser.organisation,
            cast.adviser.user,
            given_name="Enora",
            birth_date=date(2011, 11, 2),
            commune_code="29024",
            level=2,
            boarding_accepted=YesNoUnknown.YES,
            radius_km=20,
        )
        make_representative(writing, youth)
        # Pupil of the CFA since September, trainee without contract from the day she was fifteen.
        row = placements.suggest(
            writing, cast.agent.actor, youth_id=youth.id, session_id=training.id
        )
        say_yes(writing, cast, row)
        placements.start_training(
            writing, cast.cfa.actor, placement_id=row.id, since=date(2026, 11, 2)
        )
        placements.attach(writing, cast.agent.actor, placement_id=row.id, opening_id=opening.id)
        say_yes(writing, cast, row)
        path = f"/propositions/{row.id}/contrat"
    return cast, path


def people(client: FlaskClient, cast: Cast) -> dict[str, Visitor]:
    return {
        name: Visitor(client, getattr(cast, name).user)
        for name in ("adviser", "employer", "cfa", "agent")
    }


def test_enoras_contract_is_prepared_by_four_people_and_can_be_signed(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    who = people(client, cast)

    # The agent who raised the offer helps the baker; the CFA and the adviser write their parts.
    who["agent"].open("/contrats").open(path).send(f"{path}/employeur", **EMPLOYER)
    who["cfa"].open(path).send(f"{path}/cfa", **CENTRE)
    adviser = who["adviser"].open(path).send(f"{path}/jeune", **YOUTH)

    # Age 15 years 28 days: derogation 11, with the proof of the end of 3e among the papers.
    assert adviser.status == 200
    assert adviser.reads("dérogation 11")
    assert adviser.reads("3e achevée : dérogation 11, gardez la preuve de fin de 3e")
    assert adviser.reads("Preuve de fin de 3e")
    assert adviser.reads("du lundi 30 novembre 2026 au jeudi 31 août 2028 : 21 mois")
    # Pay, agreement to confirm, deposit, aid, OPCO.
    assert adviser.reads("504,10 € par mois, 27 % du SMIC")
    assert adviser.reads("Convention collective 0843 : un barème plus favorable est possible")
    assert adviser.reads("samedi 5 décembre 2026 (visez le vendredi 4 décembre 2026)")
    assert adviser.reads("Aide unique aux employeurs d’apprentis : 5 000,00 €")
    assert adviser.reads("OPCO EP")
    # The minor: nights, rest, hours; the declaration of the machines; the mother signs.
    assert adviser.reads("Pas de travail entre 20 h et 6 h jusqu'au 01/11/2027")
    assert adviser.reads("14 heures de repos")
    assert adviser.reads("35 heures par semaine et 8 heures par jour")
    assert adviser.reads("l'employeur déclare le lieu (SIRET) à l'inspection du travail")
    assert adviser.reads("le représentant légal")
    assert not adviser.reads("22 h")
    # Trainee since her fifteenth birthday: the window ends on 2 February, the contract begins inside it.
    assert adviser.reads("Stagiaire au CFA avant le contrat (3 mois)")
    assert not adviser.reads("Les 3 mois sans employeur ont pris fin")
    # The course began 84 days before: within three months, nothing to say about it.
    assert not adviser.reads("plus de 3 mois après le cours")
    # The number comes last, and is checked against her sheet.
    wrong = adviser.send(f"{path}/numero", **{"nir-nir": "211112902400171"})
    assert wrong.status == 422
    done = wrong.send(f"{path}/numero", **{"nir-nir": NIR})
    assert done.reads("Numéro enregistré, chiffré")


def test_the_place_of_the_machines_is_declared_before_she_works_on_them(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    asked = "l'employeur déclare le lieu (SIRET) à l'inspection du travail avant l'affectation"
    agent = people(client, cast)["agent"].open(path)

    def answered(**values: str) -> str:
        sent = {f"employer-{name}": value for name, value in values.items()}
        page = agent.send(f"{path}/employeur", **sent).page
        return " ".join(page.get_text(" ").split())

    nothing = answered(**{name.removeprefix("employer-"): one for name, one in EMPLOYER.items()})
    declared = answered(regulated_declared_on="2026-11-24", regulated_medical_opinion="yes")
    late = answered(regulated_declared_on="2023-11-29")
    two_places = answered(
        regulated_declared_on="2026-11-24", other_workplaces="12 place du Marché, Huelgoat"
    )

    assert asked in nothing
    assert "l'avis médical favorable est attendu" in nothing
    assert "Déclaration de travaux réglementés" in declared
    assert asked not in declared
    assert "l'avis médical favorable est attendu" not in declared
    assert "La déclaration de travaux réglementés a expiré le 28/11/2026" in late
    assert "chaque lieu a sa déclaration de travaux réglementés" in two_places


def test_the_age_is_judged_again_when_the_start_moves_to_the_eve_of_fifteen(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    employer = people(client, cast)["employer"].open(path)

    moved = employer.send(f"{path}/employeur", **{**EMPLOYER, "employer-start_date": "2026-11-01"})

    assert moved.reads(
        "À corriger 14 ans au début du contrat : un contrat n'est pas possible avant 15 ans"
    )


def test_without_the_legal_representative_the_signature_is_blocked(
    client: FlaskClient, session: Session, story: tuple[Cast, str]
) -> None:
    cast, path = story
    adviser = people(client, cast)["adviser"].open(path)

    kept = adviser.send(f"{path}/jeune", **{**YOUTH, "youth-legal_rep_name": ""})
    with_mother = kept.reads("le représentant légal manque")
    session.execute(delete(LegalRepresentative))
    session.commit()
    without = adviser.open(path)

    assert not with_mother
    assert without.reads(
        "À corriger Moins de 18 ans : le représentant légal manque, la signature est impossible"
    )


def test_the_agent_and_the_cfa_never_read_the_birth_place_nor_the_number(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    who = people(client, cast)
    who["adviser"].open(path).send(f"{path}/jeune", **YOUTH)

    for name in ("agent", "cfa"):
        page = who[name].open(path)
        assert page.status == 200
        assert not page.reads("rue du Moulin")
        assert not page.reads("Numéro de sécurité sociale (15 chiffres)")
