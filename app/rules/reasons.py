"""Closed lists of reasons: refusals, breaks, returned files (dossier, ``workflow.md`` B, C, D).

A code is stored, never the sentence. ``needs_text`` asks for a short free text, which goes through
``app.rules.wording`` before it is saved. No list holds a criterion that the law forbids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

TEXT_LIMIT = 200


class ReasonList(StrEnum):
    """The closed lists, by who gives the reason and for what."""

    COMPANY_REFUSAL = "company_refusal"
    YOUTH_REFUSAL = "youth_refusal"
    CENTRE_REFUSAL = "centre_refusal"
    BREAK_REASON = "break_reason"
    BREAK_CAUSE = "break_cause"
    DEPOSIT_RETURN = "deposit_return"


class Audience(StrEnum):
    """Who may read a reason: its own side and the adviser, the three parties, or follow-up only.

    ``OWN_SIDE`` keeps a youth's health, family or housing from employers and other partners;
    ``FOLLOW_UP`` is read by the adviser and the CFA after signing, never by an employer.
    """

    OWN_SIDE = "own_side"
    PARTIES = "parties"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry: ``number`` is its place in the dossier's list, from 1."""

    list: ReasonList
    number: int
    code: str
    label: str
    audience: Audience
    needs_text: bool = False


def _reasons(
    which: ReasonList, audience: Audience, *entries: tuple[str, str] | tuple[str, str, bool]
) -> tuple[Reason, ...]:
    return tuple(
        Reason(which, number, entry[0], entry[1], audience, len(entry) == 3)
        for number, entry in enumerate(entries, start=1)
    )


COMPANY_REFUSALS = _reasons(
    ReasonList.COMPANY_REFUSAL,
    Audience.PARTIES,
    ("no_interview", "Aucun entretien n'a eu lieu"),
    ("no_show", "Absence à l'entretien"),
    ("hired_another", "Une autre personne a été recrutée"),
    ("lacks_skills", "Compétences demandées non acquises"),
    ("does_not_match", "La candidature ne correspond pas au poste"),
    ("not_mobile", "Trajet impossible pour ce poste"),
    ("not_interested", "Pas d'intérêt montré pour le poste"),
    ("rhythm", "L'école ou le rythme ne convient pas"),
    ("contract_kind", "Le type de contrat ne convient pas"),
    ("impersonal_application", "Candidature trop impersonnelle"),
    ("no_recruitment", "L'entreprise ne recrute plus"),
    ("post_closed", "Poste supprimé ou entreprise en difficulté"),
    ("no_tutor", "Pas de maître d'apprentissage ou de tuteur disponible"),
    ("duplicate", "Candidature reçue deux fois"),
    ("not_eligible", "Conditions légales du contrat non remplies"),
    ("other", "Autre motif", True),
)

YOUTH_REFUSALS = _reasons(
    ReasonList.YOUTH_REFUSAL,
    Audience.OWN_SIDE,
    ("other_trade", "Préfère un autre métier"),
    ("too_far", "Trop loin ou pas de transport"),
    ("timetable", "Horaires"),
    ("pay", "Rémunération"),
    ("working_conditions", "Conditions de travail"),
    ("found_alone", "A trouvé par ses propres moyens"),
    ("other_training", "École ou autre formation"),
    ("health", "Santé"),
    ("family", "Famille"),
    ("housing", "Logement"),
    ("changed_idea", "A changé d'idée"),
    ("no_news", "Sans nouvelles"),
    ("other", "Autre motif", True),
)

CENTRE_REFUSALS = _reasons(
    ReasonList.CENTRE_REFUSAL,
    Audience.PARTIES,
    ("no_seat", "Plus de place dans la session"),
    ("level", "Niveau ou diplôme d'entrée insuffisant"),
    ("prerequisite", "Prérequis manquant"),
    ("course_closed", "Formation fermée"),
    ("too_late", "Début trop tardif pour la session"),
    ("no_boarding", "Trop loin, sans internat"),
    ("incomplete_file", "Dossier incomplet"),
    ("former_behaviour", "Comportement lors d'une formation précédente", True),
    ("no_employer", "Ni employeur, ni place de stagiaire"),
)

