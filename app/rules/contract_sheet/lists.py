"""Closed lists of the official forms, with our own short labels (dossier, ``cerfa.md`` §2 and §4).

Codes follow the State's form tool (form 10103*12): re-check them against the notice of the version
in use before printing. The labels are ours; the screens link to the official notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.rules.law import ContractKind, Mark, NoRuleInForce


class Form(StrEnum):
    """The two official forms."""

    FA13 = "FA13"
    EJ20 = "EJ20"


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One edition of a form: its number and the period in which it was the one to use."""

    form: Form
    number: str
    valid_from: date | None
    valid_to: date | None
    source: str
    mark: Mark


# The day *12 replaced *10 and the day *13 replaced *12 are only known to the year and the month.
FORM_VERSIONS: tuple[FormVersion, ...] = (
    FormVersion(
        Form.FA13, "10103*10", date(2023, 4, 20), date(2023, 12, 31), "CTR-PDF", Mark.UNVERIFIED
    ),
    FormVersion(
        Form.FA13, "10103*12", date(2024, 1, 1), date(2024, 12, 31), "CTR-PDF", Mark.UNVERIFIED
    ),
    FormVersion(
        Form.FA13, "10103*13", date(2025, 1, 1), date(2025, 6, 30), "P-CERFA13", Mark.SECONDARY
    ),
    FormVersion(Form.FA13, "10103*14", date(2025, 7, 1), None, "P-CERFA14", Mark.SECONDARY),
    FormVersion(Form.EJ20, "12434*03", None, None, "P-EJ20", Mark.UNVERIFIED),
)


def form_for(kind: ContractKind) -> Form:
    """The form of a contract kind."""
    return Form.FA13 if kind is ContractKind.APPRENTICESHIP else Form.EJ20


def form_version(form: Form, day: date) -> FormVersion:
    """The edition to use on ``day``; raises ``NoRuleInForce`` before the first one known."""
    for version in FORM_VERSIONS:
        if (
            version.form is form
            and (version.valid_from is None or version.valid_from <= day)
            and (version.valid_to is None or day <= version.valid_to)
        ):
            return version
    raise NoRuleInForce(f"{form} on {day.isoformat()}")


CONTRACT_MODES = {
    "1": "À durée limitée",
    "2": "Dans le cadre d'un CDI",
    "3": "Entreprise de travail temporaire",
    "4": "Activités saisonnières, deux employeurs",
}
EMPLOYER_KINDS = {
    "11": "Inscrit au répertoire des métiers",
    "12": "Inscrit au seul registre du commerce",
    "13": "Salariés relevant de la MSA",
    "14": "Profession libérale",
    "15": "Association",
    "16": "Autre employeur privé",
}
EMPLOYER_SPECIFIC = {
    "0": "Aucun de ces cas",
    "1": "Entreprise de travail temporaire",
    "2": "Groupement d'employeurs",
    "3": "Employeur saisonnier",
    "4": "Apprentissage familial",
}
# Temporary work and groups of employers: another company uses the person and names its own tutor.
WITH_USER_COMPANY = frozenset({"1", "2"})
NATIONALITIES = {"1": "Française", "2": "Union européenne", "3": "Autre"}
SOCIAL_REGIMES = {"1": "MSA", "2": "URSSAF"}
SITUATIONS_BEFORE = {
    "1": "Élève",
    "2": "Prépa-apprentissage",
    "3": "Étudiant",
    "4": "Contrat d'apprentissage",
    "5": "Contrat de professionnalisation",
    "6": "Contrat aidé",
    "7": "Stagiaire au CFA avant le contrat (3 mois)",
    "8": "Stagiaire au CFA après une rupture (6 mois)",
    "9": "Autre stagiaire de la formation professionnelle",
    "10": "Salarié",
    "11": "À la recherche d'un emploi",
    "12": "Inactif",
}
CONTRACT_TYPES = {
    "11": "Premier contrat",
    "21": "Nouveau contrat, même employeur",
    "22": "Nouveau contrat, autre employeur, après un contrat terminé",
    "23": "Nouveau contrat, autre employeur, après une rupture",
    "31": "Avenant : changement juridique de l'employeur",
    "32": "Avenant : changement d'employeur saisonnier",
    "33": "Avenant : prolongation après un échec",
    "34": "Avenant : prolongation après reconnaissance de handicap",
    "35": "Avenant : autre diplôme",
    "36": "Avenant : autres changements",
    "37": "Avenant : autre lieu de travail",
    "38": "Avenant : autre lieu de formation",
}
DEROGATIONS = {
    "11": "Moins de 16 ans",
    "12": "Plus de 29 ans, cas prévus",
    "21": "Durée plus courte que le cycle",
    "22": "Durée plus longue que le cycle",
    "50": "Plusieurs dérogations",
    "60": "Autre dérogation",
}
PROFESSIONALISATION_TYPES = {
    "1": "Premier contrat",
    "2": "Second contrat après un échec",
    "3": "Second contrat, défaillance de l'organisme",
    "4": "Second contrat après maternité, maladie ou accident",
    "5": "Avenant",
}
TRAINEE_BEFORE_CONTRACT, TRAINEE_AFTER_BREAK = "7", "8"


def is_rider(contract_type: str) -> bool:
    """Whether the FA13 type is a rider (31 to 38)."""
    return contract_type.startswith("3") and contract_type in CONTRACT_TYPES


def asks_previous_contract(contract_type: str) -> bool:
    """Whether the number of the previous contract is asked (types 21 to 38)."""
    return contract_type in CONTRACT_TYPES and contract_type != "11"
