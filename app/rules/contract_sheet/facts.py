"""What the controls of a contract sheet read: typed facts, None where nobody has answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rules.age import NO_EXEMPTIONS, AgeExemptions, is_minor
from app.rules.contract_sheet.fields import Condition
from app.rules.contract_sheet.lists import WITH_USER_COMPANY, asks_previous_contract, is_rider
from app.rules.dates.duration import NO_CASE, ContractDates, DurationCase
from app.rules.law import ContractKind
from app.rules.minors import NO_ANSWER, RegulatedWork
from app.rules.pay.case import PayCase
from app.rules.tutor import TutorFacts


@dataclass(frozen=True, slots=True)
class Certification:
    """The diploma or title aimed at; ``active_until`` is the last day of its registration."""

    rncp_code: str | None = None
    level: int | None = None
    is_registered: bool | None = None
    open_to_apprenticeship: bool | None = None
    active_until: date | None = None
    follows_broken_contract: bool = False
    centre_is_qualified: bool | None = None


@dataclass(frozen=True, slots=True)
class Registers:
    """What official registers say of the codes typed; None while nobody has looked."""

    siret: str | None = None
    siret_is_active: bool | None = None
    idcc: str | None = None
    idcc_exists: bool | None = None
    naf: str | None = None


@dataclass(frozen=True, slots=True)
class EmployerAnswers:
    """Codes of the closed lists of the employer's block, empty while nobody has answered."""

    mode: str = ""
    kind: str = ""
    specific: str = ""
    social_regime: str = ""
    previous_contract_no: str = ""


NO_ANSWERS = EmployerAnswers()


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One contract sheet. ``tutors`` are the one or two persons named by the employer.

    ``weekly_minutes``, ``training_hours`` and ``contract_hours`` count work and CFA together;
    ``training_months`` is the length of the training.
    """

    kind: ContractKind
    dates: ContractDates
    birth_date: date | None = None
    sex: str | None = None
    nir: str | None = None
    birth_department: str | None = None
    emancipated: bool = False
    legal_representative_known: bool | None = None
    legal_representative_signs: bool | None = None
    exemptions: AgeExemptions = NO_EXEMPTIONS
    duration: DurationCase = NO_CASE
    contract_type: str = "11"
    derogation: str = ""
    public_employer: bool = False
    weekly_minutes: int | None = None
    part_time_allowed: bool = False
    training_hours: int | None = None
    contract_hours: int | None = None
    training_months: int | None = None
    pay: PayCase | None = None
    gross_at_start: Decimal | None = None
    tutors: tuple[TutorFacts, ...] = ()
    newcomer_repeats: bool = False
    certification: Certification = Certification()
    registers: Registers = Registers()
    rome: str | None = None
    regulated_work: RegulatedWork = NO_ANSWER
    has_other_workplaces: bool = False
    course_is_elsewhere: bool = False
    registered_jobseeker: bool = False
    employer_answers: EmployerAnswers = NO_ANSWERS
    needs_work_permit_check: bool | None = None
    trainee_since: date | None = None

    @property
    def law_day(self) -> date:
        """The day that chooses the rows of law."""
        return self.dates.law_day

    @property
    def is_minor(self) -> bool:
        """Whether the person is under 18 at the start; False while the birth date is unknown."""
        return self.birth_date is not None and is_minor(self.birth_date, self.dates.start)

    def conditions(self) -> frozenset[Condition]:
        """The conditions that bring conditional fields onto this sheet."""
        holds = {
            Condition.MINOR: self.is_minor and not self.emancipated,
            Condition.PUBLIC: self.public_employer,
            Condition.DEROGATION: bool(self.derogation),
            Condition.PREVIOUS_CONTRACT: asks_previous_contract(self.contract_type),
            Condition.RIDER: is_rider(self.contract_type),
            Condition.SECOND_TUTOR: len(self.tutors) > 1,
            Condition.PLACE_ELSEWHERE: self.course_is_elsewhere,
            Condition.JOBSEEKER: self.registered_jobseeker,
            Condition.USER_COMPANY: self.employer_answers.specific in WITH_USER_COMPANY,
        }
        return frozenset(condition for condition, is_true in holds.items() if is_true)
