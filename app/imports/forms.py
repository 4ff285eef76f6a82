"""Forms of imports: a file, its columns, a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field, FileField, HiddenField, RadioField, SelectField, StringField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.core.forms import BaseForm, MaxLength, OnceForm, Required, strip
from app.imports.fields import Kind
from app.imports.models import ImportKind

NO_COLUMN = -1
SHOWN_HEADER = 60


class UploadForm(OnceForm):
    """A file and what it holds."""

    kind = RadioField(
        "Que contient ce fichier ?", validators=[Required("Dites ce que contient ce fichier.")]
    )
    file = FileField(
        "Fichier (CSV, Excel .xlsx ou JSON)", validators=[Required("Choisissez un fichier.")]
    )
    sheet = StringField("Feuille du classeur", filters=[strip], validators=[MaxLength(80)])

    def offer(self, kinds: Mapping[ImportKind, str]) -> None:
        """The kinds that this actor may bring; a single one is chosen already."""
        self.kind.choices = [SelectChoice(kind.value, title) for kind, title in kinds.items()]
        if len(kinds) == 1 and not self.kind.data:
            self.kind.data = next(iter(kinds)).value


class DecisionForm(BaseForm):
    """What to do with a row that looks like something known, or with all of them."""

    decision = HiddenField(validators=[Required("Choisissez une des réponses.")])


class ChoiceForm(BaseForm):
    """A proposal picked for a row."""

    field = HiddenField(validators=[Required("Choisissez une des propositions.")])
    code = StringField(filters=[strip], validators=[Required("Choisissez une des propositions.")])


class NeedsColumn:
    """Every row needs this: a column must say it."""

    field_flags = {"required": True}

    def __init__(self, label: str) -> None:
        self.label = label

    def __call__(self, form: WTForm, field: Field) -> None:
        if field.data == NO_COLUMN:
            raise ValidationError(f"{self.label} : choisissez la colonne qui le dit.")


def columns_form(
    kind: Kind, headers: Sequence[str], left_out: Mapping[str, str], mapping: Mapping[str, int]
) -> Any:
    """A form with one list of columns a field of this kind, set as recognised."""
    columns = [
        SelectChoice(place, f"{place + 1}. {header[:SHOWN_HEADER]}")
        for place, header in enumerate(headers)
        if header not in left_out
    ]
    fields = {
        one.name: SelectField(
            one.label,
            coerce=int,
            choices=[SelectChoice(NO_COLUMN, "Aucune colonne"), *columns],
            default=mapping.get(one.name, NO_COLUMN),
            validators=[NeedsColumn(one.label)] if one.needs_column else [],
        )
        for one in kind.fields
    }
    return type("ColumnsForm", (BaseForm,), fields)()


def chosen_columns(form: Any, kind: Kind) -> dict[str, int]:
    """Column by field name, of the fields that have one."""
    picked = {one.name: form[one.name].data for one in kind.fields}
    return {name: place for name, place in picked.items() if place != NO_COLUMN}
