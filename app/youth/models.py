"""The youth's file. What matching may never read lives in tables of its own, where the law asks it."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type


class YouthStatus(enum.StrEnum):
    """Where the youth stands with the adviser; a placement keeps its own stage."""

    SPOTTED = "spotted"
    CONTACTED = "contacted"
    PREPARING = "preparing"  # pre-apprenticeship, papers, remediation
    READY = "ready"  # matchable
    PLACED = "placed"  # a contract is signed or running
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    LOST_CONTACT = "lost_contact"
    TRANSFERRED = "transferred"


LEAVING = frozenset({YouthStatus.WITHDRAWN, YouthStatus.TRANSFERRED})
"""Who leaves the accompaniment: their agreements end, and their file is nobody's work any more."""


class YesNoUnknown(enum.StrEnum):
    """Unknown is never yes and never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class TravelMeans(enum.StrEnum):
    ON_FOOT = "on_foot"
    BICYCLE = "bicycle"
    MOPED = "moped"
    PUBLIC_TRANSPORT = "public_transport"
    CAR = "car"
    LIFT = "lift"  # driven by somebody


class Youth(Model):
    __tablename__ = "youth"
    __table_args__ = (
        Index("ix_youth_organisation_id_status", "organisation_id", "status"),
        Index("ix_youth_folded_name_birth_date", "folded_name", "birth_date"),
        CheckConstraint("radius_km IS NULL OR radius_km BETWEEN 0 AND 1000", name="radius"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 0 AND 300", name="minutes"),
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 8", name="level"),
        CheckConstraint(
            "available_until IS NULL OR available_from IS NULL"
            " OR available_until >= available_from",
            name="window",
        ),
        CheckConstraint("live_placements >= 0", name="live_placements"),
        CheckConstraint("waiting_answers >= 0", name="waiting_answers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The name partners see before a reveal: random, never derived from the person.
    public_code: Mapped[str] = mapped_column(code(8), unique=True)

    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    usage_name: Mapped[str | None] = mapped_column(String(80))
    # `core.text.sort_key` of "family given", and of "usage given" where there is a usage name.
    folded_name: Mapped[str] = mapped_column(String(160))
    folded_usage_name: Mapped[str | None] = mapped_column(String(160))
    birth_date: Mapped[date]
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    address: Mapped[str | None] = mapped_column(String(300))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.insee_code"), index=True)
    is_emancipated: Mapped[bool] = mapped_column(default=False)

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    status: Mapped[YouthStatus] = mapped_column(
        enum_type(YouthStatus), default=YouthStatus.CONTACTED
    )

    # Level reached (3 to 8 of the 2019 scale, 1–2 below), level aimed at, last class as the
    # contract form codes it.
    level: Mapped[int | None]
    aimed_level: Mapped[int | None]
    last_class: Mapped[str | None] = mapped_column(String(40))
    lower_secondary_completed: Mapped[YesNoUnknown] = mapped_column(
        enum_type(YesNoUnknown, name="lower_secondary_completed"), default=YesNoUnknown.UNKNOWN
    )

    # Mobility. A limit in km masks; a limit in minutes is compared with known times only.
    travel_means: Mapped[TravelMeans | None] = mapped_column(enum_type(TravelMeans))
    radius_km: Mapped[int | None]
    minutes: Mapped[int | None]
    driving_licence_b: Mapped[YesNoUnknown] = mapped_column(
        enum_type(YesNoUnknown, name="driving_licence_b"), default=YesNoUnknown.UNKNOWN
    )
    boarding_accepted: Mapped[YesNoUnknown] = mapped_column(
        enum_type(YesNoUnknown, name="boarding_accepted"), default=YesNoUnknown.UNKNOWN
    )

    available_from: Mapped[date | None]
    available_until: Mapped[date | None]
    wants_apprenticeship: Mapped[bool] = mapped_column(default=True)
    wants_professionalisation: Mapped[bool] = mapped_column(default=False)

    # Words the youth chose to show, read by the adviser before they are shown.
    own_words: Mapped[str | None] = mapped_column(String(400))

    # Kept current by placements, read by matching and by lists.
    live_placements: Mapped[int] = mapped_column(default=0)
    # Live placements whose youth's leaf waits: what the adviser has to ask the youth.
    waiting_answers: Mapped[int] = mapped_column(default=0)
    last_proposed_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    # Erased, or kept for as long as the rules allow: what is left of the row counts, and names nobody.
    anonymised_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def full_name(self) -> str:
        """The name in use: the usage name stands for the family name where there is one."""
        return f"{self.given_name} {self.usage_name or self.family_name}"


class LegalRepresentative(Model):
    """Holder of parental authority of a minor.

    `acknowledged_at`: when they said that they know that the youth is listed.
    `refused_at`: when they said no by their signed link, or took their agreement back; only a new link undoes it.
    """

    __tablename__ = "legal_representative"

    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    relationship_label: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    acknowledged_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


class Wish(Model):
    """One wish in the youth's own words, kept as typed; `rome_code` once a person confirmed it.

    Two trades of one line share their rank; `line_text` is then the whole line as it was typed.
    """

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("youth_id", "folded", "rome_code"),
        CheckConstraint("rank BETWEEN 1 AND 9", name="rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    rank: Mapped[int]
    raw_text: Mapped[str] = mapped_column(String(160))
    line_text: Mapped[str | None] = mapped_column(String(160))
    folded: Mapped[str] = mapped_column(String(160))
    rome_code: Mapped[str | None] = mapped_column(ForeignKey("trade.rome_code"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class UnansweredWish(Model):
    """A wish for which no trade was found: counted, linked to nobody, read by those who keep the words."""

    __tablename__ = "unanswered_wish"
    __table_args__ = (
        CheckConstraint("times > 0", name="times"),
        Index("ix_unanswered_wish_times_folded", "times", "folded"),
    )

    folded: Mapped[str] = mapped_column(String(160), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
    last_asked_on: Mapped[date]


class YouthDiploma(Model):
    __tablename__ = "youth_diploma"

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    level: Mapped[int | None]
    obtained_on: Mapped[date | None]


class ReadinessItem(enum.StrEnum):
    """The checklist "ready for alternance?": facts to complete, never traits of a person."""

    CV = "cv"
    PHONE = "phone"
    IDENTITY_PAPER = "identity_paper"
    WORK_PERMIT_CHECKED = "work_permit_checked"
    TIMETABLE_KNOWN = "timetable_known"
    TRANSPORT_CHECKED = "transport_checked"
    EQUIPMENT = "equipment"
    REPRESENTATIVE_KNOWN = "representative_known"


class ReadinessMark(Model):
    __tablename__ = "readiness_mark"

    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), primary_key=True)
    item: Mapped[ReadinessItem] = mapped_column(enum_type(ReadinessItem), primary_key=True)
    is_done: Mapped[bool]
    marked_at: Mapped[datetime]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ConsentKind(enum.StrEnum):
    LISTING = "listing"  # shown to partners without identity (S1)
    REVEAL = "reveal"  # identity shown to one organisation (S2 and on)
    REPRESENTATIVE = "representative"  # the representative of a minor knows, and agreed


class ConsentRecord(Model):
    """The ledger: which text, which data, to whom, until when, given how.

    Rows are ended, never deleted or edited.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        Index("ix_consent_record_youth_id_kind", "youth_id", "kind"),
        CheckConstraint(
            "(kind = 'reveal') = (recipient_organisation_id IS NOT NULL)", name="recipient"
        ),
        CheckConstraint("recorded_by IS NULL OR recorded_for IS NOT NULL", name="hat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"))
    kind: Mapped[ConsentKind] = mapped_column(enum_type(ConsentKind))
    text_version: Mapped[str] = mapped_column(String(40))
    data_scope: Mapped[str] = mapped_column(String(10))  # S1 … S5
    recipient_organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )
    placement_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(20))  # in person, phone, link, paper
    given_at: Mapped[datetime]
    # The youth said yes, and nothing is shown before the representative of this minor knows.
    waits_for_representative: Mapped[bool] = mapped_column(default=False)
    expires_on: Mapped[date | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The organisation whose hat that person wore.
    recorded_for: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    withdrawn_at: Mapped[datetime | None]


class DisabilityRecognition(Model):
    """RQTH apart, with its own permission and trace: it lifts age limits, nothing else."""

    __tablename__ = "disability_recognition"

    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), primary_key=True)
    proof_seen_on: Mapped[date | None]
    proof_seen_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    valid_until: Mapped[date | None]
    agreed_at: Mapped[datetime]


class YouthNote(Model):
    """A free note of the advising organisation: never leaves it."""

    __tablename__ = "youth_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
