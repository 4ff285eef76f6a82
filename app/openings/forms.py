"""Forms of openings and companies: shape and format of what is typed."""

from __future__ import annotations

import re
from datetime import date

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.core.forms import (
    BaseForm,
    Between,
    MaxLength,
    OnceForm,
    Required,
    as_choices,
    strip,
    whole_or_none,
)
from app.openings.models import (
    HadApprentices,
    HostsYouth,
    MinorsPossible,
    Opening,
    OpeningOutcome,
    OpeningStatus,
)
from app.openings.services import CompanyDetails, EstablishmentDetails, OpeningDetails
from app.reference.forms import CommuneFields, TradeFields
from app.rules.diplomas import level_label

STATUSES = {
    OpeningStatus.DRAFT: "Brouillon",
    OpeningStatus.PUBLISHED: "Publiée",
    OpeningStatus.FILLED: "Pourvue",
    OpeningStatus.CLOSED: "Fermée",
}
OUTCOMES = {
    OpeningOutcome.FILLED_HERE: "Pourvue avec Trèfle",
    OpeningOutcome.FILLED_ELSEWHERE: "Pourvue autrement",
    OpeningOutcome.ABANDONED: "Abandonnée",
}
MINORS = {
    MinorsPossible.UNKNOWN: "À voir",
    MinorsPossible.YES: "Oui",
    MinorsPossible.NO: "Non",
}
HOSTS = {
    HostsYouth.UNKNOWN: "Pas encore demandé",
    HostsYouth.YES: "Oui",
    HostsYouth.CONDITIONS: "Oui, sous conditions",
    HostsYouth.NO: "Non",
}
HAD = {
    HadApprentices.UNKNOWN: "Pas encore demandé",
    HadApprentices.YES: "Oui",
    HadApprentices.NO: "Non, ce serait la première fois",
}
# Bounds of the headcount: companies that field agents were first sent to have 10 to 250 people.
SIZES = {"1-9": "1 à 9", "10-49": "10 à 49", "50-250": "50 à 250", "251-": "Plus de 250"}
RADII = (("10", "10 km"), ("20", "20 km"), ("30", "30 km"), ("50", "50 km"), ("100", "100 km"))


def level_choices(empty: str) -> list[SelectChoice]:
    """Levels that an apprenticeship prepares, after a choice that says nothing."""
    named = [(one, f"Niveau {one} : {level_label(one)}") for one in range(3, 8)]
    return as_choices([("", empty), *named])


class OpeningFilterForm(CommuneFields, BaseForm):
    """Filters of the list; a form that reads needs no token."""

    class Meta:
        csrf = False

    words = StringField("Métier ou entreprise", [MaxLength(120)], filters=[strip])
    km = SelectField("Dans un rayon de", choices=as_choices(RADII), default="30")
    month = StringField("Début (mois)", [MaxLength(7)], filters=[strip])
    level = SelectField("Niveau préparé", choices=level_choices("Tous"), coerce=whole_or_none)
    minors = BooleanField("Mineurs possibles")
    shortage = BooleanField("Métiers en tension")
    status = SelectField("État", choices=as_choices([("", "Tous"), *STATUSES.items()]))
    sort = HiddenField(default="newest")

    def first_month(self) -> date | None:
        """The first day of the month typed as 2026-12 or 12/2026, or None."""
        typed = str(self.month.data or "")
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})", typed):
            year, month = int(found[1]), int(found[2])
        elif found := re.fullmatch(r"(\d{1,2})/(\d{4})", typed):
            year, month = int(found[2]), int(found[1])
        else:
            return None
        return date(year, month, 1) if 1 <= month <= 12 and 1900 <= year <= 2200 else None


class OpeningForm(CommuneFields, TradeFields, OnceForm):
    """An opening: the title is free, the trade is picked beside it."""

    version = HiddenField(default="0")
    employer_id = HiddenField()
    title = StringField(
        "Intitulé de l’offre",
        [Required("Écrivez l’intitulé du poste avec vos mots."), MaxLength(160)],
        filters=[strip],
    )
    apprenticeship = BooleanField("Contrat d’apprentissage", default=True)
    professionalisation = BooleanField("Contrat de professionnalisation")
    positions = IntegerField(
        "Nombre de postes",
        [Required("Écrivez le nombre de postes."), Between(1, 500)],
        default=1,
    )
    start_from = DateField("Début possible à partir du", [Optional()])
    start_until = DateField("Début possible jusqu’au", [Optional()])
    level_low = SelectField(
        "Niveau préparé, au moins", choices=level_choices("Indifférent"), coerce=whole_or_none
    )
    level_high = SelectField(
        "Niveau préparé, au plus", choices=level_choices("Indifférent"), coerce=whole_or_none
    )
    licence_required = BooleanField("Le permis B est indispensable")
    licence_reason = StringField("À quoi sert le permis", [MaxLength(200)], filters=[strip])
    minors_possible = SelectField("Ouvert aux mineurs", choices=as_choices(MINORS.items()))
    description = TextAreaField("Description du poste", [MaxLength(4000)], filters=[strip])
    expires_on = DateField("Retirer l’offre après le", [Optional()])

    def show(self, opening: Opening) -> None:
        """Fill the fields from what is stored."""
        for name in OPENING_FIELDS:
            self[name].data = getattr(opening, name)
        self.version.data, self.employer_id.data = str(opening.version), str(opening.employer_id)
        self.minors_possible.data = opening.minors_possible.value

    def details(self, rome_code: str | None, commune_code: str | None) -> OpeningDetails:
        """What the service takes, with the codes that trade and commune were understood as."""
        values = {name: self[name].data for name in OPENING_FIELDS}
        return OpeningDetails(
            **values,
            minors_possible=MinorsPossible(self.minors_possible.data),
            rome_code=rome_code,
            commune_code=commune_code,
        )


