"""The personas of the matrix: one actor each, and the facts of one object of each kind they meet.

The world: a mission locale (1), another one (2), a partner CFA (3) of the session, another CFA (4), the employer of the
opening (5), another employer (6), a point A with an agreement (7) and one without (8), a field network (9), the
coordination of the region (10) and of another region (11), the platform (12).
"""

from __future__ import annotations

from dataclasses import replace

from app.policy.actor import ANONYMOUS, CLOCK, Actor, Link, LinkSubject, OrganisationKind, Role
from app.policy.facts import Facts

K, R = OrganisationKind, Role

MISSION, OTHER_MISSION, CFA, OTHER_CFA, EMPLOYER, OTHER_EMPLOYER = 1, 2, 3, 4, 5, 6
POINT_A, LONE_POINT_A, NETWORK, REGION, OTHER_REGION, PLATFORM = 7, 8, 9, 10, 11, 12
ADVISER_USER, COLLEAGUE_USER = 101, 102
PLACEMENT_ID = 900


def _actor(user: int, organisation: int, kind: K, *roles: R, **more: object) -> Actor:
    base = Actor(
        user_id=user, organisation_id=organisation, organisation_kind=kind, roles=frozenset(roles)
    )
    return replace(base, **more)  # type: ignore[arg-type]


ADVISER = _actor(ADVISER_USER, MISSION, K.LOCAL_MISSION, R.ADVISER, regions=frozenset({"53"}))

PERSONAS: dict[str, Actor] = {
    "adviser": ADVISER,
    "colleague": replace(ADVISER, user_id=COLLEAGUE_USER),
    "other_adviser": _actor(
        103, OTHER_MISSION, K.LOCAL_MISSION, R.ADVISER, regions=frozenset({"53"})
    ),
    "manager": _actor(104, MISSION, K.LOCAL_MISSION, R.MANAGER, regions=frozenset({"53"})),
    "disability_referent": _actor(105, MISSION, K.LOCAL_MISSION, R.DISABILITY_REFERENT),
    "point_a": _actor(
        106,
        POINT_A,
        K.POINT_A,
        R.POINT_A_OFFICER,
        youth_partners=frozenset({MISSION}),
        place_partners=frozenset({CFA}),
    ),
    "lone_point_a": _actor(107, LONE_POINT_A, K.POINT_A, R.POINT_A_OFFICER),
    "cfa": _actor(108, CFA, K.TRAINING_CENTRE, R.CFA_OFFICER, youth_partners=frozenset({MISSION})),
    "other_cfa": _actor(109, OTHER_CFA, K.TRAINING_CENTRE, R.CFA_OFFICER),
    "employer": _actor(110, EMPLOYER, K.COMPANY, R.EMPLOYER),
    "other_employer": _actor(111, OTHER_EMPLOYER, K.COMPANY, R.EMPLOYER),
    "field_agent": _actor(
        112,
        NETWORK,
        K.FIELD_NETWORK,
        R.FIELD_AGENT,
        territory=frozenset({"29"}),
        youth_partners=frozenset({MISSION}),
    ),
    "other_field_agent": _actor(
        113, NETWORK, K.FIELD_NETWORK, R.FIELD_AGENT, territory=frozenset({"35"})
    ),
    "coordinator": _actor(
        114, REGION, K.REGIONAL_COORDINATION, R.REGIONAL_COORDINATOR, regions=frozenset({"53"})
    ),
    "other_coordinator": _actor(
        115,
        OTHER_REGION,
        K.REGIONAL_COORDINATION,
        R.REGIONAL_COORDINATOR,
        regions=frozenset({"52"}),
    ),
    "correspondent": _actor(
        116, REGION, K.REGIONAL_COORDINATION, R.REGIONAL_CORRESPONDENT, regions=frozenset({"53"})
    ),
    "dpo": _actor(117, PLATFORM, K.PLATFORM, R.DATA_PROTECTION_OFFICER),
    "organisation_admin": _actor(118, MISSION, K.LOCAL_MISSION, R.ORGANISATION_ADMIN),
    "platform_admin": _actor(119, PLATFORM, K.PLATFORM, R.PLATFORM_ADMIN),
    "support_as_adviser": replace(ADVISER, impersonated_by=120),
    "youth_link": replace(ANONYMOUS, link=Link(LinkSubject.YOUTH, "answer", PLACEMENT_ID)),
    "employer_link": replace(ANONYMOUS, link=Link(LinkSubject.EMPLOYER, "answer", PLACEMENT_ID)),
    "other_link": replace(ANONYMOUS, link=Link(LinkSubject.EMPLOYER, "answer", PLACEMENT_ID + 1)),
    "tutor_link": replace(ANONYMOUS, link=Link(LinkSubject.TUTOR, "answer", PLACEMENT_ID)),
    "representative_link": replace(
        ANONYMOUS, link=Link(LinkSubject.LEGAL_REPRESENTATIVE, "answer", PLACEMENT_ID)
    ),
    "api_key": replace(ANONYMOUS, is_api_key=True),
    "clock": CLOCK,
    "anonymous": ANONYMOUS,
}

# One object with all its ties: a listed youth of the mission, a session of the CFA, a published opening of the employer
# in Finistère, and the placement that joins them.
OBJECT = Facts(
    organisation_id=MISSION,
    other_organisation_id=POINT_A,
    advising_organisation_id=MISSION,
    adviser_id=ADVISER_USER,
    cfa_id=CFA,
    employer_id=EMPLOYER,
    regions=frozenset({"53"}),
    departement="29",
    is_listed=True,
    is_published=True,
    helper_id=112,
    helper_organisation_id=NETWORK,
    shared_with=frozenset({POINT_A, EMPLOYER}),
    link_object_id=PLACEMENT_ID,
)
