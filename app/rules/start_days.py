"""Age limits as plain days, for those who compare numbers instead of reading sentences."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.rules.age import NO_EXEMPTIONS, REFORM, AgeExemptions
from app.rules.dates.arithmetic import ONE_DAY, anniversary
from app.rules.law import ContractKind, limit


class StartDays(NamedTuple):
    """First and last lawful day to start, both included; no last day means no upper limit."""

    first_day: date
    last_day: date | None


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
