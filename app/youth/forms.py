"""Forms of the youth's file: the shape of what is typed, never the rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.forms import BaseForm, Between, MaxLength, OnceForm, Required, as_choices, strip
from app.reference.forms import CommuneFields
from app.youth import labels
from app.youth.models import ReadinessItem, TravelMeans, YesNoUnknown, YouthStatus

MAIL = Email(message="Vérifiez l’adresse électronique : il manque peut-être un @ ou un point.")
NOT_SAID = "Pas encore dit"


class FrenchDateField(DateField):
    """A date whose refusal says how to write it."""

    def __init__(self, label: str, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d/%m/%Y"], **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Écrivez la date avec jour, mois et année : 14/03/2008.") from error


class WholeNumberField(IntegerField):
    """A whole number whose refusal says what to write."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("Écrivez un nombre entier, sans lettre.") from error


def _choices(words: Mapping[Any, str], *, empty: str = "") -> list[SelectChoice]:
    listed = [SelectChoice(str(getattr(key, "value", key)), label) for key, label in words.items()]
    return [SelectChoice("", empty), *listed] if empty else listed


def _coerce(kind: type[StrEnum]) -> Any:
    """The enum of a posted value; nothing for "not said". A stored enum passes through."""

    def coerce(value: Any) -> StrEnum | None:
        return kind(value) if value not in (None, "", "None") else None

    return coerce


