"""The public of the missions locales, and the duty of training before 18 (rules ML-01 to ML-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.rules.age import age_on
from app.rules.law import Finding, Level, finding, in_force, limit


class AdviserNetwork(StrEnum):
    """Who may follow a person of a given age towards alternance."""

    LOCAL_MISSION = "local_mission"
    CAP_EMPLOI = "cap_emploi"
    PUBLIC_EMPLOYMENT_SERVICE = "public_employment_service"
    ORIENTATION_CENTRE = "orientation_centre"


def adviser_networks(
    birth_date: date, day: date, *, disabled_worker: bool = False
) -> tuple[AdviserNetwork, ...]:
    """The networks that may follow the person on ``day``, the first to propose first.

    Missions locales follow 16–25 year-olds (ML-01), to 29 in the youth engagement contract when
    disabled (ML-04); above, Cap emploi for disabled persons, else France Travail.
    """
    age = age_on(birth_date, day)
    if age < limit("ML-01", "min_age", day):
        return (AdviserNetwork.ORIENTATION_CENTRE,)
    if age <= limit("ML-01", "max_age", day):
        extra = (AdviserNetwork.CAP_EMPLOI,) if disabled_worker else ()
        return (AdviserNetwork.LOCAL_MISSION, *extra)
    if not disabled_worker:
        return (AdviserNetwork.PUBLIC_EMPLOYMENT_SERVICE,)
    if age <= limit("ML-04", "disabled_max_age", day):
        return (AdviserNetwork.CAP_EMPLOI, AdviserNetwork.LOCAL_MISSION)
    return (AdviserNetwork.CAP_EMPLOI,)


def check_local_mission_age(
    birth_date: date, day: date, *, disabled_worker: bool = False
) -> list[Finding]:
    """Whether a mission locale may open a file on ``day`` (ML-01, ML-04).

    Fifteen is a warning: a youth who left 3e may be prepared with a parent's agreement while the
    public of the missions locales starts at 16.
    """
    age = age_on(birth_date, day)
    low, high = limit("ML-01", "min_age", day), limit("ML-01", "max_age", day)
    networks = adviser_networks(birth_date, day, disabled_worker=disabled_worker)
    if low <= age <= high:
        return []
    if age == low - 1:
        message = (
            f"{age} ans : la mission locale suit les {low} à {high} ans. L'accord d'un parent est "
            "nécessaire et le CFA ou le CIO reste l'interlocuteur principal."
        )
        return [finding("ML-01", day, message, level=Level.WARN)]
    if age < low:
        message = f"{age} ans : le portail n'ouvre pas de dossier avant 15 ans."
        return [finding("ML-01", day, message)]
    if AdviserNetwork.LOCAL_MISSION in networks:
        message = (
            f"{age} ans : au-delà de {high} ans, la mission locale ne suit que dans le cadre du "
            "contrat d'engagement jeune. Proposez aussi Cap emploi."
        )
        return [finding("ML-04", day, message, level=Level.WARN)]
    other = "Cap emploi" if disabled_worker else "France Travail"
    message = f"{age} ans : la mission locale suit les {low} à {high} ans. Proposez {other}."
    return [finding("ML-01", day, message)]


def has_training_duty(birth_date: date, day: date) -> bool:
    """Whether the person must be in training, work or support on ``day``: 16 and 17 (ML-07)."""
    if not in_force("ML-07", day):
        return False
    age = age_on(birth_date, day)
    return limit("ML-07", "min_age", day) <= age <= limit("ML-07", "max_age", day)


def check_leaving_centre(birth_date: date, day: date) -> list[Finding]:
    """The alert due when a minor leaves the CFA: the mission locale is told at once (ML-08)."""
    if not has_training_duty(birth_date, day):
        return []
    message = (
        "Moins de 18 ans : l'obligation de formation reprend, "
        "la mission locale est prévenue le jour même."
    )
    return [finding("ML-08", day, message)]


@dataclass(frozen=True, slots=True)
class SupportScheme:
    """One scheme of support in force on a day, with the row that says so."""

    rule_id: str
    name: str
    note: Finding


_SCHEMES = (
    ("ML-02", "PACEA", "Contrat avec l'État par phases, de 16 à 25 ans."),
    ("ML-03", "Garantie jeunes", "Remplacée par le contrat d'engagement jeune."),
    ("ML-04", "Contrat d'engagement jeune", "De 16 à 25 ans, jusqu'à 29 ans en cas de handicap."),
)


def support_schemes(day: date) -> tuple[SupportScheme, ...]:
    """The schemes a mission locale may sign on ``day`` (ML-02 to ML-04)."""
    return tuple(
        SupportScheme(rule_id, name, finding(rule_id, day, text, level=Level.INFO))
        for rule_id, name, text in _SCHEMES
        if in_force(rule_id, day)
    )


def scheme_notes(day: date) -> list[Finding]:
    """What goes with them: no two at once (ML-05), registration at France Travail (ML-06)."""
    sentences = (
        ("ML-05", "PACEA et contrat d'engagement jeune ne se suivent pas en même temps."),
        (
            "ML-06",
            "Un jeune en PACEA ou en CEJ est inscrit à France Travail et signe un contrat d'engagement.",
        ),
        (
            "ML-09",
            "Les PAIO, structures sœurs de 1982, restent un type d'organisation pour l'histoire.",
        ),
    )
    return [
        finding(rule_id, day, text, level=Level.INFO)
        for rule_id, text in sentences
        if in_force(rule_id, day)
    ]
