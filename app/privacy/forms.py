"""Shapes of what is typed on the pages of rights."""

from __future__ import annotations

from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.core.forms import BaseForm, Between, Matches, MaxLength, OnceForm, Required, strip
from app.youth.forms import FrenchDateField


class TextForm(BaseForm):
    """A button that answers to the version of the text that was shown."""

    text_version = HiddenField(validators=[MaxLength(40)])


class AddressForm(BaseForm):
    """Where the link to one's own data is sent."""

    email = StringField(
        "Votre adresse électronique",
        filters=[strip],
        validators=[
            Required("Écrivez l’adresse que votre conseiller a notée."),
            MaxLength(254),
            Matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "Écrivez une adresse, comme prenom@exemple.fr."),
        ],
    )


class CorrectionForm(OnceForm):
    """What is wrong in the file, in the youth's words."""

    words = TextAreaField(
        "Ce qui est à corriger",
        filters=[strip],
        validators=[Required("Écrivez ce qui est à corriger."), MaxLength(600)],
    )


class FindErasedForm(BaseForm):
    """Who asks whether they were erased: sent in the body, so that no address and no history holds it."""

    nom = StringField(
        "Nom de naissance",
        filters=[strip],
        validators=[Required("Écrivez le nom de naissance."), MaxLength(80)],
    )
    prenom = StringField(
        "Prénom", filters=[strip], validators=[Required("Écrivez le prénom."), MaxLength(80)]
    )
    naissance = FrenchDateField(
        "Date de naissance", validators=[InputRequired("Écrivez la date de naissance.")]
    )


class DaysForm(BaseForm):
    """How many days one kind of data is kept."""

    days = IntegerField(
        "Jours",
        validators=[Optional(), Between(1, 3660, "jours")],
    )
