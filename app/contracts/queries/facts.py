"""A sheet as the law reads it: typed facts for the controls, and terms for the pay and the aids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from app.contracts.queries.source import SheetSource
from app.contracts.queries.values import (
    Values,
    as_amount,
    as_answer,
    as_day,
    as_minutes,
    as_number,
)
from app.rules.age import AgeExemptions
from app.rules.contract_sheet import (
    Certification,
    EmployerAnswers,
    Registers,
    SheetFacts,
    check_sheet,
    suggested_derogation,
)
from app.rules.dates import ContractDates, completed_months
from app.rules.dates.duration import DurationCase
from app.rules.diplomas import DIPLOMA_CODES, LAST_CLASSES_BEFORE_END_OF_3E
from app.rules.estimate import ContractTerms, summary
from app.rules.law import ContractKind, Finding
from app.rules.minors import RegulatedWork
from app.rules.pay import Qualification
from app.rules.tutor import TutorFacts
from app.youth.models import YesNoUnknown

OPEN_ENDED = "2"
NEEDS_PERMIT = "3"
_KNOWN = {YesNoUnknown.YES: True, YesNoUnknown.NO: False, YesNoUnknown.UNKNOWN: None}
# A general baccalaureate, or a general diploma above, is a doubt of its own (PAY-11-BAC).
_GENERAL_BAC = "42"
_HIGHER_LEVEL = 4
_DIPLOMAS = {one.code: one for one in DIPLOMA_CODES}


@dataclass(frozen=True, slots=True)
class SheetReading:
    """Facts and terms of one sheet, with the findings of its controls."""

    facts: SheetFacts
    terms: ContractTerms
    findings: tuple[Finding, ...]


def read_sheet(
    source: SheetSource, values: Values, *, nir: str | None = None, told: bool | None = None
) -> SheetReading:
    """Read a sheet.

    Args:
        nir: opened for the controls only; no message repeats it.
        told: read it as if the disability were told, or not; as the youth chose when None.
    """
    tells = source.tells_disability if told is None else told and source.recognition is not None
    dates = _dates(source, values)
    terms = _terms(source, values, dates, tells)
    facts = replace(_facts(source, values, dates, tells), nir=nir)
    if summary(terms) is not None:
        facts = replace(
            facts, pay=terms.pay_case(), gross_at_start=as_amount(values, "gross_at_start")
        )
    # The derogation follows from the findings, so it is computed before it is checked.
    facts = replace(facts, derogation=suggested_derogation(check_sheet(facts)))
    return SheetReading(facts, terms, tuple(check_sheet(facts)))


def _dates(source: SheetSource, values: Values) -> ContractDates:
    expected_start, _ = source.expected()
    training = source.training
    return ContractDates(
        start=as_day(values, "start_date") or expected_start,
        end=as_day(values, "end_date"),
        conclusion=as_day(values, "conclusion_date"),
        practical_start=as_day(values, "practical_start_date"),
        course_start=as_day(values, "course_start_date")
        or (training.starts_on if training else None),
        last_exam=as_day(values, "last_exam_date"),
        open_ended=values.get("contract_mode") == OPEN_ENDED,
    )


def _terms(source: SheetSource, values: Values, dates: ContractDates, tells: bool) -> ContractTerms:
    _, expected_end = source.expected()
    end = dates.end or expected_end
    course = source.course
    return ContractTerms(
        kind=source.kind,
        birth_date=as_day(values, "birth_date") or source.youth.birth_date,
        start=dates.start,
        end=max(end, dates.start),
        conclusion=dates.conclusion,
        employer_size=as_number(values, "employer_headcount"),
        diploma_level=course.level if course else None,
        idcc=values.get("employer_idcc"),
        department=source.department,
        public_employer=values.get("employer_sector") == "public",
        disabled=tells,
        after_break=source.placement.predecessor_id is not None,
        qualification=_qualification(values),
    )


def _qualification(values: Values) -> Qualification:
    held = _DIPLOMAS.get(values.get("highest_diploma", ""))
    if held is None:
        return Qualification.UNKNOWN
    if held.code == _GENERAL_BAC:
        return Qualification.GENERAL_BAC
    if held.level >= _HIGHER_LEVEL and held.is_professional:
        return Qualification.PROFESSIONAL_LEVEL_4
    return Qualification.BELOW if held.level < _HIGHER_LEVEL else Qualification.GENERAL_BAC


def _facts(source: SheetSource, values: Values, dates: ContractDates, tells: bool) -> SheetFacts:
    athlete = as_answer(values, "high_level_athlete") is True
    is_named = bool(values.get("legal_rep_name"))
    training = source.training
    exam = dates.last_exam or (training.ends_on if training else None)
    return SheetFacts(
        kind=source.kind,
        dates=dates,
        birth_date=as_day(values, "birth_date"),
        sex=values.get("sex"),
        birth_department=values.get("birth_department"),
        emancipated=source.youth.is_emancipated,
        legal_representative_known=True if is_named else None,
        exemptions=_exemptions(source, values, tells, athlete),
        duration=_duration(source, dates, tells, athlete),
        contract_type=values.get("contract_type", "11"),
        public_employer=values.get("employer_sector") == "public",
        weekly_minutes=as_minutes(values, "weekly_hours"),
        part_time_allowed=tells or athlete,
        training_hours=as_number(values, "training_hours"),
        training_months=completed_months(dates.course_start, exam)
        if dates.course_start and exam and exam > dates.course_start
        else None,
        tutors=_tutors(values),
        certification=_certification(source, values),
        registers=Registers(
            siret=values.get("employer_siret"),
            siret_is_active=source.is_active_on(dates.start, values.get("employer_siret")),
            idcc=values.get("employer_idcc"),
            naf=values.get("employer_naf"),
        ),
        rome=source.opening.rome_code,
        regulated_work=regulated_work(values),
        has_other_workplaces=bool(values.get("other_workplaces")),
        course_is_elsewhere=as_answer(values, "main_place_is_centre") is False,
        registered_jobseeker=as_answer(values, "registered_jobseeker") is True,
        employer_answers=EmployerAnswers(
            mode=values.get("contract_mode", ""),
            kind=values.get("employer_kind", ""),
            specific=values.get("employer_specific", ""),
            social_regime=values.get("social_regime", ""),
            previous_contract_no=values.get("previous_contract_no", ""),
        ),
        contract_hours=_contract_hours(values, dates),
        needs_work_permit_check=values.get("nationality") == NEEDS_PERMIT or None,
        trainee_since=source.placement.trainee_since,
    )


def _exemptions(source: SheetSource, values: Values, tells: bool, athlete: bool) -> AgeExemptions:
    recognition = source.recognition if tells else None
    return AgeExemptions(
        finished_lower_secondary=False
        if values.get("last_class") in LAST_CLASSES_BEFORE_END_OF_3E
        else _KNOWN[source.youth.lower_secondary_completed],
        disabled_worker=recognition is not None,
        disabled_until=recognition.valid_until if recognition else None,
        youth_equivalence=as_answer(values, "youth_equivalence") is True,
        employment_duty_beneficiary=as_answer(values, "boe_extension") is True,
        business_project=as_answer(values, "business_project") is True,
        high_level_athlete=athlete,
        registered_jobseeker=as_answer(values, "registered_jobseeker"),
        minimum_income_recipient=bool(values.get("minimum_income")),
        former_subsidised_contract=as_answer(values, "former_subsidised_contract") is True,
    )


def _duration(
    source: SheetSource, dates: ContractDates, tells: bool, athlete: bool
) -> DurationCase:
    """The cycle left from the start of the contract: months already done as a trainee are no shortening."""
    training, left = source.training, None
    if training is not None and training.ends_on is not None and training.ends_on > dates.start:
        left = completed_months(dates.start, training.ends_on)
    return DurationCase(
        cycle_months=left if source.kind is ContractKind.APPRENTICESHIP else None,
        disabled=tells,
        high_level_athlete=athlete,
    )


def _tutors(values: Values) -> tuple[TutorFacts, ...]:
    """The tutor, then the second one when there is one."""
    return tuple(
        TutorFacts(
            birth_date=as_day(values, f"{name}_birth_date"),
            practice_years=None
            if (practice := as_number(values, f"{name}_practice_years")) is None
            else Decimal(practice),
            diploma_level=int(level)
            if (level := values.get(f"{name}_level", "")).isdigit()
            else None,
            same_field=as_answer(values, f"{name}_same_field"),
            apprentices=as_number(values, f"{name}_apprentices") or 0,
        )
        for name in ("tutor", "tutor2")
        if values.get(f"{name}_birth_name")
    )


def _contract_hours(values: Values, dates: ContractDates) -> int | None:
    """Weekly hours times the weeks of the contract, leave not taken off: the training's share is never over-rated."""
    minutes = as_minutes(values, "weekly_hours")
    if minutes is None or dates.end is None or dates.end <= dates.start or dates.open_ended:
        return None
    return minutes * (dates.end - dates.start).days // (60 * 7)


def _certification(source: SheetSource, values: Values) -> Certification:
    course = source.course
    return Certification(
        rncp_code=values.get("rncp_code"),
        level=course.level if course else None,
        open_to_apprenticeship=course.for_apprenticeship if course else None,
        active_until=course.certification_ends_on if course else None,
        follows_broken_contract=source.placement.predecessor_id is not None,
    )


def regulated_work(values: Values) -> RegulatedWork:
    """The employer's answers on regulated work."""
    return RegulatedWork(
        concerned=as_answer(values, "dangerous_work"),
        declared_on=as_day(values, "regulated_declared_on"),
        place_siret=values.get("employer_siret"),
        medical_opinion=as_answer(values, "regulated_medical_opinion"),
    )


def expected_start(source: SheetSource, values: Values) -> date:
    """First day of the contract as far as it is known."""
    return _dates(source, values).start
