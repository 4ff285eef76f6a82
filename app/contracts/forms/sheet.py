"""Forms of a sheet: one a part, made from the fields of the official form, so that an edition is data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from wtforms import (
    DateField,
    DecimalField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
)
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional, ValidationError

from app.contracts.forms.days import a_birth, a_day
from app.contracts.queries.projection import HOLDERS, Part, hidden_fields
from app.contracts.queries.sheet import SheetPage
from app.contracts.queries.values import NO, YES, Values, as_day
from app.contracts.services.filling import NEVER_TYPED
from app.contracts.workflow import SheetEvent
from app.core import clock
from app.core.forms import BaseForm, Between, Matches, MaxLength, Required, strip, whole_or_none
from app.rules.contract_sheet import FieldForm, FieldKind, SheetField, field_form
from app.rules.identifiers import IdentifierKind, check_identifier
from app.rules.law import ContractKind
from app.rules.reasons import ReasonList, choices

UNKNOWN = SelectChoice("", "Non précisé")
ANSWERS = [UNKNOWN, SelectChoice(YES, "Oui"), SelectChoice(NO, "Non")]
EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
HOURS = r"\d{1,2}\s*([:h]\s*\d{2})?"


class Identifier:
    """The code has its shape and its key; the message never repeats it."""

    def __init__(self, kind: IdentifierKind) -> None:
        self.kind = kind

    def __call__(self, form: WTForm, field: Field) -> None:
        wrong = check_identifier(self.kind, field.data, clock.today()) if field.data else None
        if wrong is not None:
            raise ValidationError(wrong.message)


class PartForm(BaseForm):
    """The fields of one part; a subclass adds them."""

    @property
    def names(self) -> frozenset[str]:
        """Ids of the fields that this form holds."""
        return frozenset(self._fields) - {"csrf_token"}

    def values(self) -> dict[str, str | None]:
        """The fields that were sent, as the sheet keeps them: text, days in ISO form, nothing for an empty one."""
        return {
            name: _stored(field.data)
            for name, field in self._fields.items()
            if name != "csrf_token" and field.raw_data
        }


def _stored(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _sheet_field(field_id: str, label: str, form: FieldForm) -> Any:
    options: dict[str, Any] = {"filters": [strip]}
    match form.kind:
        case FieldKind.CHOICE:
            pairs = (form.choices or {}).items()
            # Riders are versions of a deposited contract: a sheet is never one.
            named = [
                UNKNOWN,
                *(SelectChoice(code, text) for code, text in pairs if not _is_rider(text)),
            ]
            return SelectField(label, choices=named, default="")
        case FieldKind.ANSWER:
            return SelectField(label, choices=ANSWERS, default="")
        case FieldKind.DAY:
            is_birth = field_id.endswith("birth_date")
            return DateField(label, [Optional(), a_birth() if is_birth else a_day()])
        case FieldKind.NUMBER:
            return IntegerField(label, [Optional(), Between(0, 9_999_999)])
        case FieldKind.AMOUNT:
            return DecimalField(label, [Optional(), Between(0, 100_000, "€")])
        case FieldKind.EMAIL:
            wrong = "Écrivez une adresse comme prenom@exemple.fr."
            return EmailField(label, [MaxLength(254), Matches(EMAIL, wrong)], **options)
        case FieldKind.PHONE:
            return TelField(label, [MaxLength(20)], **options)
        case FieldKind.HOURS:
            wrong = "Écrivez 35 ou 35:00."
            return StringField(label, [MaxLength(8), Matches(HOURS, wrong)], **options)
        case FieldKind.CODE:
            checks: list[Any] = [MaxLength(30)]
            checks += [Identifier(form.identifier)] if form.identifier else []
            return StringField(label, checks, **options)
        case FieldKind.TEXT:
            return StringField(label, [MaxLength(200)], **options)


@lru_cache(maxsize=128)
def form_class(
    fields: tuple[SheetField, ...], kind: ContractKind, base: type[PartForm] = PartForm
) -> type[Any]:
    """The form of these fields as this contract's form words them, on top of `base`."""
    is_pro = kind is ContractKind.PROFESSIONALISATION
    made = {
        one.field_id: _sheet_field(
            one.field_id, one.label, field_form(one.field_id, is_professionalisation=is_pro)
        )
        for one in fields
    }
    return type(f"{base.__name__}OfFields", (base,), made)


