"""Forms of riders: begin one, write what it changes, with the fields of the official form."""

from __future__ import annotations

from functools import lru_cache

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.contracts.forms.sheet import PartForm, field_data, sheet_field
from app.contracts.queries.riders import RiderPage, offered_riders
from app.contracts.queries.sheet import SheetPage
from app.core.forms import OnceForm, Required
from app.rules.contract_sheet import SheetField, field_form
from app.rules.law import ContractKind


class BeginRiderForm(OnceForm):
    """What changes, and from when."""

    rider_type = SelectField("Ce qui change")
    effect_on = DateField("Date d’effet", [Required("Indiquez la date d’effet.")])


def begin_form(page: SheetPage, *, sent: bool = False) -> BeginRiderForm:
    """The types of riders that this reader may begin."""
    form = (
        BeginRiderForm(prefix="rider-") if sent else BeginRiderForm(prefix="rider-", formdata=None)
    )
    form.rider_type.choices = [SelectChoice(code, label) for code, label in offered_riders(page)]
    return form


class RiderForm(PartForm):
    """The dates of the rider; a subclass adds the fields that it changes."""

    effect_on = DateField("Date d’effet", [Required("Indiquez la date d’effet.")])
    signed_on = DateField("Signé par toutes les parties le", [Optional()])


@lru_cache(maxsize=64)
def _form_class(fields: tuple[SheetField, ...], kind: ContractKind) -> type[RiderForm]:
    is_pro = kind is ContractKind.PROFESSIONALISATION
    made = {
        one.field_id: sheet_field(
            one.label, field_form(one.field_id, is_professionalisation=is_pro)
        )
        for one in fields
    }
    return type("RiderFieldsForm", (RiderForm,), made)


def rider_form(found: RiderPage, *, sent: bool = False) -> RiderForm:
    """The fields of this rider that this reader holds, filled with what the contract says today."""
    fields = tuple(field for part in found.page.parts for field in found.mine(part))
    made = _form_class(fields, found.page.source.kind)
    if sent:
        form = made(prefix="rider-")
    else:
        dates = {
            "effect_on": found.version.rider.effect_on,
            "signed_on": found.version.rider.signed_on,
        }
        data = {**field_data(fields, found.values), **dates}
        form = made(prefix="rider-", formdata=None, data=data)
    needed = {field.field_id for _, _, lacking, _ in found.missing for field in lacking}
    for one in fields:
        form[one.field_id].flags.required = one.field_id in needed
    return form
