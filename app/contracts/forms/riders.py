"""Forms of riders: begin one, write what it changes, with the fields of the official form."""

from __future__ import annotations

from wtforms import DateField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.contracts.forms.sheet import PartForm, field_data, form_class
from app.contracts.queries.riders import RiderPage, offered_riders
from app.contracts.queries.sheet import SheetPage
from app.core.forms import OnceForm, Required


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


def rider_form(found: RiderPage, *, sent: bool = False) -> RiderForm:
    """The fields of this rider that this reader holds, filled with what the contract says today."""
    fields = tuple(field for part in found.page.parts for field in found.mine(part))
    made: type[RiderForm] = form_class(fields, found.page.source.kind, RiderForm)
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
