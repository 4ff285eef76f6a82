"""The conditions of the matrix: pure functions of an actor and of facts, each one sentence long."""

from __future__ import annotations

from collections.abc import Callable

from app.policy.actor import ADVISING_KINDS, Actor, LinkSubject, OrganisationKind, Role
from app.policy.facts import Facts

Predicate = Callable[[Actor, Facts], bool]


def signed_in(actor: Actor, _facts: Facts) -> bool:
    return actor.is_authenticated


def not_impersonated(actor: Actor, _facts: Facts) -> bool:
    """Support may look at screens for somebody, never at the file of a youth."""
    return actor.impersonated_by is None


def own_account(actor: Actor, facts: Facts) -> bool:
    return actor.is_authenticated and facts.user_id in (None, actor.user_id)


def adviser(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind in ADVISING_KINDS and actor.has(Role.ADVISER, Role.MANAGER)


def manager(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind in ADVISING_KINDS and actor.has(Role.MANAGER)


def disability_referent(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind in ADVISING_KINDS and actor.has(Role.DISABILITY_REFERENT)


def point_a_officer(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.POINT_A and actor.has(Role.POINT_A_OFFICER)


def cfa_officer(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.TRAINING_CENTRE and actor.has(
        Role.CFA_OFFICER
    )


def employer(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.COMPANY and actor.has(Role.EMPLOYER)


def field_agent(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.FIELD_NETWORK and actor.has(Role.FIELD_AGENT)


def regional_coordinator(actor: Actor, _facts: Facts) -> bool:
    return actor.has(Role.REGIONAL_COORDINATOR)


def regional_correspondent(actor: Actor, _facts: Facts) -> bool:
    return actor.has(Role.REGIONAL_CORRESPONDENT)


def data_protection_officer(actor: Actor, _facts: Facts) -> bool:
    return actor.has(Role.DATA_PROTECTION_OFFICER)


def of_the_platform(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.PLATFORM


def answers_for_file(actor: Actor, facts: Facts) -> bool:
    """The platform's officer answers for every file, that of an organisation for the files of its own youth."""
    return of_the_platform(actor, facts) or follows_youth(actor, facts)


def organisation_admin(actor: Actor, _facts: Facts) -> bool:
    return actor.has(Role.ORGANISATION_ADMIN)


def advising_admin(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind in ADVISING_KINDS and actor.has(Role.ORGANISATION_ADMIN)


def platform_admin(actor: Actor, _facts: Facts) -> bool:
    return actor.organisation_kind is OrganisationKind.PLATFORM and actor.has(Role.PLATFORM_ADMIN)


def the_clock(actor: Actor, _facts: Facts) -> bool:
    return actor.is_clock


def own_organisation(actor: Actor, facts: Facts) -> bool:
    """The object belongs to the organisation worn."""
    return actor.organisation_id is not None and actor.organisation_id == facts.organisation_id


def a_party(actor: Actor, facts: Facts) -> bool:
    """The organisation worn is one of the two parties of the agreement."""
    return actor.organisation_id is not None and actor.organisation_id in (
        facts.organisation_id,
        facts.other_organisation_id,
    )


def follows_youth(actor: Actor, facts: Facts) -> bool:
    """The youth is followed by the organisation worn: any adviser of the house may stand in for an absent colleague."""
    return (
        actor.organisation_id is not None
        and actor.organisation_id == facts.advising_organisation_id
    )


def youth_shared_with(actor: Actor, facts: Facts) -> bool:
    """An agreement shares the youth of that organisation with the one worn, and the youth agreed to be listed."""
    return facts.is_listed and facts.advising_organisation_id in actor.youth_partners


def youth_revealed_to(actor: Actor, facts: Facts) -> bool:
    """The youth agreed to show their identity to the organisation worn."""
    return actor.organisation_id is not None and actor.organisation_id in facts.revealed_to


def is_listed(_actor: Actor, facts: Facts) -> bool:
    return facts.is_listed


def is_published(_actor: Actor, facts: Facts) -> bool:
    return facts.is_published


def own_course(actor: Actor, facts: Facts) -> bool:
    """The course or session belongs to the CFA worn."""
    return actor.organisation_id is not None and actor.organisation_id == facts.cfa_id


def acts_for_cfa(actor: Actor, facts: Facts) -> bool:
    """An agreement lets the organisation worn act for that CFA."""
    return facts.cfa_id is not None and facts.cfa_id in actor.place_partners


def own_opening(actor: Actor, facts: Facts) -> bool:
    """The opening or company is the one worn."""
    return actor.organisation_id is not None and actor.organisation_id == facts.employer_id


def helps_conclude(actor: Actor, facts: Facts) -> bool:
    """This field agent made the proposal, for the network worn now, and helps to conclude it."""
    return (
        facts.helper_id is not None
        and facts.helper_id == actor.user_id
        and facts.helper_organisation_id == actor.organisation_id
    )


def shared_with_us(actor: Actor, facts: Facts) -> bool:
    """The organisation worn holds this operation with others, is invited to it, or sees it by an agreement."""
    return actor.organisation_id is not None and actor.organisation_id in facts.shared_with


def in_territory(actor: Actor, facts: Facts) -> bool:
    """The object is in a département where this field agent works."""
    return facts.departement is not None and facts.departement in actor.territory


def in_region(actor: Actor, facts: Facts) -> bool:
    """The object is in a region of the organisation worn."""
    return not actor.regions.isdisjoint(facts.regions)


def link_of(subject: LinkSubject, verb: str) -> Predicate:
    """The bearer of a signed link for this subject, this verb and this very object."""

    def predicate(actor: Actor, facts: Facts) -> bool:
        link = actor.link
        return (
            link is not None
            and link.subject is subject
            and link.verb == verb
            and facts.link_object_id is not None
            and link.object_id == facts.link_object_id
        )

    predicate.__name__ = f"link_of_{subject.value}_to_{verb}"
    predicate.__doc__ = f"A signed link lets the {subject.value} {verb}."
    return predicate
