"""What the policy needs to know of a placement, and the same rule as an SQL condition for lists."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.errors import NotFound
from app.openings.models import Opening
from app.openings.queries import opening_facts
from app.placements.models import Placement
from app.placements.workflow import LIVE_STAGES
from app.policy import predicates
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING, Facts
from app.training.models import Course, TrainingSession
from app.training.queries import session_facts
from app.youth.models import Youth
from app.youth.queries import youth_facts


def placement_facts(db_session: Session, placement: Placement) -> Facts:
    """Facts of one placement: those of its youth, with the parties of its opening and of its session."""
    facts = proposal_facts(
        db_session,
        youth_id=placement.youth_id,
        opening_id=placement.opening_id,
        session_id=placement.session_id,
    )
    return replace(
        facts,
        helper_id=helper_of(db_session, placement, facts),
        helper_organisation_id=placement.suggested_by_organisation_id,
        link_object_id=placement.id,
        is_live=placement.stage in LIVE_STAGES,
    )


def helper_of(db_session: Session, placement: Placement, facts: Facts) -> int | None:
    """The field agent who made the proposal; one statement, and none when a party made it."""
    made_by = placement.suggested_by_organisation_id
    if made_by in (None, facts.advising_organisation_id, facts.cfa_id):
        return None
    kind = db_session.scalar(select(Organisation.kind).where(Organisation.id == made_by))
    return placement.suggested_by if kind is OrganisationKind.FIELD_NETWORK else None


def proposal_facts(
    db_session: Session, *, youth_id: int, opening_id: int | None, session_id: int | None
) -> Facts:
    """Facts of a youth together with an opening, a session or both, proposed or not.

    Raises:
        NotFound: one of them does not exist.
    """
    facts = youth_facts(db_session, youth_id)
    if opening_id is not None:
        opening = opening_facts(db_session, opening_id)
        facts = replace(facts, employer_id=opening.employer_id, is_published=opening.is_published)
    if session_id is not None:
        facts = replace(facts, cfa_id=session_facts(db_session, session_id).cfa_id)
    return facts


def facts_by_id(db_session: Session, placement_id: int) -> tuple[Placement, Facts]:
    """The placement with its facts.

    Raises:
        NotFound: there is none.
    """
    placement = db_session.get(Placement, placement_id)
    if placement is None:
        raise NotFound
    return placement, placement_facts(db_session, placement)


def youth_of_visible(db_session: Session, actor: Actor, placement_id: int) -> int | None:
    """The youth behind a placement that this reader sees; None when there is none."""
    query = select(Placement.youth_id).where(Placement.id == placement_id)
    return db_session.scalar(query.where(visible_placements(actor)))


def visible_among(db_session: Session, actor: Actor, placement_ids: Collection[int]) -> set[int]:
    """Those of these placements that this reader sees."""
    query = select(Placement.id).where(Placement.id.in_(placement_ids), visible_placements(actor))
    return set(db_session.scalars(query))


def visible_placements(actor: Actor) -> ColumnElement[bool]:
    """`can(actor, PLACEMENT_VIEW, facts)` as a condition on `Placement`; a test proves both equal."""
    if not predicates.not_impersonated(actor, NOTHING):
        return false()
    lines: list[ColumnElement[bool]] = [false()]
    if predicates.adviser(actor, NOTHING):
        lines.append(
            Placement.youth_id.in_(
                select(Youth.id).where(
                    Youth.organisation_id == actor.organisation_id, Youth.anonymised_at.is_(None)
                )
            )
        )
    if predicates.cfa_officer(actor, NOTHING) and actor.organisation_id is not None:
        lines.append(_in_sessions_of(frozenset({actor.organisation_id})))
    if predicates.point_a_officer(actor, NOTHING) and actor.place_partners:
        lines.append(_in_sessions_of(actor.place_partners))
    if predicates.employer(actor, NOTHING):
        lines.append(
            Placement.opening_id.in_(
                select(Opening.id).where(Opening.employer_id == actor.organisation_id)
            )
        )
    if predicates.field_agent(actor, NOTHING):
        lines.append(
            and_(
                Placement.suggested_by == actor.user_id,
                Placement.suggested_by_organisation_id == actor.organisation_id,
                Placement.suggested_by_organisation_id.in_(
                    select(Organisation.id).where(
                        Organisation.kind == OrganisationKind.FIELD_NETWORK
                    )
                ),
            )
        )
    return or_(*lines)


def _in_sessions_of(cfa_ids: frozenset[int]) -> ColumnElement[bool]:
    return Placement.session_id.in_(
        select(TrainingSession.id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(Course.cfa_id.in_(cfa_ids))
    )
