"""What the portal knows of a contract before anybody types: one row of the placement with its three sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Site
from app.contracts.models import ContractSheet
from app.core import clock
from app.core.db import AnyRow
from app.openings.models import Company, Opening
from app.placements.models import Placement
from app.placements.queries.identity import revealed_scope
from app.placements.queries.words import (
    Cfa,
    Employer,
    OpeningPlace,
    SitePlace,
    with_parties,
)
from app.placements.workflow import RUNNING_STAGES, Stage
from app.policy.actor import Actor
from app.rules.contract_sheet import Condition, Holder, form_for, sheet_fields
from app.rules.estimate import LikelyDates, likely_dates
from app.rules.identifiers import department_of, normalise_siret
from app.rules.law import ContractKind
from app.training.models import Course, TrainingSession
from app.youth.models import DisabilityRecognition, LegalRepresentative, Youth

# A sheet is prepared once the three have said yes, and kept until the contract has run.
SHEET_STAGES = RUNNING_STAGES | {Stage.AGREED}

EmployerSite = aliased(Site)
FormerSheet = aliased(ContractSheet)


@dataclass(frozen=True, slots=True)
class SheetSource:
    """Rows of one contract. `recognition` is read only for those who may know it and for what the youth told."""

    placement: Placement
    youth: Youth
    opening: Opening
    company: Company | None
    sheet: ContractSheet | None
    representative: LegalRepresentative | None
    recognition: DisabilityRecognition | None
    row: AnyRow

    @property
    def kind(self) -> ContractKind:
        """The sheet's kind once it exists, else what the opening offers first."""
        if self.sheet is not None:
            return self.sheet.kind
        if self.opening.apprenticeship:
            return ContractKind.APPRENTICESHIP
        return ContractKind.PROFESSIONALISATION

    @property
    def course(self) -> Course | None:
        found: Course | None = self.row.Course
        return found

    @property
    def training(self) -> TrainingSession | None:
        found: TrainingSession | None = self.row.TrainingSession
        return found

    @property
    def has_same_employer(self) -> bool:
        """The sheet was begun with the employer of today."""
        return self.sheet is not None and self.sheet.opening_id == self.placement.opening_id

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed by the parties of today: the words of a former employer or CFA are not theirs."""
        if self.sheet is None:
            return {}
        gone: set[Holder] = set()
        if not self.has_same_employer:
            gone.add(Holder.EMPLOYER)
        if self.sheet.session_id != self.placement.session_id:
            gone.add(Holder.TRAINING_CENTRE)
        if not gone:
            return self.sheet.typed
        theirs = {
            field.field_id
            for field in sheet_fields(form_for(self.kind), frozenset(Condition))
            if field.holder in gone
        }
        return {name: value for name, value in self.sheet.typed.items() if name not in theirs}

    def is_active_on(self, start: date, siret: str | None) -> bool | None:
        """Whether the establishment of the opening is open on this day; None for another SIRET, or while unknown."""
        row = self.row
        if not siret or row.work_siret is None or normalise_siret(siret) != row.work_siret:
            return None
        return row.work_closed_on is None or row.work_closed_on > start

    @property
    def told_at(self) -> datetime | None:
        """When the youth chose to tell the employer of today; another employer was told nothing."""
        return self.sheet.disability_told_at if self.sheet and self.has_same_employer else None

    @property
    def department(self) -> str:
        """INSEE code of the département of work, empty while unknown."""
        code = self.opening.commune_code
        return department_of(code) if code else ""

    @property
    def tells_disability(self) -> bool:
        """The youth chose to tell this employer, and a proof was seen."""
        return self.told_at is not None and self.recognition is not None

    def expected(self) -> tuple[date, date]:
        """First and last day as far as they are known: said elsewhere, or likely."""
        dates = self._likely()
        said = self.placement.contract_ends_on
        return dates.start, said if said is not None and said > dates.start else dates.end

    @property
    def is_end_supposed(self) -> bool:
        """Nobody said the last day and no course gives it: the one that the sheet shows is a supposed year."""
        is_said = self.placement.contract_ends_on is not None or bool(self.typed.get("end_date"))
        return not is_said and self._likely().supposed

    def _likely(self) -> LikelyDates:
        training, course = self.training, self.course
        fixed = self.placement.contract_starts_on
        return likely_dates(
            self.kind,
            min(clock.today(), fixed) if fixed else clock.today(),
            opening_from=fixed or self.opening.start_from,
            course_starts=training.starts_on if training else None,
            course_ends=training.ends_on if training else None,
            course_months=course.duration_months if course else None,
        )


def is_told_since_deposit(sheet: ContractSheet) -> bool:
    """Told after the contract left: no deposited paper holds it."""
    told, left = sheet.disability_told_at, sheet.deposited_on
    return told is not None and left is not None and clock.local(told).date() > left


def source_query(actor: Actor) -> Select[Any]:
    """All the columns of a sheet; add a condition on `Placement`."""
    query: Any = (
        with_parties(select(Placement))
        .outerjoin(Company, Company.organisation_id == Opening.employer_id)
        .outerjoin(EmployerSite, EmployerSite.id == Opening.site_id)
        .outerjoin(ContractSheet, ContractSheet.placement_id == Placement.id)
        .outerjoin(FormerSheet, FormerSheet.placement_id == Placement.predecessor_id)
        .outerjoin(LegalRepresentative, LegalRepresentative.youth_id == Placement.youth_id)
        .outerjoin(DisabilityRecognition, DisabilityRecognition.youth_id == Placement.youth_id)
        .with_only_columns(
            Placement,
            Youth,
            Opening,
            Company,
            Course,
            TrainingSession,
            Site,
            EmployerSite.siret.label("work_siret"),
            EmployerSite.address.label("work_address"),
            EmployerSite.closed_on.label("work_closed_on"),
            FormerSheet.deposit_number.label("former_number"),
            ContractSheet,
            LegalRepresentative,
            DisabilityRecognition,
            Employer.id.label("employer_id"),
            Employer.name.label("employer_name"),
            Employer.siret.label("employer_siret"),
            Employer.phone.label("employer_phone"),
            Employer.email.label("employer_email"),
            OpeningPlace.name.label("work_commune"),
            Cfa.id.label("cfa_id"),
            Cfa.name.label("cfa_name"),
            Cfa.siret.label("cfa_siret"),
            Cfa.uai.label("cfa_uai"),
            SitePlace.name.label("site_commune"),
            revealed_scope(actor).label("revealed"),
        )
    )
    found: Select[Any] = query
    return found


def source_from(row: Any) -> SheetSource:
    """A row of `source_query` as a source; the placement has an opening."""
    return SheetSource(
        placement=row.Placement,
        youth=row.Youth,
        opening=row.Opening,
        company=row.Company,
        sheet=row.ContractSheet,
        representative=row.LegalRepresentative,
        recognition=row.DisabilityRecognition,
        row=row,
    )


def load_source(db_session: Session, actor: Actor, placement_id: int) -> SheetSource | None:
    """The source of one sheet: one statement; None without such a placement, or before three yes."""
    row = db_session.execute(
        source_query(actor).where(Placement.id == placement_id, Placement.stage.in_(SHEET_STAGES))
    ).one_or_none()
    return source_from(row) if row is not None else None
