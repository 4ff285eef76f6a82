"""Companies, their openings and the positions these hold."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type
from app.openings.workflow import OpeningStatus

__all__ = [
    "Company",
    "CompanyMerge",
    "DifferentCompanies",
    "HadApprentices",
    "HostsYouth",
    "Lead",
    "LeadKind",
    "LeadState",
    "MergeReason",
    "MinorsPossible",
    "Opening",
    "OpeningApproval",
    "OpeningOutcome",
    "OpeningStatus",
    "PositionHold",
    "PositionState",
    "RegistryEstablishment",
]


class HostsYouth(enum.StrEnum):
    """Ready to take apprentices followed by missions locales, as the company itself said."""

    YES = "yes"
    NO = "no"
    CONDITIONS = "conditions"
    UNKNOWN = "unknown"


class HadApprentices(enum.StrEnum):
    """Whether this company has had an apprentice before; most new contracts come from first ones."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Company(Model):
    """What an organisation of kind company has more than others: one record a SIREN, whose
    establishments are the organisation's sites. Headcount is that of the whole company.

    `merged_into_id`: the record that stands for this one, once a person said that both are the
    same company. Nothing moves: openings, visits, accounts and agreements stay where they were
    written, readers follow the pointer, and taking the merge back is exact.
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("headcount IS NULL OR headcount >= 0", name="headcount"),
        CheckConstraint("merged_into_id <> organisation_id", name="merged_elsewhere"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    naf_code: Mapped[str | None] = mapped_column(code(6), index=True)
    naf_version: Mapped[str] = mapped_column(code(8), default="rev2")
    headcount: Mapped[int | None]
    idcc: Mapped[str | None] = mapped_column(code(4))
    # As confirmed by the company or by its SIRET; without it the IDCC gives a hint.
    opco: Mapped[str | None] = mapped_column(String(60))
    had_apprentices: Mapped[HadApprentices] = mapped_column(
        enum_type(HadApprentices), default=HadApprentices.UNKNOWN
    )
    hosts_mission_youth: Mapped[HostsYouth] = mapped_column(
        enum_type(HostsYouth), default=HostsYouth.UNKNOWN
    )
    # What was said about hosting youth, when, and who said it: name and function, in the company.
    hosts_conditions: Mapped[str | None] = mapped_column(String(300))
    hosts_said_on: Mapped[date | None]
    hosts_said_by: Mapped[str | None] = mapped_column(String(120))
    objects_to_prospecting_since: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)


class MergeReason(enum.StrEnum):
    SAME_SIREN = "same_siren"
    SAME_NAME_AND_COMMUNE = "same_name_and_commune"
    SAID_BY_A_PERSON = "said_by_a_person"


class CompanyMerge(Model):
    """Two records are one company: who said so, why, and until when it can be taken back."""

    __tablename__ = "company_merge"
    __table_args__ = (
        CheckConstraint("kept_id <> merged_id", name="two_records"),
        Index(
            "uq_company_merge_live",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[MergeReason] = mapped_column(enum_type(MergeReason))
    merged_at: Mapped[datetime]
    merged_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class DifferentCompanies(Model):
    """A person looked at two records that resemble each other and said that they are not the same."""

    __tablename__ = "different_companies"
    __table_args__ = (CheckConstraint("first_id < second_id", name="ordered"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    said_at: Mapped[datetime]
    said_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class RegistryEstablishment(Model):
    """One line of the national register of companies (SIRENE), from a file that the installation
    brought: nothing is asked of any server.
    """

    __tablename__ = "registry_establishment"

    siret: Mapped[str] = mapped_column(code(14), primary_key=True)
    siren: Mapped[str] = mapped_column(code(9), index=True)
    name: Mapped[str] = mapped_column(String(200))
    naf_code: Mapped[str | None] = mapped_column(code(6))
    address: Mapped[str | None] = mapped_column(String(300))
    commune_code: Mapped[str | None] = mapped_column(code(5))
    is_closed: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    loaded_on: Mapped[date]


class MinorsPossible(enum.StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class OpeningOutcome(enum.StrEnum):
    """What became of an opening that was closed."""

    FILLED_HERE = "filled_here"
    FILLED_ELSEWHERE = "filled_elsewhere"
    ABANDONED = "abandoned"


class Opening(Model):
    """A post an employer wants to fill. Free positions = positions − positions_taken."""

    __tablename__ = "opening"
    __table_args__ = (
        CheckConstraint("positions >= 1", name="positions"),
        CheckConstraint("positions_taken >= 0", name="positions_taken"),
        CheckConstraint(
            "start_until IS NULL OR start_from IS NULL OR start_until >= start_from", name="window"
        ),
        CheckConstraint(
            "NOT licence_required OR licence_reason IS NOT NULL", name="licence_reason"
        ),
        CheckConstraint("apprenticeship OR professionalisation", name="contract_kind"),
        CheckConstraint("live_placements >= 0", name="live_placements"),
        Index("ix_opening_status_rome_code", "status", "rome_code"),
        UniqueConstraint("source", "source_reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    title: Mapped[str] = mapped_column(String(160))
    sort_name: Mapped[str] = mapped_column(String(160), index=True)
    rome_code: Mapped[str | None] = mapped_column(ForeignKey("trade.rome_code"))
    apprenticeship: Mapped[bool] = mapped_column(default=True)
    professionalisation: Mapped[bool] = mapped_column(default=False)
    positions: Mapped[int] = mapped_column(default=1)
    positions_taken: Mapped[int] = mapped_column(default=0)
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.insee_code"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    start_from: Mapped[date | None]
    start_until: Mapped[date | None]
    level_low: Mapped[int | None]  # level prepared, lowest and highest the employer accepts
    level_high: Mapped[int | None]
    licence_required: Mapped[bool] = mapped_column(default=False)
    licence_reason: Mapped[str | None] = mapped_column(String(200))
    minors_possible: Mapped[MinorsPossible] = mapped_column(
        enum_type(MinorsPossible), default=MinorsPossible.UNKNOWN
    )
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[OpeningStatus] = mapped_column(
        enum_type(OpeningStatus), default=OpeningStatus.DRAFT
    )
    expires_on: Mapped[date | None]
    reminded_on: Mapped[date | None]  # the last reminder before it expires
    outcome: Mapped[OpeningOutcome | None] = mapped_column(enum_type(OpeningOutcome))
    source: Mapped[str] = mapped_column(String(40), default="typed")
    source_reference: Mapped[str | None] = mapped_column(String(120))
    live_placements: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def positions_free(self) -> int:
        return self.positions - self.positions_taken


class OpeningApproval(Model):
    """A draft written by a field agent, sent to the company by a signed link: approved, or corrected."""

    __tablename__ = "opening_approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recipient: Mapped[str] = mapped_column(String(254))
    answered_at: Mapped[datetime | None]
    was_corrected: Mapped[bool] = mapped_column(default=False)


class PositionState(enum.StrEnum):
    HELD = "held"
    TAKEN = "taken"


class PositionHold(Model):
    """One youth on one position of an opening; `positions_taken` counts these rows."""

    __tablename__ = "position_hold"
    __table_args__ = (
        UniqueConstraint("opening_id", "youth_id"),
        CheckConstraint("state = 'taken' OR hold_until IS NOT NULL", name="held_has_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"))
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    state: Mapped[PositionState] = mapped_column(enum_type(PositionState))
    hold_until: Mapped[date | None] = mapped_column(index=True)
    extended: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class LeadKind(enum.StrEnum):
    """Why a field agent should call this company."""

    COLLEAGUE_SEEKS = "colleague_seeks"  # "pas pour moi, mais un confrère cherche"
    EMPLOYER_WITHDREW = "employer_withdrew"
    EMPLOYER_SILENT = "employer_silent"  # the end of the ladder of reminders
    CONTRACT_BROKEN = "contract_broken"


class LeadState(enum.StrEnum):
    NEW = "new"
    TAKEN = "taken"  # somebody calls
    DONE = "done"
    DROPPED = "dropped"


class Lead(Model):
    """What a placement gives to a field agent: a company to call, and why. It says nothing of a youth.

    `words` are those of the employer: which colleague seeks somebody. `departement_code` is that of
    the work place: the field agents of that territory read the lead.
    """

    __tablename__ = "lead"
    __table_args__ = (
        UniqueConstraint("placement_id", "kind", "employer_id"),
        CheckConstraint("(state = 'new') = (handled_at IS NULL)", name="handled"),
        Index("ix_lead_departement_code_state", "departement_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LeadKind] = mapped_column(enum_type(LeadKind))
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    departement_code: Mapped[str | None] = mapped_column(code(3))
    rome_code: Mapped[str | None] = mapped_column(ForeignKey("trade.rome_code"))
    reason: Mapped[str | None] = mapped_column(
        String(60)
    )  # code of the closed list, when one was given
    words: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    state: Mapped[LeadState] = mapped_column(enum_type(LeadState), default=LeadState.NEW)
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(200))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