def part_form(page: SheetPage, part: Part, *, sent: bool = False) -> PartForm:
    """The form of one part, filled with what the sheet holds, or with what was just sent."""
    hidden = hidden_fields(page.source, page.side) | NEVER_TYPED
    fields = tuple(
        row.field
        for rows in page.sections.values()
        for row in rows
        if row.field.holder in HOLDERS[part] and row.field.field_id not in hidden
    )
    made: type[PartForm] = form_class(fields, page.source.kind)
    prefix = f"{part.value}-"
    form = (
        made(prefix=prefix)
        if sent
        else made(prefix=prefix, formdata=None, data=field_data(fields, page.values))
    )
    for one in fields:
        # What the official form asks is not called optional; a sheet is still saved piece by piece.
        form[one.field_id].flags.required = one.required
    return form


def _is_rider(label: str) -> bool:
    return label.startswith("Avenant")


def field_data(fields: Iterable[SheetField], values: Values) -> dict[str, Any]:
    """Values as the fields show them."""
    found: dict[str, Any] = {}
    for field in fields:
        raw, kind = values.get(field.field_id), field_form(field.field_id).kind
        if not raw:
            continue
        if kind is FieldKind.DAY:
            found[field.field_id] = as_day(values, field.field_id)
        elif kind is FieldKind.AMOUNT:
            found[field.field_id] = _amount(raw)
        elif kind is FieldKind.NUMBER:
            found[field.field_id] = whole_or_none(raw)
        else:
            found[field.field_id] = raw
    return found


def _amount(raw: str) -> Decimal | None:
    try:
        return Decimal(raw)
    except InvalidOperation:
        return None


class TellForm(BaseForm):
    """Tell this employer, or take that back."""

    tell = HiddenField()


class KindForm(BaseForm):
    """Which contract, where the opening offers both."""

    kind = SelectField(
        "Contrat",
        choices=[
            SelectChoice(ContractKind.APPRENTICESHIP.value, "Contrat d’apprentissage"),
            SelectChoice(ContractKind.PROFESSIONALISATION.value, "Contrat de professionnalisation"),
        ],
    )


class NirForm(BaseForm):
    """The social security number; it never comes back into the form."""

    takes_nir = frozenset({"nir"})

    nir = StringField("Numéro de sécurité sociale (15 chiffres)", [MaxLength(25)], filters=[strip])


class DepositForm(BaseForm):
    """The day the contract left."""

    deposited_on = DateField("Déposé le", [Optional()])


class DeclarationForm(BaseForm):
    """The day of the new declaration of regulated work."""

    declared_on = DateField(
        "Déclaration renouvelée le", [Required("Indiquez le jour de la nouvelle déclaration.")]
    )


DECISIONS = {
    SheetEvent.ACCEPT: "Accepté et enregistré",
    SheetEvent.RETURN: "Renvoyé à corriger",
    SheetEvent.REFUSE: "Refusé",
}


class DecisionForm(BaseForm):
    """What the OPCO answered."""

    event = SelectField(
        "Réponse", choices=[SelectChoice(one.value, label) for one, label in DECISIONS.items()]
    )
    decided_on = DateField("Reçue le", [Optional()])
    number = StringField(
        "Numéro de dépôt, si le contrat est accepté", [MaxLength(60)], filters=[strip]
    )
    why = SelectField(
        "Raison, s’il ne l’est pas",
        choices=[
            SelectChoice("", "Choisissez la raison"),
            *(SelectChoice(code, label) for code, label in choices(ReasonList.DEPOSIT_RETURN)),
        ],
        default="",
    )
