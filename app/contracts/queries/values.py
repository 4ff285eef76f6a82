"""Values of a sheet by field: those the portal knows, those that were typed, and what each reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from app.contracts.queries.source import SheetSource
from app.core.forms import whole_or_none
from app.rules.contract_sheet import TRAINEE_AFTER_BREAK, TRAINEE_BEFORE_CONTRACT
from app.rules.diplomas import LAST_CLASSES
from app.rules.identifiers import format_siret

YES, NO = "yes", "no"
# What a recognised disability would tell: shown to the house, and to the employer once the youth chose to tell.
DISABILITY_FIELDS = frozenset({"disabled_worker", "youth_equivalence", "boe_extension"})
# Health and means never travel further than the form asks: the house and the employer who signs it.
SIGNING_FIELDS = frozenset(
    {
        "address",
        "birth_department",
        "birth_commune",
        "nationality",
        "jobseeker_number",
        "minimum_income",
        "former_subsidised_contract",
        "legal_rep_address",
        "legal_rep_email",
    }
)

Values = Mapping[str, str]


def known_values(source: SheetSource) -> dict[str, str]:
    """What the portal can write on the form by itself; a field nobody knows is absent."""
    found = {**_employer(source), **_youth(source), **_contract(source), **_training(source)}
    return {field_id: value for field_id, value in found.items() if value}


def sheet_values(source: SheetSource) -> dict[str, str]:
    """Known values, replaced by those that were typed."""
    typed = {field_id: str(value) for field_id, value in source.typed.items() if value}
    return {**known_values(source), **typed}


def _employer(source: SheetSource) -> dict[str, str | None]:
    row, company = source.row, source.company
    siret = row.work_siret or row.employer_siret
    address = ", ".join(part for part in (row.work_address, row.work_commune) if part)
    return {
        "employer_siret": format_siret(siret) if siret else None,
        "employer_name": row.employer_name,
        "employer_address": address,
        "employer_naf": company.naf_code if company else None,
        "employer_headcount": _number(company.headcount if company else None),
        "employer_idcc": company.idcc if company else None,
        "employer_phone": row.employer_phone,
        "employer_email": row.employer_email,
    }


def _youth(source: SheetSource) -> dict[str, str | None]:
    youth, placement = source.youth, source.placement
    situation = None
    if placement.trainee_since is not None:
        situation = TRAINEE_BEFORE_CONTRACT
    elif placement.predecessor_id is not None:
        situation = TRAINEE_AFTER_BREAK
    found: dict[str, str | None] = {
        "birth_name": youth.family_name,
        "usage_name": youth.usage_name,
        "first_given_name": youth.given_name,
        "address": youth.address,
        "phone": youth.phone,
        "email": youth.email,
        "birth_date": youth.birth_date.isoformat(),
        "last_class": youth.last_class if youth.last_class in LAST_CLASSES else None,
        "situation_before": situation,
        "disabled_worker": YES if source.tells_disability else None,
    }
    if source.representative is not None:
        found["legal_rep_name"] = source.representative.name
        found["legal_rep_email"] = source.representative.email
    return found


def _contract(source: SheetSource) -> dict[str, str | None]:
    placement = source.placement
    start, end = source.expected()
    return {
        "contract_type": "23" if placement.predecessor_id is not None else "11",
        "previous_contract_no": source.row.former_number,
        "conclusion_date": _day(placement.signed_on),
        "start_date": start.isoformat(),
        "end_date": end.isoformat(),
        "job_title": source.opening.title,
    }


def _training(source: SheetSource) -> dict[str, str | None]:
    row, course, training = source.row, source.course, source.training
    if course is None or training is None:
        return {}
    site = row.Site
    siret = site.siret or row.cfa_siret
    address = ", ".join(part for part in (site.address, row.site_commune) if part)
    first_day = source.placement.trainee_since or training.starts_on
    return {
        "centre_name": row.cfa_name,
        "centre_uai": site.uai or row.cfa_uai,
        "centre_siret": format_siret(siret) if siret else None,
        "centre_address": address,
        "body_name": row.cfa_name,
        "body_siret": format_siret(siret) if siret else None,
        "target_title": course.title,
        "main_place_is_centre": YES,
        "qualification_kind": "rncp" if course.rncp_code else None,
        "rncp_code": course.rncp_code,
        "cfd_code": course.cfd_code,
        "course_start_date": _day(first_day),
        "training_start_date": _day(first_day),
        "training_end_date": _day(training.ends_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def as_day(values: Values, field_id: str) -> date | None:
    """A day as it was stored; nonsense from an old file is unknown, never an error."""
    try:
        return date.fromisoformat(values.get(field_id, ""))
    except ValueError:
        return None


def as_number(values: Values, field_id: str) -> int | None:
    """A whole number, or nothing when the field is empty or holds something else."""
    return whole_or_none(values.get(field_id))


def as_amount(values: Values, field_id: str) -> Decimal | None:
    try:
        return Decimal(values[field_id])
    except (KeyError, InvalidOperation):
        return None


def as_answer(values: Values, field_id: str) -> bool | None:
    """Yes, no, or nobody has said."""
    return {YES: True, NO: False}.get(values.get(field_id, ""))


def as_minutes(values: Values, field_id: str) -> int | None:
    """Weekly hours "35:00", "35 h 30", "35" as minutes."""
    text = values.get(field_id, "").replace("h", ":").replace(" ", "")
    hours, _, minutes = text.partition(":")
    if not hours.isdecimal() or (minutes and not minutes.isdecimal()):
        return None
    return int(hours) * 60 + int(minutes or 0)
