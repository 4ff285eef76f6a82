"""Forms of the field agents' work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import clock
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
from app.openings.forms import RADII
from app.outreach.labels import CHANNELS, FOCUSES, KINDS, NETWORKS, OBJECTIONS, STEPS
from app.outreach.models import NextStep, Objection, VisitKind
from app.outreach.queries.measures import measures_on
from app.outreach.services import ContactDetails, TargetDetails, VisitDetails
from app.reference.forms import CommuneFields, TradeFields

# What a thumb picks instead of a date: the days until the next step.
WHEN = (
    ("7", "Dans une semaine"),
    ("2", "Dans 2 jours"),
    ("21", "Dans 3 semaines"),
)

NUMBERS = ("4", "6", "8", "10")


class ChecksField(SelectMultipleField):
    """Several answers as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class VisitForm(TradeFields, OnceForm):
    """The visit sheet. The company is known by its id, or named and found by the server."""

    company_id = HiddenField()
    company = StringField("Entreprise", [MaxLength(200)], filters=[strip])
    kind = RadioField("Type de contact", choices=[], default=VisitKind.VISIT.value)
    happened_on = DateField("Jour", [Required("Choisissez le jour.")])
    person_met = StringField("Personne rencontrée", [MaxLength(120)], filters=[strip])
    person_function = StringField("Sa fonction", [MaxLength(120)], filters=[strip])
    need = TextAreaField("Besoin de l’entreprise", [MaxLength(600)], filters=[strip])
    objections = ChecksField("Ce qui fait hésiter", choices=[])
    measures = ChecksField("Mesures expliquées", choices=[])
    next_step = SelectField("Et ensuite", choices=[])
    next_in = SelectField("Quand", choices=as_choices(WHEN), default="7")
    next_on = DateField("Ou le", [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked for, but by the view: a sheet that knows its company has no such field.
        self.company.flags.required = True
        self.kind.flags.required = True
        self.kind.choices = as_choices((one.value, label) for one, label in KINDS.items())
        self.objections.choices = as_choices(
            (one.value, label) for one, label in OBJECTIONS.items()
        )
        self.next_step.choices = as_choices((one.value, label) for one, label in STEPS.items())
        if self.next_step.data is None:
            self.next_step.data = NextStep.NOTHING.value
        if self.happened_on.data is None and not self.happened_on.raw_data:
            self.happened_on.data = clock.today()
        day = self.happened_on.data or clock.today()
        self.measures.choices = as_choices((one.aid_id, one.label) for one in measures_on(day))

    def details(self, rome_code: str | None) -> VisitDetails:
        """What the service takes."""
        return VisitDetails(
            kind=VisitKind(self.kind.data),
            happened_on=self.happened_on.data or clock.today(),
            person_met=self.person_met.data,
            person_function=self.person_function.data,
            need=self.need.data,
            rome_code=rome_code,
            objections=[Objection(one) for one in self.objections.data or ()],
            measures=list(self.measures.data or ()),
            next_step=NextStep(self.next_step.data),
            next_on=self._next_day(),
        )

    def _next_day(self) -> date | None:
        """The day that was chosen, else the one that a thumb picked; a step alone is in a week."""
        if self.next_step.data == NextStep.NOTHING.value:
            return None
        if self.next_on.data is not None:
            return self.next_on.data
        return clock.today() + timedelta(days=int(self.next_in.data or "7"))


class VisitFilterForm(BaseForm):
    """Filters of the list of visits; a form that reads needs no token."""

    class Meta:
        csrf = False

    whose = SelectField("Visites", choices=as_choices([("mine", "Les miennes"), ("all", "Toutes")]))
    kind = SelectField("Type de contact", choices=[])
    due = SelectField(
        "Suites",
        choices=as_choices([("", "Toutes les visites"), ("1", "Celles qui ont une suite à faire")]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = as_choices([("", "Tous"), *KINDS.items()])


class DayForm(CommuneFields, BaseForm):
    """Where the day begins, how far it goes and how many visits it holds."""

    class Meta:
        csrf = False

    km = SelectField("Jusqu’à", choices=as_choices(RADII), default="30")
    visits = SelectField(
        "Nombre de visites", choices=as_choices((one, one) for one in NUMBERS), default="6"
    )

    def radius(self) -> int:
        """Kilometres as the crow flies."""
        return whole_or_none(self.km.data) or 30

    def number(self) -> int:
        """How many companies the day holds."""
        return min(whole_or_none(self.visits.data) or 6, 10)


class LeadForm(BaseForm):
    """What came of a lead."""

    result = RadioField(
        "Résultat",
        choices=as_choices([("done", "Faite"), ("dropped", "Sans suite")]),
        default="done",
    )
    outcome = StringField("Ce qu’elle a donné", [MaxLength(200)], filters=[strip])


class TargetForm(OnceForm):
    """An agreement with a network."""

    title = StringField(
        "Nom de la convention", [Required("Donnez un nom."), MaxLength(200)], filters=[strip]
    )
    parties = StringField(
        "Parties", [Required("Écrivez qui s’engage."), MaxLength(300)], filters=[strip]
    )
    network = SelectField("Réseau", choices=as_choices(NETWORKS.items()))
    signed_on = DateField("Signée le", [Optional()])
    starts_on = DateField("Du", [Required("Choisissez le premier jour.")])
    ends_on = DateField("Au", [Required("Choisissez le dernier jour.")])
    headcount_target = IntegerField(
        "Développeurs en poste", [Optional(), Between(0, 10_000)], default=0
    )
    company_target = IntegerField(
        "Entreprises à rencontrer", [Optional(), Between(0, 1_000_000)], default=0
    )
    counts_contacts = BooleanField("Appels, rencontres et courriers comptent aussi", default=True)

    def details(self) -> TargetDetails:
        """What the service takes."""
        assert self.starts_on.data is not None
        assert self.ends_on.data is not None
        return TargetDetails(
            title=str(self.title.data),
            parties=str(self.parties.data),
            network=str(self.network.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            signed_on=self.signed_on.data,
            headcount_target=self.headcount_target.data or 0,
            company_target=self.company_target.data or 0,
            counts_contacts=bool(self.counts_contacts.data),
        )


class PostForm(CommuneFields, OnceForm):
    """The post and territory of a field agent."""

    employer_name = StringField("Employeur", [MaxLength(200)], filters=[strip])
    financing_share = IntegerField("Part payée par un fonds (%)", [Optional(), Between(0, 100)])
    contract_focus = SelectField("Contrats à promouvoir", choices=as_choices(FOCUSES.items()))
    starts_on = DateField("En poste depuis le", [Required("Choisissez le premier jour.")])
    ends_on = DateField("Jusqu’au", [Optional()])
    departements = StringField("Départements", [MaxLength(200)], filters=[strip])
    communes = StringField("Communes", [MaxLength(1000)], filters=[strip])
    sectors = StringField("Secteurs (divisions NAF)", [MaxLength(200)], filters=[strip])


class HandOverForm(BaseForm):
    """To whom a portfolio goes; the service knows who may take it."""

    successor = SelectField("À qui", coerce=whole_or_none, choices=[], validate_choice=False)


class ContactForm(OnceForm):
    """A contact of the register of branches."""

    branch = StringField(
        "Branche professionnelle",
        [Required("Écrivez la branche."), MaxLength(120)],
        filters=[strip],
    )
    organisation_name = StringField(
        "Organisation", [Required("Écrivez l’organisation."), MaxLength(200)], filters=[strip]
    )
    person_name = StringField("Personne", [MaxLength(120)], filters=[strip])
    person_function = StringField("Sa fonction", [MaxLength(120)], filters=[strip])
    email = EmailField("Adresse électronique", [MaxLength(254)], filters=[strip])
    phone = StringField("Téléphone", [MaxLength(20)], filters=[strip])

    def details(self) -> ContactDetails:
        """What the service takes."""
        return ContactDetails(
            branch=str(self.branch.data),
            organisation_name=str(self.organisation_name.data),
            person_name=self.person_name.data,
            person_function=self.person_function.data,
            email=self.email.data,
            phone=self.phone.data,
        )


class LinkForm(OnceForm):
    """A link made with a contact."""

    happened_on = DateField("Jour", [Required("Choisissez le jour.")])
    with_whom = StringField("Avec qui d’autre", [MaxLength(200)], filters=[strip])
    words = TextAreaField(
        "Ce qui a été lié", [Required("Écrivez ce qui a été lié."), MaxLength(400)], filters=[strip]
    )


class CampaignForm(OnceForm):
    """A mailing: its text may hold {entreprise}, {commune} and {developpeur}."""

    title = StringField(
        "Nom du courrier (pour vous)",
        [Required("Donnez un nom à ce courrier."), MaxLength(160)],
        filters=[strip],
    )
    channel = SelectField("Comment", choices=as_choices(CHANNELS.items()))
    subject = StringField("Objet", [Required("Écrivez l’objet."), MaxLength(200)], filters=[strip])
    body = TextAreaField("Texte", [Required("Écrivez le texte."), MaxLength(4000)], filters=[strip])


class LinesForm(BaseForm):
    """Companies typed or pasted, one a line, or a file."""

    lines = TextAreaField("SIRET, SIREN ou nom, un par ligne", [MaxLength(200_000)])
    file = FileField("Ou un fichier (première colonne)")


class EmptyForm(OnceForm):
    """A button."""
