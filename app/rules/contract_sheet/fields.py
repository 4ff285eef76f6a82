"""Fields of the forms: which are asked, who knows them, which are still missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.rules.contract_sheet.lists import Form
from app.rules.law import read_table


class Holder(StrEnum):
    """Who normally knows a field; ``COMPUTED`` ones come from registers or from the rules."""

    YOUTH = "youth"
    ADVISER = "adviser"
    EMPLOYER = "employer"
    TRAINING_CENTRE = "training_centre"
    COMPUTED = "computed"


HOLDER_LABELS = {
    Holder.YOUTH: "le jeune",
    Holder.ADVISER: "le conseiller",
    Holder.EMPLOYER: "l'employeur",
    Holder.TRAINING_CENTRE: "le CFA ou l'organisme de formation",
    Holder.COMPUTED: "le portail",
}


class Condition(StrEnum):
    """When a conditional field is asked."""

    MINOR = "minor"
    PUBLIC = "public"
    DEROGATION = "derogation"
    PREVIOUS_CONTRACT = "previous_contract"
    RIDER = "rider"
    SECOND_TUTOR = "second_tutor"
    PLACE_ELSEWHERE = "place_elsewhere"
    JOBSEEKER = "jobseeker"
    USER_COMPANY = "user_company"


@dataclass(frozen=True, slots=True)
class SheetField:
    """One field of one form, with our own French label."""

    form: Form
    section: str
    field_id: str
    label: str
    required: bool
    holder: Holder
    condition: Condition | None

    def is_asked(self, conditions: Collection[Condition]) -> bool:
        """Whether the field belongs on a sheet where ``conditions`` hold."""
        return self.condition is None or self.condition in conditions


@lru_cache(maxsize=1)
def all_fields() -> tuple[SheetField, ...]:
    """The fields of both forms, in their order."""
    return tuple(
        SheetField(
            form=Form(row["form"]),
            section=row["section"],
            field_id=row["field_id"],
            label=row["label"],
            required=row["required"] == "yes",
            holder=Holder(row["holder"]),
            condition=Condition(row["condition"]) if row["condition"] else None,
        )
        for row in read_table("contract_fields.csv")
    )


def sheet_fields(form: Form, conditions: Collection[Condition] = ()) -> list[SheetField]:
    """The fields to show, in the order of the form."""
    return [field for field in all_fields() if field.form is form and field.is_asked(conditions)]


def missing_fields(
    form: Form, values: Mapping[str, object], conditions: Collection[Condition] = ()
) -> list[SheetField]:
    """Required fields without a value; None and blank text are missing, False and 0 are not."""
    return [
        field
        for field in sheet_fields(form, conditions)
        if field.required and _is_blank(values.get(field.field_id))
    ]


def missing_by_holder(
    form: Form, values: Mapping[str, object], conditions: Collection[Condition] = ()
) -> dict[Holder, list[SheetField]]:
    """The missing fields by the one to ask; holders who owe nothing are left out."""
    grouped: dict[Holder, list[SheetField]] = {}
    for field in missing_fields(form, values, conditions):
        grouped.setdefault(field.holder, []).append(field)
    return grouped


def _is_blank(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | dict) and not value)
