"""Who owns each object of the estate, on paper: the facts to judge it with, in the numbers of the personas.

`paper(key, is_own)` is the requirement, `tests/factories/estate` the rows; the trial of authorisations asks the portal.
"""

from __future__ import annotations

from dataclasses import replace

from app.policy.facts import NOTHING, Facts
from tests.policy.personas import (
    ADVISER_USER,
    EMPLOYER,
    NETWORK,
    OBJECT,
    OTHER_CFA,
    OTHER_EMPLOYER,
    OTHER_MISSION,
    PLACEMENT_ID,
    POINT_A,
)

OTHER_ADVISER_USER = 103
FAR_NETWORK = 99
OTHER_REGION_PLACE = 11

OWN = replace(OBJECT, shared_with=frozenset(), helper_id=None)
FOREIGN = Facts(
    organisation_id=OTHER_MISSION,
    advising_organisation_id=OTHER_MISSION,
    adviser_id=OTHER_ADVISER_USER,
    cfa_id=OTHER_CFA,
    employer_id=OTHER_EMPLOYER,
    regions=frozenset({"53"}),
    departement="35",
    is_listed=True,
    is_published=True,
    link_object_id=PLACEMENT_ID + 2,
)
_EVENTS = ("event_id", "events.meeting_id")
_PLACEMENTS = ("placement_id", "contracts.placement_id", "placements.meeting_id", "follow_up_id")
_PLANS = ("plan_id", "table_id", "scenario_id", "change_id", "contact_id")
_PERSONS = ("notice_id", "accounts.session_id")
# Of nobody: the register is the platform's.
_COMMON = ("framework_id", "title_id", "mail_id", "privacy.request_id")


def paper(key: str, *, is_own: bool) -> Facts:
    """The facts of the object of that side which addresses name so."""
    if key in _COMMON:
        return NOTHING
    base = OWN if is_own else FOREIGN
    if key == "youth.guest_id":
        return replace(base, employer_id=None)
    if key in ("company.guest_id", "company_id"):
        return Facts(employer_id=base.employer_id, link_object_id=base.link_object_id)
    if key in _EVENTS:
        return replace(base, shared_with=frozenset({base.employer_id or 0}))
    if key == "seat.youth_id":
        return replace(base, is_listed=False)
    if key in _PLACEMENTS:
        return replace(base, helper_id=112 if is_own else None)
    if key in _PLANS:
        return replace(base, regions=frozenset({"53" if is_own else "52"}))
    if key in _PERSONS:
        return replace(base, user_id=ADVISER_USER if is_own else OTHER_ADVISER_USER)
    if key == "agreement_id":
        other = POINT_A if is_own else OTHER_REGION_PLACE
        regions = frozenset({"53"} if is_own else {"53", "52"})
        return replace(base, other_organisation_id=other, regions=regions)
    if key in ("campaign_id", "outreach.target_id"):
        return replace(base, organisation_id=NETWORK if is_own else FAR_NETWORK)
    if key == "membership_id":
        return replace(base, organisation_id=NETWORK)
    if key in ("openings.organisation_id", "openings.site_id", "merge_id"):
        return replace(base, organisation_id=EMPLOYER if is_own else OTHER_EMPLOYER)
    return base
