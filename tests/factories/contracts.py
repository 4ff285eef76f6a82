"""Contracts of the tests: a triple whose three parties said yes, and its sheet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.contracts.models import ContractSheet
from app.contracts.queries.projection import Part
from app.contracts.services import fill_part
from app.placements.models import Placement
from tests.factories.placements import Triple, make_placement, make_triple, say_yes

EMPLOYER_PART = {
    "contract_mode": "1",
    "employer_sector": "private",
    "employer_siret": "00000092700012",
    "employer_kind": "11",
    "employer_specific": "0",
    "employer_phone": "+33639980010",
    "employer_email": "fournil@exemple.fr",
    "social_regime": "2",
    "tutor_birth_name": "Le Gall",
    "tutor_given_name": "Yann",
    "tutor_birth_date": "1980-05-02",
    "tutor_email": "yann@exemple.fr",
    "tutor_job": "Boulanger",
    "tutor_highest_diploma": "33",
    "tutor_level": "3",
    "tutor_attestation": "yes",
    "tutor_practice_years": "10",
    "weekly_hours": "35:00",
    "dangerous_work": "no",
    "gross_at_start": "900",
    "supplementary_pension": "AG2R",
    "practical_start_date": "2026-11-30",
    "start_date": "2026-11-30",
    "end_date": "2028-08-31",
}
YOUTH_PART = {
    "sex": "F",
    "address": "1 rue des Fours, 29000 Quimper",
    "birth_department": "29",
    "birth_commune": "Carhaix-Plouguer",
    "nationality": "1",
    "high_level_athlete": "no",
    "business_project": "no",
    "situation_before": "1",
    "last_prepared_diploma": "25",
    "last_class": "40",
    "last_prepared_title": "Brevet",
    "highest_diploma": "25",
}
CENTRE_PART = {
    "in_house_centre": "no",
    "centre_siret": "00000091900019",
    "centre_uai": "0299901E",
    "centre_address": "2 rue du CFA, Quimper",
    "target_diploma": "33",
    "cfd_code": "50022142",
    "rncp_code": "RNCP37537",
    "main_place_is_centre": "yes",
    "last_exam_date": "2028-06-30",
    "training_hours": "800",
}


def make_agreed(session: Session, triple: Triple | None = None) -> tuple[Triple, Placement]:
    """Three yes."""
    triple = triple or make_triple(session)
    placement = make_placement(session, triple)
    say_yes(session, triple, placement)
    return triple, placement


def fill_all(session: Session, triple: Triple, placement: Placement) -> ContractSheet:
    """Each side has written its part; only what is written on the day of the signature is left."""
    for part, party, values in (
        (Part.EMPLOYER, triple.employer, EMPLOYER_PART),
        (Part.CENTRE, triple.cfa, CENTRE_PART),
        (Part.YOUTH, triple.adviser, YOUTH_PART),
    ):
        sheet = fill_part(session, party.actor, placement_id=placement.id, part=part, values=values)
    return sheet
