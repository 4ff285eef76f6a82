"""Forms of matching."""

from __future__ import annotations

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.core.forms import BaseForm, Between, MaxLength, OnceForm, Required, strip
from app.matching.models import SetAsideReason

SET_ASIDE_WORDS = {
    SetAsideReason.OTHER_TRADE: "Un autre métier est souhaité",
    SetAsideReason.TOO_FAR: "Trajet trop long",
    SetAsideReason.TIMETABLE: "Horaires",
    SetAsideReason.WORKING_CONDITIONS: "Conditions de travail",
    SetAsideReason.ALREADY_CONTACTED: "Déjà contacté en dehors de Trèfle",
    SetAsideReason.NOT_NOW: "Pas maintenant",
    SetAsideReason.OTHER: "Autre raison",
}


class SetAsideForm(BaseForm):
    """Set an opening or a session aside for one youth."""

    what = RadioField(
        "Que voulez-vous écarter ?",
        choices=[
            SelectChoice("opening", "Cette offre"),
            SelectChoice("session", "Cette formation"),
        ],
        default="opening",
        validators=[Required("Choisissez l’offre ou la formation.")],
    )
    opening_id = HiddenField()
    session_id = HiddenField()
    reason = SelectField(
        "Raison",
        choices=[SelectChoice(reason.value, words) for reason, words in SET_ASIDE_WORDS.items()],
        validators=[Required("Choisissez une raison.")],
    )
    until = DateField("Jusqu’au", validators=[Optional()])


class WhyNotForm(BaseForm):
    """Name an opening and a session and ask why they are not in the list."""

    class Meta:
        csrf = False  # a question, asked by GET

    opening_id = IntegerField(
        "Numéro de l’offre", validators=[Required("Écrivez le numéro de l’offre.")]
    )
    session_id = IntegerField(
        "Numéro de la session", validators=[Required("Écrivez le numéro de la session.")]
    )


class FilterForm(BaseForm):
    """Filters of the list, kept in the address."""

    class Meta:
        csrf = False

    metier = StringField(filters=[strip], validators=[Optional(), MaxLength(5)])
    rayon = IntegerField(validators=[Optional(), Between(1, 500, "km")])
    niveau = IntegerField(validators=[Optional(), Between(3, 8)])
    nombre = IntegerField(validators=[Optional(), Between(1, 100)])
    levier = StringField(filters=[strip], validators=[Optional(), MaxLength(60)])


class MeetingForm(OnceForm):
    """Ask to meet the person behind a profile."""

    code = HiddenField()
    message = TextAreaField(
        "Un mot pour la personne qui accompagne ce jeune",
        filters=[strip],
        validators=[MaxLength(400)],
    )


class DeclineForm(BaseForm):
    """A button."""
