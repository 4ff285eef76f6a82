"""Age on a day, and the age limits of both contracts (rules AGE-01 to AGE-10, PRO-01, ML-01).

Ages are counted on the calendar, never year minus year, and the row of law is chosen by the day of
conclusion while the age itself is the one at the start of execution.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.rules.dates.arithmetic import anniversary, completed_years
from app.rules.law import ContractKind, Finding, Level, finding, in_force, limit

REFORM = date(2019, 1, 1)
DEROGATION_UNDER_16 = "11"
DEROGATION_OVER_29 = "12"


class FormerContract(StrEnum):
    """How an earlier apprenticeship contract ended, as far as it moves the age limit."""

    COMPLETED_LOWER_LEVEL = "completed_lower_level"
    BROKEN_OUTSIDE_WILL = "broken_outside_will"
    TEMPORARY_UNFITNESS = "temporary_unfitness"


@dataclass(frozen=True, slots=True)
class AgeExemptions:
    """What may move the age limits of one person; None means "nobody has said".

    ``disabled_until`` is the last day of the proof seen (no copy is kept). A disability counts
    only when its holder agreed to use it: the caller leaves it out otherwise.
    """

    finished_lower_secondary: bool | None = None
    disabled_worker: bool = False
    disabled_until: date | None = None
    youth_equivalence: bool = False
    employment_duty_beneficiary: bool = False
    business_project: bool = False
    high_level_athlete: bool = False
    failed_exam_new_employer: bool = False
    former_contract: FormerContract | None = None
    former_contract_end: date | None = None
    registered_jobseeker: bool | None = None
    minimum_income_recipient: bool = False
    former_subsidised_contract: bool = False


NO_EXEMPTIONS = AgeExemptions()


def age_on(birth_date: date, day: date) -> int:
    """Completed years on ``day``; negative before birth."""
    return completed_years(birth_date, day)


def is_minor(birth_date: date, day: date) -> bool:
    """Whether the person is under 18 on ``day``."""
    return day < anniversary(birth_date, 18)


def check_age(
    birth_date: date,
    start: date,
    kind: ContractKind,
    exemptions: AgeExemptions = NO_EXEMPTIONS,
    *,
    conclusion: date | None = None,
) -> list[Finding]:
    """Findings on the age at ``start``, by the law of the day of ``conclusion`` (or of start).

    An empty list means: within the normal limits, nothing to prove.
    """
    signed = conclusion or start
    if kind is ContractKind.PROFESSIONALISATION:
        return _check_professionalisation(birth_date, start, exemptions, signed)
    normal = "AGE-01" if signed >= REFORM else "AGE-02"
    found = _adapted_contract(birth_date, start, exemptions, signed)
    age = age_on(birth_date, start)
    if age < limit(normal, "min_age", signed):
        return [*_too_young(birth_date, start, exemptions, signed), *found]
    if age > limit(normal, "max_age", signed):
        return [*_too_old(birth_date, start, exemptions, signed, normal), *found]
    return found


def _too_young(
    birth_date: date, start: date, exemptions: AgeExemptions, signed: date
) -> list[Finding]:
    fifteenth = anniversary(birth_date, limit("AGE-03", "min_age", signed))
    if start < fifteenth:
        age = age_on(birth_date, start)
        message = f"{_at_start(age)} : un contrat n'est pas possible avant 15 ans."
        return [finding("AGE-03", signed, message), *_school_path(fifteenth, start)]
    if exemptions.finished_lower_secondary is False:
        message = (
            "15 ans au début du contrat, mais la classe de 3e n'est pas achevée : "
            "un contrat n'est pas possible avant 16 ans."
        )
        return [finding("AGE-03", signed, message)]
    found: list[Finding] = []
    if start == fifteenth:
        message = (
            "Le contrat débuterait le jour même des 15 ans : l'usage demande 15 ans et un jour. "
            "Décalez le début d'un jour ou demandez à l'OPCO."
        )
        found.append(finding("AGE-03", signed, message, level=Level.WARN))
    known = exemptions.finished_lower_secondary is True
    message = (
        "15 ans au début du contrat et 3e achevée : dérogation 11, gardez la preuve de fin de 3e."
        if known
        else "15 ans au début du contrat : il faut la preuve que la 3e est achevée (dérogation 11)."
    )
    level = Level.INFO if known else Level.WARN
    found.append(finding("AGE-03", signed, message, level=level, code=DEROGATION_UNDER_16))
    return found


def _school_path(fifteenth: date, start: date) -> list[Finding]:
    if fifteenth.year > start.year or not in_force("AGE-04", start):
        return []
    message = (
        "15 ans avant le 31 décembre : la formation peut débuter sous statut scolaire, "
        "en lycée professionnel ou en CFA, sans contrat."
    )
    return [finding("AGE-04", start, message)]


def _too_old(
    birth_date: date, start: date, exemptions: AgeExemptions, signed: date, normal: str
) -> list[Finding]:
    age = age_on(birth_date, start)
    top = limit(normal, "max_age", signed)
    lifted = _lifted_limit(start, exemptions, signed)
    if lifted is not None:
        return [lifted]
    if exemptions.failed_exam_new_employer:
        message = (
            f"{_at_start(age)}, après un échec à l'examen et chez un autre employeur : "
            "pas de limite d'âge d'après des sources secondaires. Faites confirmer par l'OPCO."
        )
        return [finding("AGE-08", signed, message, code=DEROGATION_OVER_29)]
    if exemptions.former_contract is not None:
        return _after_former_contract(birth_date, exemptions, signed)
    if exemptions.employment_duty_beneficiary and in_force("AGE-09", signed):
        message = (
            f"{_at_start(age)} : bénéficiaire de l'obligation d'emploi, les aménagements sont "
            "ouverts. Faites confirmer la levée de la limite d'âge."
        )
        return [finding("AGE-09", signed, message, level=Level.WARN, code=DEROGATION_OVER_29)]
    if signed >= REFORM and age_on(birth_date, signed) <= top:
        message = (
            f"Signé avant {top + 1} ans mais débuté après : une tolérance est citée, sans texte "
            "vérifié. Avancez le début ou demandez l'accord écrit de l'OPCO."
        )
        return [finding("AGE-10", signed, message)]
    message = (
        f"{_at_start(age)} : la limite est de {top} ans révolus, "
        f"jusqu'à la veille des {top + 1} ans, sauf exception prouvée."
    )
    return [*_expired_proof(start, exemptions, signed), finding(normal, signed, message)]


def _lifted_limit(start: date, exemptions: AgeExemptions, signed: date) -> Finding | None:
    reasons = [
        (_recognised_on(start, exemptions), "reconnaissance de travailleur handicapé"),
        (exemptions.business_project, "projet de création ou de reprise d'entreprise"),
        (exemptions.high_level_athlete, "sportif de haut niveau inscrit sur liste"),
    ]
    proof = next((label for holds, label in reasons if holds), None)
    if proof is None:
        return None
    if not in_force("AGE-05", signed):
        message = (
            f"Exception invoquée ({proof}) : nos sources ne la disent que depuis 2019. À confirmer."
        )
        return finding("AGE-02", signed, message, level=Level.WARN)
    message = f"Pas de limite d'âge : {proof}. Dérogation 12, preuve à voir (sans copie)."
    return finding("AGE-05", signed, message, code=DEROGATION_OVER_29)


def _recognised_on(day: date, exemptions: AgeExemptions) -> bool:
    return exemptions.disabled_worker and (
        exemptions.disabled_until is None or day <= exemptions.disabled_until
    )


def _expired_proof(start: date, exemptions: AgeExemptions, signed: date) -> list[Finding]:
    if not exemptions.disabled_worker or exemptions.disabled_until is None:
        return []
    message = (
        f"La reconnaissance vue est échue le {exemptions.disabled_until:%d/%m/%Y}, avant le "
        f"début ({start:%d/%m/%Y}) : la dérogation attend son renouvellement."
    )
    rule = "AGE-05" if in_force("AGE-05", signed) else "AGE-02"
    return [finding(rule, signed, message, level=Level.BLOCK)]


def _after_former_contract(
    birth_date: date, exemptions: AgeExemptions, signed: date
) -> list[Finding]:
    top = limit("AGE-06", "max_age", signed)
    age = age_on(birth_date, signed)
    if exemptions.former_contract_end is None:
        message = "Suite d'un contrat : la date de fin du contrat précédent manque."
        return [finding("AGE-06", signed, message, level=Level.WARN)]
    if signed > anniversary(exemptions.former_contract_end, limit("AGE-06", "max_gap", signed)):
        message = (
            "Plus d'un an entre la fin du contrat précédent "
            f"({exemptions.former_contract_end:%d/%m/%Y}) et la signature ({signed:%d/%m/%Y})."
        )
        return [finding("AGE-06", signed, message)]
    if age > top:
        message = f"{age} ans à la signature : la limite après un contrat est de {top} ans."
        return [finding("AGE-06", signed, message)]
    if age == top and in_force("AGE-07", signed):
        message = (
            f"{age} ans à la signature : « {top} ans au plus » se lit de deux façons. "
            "Demandez l'avis écrit de l'OPCO avant de signer."
        )
        return [finding("AGE-07", signed, message, code=DEROGATION_OVER_29)]
    message = f"Suite d'un contrat dans l'année : admis jusqu'à {top} ans (dérogation 12)."
    return [finding("AGE-06", signed, message, level=Level.INFO, code=DEROGATION_OVER_29)]


def _adapted_contract(
    birth_date: date, start: date, exemptions: AgeExemptions, signed: date
) -> list[Finding]:
    if not in_force("AGE-09", signed) or not exemptions.youth_equivalence:
        return []
    low, high = limit("AGE-09", "min_age", signed), limit("AGE-09", "max_age", signed)
    if not low <= age_on(birth_date, start) <= high:
        return []
    message = "Équivalence jeunes (PPS, AEEH ou PCH) : contrat aménagé possible, sans obligation."
    return [finding("AGE-09", signed, message)]


def _check_professionalisation(
    birth_date: date, start: date, exemptions: AgeExemptions, signed: date
) -> list[Finding]:
    age = age_on(birth_date, start)
    low, high = limit("PRO-01", "min_age", signed), limit("PRO-01", "max_age", signed)
    if age < low:
        message = f"{_at_start(age)} : un contrat de professionnalisation demande {low} ans."
        return [finding("PRO-01", signed, message)]
    if age <= high or _open_to_older(exemptions):
        return []
    if exemptions.registered_jobseeker is None:
        message = (
            f"{_at_start(age)} : il faut être inscrit comme demandeur d'emploi, ou percevoir le "
            "RSA, l'ASS ou l'AAH, ou sortir d'un contrat aidé. À vérifier."
        )
        return [finding("PRO-01", signed, message, level=Level.WARN)]
    message = (
        f"{_at_start(age)} : la limite est de {high} ans révolus, sauf demandeurs d'emploi, "
        "bénéficiaires du RSA, de l'ASS ou de l'AAH et anciens contrats aidés."
    )
    return [finding("PRO-01", signed, message)]


def _open_to_older(exemptions: AgeExemptions) -> bool:
    return (
        exemptions.registered_jobseeker is True
        or exemptions.minimum_income_recipient
        or exemptions.former_subsidised_contract
    )


def _at_start(age: int) -> str:
    return f"{age} {'an' if age in (0, 1) else 'ans'} au début du contrat"
