"""What a sheet still misses, and whether the social security number may be asked: it comes last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.contracts.queries.facts import SheetReading
from app.contracts.queries.source import SheetSource
from app.contracts.queries.values import Values
from app.rules.contract_sheet import Holder, SheetField, form_for, missing_by_holder

PRESENT = "renseigné"
# Written the day everybody signs: they do not keep the NIR waiting.
SIGNATURE_FIELDS = frozenset(
    {"conclusion_date", "signing_place", "centre_visa", "documents_attested", "nir"}
)

Missings = Mapping[Holder, Sequence[SheetField]]


def complete_values(source: SheetSource, values: Values, reading: SheetReading) -> dict[str, str]:
    """What is written, with what the portal computes and, as a mark, the number that it keeps sealed."""
    complete = {**values, "derogation": reading.facts.derogation}
    if reading.facts.pay is not None:
        complete["pay_lines"] = PRESENT
    if source.sheet is not None and source.sheet.nir_sealed:
        complete["nir"] = PRESENT
    return complete


def missing_in(source: SheetSource, values: Values, reading: SheetReading) -> Missings:
    """The missing fields by the one to ask; holders who owe nothing are left out."""
    complete = complete_values(source, values, reading)
    return missing_by_holder(form_for(source.kind), complete, reading.facts.conditions())


def nir_is_due(found: Missings) -> bool:
    """Whether only what is written the day of the signatures is left: the NIR is asked last (cerfa.md §7)."""
    return all(field.field_id in SIGNATURE_FIELDS for fields in found.values() for field in fields)
