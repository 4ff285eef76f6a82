"""The base of all forms, and small validators whose messages are French sentences that say what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import StopValidation, ValidationError

from app.core.errors import Invalid
from app.core.requests import new_request_key
from app.rules.identifiers import holds_nir

Validator = Callable[[WTForm, Field], None]


# Control characters but tab and line ends; marks that write what follows from right to left. A hard space is a space.
UNSEEN: dict[int, str | None] = {
    **dict.fromkeys({*range(32), 127} - {9, 10, 13}),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),
    0xA0: " ",
}


def strip(value: str | None) -> str | None:
    """Filter: no spaces around, no sign that hides or turns other signs round, and an empty text is nothing."""
    if value is None:
        return None
    cleaned = value.translate(UNSEEN).strip()
    return cleaned or None


def whole_or_none(value: object) -> int | None:
    """What a select or a field sends: a number, or nothing."""
    text = str(value).strip() if value is not None else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def ticked(values: Iterable[str]) -> list[int]:
    """The ids of the boxes that were ticked; what is no number was not sent by the page."""
    return sorted({one for one in map(whole_or_none, values) if one is not None})


def as_choices(pairs: Iterable[tuple[object, str]]) -> list[SelectChoice]:
    """`(value, label)` as the choices of a select."""
    return [SelectChoice(str(value), label) for value, label in pairs]


SEVERAL_LINES = (TextAreaField, PasswordField)  # a password is taken as it is


NIR_ELSEWHERE = (
    "Un numéro de sécurité sociale n’a sa place que sur la fiche contrat : retirez-le d’ici."
)


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form with CSRF token. `refuse` puts a service's refusal next to the field it is about.

    No field takes a social security number but the one that is made for it: elsewhere nothing would lock it, hide
    it or drop it after the deposit (dossier, privacy.md, 5).
    """

    takes_nir: ClassVar[frozenset[str]] = frozenset()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read the fields; one line stays one line, whoever sends it: a name with line ends would write a letter."""
        super().process(*args, **kwargs)
        for field in self._fields.values():
            is_line = isinstance(field, StringField) and not isinstance(field, SEVERAL_LINES)
            if is_line and isinstance(field.data, str):
                field.data = " ".join(field.data.splitlines())

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields by their validators, no NIR among the words, no year that only a slip can write."""
        is_right = bool(super().validate(extra_validators))
        for name, field in self._fields.items():
            # An hour is no day, though its field is one of the same family.
            if isinstance(field.data, date) and not field.errors:
                is_right = self._is_of_our_time(field) and is_right
            if name in self.takes_nir or isinstance(field, PasswordField):
                continue
            if isinstance(field.data, str) and holds_nir(field.data):
                field.errors = [*field.errors, NIR_ELSEWHERE]
                is_right = False
        return is_right

    def _is_of_our_time(self, field: Field) -> bool:
        try:
            OF_OUR_TIME(self, field)
        except ValidationError as error:
            field.errors = [*field.errors, str(error)]
            return False
        return True

    def refuse(self, error: Invalid) -> None:
        """Show the message of a service next to its field, or above the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)


class ButtonForm(BaseForm):
    """A button: nothing to fill, but a token to check."""


class OnceForm(BaseForm):
    """A form that creates something: its random key makes a double click harmless."""

    request_key = HiddenField(default=new_request_key)


class Required:
    """The field needs a value; the sentence says which."""

    field_flags = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: WTForm, field: Field) -> None:
        data: Any = field.data
        if data is None or (isinstance(data, str) and not data.strip()) or data == []:
            if field.raw_data and field.raw_data[0] and field.errors:
                return
            field.errors = []
            raise StopValidation(self.message)


class MaxLength:
    """At most `limit` characters; also tells the browser."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.field_flags = {"maxlength": limit}

    def __call__(self, form: WTForm, field: Field) -> None:
        if field.data and len(field.data) > self.limit:
            raise ValidationError(
                f"{self.limit} caractères au plus ; vous en avez écrit {len(field.data)}."
            )


class Between:
    """A number from `low` to `high`."""

    def __init__(self, low: float, high: float, unit: str = "") -> None:
        self.low, self.high, self.unit = low, high, f" {unit}" if unit else ""
        self.field_flags = {"min": low, "max": high}

    def __call__(self, form: WTForm, field: Field) -> None:
        # "NaN" is a decimal that compares with nothing.
        is_number = not isinstance(field.data, Decimal) or field.data.is_finite()
        if field.data is not None and not (is_number and self.low <= field.data <= self.high):
            raise ValidationError(f"Écrivez un nombre de {self.low} à {self.high}{self.unit}.")


class DateBetween:
    """A date inside limits that are computed when the form is checked."""

    def __init__(self, low: Callable[[], date], high: Callable[[], date], message: str) -> None:
        self.low, self.high, self.message = low, high, message

    def __call__(self, form: WTForm, field: Field) -> None:
        day = field.data.date() if isinstance(field.data, datetime) else field.data
        if day is not None and not self.low() <= day <= self.high():
            raise ValidationError(self.message)


CHECK_YEAR = "Vérifiez l’année."
OF_OUR_TIME = DateBetween(lambda: date(1900, 1, 1), lambda: date(2100, 12, 31), CHECK_YEAR)
"""What any day of a form lies in: 0026 for 2026 or 9999 for never would break what counts from it."""


class Matches:
    """The text fits a pattern."""

    def __init__(self, pattern: str, message: str) -> None:
        self.pattern, self.message = re.compile(pattern), message

    def __call__(self, form: WTForm, field: Field) -> None:
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(self.message)