OPENING_FIELDS = (
    "title",
    "apprenticeship",
    "professionalisation",
    "positions",
    "start_from",
    "start_until",
    "level_low",
    "level_high",
    "licence_required",
    "licence_reason",
    "description",
    "expires_on",
)


class CompanyForm(CommuneFields, OnceForm):
    """A company."""

    version = HiddenField(default="0")
    name = StringField(
        "Nom de l’entreprise",
        [Required("Écrivez le nom de l’entreprise."), MaxLength(200)],
        filters=[strip],
    )
    siret = StringField("SIRET", [MaxLength(20)], filters=[strip])
    naf_code = StringField("Code NAF", [MaxLength(7)], filters=[strip])
    headcount = IntegerField("Effectif", [Optional(), Between(0, 1_000_000)])
    idcc = StringField("Convention collective (IDCC)", [MaxLength(10)], filters=[strip])
    address = StringField("Adresse", [MaxLength(300)], filters=[strip])
    email = EmailField("Adresse électronique", [MaxLength(254)], filters=[strip])
    phone = StringField("Téléphone", [MaxLength(20)], filters=[strip])
    hosts_mission_youth = SelectField(
        "Prête à accueillir des jeunes suivis par une mission locale",
        choices=as_choices(HOSTS.items()),
    )
    hosts_conditions = StringField("À quelles conditions", [MaxLength(300)], filters=[strip])
    hosts_said_by = StringField("Qui l’a dit (nom, fonction)", [MaxLength(120)], filters=[strip])
    had_apprentices = SelectField(
        "A déjà eu des apprentis",
        choices=as_choices(HAD.items()),
        default=HadApprentices.UNKNOWN.value,
    )
    opco = StringField("OPCO confirmé", [MaxLength(60)], filters=[strip])
    objects_to_prospecting_since = DateField("S’oppose à la prospection depuis le", [Optional()])

    def details(self, commune_code: str | None) -> CompanyDetails:
        """What the service takes."""
        return CompanyDetails(
            name=str(self.name.data),
            siret=self.siret.data,
            naf_code=self.naf_code.data,
            headcount=self.headcount.data,
            idcc=self.idcc.data,
            commune_code=commune_code,
            address=self.address.data,
            email=self.email.data,
            phone=self.phone.data,
            hosts_mission_youth=HostsYouth(self.hosts_mission_youth.data),
            objects_to_prospecting_since=self.objects_to_prospecting_since.data,
            opco=self.opco.data,
            had_apprentices=HadApprentices(self.had_apprentices.data),
            hosts_conditions=self.hosts_conditions.data,
            hosts_said_by=self.hosts_said_by.data,
        )


class CompanyFilterForm(CommuneFields, BaseForm):
    """Filters of the list of companies; a form that reads needs no token."""

    class Meta:
        csrf = False

    q = StringField("Nom, SIREN ou SIRET", [MaxLength(120)], filters=[strip])
    km = SelectField("Dans un rayon de", choices=as_choices(RADII), default="20")
    size = SelectField("Effectif", choices=as_choices([("", "Tous"), *SIZES.items()]))
    hosts = SelectField(
        "Accueil de jeunes suivis par une mission locale",
        choices=as_choices([("", "Toutes"), ("yes", "Oui, ou sous conditions"), ("no", "Non")]),
    )
    shortage = BooleanField("Secteurs en tension")
    first = BooleanField("Jamais d’apprenti jusqu’ici")
    sort = HiddenField(default="name")

    def bounds(self) -> tuple[int | None, int | None]:
        """The lowest and highest headcount that the choice means."""
        low, _, high = str(self.size.data or "").partition("-")
        return whole_or_none(low), whole_or_none(high)


class EstablishmentForm(CommuneFields, OnceForm):
    """A place of a company."""

    name = StringField(
        "Nom de l’établissement",
        [Required("Écrivez comment on appelle cet établissement."), MaxLength(200)],
        filters=[strip],
    )
    siret = StringField("SIRET", [MaxLength(20)], filters=[strip])
    address = StringField("Adresse", [MaxLength(300)], filters=[strip])

    def details(self, commune_code: str | None) -> EstablishmentDetails:
        """What the service takes."""
        return EstablishmentDetails(
            name=str(self.name.data),
            siret=self.siret.data,
            address=self.address.data,
            commune_code=commune_code,
        )


class ActionForm(OnceForm):
    """A button, with a key when it creates something."""
