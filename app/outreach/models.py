"""What happens between a field agent and a company: posts, portfolios, visits, and the register of branches."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, code, enum_type


class ContractFocus(enum.StrEnum):
    """Which contracts an agent is paid to promote (the fund of 2009: notably professionalisation)."""

    APPRENTICESHIP = "apprenticeship"
    PROFESSIONALISATION = "professionalisation"
    BOTH = "both"


class FieldAgentPost(Model):
    """The post of a field agent, beside the membership that gives the rights.

    `financing_share`: percent of the post that a fund pays, None when nobody said.
    `base_commune_code`: where the days begin. The network is that of the organisation.
    """

    __tablename__ = "field_agent_post"
    __table_args__ = (
        CheckConstraint(
            "financing_share IS NULL OR financing_share BETWEEN 0 AND 100", name="share"
        ),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
    )

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    employer_name: Mapped[str | None] = mapped_column(String(200))
    financing_share: Mapped[int | None]
    contract_focus: Mapped[ContractFocus] = mapped_column(
        enum_type(ContractFocus), default=ContractFocus.BOTH
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    base_commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.insee_code"))


class CompanyFollow(Model):
    """Which agent of a network follows a company: one at a time; a hand-over ends a row and begins another."""

    __tablename__ = "company_follow"
    __table_args__ = (
        Index(
            "uq_company_follow_live",
            "company_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_company_follow_user_id_until", "user_id", "until"),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    since: Mapped[date]
    until: Mapped[date | None]


class VisitKind(enum.StrEnum):
    """Kinds are counted apart: the founding note says "visited or contacted"."""

    VISIT = "visit"
    CALL = "call"
    MEETING = "meeting"
    MAILING = "mailing"


class Objection(enum.StrEnum):
    """What a company answers, as a closed list: none of them speaks of a person."""

    NO_NEED = "no_need"
    NO_TIME = "no_time"
    NO_TUTOR = "no_tutor"
    TOO_SMALL = "too_small"
    COST = "cost"
    PAPERWORK = "paperwork"
    RHYTHM = "rhythm"
    PAST_EXPERIENCE = "past_experience"
    MINORS = "minors"
    SAFETY = "safety"
    ACTIVITY_DOWN = "activity_down"
    OTHER = "other"


class NextStep(enum.StrEnum):
    CALL_BACK = "call_back"
    VISIT_AGAIN = "visit_again"
    SEND_PAPERS = "send_papers"
    WRITE_OPENING = "write_opening"
    PREPARE_CONTRACT = "prepare_contract"
    NOTHING = "nothing"


class Visit(Model):
    """One contact with a company. `company_id` is the record it was written for; readers follow merges.

    `request_key`: made by the sheet; a sheet that was kept offline and sent twice is one visit.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_company_id_happened_on", "company_id", "happened_on"),
        Index("ix_visit_user_id_next_on", "user_id", "next_on"),
        Index("ix_visit_organisation_id_happened_on", "organisation_id", "happened_on"),
        CheckConstraint("next_step = 'nothing' OR next_on IS NOT NULL", name="next_has_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[VisitKind] = mapped_column(enum_type(VisitKind))
    happened_on: Mapped[date]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # Emptied by retention: the visit stays in the counts, the person does not.
    person_met: Mapped[str | None] = mapped_column(String(120))
    person_function: Mapped[str | None] = mapped_column(String(120))
    need: Mapped[str | None] = mapped_column(String(600))
    rome_code: Mapped[str | None] = mapped_column(ForeignKey("trade.rome_code"))
    next_step: Mapped[NextStep] = mapped_column(enum_type(NextStep), default=NextStep.NOTHING)
    next_on: Mapped[date | None]
    next_done_on: Mapped[date | None]
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"), index=True)
    recorded_at: Mapped[datetime]
    is_demonstration: Mapped[bool] = mapped_column(default=False)


class VisitObjection(Model):
    __tablename__ = "visit_objection"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    objection: Mapped[Objection] = mapped_column(enum_type(Objection), primary_key=True)


class VisitMeasure(Model):
    """A measure explained: the id of a dated row of the aid table, and the day it was explained."""

    __tablename__ = "visit_measure"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    aid_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    explained_on: Mapped[date]


class TargetAgreement(Model):
    """An agreement with a network: agents in post and companies to reach over a period.

    `network`: the code that organisations of field agents carry (cci, cma, opco…).
    `counts_contacts`: calls, meetings and mailings count beside visits ("visited or contacted").
    """

    __tablename__ = "target_agreement"
    __table_args__ = (
        CheckConstraint("ends_on > starts_on", name="period"),
        CheckConstraint("company_target >= 0 AND headcount_target >= 0", name="targets"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    parties: Mapped[str] = mapped_column(String(300))
    network: Mapped[str] = mapped_column(String(40), index=True)
    region_code: Mapped[str | None] = mapped_column(code(2), index=True)
    signed_on: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    headcount_target: Mapped[int] = mapped_column(default=0)
    company_target: Mapped[int] = mapped_column(default=0)
    counts_contacts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CampaignChannel(enum.StrEnum):
    LETTER = "letter"
    MAIL = "mail"


class Campaign(Model):
    """A mailing: one text to a list of companies."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    channel: Mapped[CampaignChannel] = mapped_column(enum_type(CampaignChannel))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(4000))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)


class TargetState(enum.StrEnum):
    PREPARED = "prepared"
    SENT = "sent"
    RETURNED = "returned"
    OPPOSED = "opposed"
    ANSWERED = "answered"
    OPENING_RAISED = "opening_raised"


class CampaignTarget(Model):
    """One company of a mailing, by its record: nothing leaves twice."""

    __tablename__ = "campaign_target"
    __table_args__ = (UniqueConstraint("campaign_id", "company_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[TargetState] = mapped_column(enum_type(TargetState), default=TargetState.PREPARED)
    state_on: Mapped[date]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))


class BranchContact(Model):
    """One line of a regional correspondent's register: who speaks for a branch in the region."""

    __tablename__ = "branch_contact"
    __table_args__ = (Index("ix_branch_contact_region_code_branch", "region_code", "branch"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    region_code: Mapped[str] = mapped_column(code(2))
    branch: Mapped[str] = mapped_column(String(120))
    organisation_name: Mapped[str] = mapped_column(String(200))
    person_name: Mapped[str | None] = mapped_column(String(120))
    person_function: Mapped[str | None] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class LinkMade(Model):
    """One act of a correspondent: with whom of the register, when, and what came of it."""

    __tablename__ = "link_made"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("branch_contact.id"), index=True)
    happened_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(400))
    with_whom: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ProfileAlert(Model):
    """A search over anonymous profiles that an employer keeps for one opening: told when a new one fits."""

    __tablename__ = "profile_alert"
    __table_args__ = (UniqueConstraint("user_id", "opening_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), index=True)
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]


class ProfileSeen(Model):
    """A profile that an alert has counted: it is never told twice."""

    __tablename__ = "profile_seen"

    alert_id: Mapped[int] = mapped_column(ForeignKey("profile_alert.id"), primary_key=True)
    youth_id: Mapped[int] = mapped_column(ForeignKey("youth.id"), primary_key=True, index=True)
