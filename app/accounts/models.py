"""Organisations with their sites, people, and what each person does where."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, code, enum_type
from app.policy.actor import OrganisationKind, Role


class OrganisationStatus(enum.StrEnum):
    TO_CHECK = "to_check"  # came from a file without a SIRET, or asked to join
    ACTIVE = "active"
    CLOSED = "closed"


class Organisation(Model):
    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_kind_sort_name", "kind", "sort_name"),
        CheckConstraint("siren IS NULL OR length(siren) = 9", name="siren_length"),
        CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind))
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200))
    siren: Mapped[str | None] = mapped_column(code(9), index=True)
    siret: Mapped[str | None] = mapped_column(code(14), unique=True)
    uai: Mapped[str | None] = mapped_column(code(8), index=True)
    network: Mapped[str | None] = mapped_column(
        String(40), index=True
    )  # cci, cma, mfr, agri, compagnons, greta…
    region_code: Mapped[str | None] = mapped_column(code(2), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    website: Mapped[str | None] = mapped_column(String(300))
    status: Mapped[OrganisationStatus] = mapped_column(
        enum_type(OrganisationStatus), default=OrganisationStatus.ACTIVE
    )
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    # Answers of the organisation to proposals, kept current by placements and read by matching.
    answers_due: Mapped[int] = mapped_column(default=0)
    answers_in_time: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    # Each quarter an administrator says that the members are still the right ones.
    members_reviewed_at: Mapped[datetime | None]
    review_asked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    sites: Mapped[list[Site]] = relationship(lazy="raise_on_sql", back_populates="organisation")
    aliases: Mapped[list[OrganisationAlias]] = relationship(lazy="raise_on_sql")


class OrganisationAlias(Model):
    """Other names of the same organisation, former ones included (the founding note spells ACFCI in two ways)."""

    __tablename__ = "organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200), index=True)


class Site(Model):
    """A place of an organisation. A CFA site is identified by its UAI and SIRET together."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    siret: Mapped[str | None] = mapped_column(code(14))
    uai: Mapped[str | None] = mapped_column(code(8))
    address: Mapped[str | None] = mapped_column(String(300))
    commune_code: Mapped[str | None] = mapped_column(ForeignKey("commune.insee_code"), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_main: Mapped[bool] = mapped_column(default=False)
    # An establishment that closed keeps its past; nothing new begins there.
    closed_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql", back_populates="sites")


class User(Model):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    password_hash: Mapped[str | None] = mapped_column(String(200))
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    # Raised to end all open sessions of this person ("sign out everywhere", new password).
    session_epoch: Mapped[int] = mapped_column(default=0)
    # Second factor: the shared secret, when it was confirmed by a first code, and the time step of
    # the last code used (a code never serves twice).
    totp_secret: Mapped[str | None] = mapped_column(String(255))  # locked by core/vault.py
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    last_login_at: Mapped[datetime | None]
    dormancy_warned_at: Mapped[datetime | None]  # told that an unused account will be closed
    created_at: Mapped[datetime]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class WebSession(Model):
    """One browser in which a person is signed in. The cookie holds a random key, this row its digest alone.

    It holds as long as its epoch is that of the account: a new password, a departure, "sign out
    everywhere" and the restore of an older copy end all rows of a person at once.
    """

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    epoch: Mapped[int]
    began_at: Mapped[datetime]
    # Written at most once a minute, so that reading pages costs no write.
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # "Firefox sous Windows": enough to know one's own machine again; neither address nor version.
    device: Mapped[str] = mapped_column(String(60))
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    # Opened through a provider: its ID token, locked, which its sign-out asks for.
    provider_token: Mapped[str | None] = mapped_column(Text)
    # Support looks at the portal as somebody else in this browser.
    impersonation_id: Mapped[int | None] = mapped_column(ForeignKey("impersonation.id"))


class ExternalIdentity(Model):
    """A person as an OpenID Connect provider knows them: the subject decides, the address only at the first time."""

    __tablename__ = "external_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("user_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    issuer: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]


class Membership(Model):
    """One role of one person in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))
    since: Mapped[date]
    until: Mapped[date | None]

    @classmethod
    def is_current(cls, on: date) -> ColumnElement[bool]:
        """Whether it has not ended before that day."""
        return or_(cls.until.is_(None), cls.until >= on)


class FieldCommune(Model):
    """A commune that this agent works in; without any, all those of the départements."""

    __tablename__ = "field_commune"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    insee_code: Mapped[str] = mapped_column(ForeignKey("commune.insee_code"), primary_key=True)


class FieldSector(Model):
    """A NAF division (two figures) that this agent looks after; without any, all sectors."""

    __tablename__ = "field_sector"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    naf_division: Mapped[str] = mapped_column(code(2), primary_key=True)


class FieldTerritory(Model):
    """A département where a field network's agent works."""

    __tablename__ = "field_territory"

    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    departement_code: Mapped[str] = mapped_column(code(3), primary_key=True)


class Attempt(Model):
    """Attempts per account and per address (login, reset, links, exports), counted where all workers see them."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_kind_subject_made_at", "kind", "subject", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(64))  # a digest of the e-mail or of the address
    made_at: Mapped[datetime]


class Invitation(Model):
    """An invitation to join an organisation: sent by mail, used once, revocable until then.

    The link in the mail is signed and carries only the id; whether it still opens is read here.
    """

    __tablename__ = "invitation"
    __table_args__ = (Index("ix_invitation_organisation_id_email", "organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(254))  # lower case
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    roles: Mapped[list[str]]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordResetRequest(Model):
    """An address typed on the page "mot de passe oublié", until a task has looked for its account.

    The page does the same work whether the address is known or not, because it never looks.
    """

    __tablename__ = "password_reset_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime]


class RecoveryCode(Model):
    """A code that replaces the telephone once; only its digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class JoinRequest(Model):
    """Somebody asks to join the organisation of a SIRET; an administrator of it, or the platform, decides."""

    __tablename__ = "join_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    siret: Mapped[str] = mapped_column(code(14), index=True)
    email: Mapped[str] = mapped_column(String(254))  # lower case
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    is_accepted: Mapped[bool | None]


class Impersonation(Model):
    """Support looked at the portal as somebody else: why, from when to when. Never changed but to end it."""

    __tablename__ = "impersonation"
    __table_args__ = (CheckConstraint("ends_at > began_at", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    support_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(String(300))
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
