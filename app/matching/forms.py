"""Forms of matching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    DateField,
    FileField,
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
from app.reference.forms import TradeFields
from app.reference.models import JourneyMeans, TitleKind

SET_ASIDE_WORDS = {
    SetAsideReason.OTHER_TRADE: "Un autre métier est souhaité",
    SetAsideReason.TOO_FAR: "Trajet trop long",
    SetAsideReason.TIMETABLE: "Horaires",
    SetAsideReason.WORKING_CONDITIONS: "Conditions de travail",
    SetAsideReason.ALREADY_CONTACTED: "Déjà contacté en dehors de Trèfle",
    SetAsideReason.NOT_NOW: "Pas maintenant",
    SetAsideReason.OTHER: "Autre raison",
}


WORD_KINDS = {
    TitleKind.SYNONYM: "Un autre nom du métier",
    TitleKind.SHORT_FORM: "Une abréviation",
    TitleKind.MISSPELLING: "Une faute courante",
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
    """Name an opening, and a session if one wishes, and ask why they are not in the list."""

    class Meta:
        csrf = False  # a question, asked by GET

    offre = StringField(
        "Offre : métier, entreprise, commune ou numéro", [MaxLength(80)], filters=[strip]
    )
    session = StringField("Formation : diplôme, CFA ou numéro", [MaxLength(80)], filters=[strip])
    opening_id = IntegerField(validators=[Optional()])
    session_id = IntegerField(validators=[Optional()])

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """At least an opening is named, by words or by number."""
        fine = bool(super().validate(extra_validators))
        if fine and not (self.offre.data or self.opening_id.data):
            self.offre.errors = [
                "Écrivez quelques mots de l’offre : son métier, ou le nom de l’entreprise."
            ]
            return False
        return fine


class FilterForm(BaseForm):
    """Filters of the list, kept in the address."""

    class Meta:
        csrf = False

    metier = StringField(filters=[strip], validators=[Optional(), MaxLength(5)])
    rayon = IntegerField(validators=[Optional(), Between(1, 500, "km")])
    niveau = IntegerField(validators=[Optional(), Between(3, 8)])
    nombre = IntegerField(validators=[Optional(), Between(1, 100)])
    levier = StringField(filters=[strip], validators=[Optional(), MaxLength(120)])


class WordForm(TradeFields, BaseForm):
    """A text typed by young people, and the trade that it means."""

    text = StringField(
        "Mots tels que les jeunes les écrivent",
        filters=[strip],
        validators=[Required("Écrivez les mots."), MaxLength(80)],
    )
    kind = SelectField(
        "Ces mots sont",
        choices=[SelectChoice(kind.value, words) for kind, words in WORD_KINDS.items()],
        validators=[Required("Choisissez ce que sont ces mots.")],
    )


MEANS_WORDS = {
    JourneyMeans.CAR: "En voiture",
    JourneyMeans.TRANSIT: "En transports en commun",
    JourneyMeans.MOPED: "En cyclomoteur",
    JourneyMeans.CYCLE: "À vélo",
    JourneyMeans.WALK: "À pied",
}


class TravelForm(OnceForm):
    """A file of travel times."""

    region = SelectField("Région", validators=[Required("Choisissez la région.")])
    source = StringField(
        "D’où viennent ces temps ?",
        filters=[strip],
        validators=[
            Required("Dites d’où viennent ces temps : les pages le répètent."),
            MaxLength(120),
        ],
    )
    valid_from = DateField("Valables depuis le", validators=[Required("Écrivez la date.")])
    means = SelectField(
        "Moyen de transport",
        choices=[
            SelectChoice("", "Le fichier le dit, colonne « moyen »"),
            *(SelectChoice(means.value, words) for means, words in MEANS_WORDS.items()),
        ],
    )
    file = FileField(
        "Fichier (CSV ou Excel .xlsx)", validators=[Required("Choisissez un fichier.")]
    )

    def offer(self, regions: Mapping[str, str]) -> None:
        """The regions whose tables the actor keeps; a single one is chosen already."""
        self.region.choices = [SelectChoice(code, name) for code, name in regions.items()]
        if len(regions) == 1 and not self.region.data:
            self.region.data = next(iter(regions))


class MeetingForm(OnceForm):
    """Ask to meet the person behind a profile."""

    code = HiddenField()
    message = TextAreaField(
        "Un mot pour la personne qui accompagne ce jeune",
        filters=[strip],
        validators=[MaxLength(400)],
    )