def _level(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


class SectionForm(BaseForm):
    """One section saved alone: `seen` is the token of its values when the page was shown."""

    seen = HiddenField()

    def values(self) -> dict[str, Any]:
        """The section's values by field name, without the plumbing."""
        plumbing = {"seen", "csrf_token", "commune"}
        return {name: field.data for name, field in self._fields.items() if name not in plumbing}


class RegisterForm(CommuneFields, OnceForm):
    """Opening a file: what a first appointment always knows."""

    given_name = StringField(
        "Prénom", [Required("Écrivez le prénom."), MaxLength(80)], filters=[strip]
    )
    family_name = StringField(
        "Nom de naissance", [Required("Écrivez le nom."), MaxLength(80)], filters=[strip]
    )
    usage_name = StringField("Nom d’usage", [MaxLength(80)], filters=[strip])
    birth_date = FrenchDateField(
        "Date de naissance", [InputRequired("Écrivez la date de naissance.")]
    )
    phone = TelField("Téléphone", [MaxLength(20)], filters=[strip])
    email = EmailField("Adresse électronique", [Optional(), MAIL, MaxLength(254)], filters=[strip])
    wishes = TextAreaField("Métiers souhaités", [MaxLength(1000)], filters=[strip])
    is_another_person = BooleanField("C’est une autre personne")


class IdentityForm(CommuneFields, SectionForm):
    given_name = StringField(
        "Prénom", [Required("Écrivez le prénom."), MaxLength(80)], filters=[strip]
    )
    family_name = StringField(
        "Nom de naissance", [Required("Écrivez le nom."), MaxLength(80)], filters=[strip]
    )
    usage_name = StringField("Nom d’usage", [MaxLength(80)], filters=[strip])
    birth_date = FrenchDateField(
        "Date de naissance", [InputRequired("Écrivez la date de naissance.")]
    )
    phone = TelField("Téléphone", [MaxLength(20)], filters=[strip])
    email = EmailField("Adresse électronique", [Optional(), MAIL, MaxLength(254)], filters=[strip])
    address = StringField("Adresse", [MaxLength(300)], filters=[strip])
    is_emancipated = BooleanField("Mineur émancipé")


class SchoolingForm(SectionForm):
    level = SelectField(
        "Niveau atteint", choices=_choices(labels.LEVELS, empty=NOT_SAID), coerce=_level
    )
    aimed_level = SelectField(
        "Niveau visé", choices=_choices(labels.LEVELS, empty=NOT_SAID), coerce=_level
    )
    last_class = StringField("Dernière classe suivie", [MaxLength(40)], filters=[strip])
    lower_secondary_completed = RadioField(
        "Classe de 3e terminée ?", choices=_choices(labels.YES_NO), coerce=_coerce(YesNoUnknown)
    )


class MobilityForm(SectionForm):
    travel_means = SelectField(
        "Moyen de transport",
        choices=_choices(labels.TRAVEL, empty=NOT_SAID),
        coerce=_coerce(TravelMeans),
    )
    radius_km = WholeNumberField(
        "Jusqu’à combien de kilomètres", [Optional(), Between(0, 1000, "km")]
    )
    minutes = WholeNumberField("Jusqu’à combien de minutes", [Optional(), Between(0, 300, "min")])
    driving_licence_b = RadioField(
        "Permis B ?", choices=_choices(labels.YES_NO), coerce=_coerce(YesNoUnknown)
    )
    boarding_accepted = RadioField(
        "Internat accepté ?", choices=_choices(labels.YES_NO), coerce=_coerce(YesNoUnknown)
    )


class AvailabilityForm(SectionForm):
    available_from = FrenchDateField("Disponible à partir du", [Optional()])
    available_until = FrenchDateField("Jusqu’au", [Optional()])
    wants_apprenticeship = BooleanField("Contrat d’apprentissage")
    wants_professionalisation = BooleanField("Contrat de professionnalisation")
    own_words = TextAreaField("Mots choisis par le jeune", [MaxLength(400)], filters=[strip])


class RepresentativeForm(SectionForm):
    name = StringField("Nom du représentant légal", [MaxLength(160)], filters=[strip])
    relationship_label = StringField("Lien avec le jeune", [MaxLength(40)], filters=[strip])
    phone = TelField("Téléphone", [MaxLength(20)], filters=[strip])
    email = EmailField("Adresse électronique", [Optional(), MAIL, MaxLength(254)], filters=[strip])


class ReadinessForm(BaseForm):
    done = SelectMultipleField(
        "Prêt pour l’alternance",
        choices=_choices(labels.READINESS),
        coerce=_coerce(ReadinessItem),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class WishForm(BaseForm):
    wish = StringField("Ajouter un souhait", [MaxLength(160)], filters=[strip])
    add_trade = HiddenField()


class ConsentForm(BaseForm):
    text_version = HiddenField()
    channel = SelectField(
        "Comment l’accord est donné",
        choices=[one for one in _choices(labels.CHANNELS) if one.value != "link"],
    )


class StatusForm(BaseForm):
    status = SelectField(
        "Où en est ce jeune ?",
        choices=[one for one in _choices(labels.STATUS) if one.value != YouthStatus.PLACED],
        coerce=_coerce(YouthStatus),
    )


class AdviserForm(BaseForm):
    adviser_id = SelectField("Conseiller", coerce=int)


class DiplomaForm(OnceForm):
    title = StringField(
        "Diplôme ou titre",
        [Required("Écrivez le nom du diplôme."), MaxLength(160)],
        filters=[strip],
    )
    diploma_level = SelectField(
        "Niveau", choices=_choices(labels.LEVELS, empty=NOT_SAID), coerce=_level
    )
    obtained_on = FrenchDateField("Obtenu le", [Optional()])


class NoteForm(OnceForm):
    text = TextAreaField(
        "Nouvelle note", [Required("Écrivez la note."), MaxLength(4000)], filters=[strip]
    )
    was_contact = BooleanField("Nous nous sommes parlé aujourd’hui")
    is_confirmed = BooleanField("L’accompagnement exige ces mots, je les garde")


class DisabilityForm(BaseForm):
    has_agreed = BooleanField("Le jeune a donné son accord écrit pour que ce soit noté ici")
    proof_seen_on = FrenchDateField("Preuve vue le (aucune copie)", [Optional()])
    valid_until = FrenchDateField("Valable jusqu’au", [Optional()])


WHOSE = as_choices([("mine", "Les miens"), ("team", "Toute l’équipe")])


class FilterForm(WTForm):
    """The filters of the list, read from the address; nothing there is ever wrong, only ignored."""

    q = SearchField("Nom ou code", filters=[strip])
    whose = SelectField("Dossiers", choices=WHOSE)
    status = SelectField("Statut", choices=_choices(labels.STATUS, empty="Tous"))
    show = SelectField(
        "Montrer",
        choices=as_choices(
            [
                ("", "Tout"),
                ("without_proposal", "Prêts, sans proposition"),
                ("to_do", "Qui m’attendent"),
            ]
        ),
    )
    trade = StringField("Métier", filters=[strip])
    commune = StringField("Commune", filters=[strip])

    def offer_advisers(self, advisers: Iterable[tuple[int, str]]) -> None:
        """Let one colleague's files, given as `(user id, name)`, or those that nobody follows be shown."""
        self.whose.choices = [
            *WHOSE,
            *as_choices([("nobody", "Sans référent"), *advisers]),
        ]


class DepartureForm(BaseForm):
    """Who takes over the files of a colleague who leaves."""

    to_user_ids = SelectMultipleField(
        "Qui reprend les dossiers ?",
        coerce=int,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
