"""Forms of accounts and organisations: shape and format of what is typed."""

from __future__ import annotations

import re

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    URLField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.labels import KINDS, ROLES, ROLES_OF, STATUSES
from app.accounts.services import CREATED_HERE, OrganisationDetails, SiteDetails
from app.core.errors import Invalid
from app.core.forms import BaseForm, MaxLength, OnceForm, Required, as_choices, strip
from app.policy.actor import OrganisationKind, Role
from app.reference.forms import CommuneFields
from app.reference.queries import departement_names, region_names


class LoginForm(BaseForm):
    email = EmailField(
        "Adresse électronique",
        filters=[strip],
        validators=[Required("Écrivez votre adresse électronique."), MaxLength(254)],
    )
    password = PasswordField(
        "Mot de passe", validators=[Required("Écrivez votre mot de passe."), MaxLength(200)]
    )
    next = HiddenField()


class HatForm(BaseForm):
    """Choice of the organisation worn."""


class JoinForm(OnceForm):
    """Who asks to join, and where."""

    siret = StringField(
        "SIRET de l’établissement",
        filters=[strip],
        validators=[Required("Écrivez le SIRET de votre établissement."), MaxLength(30)],
    )
    given_name = StringField(
        "Prénom", filters=[strip], validators=[Required("Écrivez votre prénom."), MaxLength(80)]
    )
    family_name = StringField(
        "Nom", filters=[strip], validators=[Required("Écrivez votre nom."), MaxLength(80)]
    )
    email = EmailField(
        "Adresse électronique",
        filters=[strip],
        validators=[Required("Écrivez votre adresse électronique."), MaxLength(254)],
    )


class LookForm(BaseForm):
    """Why support looks at the portal as somebody else."""

    reason = StringField(
        "Votre raison",
        filters=[strip],
        validators=[Required("Écrivez pourquoi, en une phrase."), MaxLength(300)],
    )


class ComeBackForm(BaseForm):
    """What a provider gave to the browser that comes back."""

    code = HiddenField(validators=[Required("Il manque le code."), MaxLength(2000)])
    state = HiddenField(validators=[Required("Il manque l’état."), MaxLength(200)])


class CodeForm(BaseForm):
    """The code of a telephone, or a recovery code."""

    code = StringField(
        "Code",
        filters=[strip],
        validators=[Required("Écrivez le code à six chiffres."), MaxLength(40)],
    )


class PasswordAgainForm(BaseForm):
    """The password once more, before something that changes how one signs in."""

    password = PasswordField(
        "Mot de passe actuel", [Required("Écrivez votre mot de passe."), MaxLength(200)]
    )


class RemoveFactorForm(CodeForm):
    """Switching the second factor off asks for both factors."""

    password = PasswordField(
        "Mot de passe actuel", [Required("Écrivez votre mot de passe."), MaxLength(200)]
    )


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    email = EmailField(
        "Adresse électronique",
        filters=[strip],
        validators=[Required("Écrivez votre adresse électronique."), MaxLength(254)],
    )


class NewPasswordForm(BaseForm):
    """A password chosen by who has a link."""

    password = PasswordField(
        "Nouveau mot de passe", [Required("Écrivez un mot de passe."), MaxLength(200)]
    )


class ChangePasswordForm(NewPasswordForm):
    """A password changed by who knows the present one."""

    current = PasswordField(
        "Mot de passe actuel", [Required("Écrivez votre mot de passe actuel."), MaxLength(200)]
    )


class OrganisationFilterForm(BaseForm):
    """Filters of the list; a form that reads needs no token."""

    class Meta:
        csrf = False

    q = StringField("Nom, SIRET ou UAI", [MaxLength(120)], filters=[strip])
    kind = SelectField("Genre", choices=as_choices([("", "Tous"), *KINDS.items()]))
    status = SelectField("État", choices=as_choices([("", "Tous"), *STATUSES.items()]))
    region = SelectField("Région", choices=as_choices([("", "Toutes"), *region_names().items()]))


class OrganisationForm(OnceForm):
    """An organisation. Kind and codes are written by the platform alone."""

    kind = SelectField("Genre", choices=as_choices((kind, KINDS[kind]) for kind in CREATED_HERE))
    name = StringField(
        "Nom", [Required("Écrivez le nom de l’organisation."), MaxLength(200)], filters=[strip]
    )
    siret = StringField("SIRET", [MaxLength(20)], filters=[strip])
    uai = StringField("UAI", [MaxLength(10)], filters=[strip])
    email = EmailField("Adresse électronique", [MaxLength(254)], filters=[strip])
    phone = TelField("Téléphone", [MaxLength(20)], filters=[strip])
    website = URLField("Site internet", [MaxLength(300)], filters=[strip])
    is_known_apart = BooleanField("C’est une autre organisation")
    version = HiddenField()

    def details(self) -> OrganisationDetails:
        """What the service takes."""
        return OrganisationDetails(
            name=str(self.name.data),
            email=self.email.data,
            phone=self.phone.data,
            website=self.website.data,
            siret=self.siret.data,
            uai=self.uai.data,
        )


class SiteForm(CommuneFields, OnceForm):
    """A place of an organisation."""

    name = StringField(
        "Nom du site", [Required("Écrivez un nom."), MaxLength(200)], filters=[strip]
    )
    address = StringField("Adresse", [MaxLength(300)], filters=[strip])
    siret = StringField("SIRET du site", [MaxLength(20)], filters=[strip])
    uai = StringField("UAI du site", [MaxLength(10)], filters=[strip])
    is_main = BooleanField("C’est le site principal")

    def details(self, commune_code: str | None) -> SiteDetails:
        """What the service takes."""
        return SiteDetails(
            name=str(self.name.data),
            address=self.address.data,
            commune_code=commune_code,
            siret=self.siret.data,
            uai=self.uai.data,
            is_main=bool(self.is_main.data),
        )


class AliasForm(BaseForm):
    """Another name of an organisation."""

    alias = StringField("Autre nom", [Required("Écrivez un nom."), MaxLength(200)], filters=[strip])


class RolesForm(BaseForm):
    """Roles in one organisation; a field agent also says where."""

    roles = SelectMultipleField(
        "Rôles",
        [Required("Choisissez au moins un rôle dans la liste.")],
        choices=as_choices(ROLES.items()),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    departements = StringField("Départements", [MaxLength(400)], filters=[strip])

    def offer(self, kind: OrganisationKind) -> None:
        """Offer the roles of this kind of organisation."""
        self.roles.choices = as_choices((role, ROLES[role]) for role in ROLES_OF[kind])

    def chosen(self) -> list[Role]:
        """The roles ticked."""
        return [Role(value) for value in self.roles.data or ()]

    def departement_codes(self) -> list[str]:
        """Codes of départements typed with commas or spaces.

        Raises:
            Invalid: one is not a département.
        """
        typed = re.split(r"[\s,;]+", str(self.departements.data or "").upper())
        codes = [one for one in typed if one]
        wrong = [one for one in codes if one not in departement_names()]
        if wrong:
            raise Invalid(
                f"Ce n’est pas un département : {', '.join(wrong[:5])}.", field="departements"
            )
        return codes


class InvitationForm(RolesForm, OnceForm):
    """Somebody to invite."""

    email = EmailField(
        "Adresse électronique professionnelle",
        [Required("Écrivez son adresse électronique."), MaxLength(254)],
        filters=[strip],
    )
    given_name = StringField(
        "Prénom", [Required("Écrivez son prénom."), MaxLength(80)], filters=[strip]
    )
    family_name = StringField("Nom", [Required("Écrivez son nom."), MaxLength(80)], filters=[strip])
