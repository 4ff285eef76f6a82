"""How each field of the forms is written: a choice of a closed list, a day, a number, an identifier, a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.rules.contract_sheet.lists import (
    CONTRACT_MODES,
    CONTRACT_TYPES,
    DEROGATIONS,
    EMPLOYER_KINDS,
    EMPLOYER_SPECIFIC,
    NATIONALITIES,
    PROFESSIONALISATION_TYPES,
    SITUATIONS_BEFORE,
    SOCIAL_REGIMES,
)
from app.rules.diplomas import DIPLOMA_CODES, LAST_CLASSES, TUTOR_LEVELS
from app.rules.identifiers import IdentifierKind


class FieldKind(StrEnum):
    """What is typed. ``ANSWER`` is yes or no, ``HOURS`` hours and minutes of a week."""

    TEXT = "text"
    CHOICE = "choice"
    ANSWER = "answer"
    DAY = "day"
    NUMBER = "number"
    AMOUNT = "amount"
    HOURS = "hours"
    EMAIL = "email"
    PHONE = "phone"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class FieldForm:
    """One field: its kind, its closed list when it has one, its identifier when it is a code."""

    kind: FieldKind
    choices: Mapping[str, str] | None = None
    identifier: IdentifierKind | None = None


_SECTORS = {"private": "Privé", "public": "Public"}
_SEXES = {"F": "Féminin", "M": "Masculin"}
_NATURES = {"1": "CDI", "2": "CDD", "3": "Travail temporaire"}
_MINIMUM_INCOMES = {"RSA": "RSA", "ASS": "ASS", "AAH": "AAH"}
_QUALIFICATIONS = {
    "rncp": "Diplôme ou titre du RNCP",
    "branch": "Qualification reconnue par la branche",
    "cqp": "CQP ou CQPI",
}
_DIPLOMAS = {one.code: one.label for one in DIPLOMA_CODES}
_LEVELS = {str(level): f"Niveau {level}" if level else "Sans diplôme" for level in TUTOR_LEVELS}
_CHOICES: dict[str, Mapping[str, str]] = {
    "contract_mode": CONTRACT_MODES,
    "employer_sector": _SECTORS,
    "employer_kind": EMPLOYER_KINDS,
    "employer_specific": EMPLOYER_SPECIFIC,
    "sex": _SEXES,
    "nationality": NATIONALITIES,
    "social_regime": SOCIAL_REGIMES,
    "situation_before": SITUATIONS_BEFORE,
    "last_prepared_diploma": _DIPLOMAS,
    "highest_diploma": _DIPLOMAS,
    "target_diploma": _DIPLOMAS,
    "tutor_highest_diploma": _DIPLOMAS,
    "tutor2_highest_diploma": _DIPLOMAS,
    "last_class": LAST_CLASSES,
    "tutor_level": _LEVELS,
    "tutor2_level": _LEVELS,
    "contract_type": CONTRACT_TYPES,
    "derogation": DEROGATIONS,
    "contract_nature": _NATURES,
    "minimum_income": _MINIMUM_INCOMES,
    "qualification_kind": _QUALIFICATIONS,
}
_ANSWERS = frozenset(
    {
        "public_unemployment",
        "high_level_athlete",
        "disabled_worker",
        "youth_equivalence",
        "boe_extension",
        "business_project",
        "tutor_attestation",
        "tutor_same_field",
        "tutor2_same_field",
        "dangerous_work",
        "regulated_medical_opinion",
        "in_house_centre",
        "main_place_is_centre",
        "documents_attested",
        "centre_visa",
        "registered_jobseeker",
        "former_subsidised_contract",
        "training_programme",
    }
)
_NUMBERS = frozenset(
    {
        "employer_headcount",
        "tutor_practice_years",
        "tutor_apprentices",
        "tutor2_practice_years",
        "tutor2_apprentices",
        "jobseeker_months",
        "training_hours",
        "general_hours",
        "follow_up_hours",
        "trial_period",
    }
)
_CODES = {
    "employer_siret": IdentifierKind.SIRET,
    "centre_siret": IdentifierKind.SIRET,
    "body_siret": IdentifierKind.SIRET,
    "employer_naf": IdentifierKind.NAF,
    "employer_idcc": IdentifierKind.IDCC,
    "centre_uai": IdentifierKind.UAI,
    "place_siret": IdentifierKind.SIRET,
    "place_uai": IdentifierKind.UAI,
    "cfd_code": IdentifierKind.CFD,
    "body_nda": IdentifierKind.NDA,
}


def field_form(field_id: str, *, is_professionalisation: bool = False) -> FieldForm:
    """How a field is written; the types of contract differ between the two forms."""
    if field_id == "contract_type" and is_professionalisation:
        return FieldForm(FieldKind.CHOICE, PROFESSIONALISATION_TYPES)
    if field_id in _CHOICES:
        return FieldForm(FieldKind.CHOICE, _CHOICES[field_id])
    if field_id in _CODES:
        return FieldForm(FieldKind.CODE, identifier=_CODES[field_id])
    if field_id in _ANSWERS:
        return FieldForm(FieldKind.ANSWER)
    if field_id in _NUMBERS:
        return FieldForm(FieldKind.NUMBER)
    if field_id.endswith(("_date", "_on")):
        return FieldForm(FieldKind.DAY)
    return FieldForm(_BY_NAME.get(field_id, FieldKind.TEXT))


_BY_NAME = {
    "gross_at_start": FieldKind.AMOUNT,
    "in_kind_food": FieldKind.AMOUNT,
    "in_kind_housing": FieldKind.AMOUNT,
    "funding_rate": FieldKind.AMOUNT,
    "weekly_hours": FieldKind.HOURS,
    "employer_email": FieldKind.EMAIL,
    "email": FieldKind.EMAIL,
    "legal_rep_email": FieldKind.EMAIL,
    "tutor_email": FieldKind.EMAIL,
    "tutor2_email": FieldKind.EMAIL,
    "employer_phone": FieldKind.PHONE,
    "phone": FieldKind.PHONE,
}
