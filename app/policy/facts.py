"""What the policy needs to know about an object: ids of its owners, its stage, where it is, to whom it was revealed.

Each slice's `queries.py` builds the facts of its objects in one query.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about one object. What does not apply stays at its default and no predicate of that object reads it.

    Attributes:
        organisation_id: the organisation that owns the object itself (an agreement's first party, an import…).
        other_organisation_id: the second party of an agreement.
        advising_organisation_id: mission locale or Cap emploi that follows the youth.
        adviser_id: the user who follows the youth.
        cfa_id: the CFA of the session or course.
        employer_id: the company of the opening.
        regions: INSEE region codes where the object is.
        departement: INSEE département code of its place.
        is_listed: the youth agreed to be shown without identity.
        is_live: the stage is open to answers.
        revealed_to: organisations to which the youth's identity is revealed now.
        helper_id: the field agent who made the proposal and helps to conclude it.
        helper_organisation_id: the network for which that agent made it.
        link_object_id: the object a signed link speaks about.
        shared_with: organisations that hold the operation together, are invited to it, or see it by an agreement.
        user_id: the person the object belongs to (an account).
    """

    organisation_id: int | None = None
    other_organisation_id: int | None = None
    advising_organisation_id: int | None = None
    adviser_id: int | None = None
    cfa_id: int | None = None
    employer_id: int | None = None
    regions: frozenset[str] = frozenset()
    departement: str | None = None
    is_listed: bool = False
    is_published: bool = False
    is_live: bool = True
    revealed_to: frozenset[int] = frozenset()
    helper_id: int | None = None
    helper_organisation_id: int | None = None
    link_object_id: int | None = None
    shared_with: frozenset[int] = frozenset()
    user_id: int | None = None


NOTHING = Facts()
