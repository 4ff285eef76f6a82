"""Maître d'apprentissage and tutor of a contrat pro (rules MA-01 to MA-06, PRO-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rules.age import age_on
from app.rules.law import ContractKind, Finding, Level, finding, limit

HOTELS_RESTAURANTS_IDCC = "1979"


@dataclass(frozen=True, slots=True)
class TutorFacts:
    """What is known of a tutor; None means "nobody has said".

    Practice is in years in the trade, training periods left out. Counts are the persons followed
    today, the new one not included; ``repeaters`` are apprentices who repeat after a failed exam.
    """

    birth_date: date | None = None
    practice_years: Decimal | None = None
    diploma_level: int | None = None
    same_field: bool | None = None
    volunteer: bool | None = None
    is_employer: bool = False
    apprentices: int = 0
    repeaters: int = 0
    professionalisation: int = 0
    derogation: bool = False


def check_tutor(
    kind: ContractKind,
    tutor: TutorFacts,
    start: date,
    *,
    conclusion: date | None = None,
    prepared_level: int | None = None,
    newcomer_repeats: bool = False,
    idcc: str | None = None,
) -> list[Finding]:
    """Findings on one tutor for one new contract."""
    day = conclusion or start
    found = _check_age(tutor, start, day)
    if kind is ContractKind.APPRENTICESHIP:
        found += _check_competence(tutor, day, prepared_level)
        found += _check_load(tutor, day, newcomer_repeats)
    else:
        found += _check_professionalisation(tutor, day)
    if idcc == HOTELS_RESTAURANTS_IDCC:
        message = "Hôtels et restaurants : le « permis de former » est demandé, à confirmer."
        found.append(finding("MA-05", day, message))
    return found


def _check_age(tutor: TutorFacts, start: date, day: date) -> list[Finding]:
    low = limit("MA-01", "min_age", day)
    found: list[Finding] = []
    if tutor.birth_date is not None and age_on(tutor.birth_date, start) < low:
        message = f"La personne qui forme doit avoir {low} ans au début du contrat."
        found.append(finding("MA-01", day, message))
    if tutor.volunteer is False:
        message = "La personne qui forme doit être volontaire."
        found.append(finding("MA-01", day, message))
    return found


def _check_competence(tutor: TutorFacts, day: date, prepared_level: int | None) -> list[Finding]:
    with_diploma = limit("MA-02", "practice_with_diploma", day)
    without = limit("MA-02", "practice_without_diploma", day)
    if tutor.practice_years is None:
        message = "Années de pratique du maître d'apprentissage inconnues : à demander."
        return [finding("MA-02", day, message)]
    if tutor.practice_years >= without:
        return []
    if tutor.practice_years >= with_diploma:
        level_known = tutor.diploma_level is not None and prepared_level is not None
        if tutor.same_field is None or not level_known:
            message = (
                f"Avec moins de {without} ans de pratique, il faut un diplôme du même domaine et "
                "d'un niveau au moins égal : à vérifier."
            )
            return [finding("MA-02", day, message)]
        if tutor.same_field and (tutor.diploma_level or 0) >= (prepared_level or 0):
            return []
    message = (
        f"Pratique insuffisante : {without} ans, ou {with_diploma} an(s) avec un diplôme du "
        "domaine, sauf accord de branche."
    )
    return [finding("MA-02", day, message)]


def _check_load(tutor: TutorFacts, day: date, newcomer_repeats: bool) -> list[Finding]:
    regular = limit("MA-03", "max_apprentices", day)
    extra = limit("MA-03", "extra_repeaters", day)
    repeaters = tutor.repeaters + newcomer_repeats
    # A repeater beyond the one allowed takes an ordinary place.
    ordinary = tutor.apprentices + (not newcomer_repeats) + max(repeaters - extra, 0)
    found = _check_all_contracts(tutor, day)
    if ordinary <= regular:
        return found
    message = (
        f"Plus de {regular} apprentis à la fois pour un maître d'apprentissage "
        f"(et {extra} redoublant)."
    )
    if tutor.derogation:
        message += " Dérogation enregistrée."
    level = Level.INFO if tutor.derogation else Level.BLOCK
    return [finding("MA-03", day, message, level=level), *found]


def _check_all_contracts(tutor: TutorFacts, day: date) -> list[Finding]:
    top = limit("MA-06", "max_persons", day)
    total = tutor.apprentices + tutor.repeaters + tutor.professionalisation + 1
    if not tutor.professionalisation or total <= top:
        return []
    message = f"Plus de {top} personnes suivies, tous contrats en alternance confondus."
    return [finding("MA-06", day, message)]


def _check_professionalisation(tutor: TutorFacts, day: date) -> list[Finding]:
    years = limit("PRO-06", "min_experience_years", day)
    found: list[Finding] = []
    if tutor.practice_years is None:
        found.append(finding("PRO-06", day, "Expérience du tuteur inconnue : à demander."))
    elif tutor.practice_years < years:
        message = f"Le tuteur doit avoir {years} ans d'expérience dans la qualification visée."
        found.append(finding("PRO-06", day, message))
    parameter = "max_persons_employer" if tutor.is_employer else "max_persons"
    top = limit("PRO-06", parameter, day)
    if tutor.apprentices + tutor.repeaters + tutor.professionalisation + 1 > top:
        message = f"Plus de {top} personnes suivies par ce tuteur."
        found.append(finding("PRO-06", day, message))
    return found
