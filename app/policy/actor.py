"""Who acts: one frozen record, loaded once a request, so that the policy needs neither database nor Flask."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class OrganisationKind(enum.StrEnum):
    """The kinds of organisation, 2009 and today."""

    LOCAL_MISSION = "local_mission"
    PAIO_OFFICE = "paio_office"  # history only
    CAP_EMPLOI = "cap_emploi"
    TRAINING_CENTRE = "training_centre"
    POINT_A = "point_a"
    COMPANY = "company"
    FIELD_NETWORK = "field_network"  # chamber or OPCO network of field agents
    REGIONAL_COORDINATION = "regional_coordination"
    PLATFORM = "platform"


# Organisations that follow youth and hold their files.
ADVISING_KINDS = frozenset(
    {OrganisationKind.LOCAL_MISSION, OrganisationKind.PAIO_OFFICE, OrganisationKind.CAP_EMPLOI}
)


class Role(enum.StrEnum):
    """What a person does in one organisation. A person may hold several, and wears one organisation at a time."""

    ADVISER = "adviser"
    MANAGER = "manager"
    DISABILITY_REFERENT = "disability_referent"
    POINT_A_OFFICER = "point_a_officer"
    CFA_OFFICER = "cfa_officer"
    EMPLOYER = "employer"
    FIELD_AGENT = "field_agent"
    REGIONAL_COORDINATOR = "regional_coordinator"
    REGIONAL_CORRESPONDENT = "regional_correspondent"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ORGANISATION_ADMIN = "organisation_admin"
    PLATFORM_ADMIN = "platform_admin"


class LinkSubject(enum.StrEnum):
    """On whose behalf the bearer of a signed link acts."""

    YOUTH = "youth"
    EMPLOYER = "employer"
    TUTOR = "tutor"
    CFA = "cfa"
    LEGAL_REPRESENTATIVE = "legal_representative"


@dataclass(frozen=True, slots=True)
class Link:
    """A signed link opened without an account: one subject, one verb, one object."""

    subject: LinkSubject
    verb: str
    object_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """One person wearing one organisation's hat, or nobody, a link, an API key, the clock.

    Attributes:
        user_id: None for anonymous, links, API keys and the clock.
        organisation_id: the organisation worn.
        organisation_kind: its kind.
        roles: the roles held in that organisation.
        regions: INSEE region codes of the organisation worn (coordination, correspondents).
        territory: INSEE département codes where a field agent works.
        youth_partners: advising organisations whose agreement shares its youth with the organisation worn.
        place_partners: organisations whose agreement shares its training places with the organisation worn
            (a point A acts for these CFAs).
        link: set for the bearer of a signed link.
        is_clock: a task run by the clock.
        is_api_key: a program.
        impersonated_by: the support user behind this actor, if any; never opens a youth's file.
    """

    user_id: int | None = None
    organisation_id: int | None = None
    organisation_kind: OrganisationKind | None = None
    roles: frozenset[Role] = frozenset()
    regions: frozenset[str] = frozenset()
    territory: frozenset[str] = frozenset()
    youth_partners: frozenset[int] = frozenset()
    place_partners: frozenset[int] = frozenset()
    link: Link | None = None
    is_clock: bool = False
    is_api_key: bool = False
    impersonated_by: int | None = None
    name: str = field(default="", compare=False)
    organisation_name: str = field(default="", compare=False)

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None

    def has(self, *roles: Role) -> bool:
        """True when one of these roles is worn."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor()
CLOCK = Actor(is_clock=True, name="Trèfle")
