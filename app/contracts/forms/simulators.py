"""Forms of the simulators: read from the address, so that a link holds everything."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from wtforms import BooleanField, DateField, DecimalField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.contracts.forms.days import a_birth, a_day
from app.contracts.queries.simulations import DatesCase
from app.core.forms import BaseForm, Between, Matches, MaxLength, Required, strip
from app.rules.dates import Rhythm, add_months
from app.rules.dates.arithmetic import ONE_DAY
from app.rules.estimate import ContractTerms
from app.rules.identifiers import departments, normalise_idcc
from app.rules.law import ContractKind
from app.rules.pay import Qualification

KINDS = [
    SelectChoice(ContractKind.APPRENTICESHIP.value, "Contrat d’apprentissage"),
    SelectChoice(ContractKind.PROFESSIONALISATION.value, "Contrat de professionnalisation"),
]
LEVELS = [
    SelectChoice("", "Je ne sais pas"),
    SelectChoice("3", "Niveau 3 : CAP"),
    SelectChoice("4", "Niveau 4 : bac pro, BP, titre"),
    SelectChoice("5", "Niveau 5 : BTS"),
    SelectChoice("6", "Niveau 6 : licence, BUT"),
    SelectChoice("7", "Niveau 7 : master, ingénieur"),
    SelectChoice("8", "Niveau 8 : doctorat"),
]
QUALIFICATIONS = [
    SelectChoice(Qualification.UNKNOWN.value, "Je ne sais pas"),
    SelectChoice(Qualification.BELOW.value, "Moins que le bac"),
    SelectChoice(Qualification.GENERAL_BAC.value, "Bac général"),
    SelectChoice(
        Qualification.PROFESSIONAL_LEVEL_4.value, "Bac pro, techno ou titre de niveau 4 et plus"
    ),
]
RHYTHMS = {
    "1-1": ("1 semaine au CFA, 1 en entreprise", Rhythm(1, 1)),
    "1-2": ("1 semaine au CFA, 2 en entreprise", Rhythm(2, 1)),
    "1-3": ("1 semaine au CFA, 3 en entreprise", Rhythm(3, 1)),
    "2-2": ("2 semaines au CFA, 2 en entreprise", Rhythm(2, 2)),
    "2-3": ("2 jours au CFA, 3 en entreprise chaque semaine", Rhythm(centre_weekdays=(0, 1))),
}


def _department_choices() -> list[SelectChoice]:
    return [
        SelectChoice("", "Je ne sais pas"),
        *(SelectChoice(one.code, f"{one.code} {one.label}") for one in departments().values()),
    ]


class SimulatorForm(BaseForm):
    """What every simulator asks. No token: nothing is written, and the address is the link to share."""

    class Meta:
        csrf = False

    contrat = SelectField(
        "Contrat",
        [Required("Choisissez le contrat.")],
        choices=KINDS,
        default=ContractKind.APPRENTICESHIP.value,
    )
    debut = DateField(
        "Début du contrat",
        [Required("Indiquez le début du contrat."), a_day("Le début va de mai 2008 à 2040.")],
    )
    departement = SelectField("Département de travail", choices=_department_choices, default="")

    @property
    def kind(self) -> ContractKind:
        return ContractKind(self.contrat.data)


class PayForm(SimulatorForm):
    """Pay of a youth."""

    naissance = DateField(
        "Date de naissance",
        [Required("Indiquez la date de naissance : la paie suit l’âge."), a_birth()],
    )
    mois = IntegerField(
        "Durée en mois",
        [Required("Indiquez la durée du contrat."), Between(1, 60, "mois")],
        default=24,
    )
    signature = DateField("Signature, si elle est connue", [Optional(), a_day()])
    idcc = StringField(
        "Convention collective (IDCC)",
        [MaxLength(10), Matches(r"\d{1,4}", "Un IDCC a quatre chiffres, par exemple 0843.")],
        filters=[strip],
    )
    minimum = DecimalField(
        "Minimum conventionnel de l’emploi, en euros par mois", [Optional(), Between(0, 20000, "€")]
    )
    diplome = SelectField("Diplôme déjà obtenu", choices=QUALIFICATIONS, default="unknown")

    def terms(self) -> ContractTerms:
        """The contract typed."""
        # `Required` has spoken before: these fields hold a value.
        start, birth = cast(date, self.debut.data), cast(date, self.naissance.data)
        minimum: Decimal | None = self.minimum.data
        return ContractTerms(
            kind=self.kind,
            birth_date=birth,
            start=start,
            end=add_months(start, cast(int, self.mois.data)) - ONE_DAY,
            conclusion=self.signature.data,
            idcc=normalise_idcc(self.idcc.data) if self.idcc.data else None,
            department=self.departement.data or "",
            conventional_minimum=minimum or None,
            qualification=Qualification(self.diplome.data),
        )


class CostForm(PayForm):
    """Cost and aids for an employer."""

    effectif = IntegerField(
        "Effectif de l’entreprise entière (SIREN)", [Optional(), Between(0, 1_000_000, "personnes")]
    )
    niveau = SelectField("Niveau préparé", choices=LEVELS, default="")
    naf = StringField("Code d’activité (NAF)", [MaxLength(10)], filters=[strip])
    public = BooleanField("Employeur public")
    rqth = BooleanField(
        "L’apprenti a une reconnaissance de travailleur handicapé et accepte de le dire"
    )
    rupture = BooleanField("Le contrat suit une rupture chez un autre employeur")

    def terms(self) -> ContractTerms:
        """The contract typed, with its employer."""
        typed = super().terms()
        return ContractTerms(
            kind=typed.kind,
            birth_date=typed.birth_date,
            start=typed.start,
            end=typed.end,
            conclusion=typed.conclusion,
            idcc=typed.idcc,
            department=typed.department,
            conventional_minimum=typed.conventional_minimum,
            qualification=typed.qualification,
            employer_size=self.effectif.data,
            diploma_level=int(self.niveau.data) if self.niveau.data else None,
            public_employer=bool(self.public.data),
            disabled=bool(self.rqth.data),
            after_break=bool(self.rupture.data),
        )


class DatesForm(SimulatorForm):
    """Dates of a contract."""

    cours = DateField("Premier jour de cours", [Optional(), a_day()])
    signature = DateField("Signature", [Optional(), a_day()])
    naissance = DateField("Date de naissance", [Optional(), a_birth()])
    stagiaire = DateField("Formation commencée sans employeur le", [Optional(), a_day()])
    rythme = SelectField(
        "Rythme",
        choices=[
            SelectChoice("", "Je ne sais pas"),
            *(SelectChoice(code, label) for code, (label, _) in RHYTHMS.items()),
        ],
        default="",
    )

    def case(self) -> DatesCase:
        """The dates typed."""
        return DatesCase(
            kind=self.kind,
            start=cast(date, self.debut.data),
            course_start=self.cours.data,
            conclusion=self.signature.data,
            birth_date=self.naissance.data,
            trainee_since=self.stagiaire.data,
            rhythm=RHYTHMS[self.rythme.data][1] if self.rythme.data else None,
            department=self.departement.data or "",
        )
