"""What the page of a sheet holds for one reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.contracts.models import ContractSheet
from app.contracts.queries.facts import SheetReading
from app.contracts.queries.projection import (
    Part,
    Side,
)
from app.contracts.queries.source import SheetSource, is_told_since_deposit
from app.contracts.queries.values import (
    Values,
)
from app.contracts.workflow import SheetEvent, SheetState, allowed_events
from app.core import clock
from app.placements.queries.identity import Identity
from app.placements.workflow import RUNNING_STAGES, Stage
from app.rules.age import is_minor
from app.rules.aids import AidReport
from app.rules.contract_sheet import (
    FormVersion,
    Holder,
    Paper,
    SheetField,
    Signatory,
)
from app.rules.dates import ContractDates, DepositDeadline, completed_months
from app.rules.estimate import Estimate
from app.rules.law import Finding
from app.rules.pay import BandChange
from app.rules.reasons import ReasonList, reason


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as it is shown. `value` is None when it is missing or not for this reader."""

    field: SheetField
    value: str | None
    is_typed: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """What one holder still owes; `is_mine` when this reader can write it."""

    holder: Holder
    label: str
    fields: tuple[SheetField, ...]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class DisabilityChoice:
    """For the house alone: what telling the employer changes. Amounts are euros at most, or "à confirmer"."""

    valid_until: date | None
    told_at: datetime | None
    with_it: SheetReading
    without_it: SheetReading
    aids_with: AidReport
    aids_without: AidReport


@dataclass(frozen=True, slots=True)
class SheetPage:
    """Exactly what the page of a sheet shows to one reader."""

    placement_id: int
    youth_id: int
    side: Side
    youth: Identity
    is_open: bool
    source: SheetSource
    version: FormVersion | None
    sections: Mapping[str, Sequence[FieldRow]]
    values: Values
    missing: tuple[Missing, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    protections: tuple[Finding, ...]
    estimate: Estimate | None
    birthdays: tuple[BandChange, ...]
    papers: tuple[Paper, ...]
    signatories: tuple[Signatory, ...]
    recipient: str
    deadline: DepositDeadline
    reminders: tuple[date, date, date]
    aid_day: date | None
    dates: ContractDates
    disability: DisabilityChoice | None
    parts: tuple[Part, ...]
    can_nir: bool
    nir_is_due: bool
    can_deposit: bool
    derogation: str

    @property
    def sheet(self) -> ContractSheet | None:
        return self.source.sheet

    @property
    def state(self) -> SheetState:
        return self.source.sheet.state if self.source.sheet else SheetState.PREPARING

    @property
    def months(self) -> int | None:
        """Whole months from the first to the last day of the contract; None while the last is not known."""
        return completed_months(self.dates.start, self.dates.end) if self.dates.end else None

    @property
    def has_nir(self) -> bool:
        return self.source.sheet is not None and self.source.sheet.nir_sealed is not None

    @property
    def return_label(self) -> str:
        """The reason that the OPCO gave, in words."""
        code = self.source.sheet.return_reason if self.source.sheet else None
        return reason(ReasonList.DEPOSIT_RETURN, code).label if code else ""

    @property
    def events(self) -> frozenset[SheetEvent]:
        return allowed_events(self.state)

    @property
    def can_untell(self) -> bool:
        """What a deposited paper holds is no longer taken back here; what was told since may be."""
        sheet = self.source.sheet
        return SheetEvent.FILL in self.events or (
            sheet is not None and is_told_since_deposit(sheet)
        )

    @property
    def talk_is_open(self) -> bool:
        """The youth told this employer and the contract is signed: how the post can be adapted is talked over."""
        return (
            self.source.told_at is not None
            and self.side in (Side.HOUSE, Side.EMPLOYER)
            and self.source.placement.stage is not Stage.AGREED
        )

    @property
    def can_begin_rider(self) -> bool:
        """A contract that was deposited changes by a rider, which the employer's side or the CFA begins."""
        has_left = self.state in (SheetState.DEPOSITED, SheetState.ACCEPTED)
        is_running = self.source.placement.stage in RUNNING_STAGES
        return has_left and is_running and bool({Part.EMPLOYER, Part.CENTRE} & set(self.parts))

    @property
    def declaration_runs(self) -> bool:
        """The declaration of regulated work holds today."""
        last = self.source.sheet.declaration_ends_on if self.source.sheet else None
        return last is not None and clock.today() <= last

    @property
    def can_renew(self) -> bool:
        """A minor's declaration of regulated work is renewed by those who wrote it, once the sheet is closed."""
        sheet = self.source.sheet
        return (
            sheet is not None
            and sheet.declaration_ends_on is not None
            and self.source.has_same_employer
            and SheetEvent.RENEW in self.events
            and Part.EMPLOYER in self.parts
            and is_minor(self.source.youth.birth_date, clock.today())
        )

    @property
    def is_ready(self) -> bool:
        """Nothing blocks and nothing is missing: the contract can be signed."""
        return not self.missing and not any(one.is_blocking for one in self.findings)