BREAK_REASONS = _reasons(
    ReasonList.BREAK_REASON,
    Audience.PARTIES,
    ("mutual_agreement", "Commun accord écrit"),
    ("employer_45_days", "Employeur, pendant les 45 premiers jours"),
    ("apprentice_45_days", "Apprenti, pendant les 45 premiers jours"),
    ("resignation", "Démission après saisine du médiateur"),
    ("serious_fault", "Licenciement pour faute grave"),
    ("force_majeure", "Force majeure"),
    ("unfitness", "Inaptitude constatée par le médecin du travail"),
    ("liquidation", "Fin de l'entreprise ou liquidation"),
    ("employer_death", "Décès de l'employeur"),
    ("centre_exclusion", "Exclusion définitive du CFA"),
    ("diploma_obtained", "Diplôme obtenu"),
    ("inspection_suspension", "Suspension par l'inspection du travail"),
    ("other", "Autre motif", True),
)

BREAK_CAUSES = _reasons(
    ReasonList.BREAK_CAUSE,
    Audience.FOLLOW_UP,
    ("job_reality", "Réalité du métier"),
    ("working_conditions", "Conditions de travail"),
    ("tutor_conflict", "Conflit avec le maître d'apprentissage ou le tuteur"),
    ("no_training", "Pas de formation en entreprise"),
    ("pay", "Rémunération"),
    ("hours", "Horaires"),
    ("trade_not_suited", "Métier qui ne convient pas"),
    ("centre", "CFA"),
    ("transport", "Transport"),
    ("housing", "Logement"),
    ("health", "Santé"),
    ("family", "Famille"),
    ("money", "Difficultés financières"),
    ("other_offer", "Autre proposition"),
    ("company_closed", "Entreprise fermée"),
)

# Why an OPCO refuses a file or sends it back (dossier, ``cerfa.md`` §5).
DEPOSIT_RETURNS = _reasons(
    ReasonList.DEPOSIT_RETURN,
    Audience.PARTIES,
    ("siret", "SIRET faux ou établissement fermé"),
    ("nir", "NIR incohérent"),
    ("pay", "Rémunération sous le minimum"),
    ("tutor", "Maître d'apprentissage ou tuteur non conforme"),
    ("dates", "Dates incohérentes"),
    ("headcount", "Effectif de l'établissement au lieu de l'entreprise"),
    ("no_visa", "Visa du CFA manquant"),
    ("no_programme", "Annexe pédagogique manquante"),
    ("certification", "Fiche RNCP inactive"),
    ("centre", "CFA non habilité ou non certifié"),
)

REASONS: Mapping[ReasonList, tuple[Reason, ...]] = {
    ReasonList.COMPANY_REFUSAL: COMPANY_REFUSALS,
    ReasonList.YOUTH_REFUSAL: YOUTH_REFUSALS,
    ReasonList.CENTRE_REFUSAL: CENTRE_REFUSALS,
    ReasonList.BREAK_REASON: BREAK_REASONS,
    ReasonList.BREAK_CAUSE: BREAK_CAUSES,
    ReasonList.DEPOSIT_RETURN: DEPOSIT_RETURNS,
}
_BY_CODE = {(reason.list, reason.code): reason for rows in REASONS.values() for reason in rows}


def reason(which: ReasonList, code: str) -> Reason:
    """The entry of a list by its code; raises ``KeyError`` when the list has no such code."""
    return _BY_CODE[which, code]


def choices(which: ReasonList) -> list[tuple[str, str]]:
    """Pairs of code and French label, in the order of the list, for a form."""
    return [(entry.code, entry.label) for entry in REASONS[which]]
