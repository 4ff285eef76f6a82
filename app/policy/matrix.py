"""The one table where a role meets a permission: each permission is an OR of ANDs of predicates.

`tests/policy/matrix.csv` states the same by hand, persona by persona; every cell is a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.policy import predicates as p
from app.policy.actor import Actor, LinkSubject
from app.policy.facts import NOTHING, Facts
from app.policy.permissions import Permission

Rule = tuple[tuple[p.Predicate, ...], ...]

P = Permission

ADVISER_OF_THE_HOUSE = (p.adviser, p.follows_youth, p.not_impersonated)
YOUTH_LINK = p.link_of(LinkSubject.YOUTH, "answer")
YOUTH_RIGHTS = p.link_of(LinkSubject.YOUTH, "rights")
REPRESENTATIVE_LINK = p.link_of(LinkSubject.LEGAL_REPRESENTATIVE, "answer")
OFFICER_OF_THE_FILE = (p.data_protection_officer, p.answers_for_file, p.not_impersonated)
EMPLOYER_LINK = p.link_of(LinkSubject.EMPLOYER, "answer")
APPROVAL_LINK = p.link_of(LinkSubject.EMPLOYER, "approve")
EVENT_YOUTH_LINK = p.link_of(LinkSubject.YOUTH, "event")
EVENT_COMPANY_LINK = p.link_of(LinkSubject.EMPLOYER, "event")
CHECK_IN_LINKS = tuple(
    p.link_of(subject, "check_in")
    for subject in (LinkSubject.YOUTH, LinkSubject.TUTOR, LinkSubject.CFA)
)

# A placement is seen by its parties and by those who help to conclude it.
PLACEMENT_PARTIES: Rule = (
    ADVISER_OF_THE_HOUSE,
    (p.cfa_officer, p.own_course, p.not_impersonated),
    (p.point_a_officer, p.acts_for_cfa, p.not_impersonated),
    (p.employer, p.own_opening, p.not_impersonated),
)
PLACEMENT_READERS: Rule = (
    *PLACEMENT_PARTIES,
    (p.field_agent, p.helps_conclude, p.not_impersonated),
)

# The parties of the contract and the agent who helps to conclude it; a point A is not named in the youth's agreement.
CONTRACT_READERS: Rule = (
    ADVISER_OF_THE_HOUSE,
    (p.cfa_officer, p.own_course, p.not_impersonated),
    (p.employer, p.own_opening, p.not_impersonated),
    (p.field_agent, p.helps_conclude, p.not_impersonated),
)

_TABLE: dict[Permission, Rule] = {
    P.DASHBOARD_VIEW: ((p.signed_in,),),
    P.ACCOUNT_MANAGE: ((p.own_account, p.not_impersonated),),
    P.REFERENCE_SEARCH: ((p.signed_in,),),
    P.NOTICE_READ: ((p.own_account, p.not_impersonated),),
    P.ORGANISATION_LIST: ((p.platform_admin,), (p.regional_coordinator,)),
    P.ORGANISATION_VIEW: (
        (p.signed_in, p.own_organisation),
        (p.platform_admin,),
        (p.regional_coordinator, p.in_region),
    ),
    P.ORGANISATION_EDIT: ((p.organisation_admin, p.own_organisation), (p.platform_admin,)),
    P.ORGANISATION_APPROVE: ((p.platform_admin,),),
    P.MEMBER_MANAGE: ((p.organisation_admin, p.own_organisation), (p.platform_admin,)),
    P.SUPPORT_LOOK: ((p.platform_admin, p.not_impersonated),),
    P.ADVISER_DEPART: (
        (p.manager, p.own_organisation, p.not_impersonated),
        (p.advising_admin, p.own_organisation, p.not_impersonated),
    ),
    P.AGREEMENT_LIST: (
        (p.manager,),
        (p.adviser,),
        (p.point_a_officer,),
        (p.cfa_officer,),
        (p.regional_coordinator,),
        (p.platform_admin,),
    ),
    P.FRAMEWORK_WRITE: ((p.platform_admin,),),
    P.FRAMEWORK_USE: ((p.regional_coordinator,), (p.platform_admin,)),
    P.AGREEMENT_EDIT: (
        (p.manager, p.a_party),
        (p.point_a_officer, p.a_party),
        (p.organisation_admin, p.a_party),
        (p.regional_coordinator, p.in_region),
        (p.platform_admin,),
    ),
    P.YOUTH_LIST: ((p.adviser,), (p.point_a_officer,)),
    P.YOUTH_CREATE: ((p.adviser, p.not_impersonated),),
    P.YOUTH_VIEW: (
        ADVISER_OF_THE_HOUSE,
        (p.point_a_officer, p.youth_shared_with, p.not_impersonated),
    ),
    P.YOUTH_EDIT: (ADVISER_OF_THE_HOUSE,),
    P.YOUTH_REASSIGN: ((p.manager, p.follows_youth, p.not_impersonated),),
    P.DISABILITY_VIEW: (
        ADVISER_OF_THE_HOUSE,
        (p.disability_referent, p.follows_youth, p.not_impersonated),
    ),
    P.DISABILITY_EDIT: (
        ADVISER_OF_THE_HOUSE,
        (p.disability_referent, p.follows_youth, p.not_impersonated),
    ),
    P.COURSE_LIST: ((p.signed_in,),),
    P.COURSE_VIEW: ((p.signed_in,),),
    P.COURSE_EDIT: ((p.cfa_officer, p.own_course), (p.point_a_officer, p.acts_for_cfa)),
    P.SESSION_EDIT: ((p.cfa_officer, p.own_course), (p.point_a_officer, p.acts_for_cfa)),
    P.COMPANY_LIST: (
        (p.adviser,),
        (p.point_a_officer,),
        (p.field_agent,),
        (p.regional_coordinator,),
        (p.regional_correspondent,),
        (p.platform_admin,),
    ),
    P.COMPANY_VIEW: (
        (p.employer, p.own_opening),
        (p.adviser,),
        (p.point_a_officer,),
        (p.cfa_officer,),
        (p.field_agent,),
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
        (p.platform_admin,),
    ),
    P.COMPANY_EDIT: (
        (p.employer, p.own_opening),
        (p.field_agent, p.in_territory),
        (p.platform_admin,),
    ),
    P.COMPANY_MERGE: ((p.field_agent, p.in_territory), (p.platform_admin,)),
    P.OPENING_LIST: ((p.signed_in,),),
    P.OPENING_VIEW: (
        (p.employer, p.own_opening),
        (p.adviser, p.is_published),
        (p.point_a_officer, p.is_published),
        (p.cfa_officer, p.is_published),
        (p.field_agent, p.in_territory),
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
    ),
    P.OPENING_CREATE: ((p.employer,), (p.field_agent,)),
    P.OPENING_EDIT: ((p.employer, p.own_opening), (p.field_agent, p.in_territory)),
    P.OPENING_APPROVE: ((p.employer, p.own_opening), (APPROVAL_LINK,)),
    P.OUTREACH_DAY: ((p.field_agent,),),
    P.VISIT_LIST: (
        (p.field_agent, p.in_territory),
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
    ),
    P.VISIT_RECORD: ((p.field_agent, p.in_territory),),
    P.LEAD_HANDLE: ((p.field_agent, p.in_territory),),
    P.AGENT_LIST: (
        (p.field_agent,),
        (p.organisation_admin,),
        (p.regional_coordinator,),
        (p.regional_correspondent,),
        (p.platform_admin,),
    ),
    P.AGENT_EDIT: ((p.organisation_admin, p.own_organisation), (p.platform_admin,)),
    P.TARGET_LIST: (
        (p.field_agent,),
        (p.regional_coordinator,),
        (p.regional_correspondent,),
        (p.platform_admin,),
    ),
    P.TARGET_EDIT: ((p.regional_coordinator, p.in_region), (p.platform_admin,)),
    P.CAMPAIGN_EDIT: ((p.field_agent, p.own_organisation),),
    P.CONTACT_LIST: (
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
    ),
    P.CONTACT_EDIT: (
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
    ),
    P.TRIPLES_VIEW: (
        ADVISER_OF_THE_HOUSE,
        (p.point_a_officer, p.youth_shared_with, p.not_impersonated),
    ),
    P.OPENING_TRIPLES_VIEW: ((p.employer, p.own_opening), (p.field_agent, p.in_territory)),
    P.SESSION_TRIPLES_VIEW: ((p.cfa_officer, p.own_course), (p.point_a_officer, p.acts_for_cfa)),
    P.SET_ASIDE: (ADVISER_OF_THE_HOUSE,),
    P.PROFILE_BROWSE: ((p.employer, p.own_opening),),
    P.MEETING_REQUEST: ((p.employer, p.own_opening),),
    P.MEETING_ANSWER: (ADVISER_OF_THE_HOUSE,),
    P.WISHES_CURATE: ((p.regional_coordinator,), (p.platform_admin,)),
    P.TRAVEL_MANAGE: ((p.regional_coordinator, p.in_region), (p.platform_admin,), (p.the_clock,)),
    P.PLACEMENT_LIST: (
        (p.adviser,),
        (p.cfa_officer,),
        (p.point_a_officer,),
        (p.employer,),
        (p.field_agent,),
    ),
    P.PLACEMENT_VIEW: PLACEMENT_READERS,
    P.PLACEMENT_SUGGEST: (
        ADVISER_OF_THE_HOUSE,
        (p.point_a_officer, p.youth_shared_with, p.not_impersonated),
        (p.field_agent, p.youth_shared_with, p.not_impersonated),
        (p.cfa_officer, p.own_course, p.youth_shared_with, p.not_impersonated),
    ),
    P.PLACEMENT_ATTACH: (
        ADVISER_OF_THE_HOUSE,
        (p.cfa_officer, p.own_course, p.not_impersonated),
        (p.point_a_officer, p.acts_for_cfa, p.not_impersonated),
        (p.field_agent, p.youth_shared_with, p.not_impersonated),
    ),
    P.PLACEMENT_DETACH: (
        ADVISER_OF_THE_HOUSE,
        (p.cfa_officer, p.own_course),
        (p.point_a_officer, p.acts_for_cfa),
        (p.employer, p.own_opening),
    ),
    P.PLACEMENT_TALK: PLACEMENT_PARTIES,
    P.PLACEMENT_YOUTH_SAYS: (ADVISER_OF_THE_HOUSE, (YOUTH_LINK,)),
    P.PLACEMENT_EMPLOYER_SAYS: ((p.employer, p.own_opening, p.not_impersonated), (EMPLOYER_LINK,)),
    P.PLACEMENT_CFA_SAYS: (
        (p.cfa_officer, p.own_course, p.not_impersonated),
        (p.point_a_officer, p.acts_for_cfa, p.not_impersonated),
    ),
    P.PLACEMENT_START_TRAINING: (
        (p.cfa_officer, p.own_course),
        (p.point_a_officer, p.acts_for_cfa),
    ),
    P.PLACEMENT_INTERVIEW: (
        ADVISER_OF_THE_HOUSE,
        (p.employer, p.own_opening, p.not_impersonated),
        (p.cfa_officer, p.own_course, p.not_impersonated),  # its own visits
    ),
    P.PLACEMENT_SIGN: (
        ADVISER_OF_THE_HOUSE,
        (p.cfa_officer, p.own_course, p.not_impersonated),
        (p.employer, p.own_opening, p.not_impersonated),
    ),
    P.PLACEMENT_START: ((p.cfa_officer, p.own_course, p.not_impersonated),),
    P.PLACEMENT_BREAK_OFF: (
        ADVISER_OF_THE_HOUSE,
        (p.cfa_officer, p.own_course, p.not_impersonated),
        (p.employer, p.own_opening, p.not_impersonated),
    ),
    P.PLACEMENT_COMPLETE: ((p.cfa_officer, p.own_course, p.not_impersonated),),
    P.PLACEMENT_WITHDRAW: (
        ADVISER_OF_THE_HOUSE,
        (YOUTH_LINK,),
        (p.employer, p.own_opening, p.not_impersonated),
        (p.cfa_officer, p.own_course, p.not_impersonated),
    ),
    P.PLACEMENT_CLOSE: (ADVISER_OF_THE_HOUSE,),
    P.PLACEMENT_FOLLOW_UP: (
        ADVISER_OF_THE_HOUSE,
        (p.cfa_officer, p.own_course, p.not_impersonated),
    ),
    P.CHECK_IN_ANSWER: tuple((link,) for link in CHECK_IN_LINKS),
    P.LADDER_VIEW: ((p.adviser, p.own_organisation), (p.cfa_officer, p.own_organisation)),
    P.LADDER_EDIT: ((p.manager, p.own_organisation), (p.cfa_officer, p.own_organisation)),
    P.PLACEMENT_CLOCK: ((p.the_clock,),),
    # A sheet is filled by those who know: each writes its own part; an agent stands in for the employer it helps.
    P.CONTRACT_LIST: ((p.adviser,), (p.cfa_officer,), (p.employer,), (p.field_agent,)),
    P.CONTRACT_VIEW: CONTRACT_READERS,
    P.CONTRACT_FILL_YOUTH: (ADVISER_OF_THE_HOUSE,),
    P.CONTRACT_FILL_EMPLOYER: (
        (p.employer, p.own_opening, p.not_impersonated),
        (p.field_agent, p.helps_conclude, p.not_impersonated),
    ),
    P.CONTRACT_FILL_CENTRE: ((p.cfa_officer, p.own_course, p.not_impersonated),),
    P.CONTRACT_TELL_DISABILITY: (ADVISER_OF_THE_HOUSE,),
    P.CONTRACT_NIR: (ADVISER_OF_THE_HOUSE, (p.employer, p.own_opening, p.not_impersonated)),
    P.CONTRACT_DEPOSIT: CONTRACT_READERS,
    P.CONTRACT_CLOCK: ((p.the_clock,),),
    P.IMPORT_LIST: (
        (p.adviser,),
        (p.cfa_officer,),
        (p.point_a_officer,),
        (p.employer,),
        (p.field_agent,),
        (p.platform_admin,),
    ),
    # The rows of a file are names: support that looks for somebody reads none.
    P.IMPORT_RUN: (
        (p.adviser, p.own_organisation, p.not_impersonated),
        (p.cfa_officer, p.own_organisation, p.not_impersonated),
        (p.point_a_officer, p.own_organisation, p.not_impersonated),
        (p.employer, p.own_organisation, p.not_impersonated),
        (p.field_agent, p.own_organisation, p.not_impersonated),
        (p.platform_admin,),
    ),
    P.STEERING_VIEW: (
        (p.regional_coordinator,),
        (p.regional_correspondent,),
        (p.manager,),
        (p.point_a_officer,),
    ),
    P.STEERING_ROWS: ((p.regional_coordinator,),),
    P.STEERING_EXPORT: ((p.regional_coordinator,), (p.manager,)),
    P.STEERING_RECORD: ((p.regional_coordinator, p.in_region),),
    P.PRIVACY_OVERSEE: ((p.data_protection_officer, p.not_impersonated),),
    P.RETENTION_EDIT: ((p.data_protection_officer, p.of_the_platform, p.not_impersonated),),
    P.RIGHTS_VIEW: (ADVISER_OF_THE_HOUSE, OFFICER_OF_THE_FILE, (YOUTH_RIGHTS,)),
    P.RIGHTS_STOP: (ADVISER_OF_THE_HOUSE, OFFICER_OF_THE_FILE, (YOUTH_RIGHTS,)),
    P.RIGHTS_EXPORT: (ADVISER_OF_THE_HOUSE, OFFICER_OF_THE_FILE, (YOUTH_RIGHTS,)),
    P.RIGHTS_ERASE: (ADVISER_OF_THE_HOUSE, OFFICER_OF_THE_FILE, (YOUTH_RIGHTS,)),
    P.RIGHTS_CORRECT: ((YOUTH_RIGHTS,),),
    P.REPRESENTATIVE_ANSWER: ((REPRESENTATIVE_LINK,),),
    P.FAIRNESS_VIEW: ((p.regional_coordinator,), (p.data_protection_officer,)),
    # Line by line and with exact totals: no table that hides small figures, so for the coordination alone.
    P.PLAN_VIEW: ((p.regional_coordinator, p.in_region),),
    P.PLAN_RUN: ((p.regional_coordinator, p.in_region), (p.the_clock,)),
    P.PLAN_HAND_OVER: ((p.regional_coordinator, p.in_region),),
    P.PLAN_TAKE: (ADVISER_OF_THE_HOUSE,),
    P.EVENT_LIST: (
        (p.adviser,),
        (p.point_a_officer,),
        (p.cfa_officer,),
        (p.employer,),
        (p.field_agent,),
        (p.regional_coordinator,),
        (p.regional_correspondent,),
    ),
    # The organiser, its partners, those an agreement shares operations with, and the region.
    P.EVENT_VIEW: (
        (p.adviser, p.own_organisation),
        (p.point_a_officer, p.own_organisation),
        (p.cfa_officer, p.own_organisation),
        (p.field_agent, p.own_organisation),
        (p.regional_coordinator, p.own_organisation),
        (p.adviser, p.shared_with_us),
        (p.point_a_officer, p.shared_with_us),
        (p.cfa_officer, p.shared_with_us),
        (p.field_agent, p.shared_with_us),
        (p.employer, p.shared_with_us),
        (p.regional_coordinator, p.in_region),
        (p.regional_correspondent, p.in_region),
    ),
    P.EVENT_EDIT: (
        (p.adviser, p.own_organisation, p.not_impersonated),
        (p.point_a_officer, p.own_organisation, p.not_impersonated),
        (p.cfa_officer, p.own_organisation, p.not_impersonated),
        (p.field_agent, p.own_organisation, p.not_impersonated),
        (p.regional_coordinator, p.own_organisation, p.not_impersonated),
    ),
    P.EVENT_INVITE_YOUTH: (ADVISER_OF_THE_HOUSE,),
    P.EVENT_ANSWER: (
        (p.employer, p.own_opening, p.not_impersonated),
        ADVISER_OF_THE_HOUSE,
        (EVENT_COMPANY_LINK,),
        (EVENT_YOUTH_LINK,),
    ),
    P.PLATFORM_VIEW: ((p.platform_admin,),),
    P.TASK_MANAGE: ((p.platform_admin,),),
}

MATRIX: Mapping[Permission, Rule] = MappingProxyType(_TABLE)


def can(actor: Actor, permission: Permission, facts: Facts = NOTHING) -> bool:
    """True when one line of the permission holds. A predicate that raises is an error, never a "no"."""
    return any(all(predicate(actor, facts) for predicate in line) for line in MATRIX[permission])


def may_ever(actor: Actor, permission: Permission) -> bool:
    """True when the roles alone do not exclude the permission: the first door, before any object is known.

    The conditions about the object are skipped; the service judges them with the facts.
    """
    return any(
        all(predicate(actor, NOTHING) for predicate in line if predicate in ABOUT_THE_ACTOR)
        for line in MATRIX[permission]
        if not any(predicate in LINKS for predicate in line) or actor.link is not None
    )


ABOUT_THE_ACTOR = frozenset(
    {
        p.signed_in,
        p.not_impersonated,
        p.adviser,
        p.manager,
        p.disability_referent,
        p.point_a_officer,
        p.cfa_officer,
        p.employer,
        p.field_agent,
        p.regional_coordinator,
        p.regional_correspondent,
        p.data_protection_officer,
        p.of_the_platform,
        p.organisation_admin,
        p.advising_admin,
        p.platform_admin,
        p.the_clock,
        p.own_account,
    }
)
LINKS = frozenset(
    {
        YOUTH_LINK,
        YOUTH_RIGHTS,
        REPRESENTATIVE_LINK,
        EMPLOYER_LINK,
        APPROVAL_LINK,
        EVENT_YOUTH_LINK,
        EVENT_COMPANY_LINK,
        *CHECK_IN_LINKS,
    }
)
