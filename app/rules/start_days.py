"""Age limits as plain days, for those who compare numbers instead of reading sentences."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.rules.age import (
    NO_EXEMPTIONS,
    REFORM,
    AgeExemptions,
    age_on,
)
from app.rules.dates.arithmetic import ONE_DAY, anniversary
from app.rules.law import ContractKind, Finding, Level, finding, limit


class StartDays(NamedTuple):
    """First and last lawful day to start, both included; no last day means no upper limit."""

    first_day: date
    last_day: date | None


class AdviserNetwork(StrEnum):
    """Who may follow a person of a given age towards alternance."""

    LOCAL_MISSION = "local_mission"
    CAP_EMPLOI = "cap_emploi"
    PUBLIC_EMPLOYMENT_SERVICE = "public_employment_service"
    ORIENTATION_CENTRE = "orientation_centre"


def lawful_start_days(
    birth_date: date,
    kind: ContractKind,
    exemptions: AgeExemptions = NO_EXEMPTIONS,
    *,
    signed: date = date.max,
    strict: bool = False,
) -> StartDays:
    """First and last day on which this person may start, by the law of ``signed`` (the newest).

    What nobody has confirmed counts as yes, or as no when ``strict``: a start inside the wide
    range and outside the strict one is a doubt to show, never a refusal (rules AGE-01 to AGE-08,
    PRO-01).
    """
    if kind is ContractKind.PROFESSIONALISATION:
        return _professionalisation_days(birth_date, exemptions, signed, strict)
    normal = "AGE-01" if signed >= REFORM else "AGE-02"
    normal_last = _last_day_of(birth_date, limit(normal, "max_age", signed))
    return StartDays(
        _first_day(birth_date, exemptions, signed, normal, strict),
        _last_day(birth_date, normal_last, exemptions, signed, strict),
    )


def _last_day_of(birth_date: date, age: int) -> date:
    return anniversary(birth_date, age + 1) - ONE_DAY


def _first_day(
    birth_date: date, exemptions: AgeExemptions, signed: date, normal: str, strict: bool
) -> date:
    finished = exemptions.finished_lower_secondary
    if finished or (finished is None and not strict):
        # The law says 15 years, the form accepts 15 years and one day (AGE-03).
        return anniversary(birth_date, limit("AGE-03", "min_age", signed)) + ONE_DAY
    return anniversary(birth_date, limit(normal, "min_age", signed))


def _last_day(
    birth_date: date,
    normal_last: date,
    exemptions: AgeExemptions,
    signed: date,
    strict: bool,
) -> date | None:
    unverified = exemptions.failed_exam_new_employer or exemptions.employment_duty_beneficiary
    if exemptions.business_project or exemptions.high_level_athlete:
        return None
    if unverified and not strict:
        return None
    last = normal_last
    if exemptions.disabled_worker:
        if exemptions.disabled_until is None:
            return None
        last = max(last, exemptions.disabled_until)
    if exemptions.former_contract is not None and exemptions.former_contract_end is not None:
        top = limit("AGE-06", "max_age", signed)
        gap = limit("AGE-06", "max_gap", signed)
        # Whether the year of the 35th birthday is included is the doubt of AGE-07.
        by_age = _last_day_of(birth_date, top - 1 if strict else top)
        last = max(last, min(by_age, anniversary(exemptions.former_contract_end, gap)))
    return last


def _professionalisation_days(
    birth_date: date, exemptions: AgeExemptions, signed: date, strict: bool
) -> StartDays:
    first = anniversary(birth_date, limit("PRO-01", "min_age", signed))
    jobseeker = exemptions.registered_jobseeker
    open_to_older = (
        jobseeker is True
        or (jobseeker is None and not strict)
        or exemptions.minimum_income_recipient
        or exemptions.former_subsidised_contract
    )
    last = None if open_to_older else _last_day_of(birth_date, limit("PRO-01", "max_age", signed))
    return StartDays(first, last)


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
