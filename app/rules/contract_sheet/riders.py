"""Riders (avenants): what each kind changes, what it needs, and when it leaves (dossier, ``cerfa.md`` §2.4 and §5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.rules.contract_sheet.fields import Holder, SheetField, all_fields
from app.rules.contract_sheet.lists import Form
from app.rules.law import Finding, finding

FREE_RIDER = "5"
DISABILITY_RIDER = "34"
EXTENSION_AFTER_FAILURE = "33"


@dataclass(frozen=True, slots=True)
class RiderKind:
    """One kind: ``needs`` must be written, ``may`` can be written with it; a kind without needs asks one change."""

    code: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that this rider may change."""
        return (*self.needs, *self.may)


_EMPLOYER_MAY = (
    "employer_kind",
    "employer_naf",
    "employer_headcount",
    "employer_idcc",
    "employer_phone",
    "employer_email",
    "supplementary_pension",
)
_TUTORS = tuple(
    f"{name}_{what}"
    for name in ("tutor", "tutor2")
    for what in (
        "birth_name",
        "given_name",
        "birth_date",
        "email",
        "job",
        "highest_diploma",
        "level",
        "practice_years",
        "same_field",
        "apprentices",
    )
)
_BENEFITS = ("in_kind_food", "in_kind_housing", "in_kind_other")
_KINDS: Mapping[Form, tuple[RiderKind, ...]] = {
    Form.FA13: (
        RiderKind("31", ("employer_siret", "employer_name", "employer_address"), _EMPLOYER_MAY),
        RiderKind("32", ("employer_siret", "employer_name", "employer_address"), _EMPLOYER_MAY),
        RiderKind("33", ("end_date", "last_exam_date"), ("training_hours", "gross_at_start")),
        RiderKind("34", ("end_date",), ("last_exam_date", "training_hours", "gross_at_start")),
        RiderKind(
            "35",
            ("target_diploma", "target_title", "rncp_code"),
            ("cfd_code", "end_date", "last_exam_date", "training_hours"),
        ),
        RiderKind(
            "36",
            (),
            (*_TUTORS, "weekly_hours", "end_date", "last_exam_date", "gross_at_start", *_BENEFITS),
        ),
        RiderKind("37", ("employer_siret", "employer_address"), ("other_workplaces",)),
        RiderKind("38", ("place_name", "place_address"), ("place_uai", "place_siret")),
    ),
    Form.EJ20: (
        RiderKind(
            FREE_RIDER,
            (),
            (
                "employer_siret",
                "employer_address",
                "other_workplaces",
                "tutor_birth_name",
                "tutor_given_name",
                "tutor_birth_date",
                "tutor_job",
                "tutor_practice_years",
                "tutor_apprentices",
                "job_title",
                "classification",
                "weekly_hours",
                "end_date",
                "gross_at_start",
                "target_title",
                "training_hours",
                "training_end_date",
            ),
        ),
    ),
}


def rider_kinds(form: Form) -> tuple[RiderKind, ...]:
    """The kinds of riders of a form, in its order."""
    return _KINDS[form]


def rider_kind(form: Form, code: str) -> RiderKind:
    """The kind of this code; raises ``KeyError`` when the form has none."""
    return {one.code: one for one in _KINDS[form]}[code]


def rider_fields(form: Form, code: str) -> list[SheetField]:
    """Fields that a rider may change, in the order of the form."""
    wanted = rider_kind(form, code).fields
    return [one for one in all_fields() if one.form is form and one.field_id in wanted]


def rider_holder(field: SheetField) -> Holder:
    """Who writes a field of a rider: what registers gave to the contract is the employer's to change."""
    return Holder.EMPLOYER if field.holder is Holder.COMPUTED else field.holder


def missing_of_rider(
    form: Form, code: str, written: Collection[str]
) -> dict[Holder, list[SheetField]]:
    """Needed fields that nobody has written yet, by the one to ask."""
    needs = rider_kind(form, code).needs
    grouped: dict[Holder, list[SheetField]] = {}
    for field in rider_fields(form, code):
        if field.field_id in needs and field.field_id not in written:
            grouped.setdefault(rider_holder(field), []).append(field)
    return grouped


def check_rider(
    effect: date, *, start: date, end: date | None, law_day: date, has_changes: bool
) -> list[Finding]:
    """A rider takes effect during the contract, and changes something (FORM-11)."""
    found: list[Finding] = []
    if effect < start or (end is not None and effect > end):
        message = "La date d'effet de l'avenant est hors du contrat."
        found.append(finding("FORM-11", law_day, message))
    if not has_changes:
        found.append(finding("FORM-11", law_day, "Cet avenant ne change encore rien."))
    return found
