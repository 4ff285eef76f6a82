"""One placement read for one reader: the parties in one statement, then the parts of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Site
from app.core import clock
from app.core.errors import NotFound
from app.core.permissions import ensure
from app.matching.queries.profiles import AnonymousProfile, profile_of
from app.openings.models import Company, Opening
from app.openings.queries import position_hold
from app.placements.models import Meeting, Placement, TrainingResult
from app.placements.queries.actions import PERMISSION_OF, Action, available_actions, side_of
from app.placements.queries.cost import COLUMNS, placement_cost
from app.placements.queries.facts import helper_of
from app.placements.queries.follow_ups import coming_later, follow_ups_of
from app.placements.queries.identity import (
    identity,
    reveal_text,
    reveal_waits,
    revealed_scope,
    scope_for,
)
from app.placements.queries.page.answers import answers_of
from app.placements.queries.page.shape import PlacementPage
from app.placements.queries.page.steps import steps_of
from app.placements.queries.thread import (
    SHOWN_ON_THE_CARD,
    messages_of,
)
from app.placements.queries.words import (
    Cfa,
    Employer,
    OpeningPlace,
    SitePlace,
    with_parties,
)
from app.placements.refusals import LABELS, RESULTS
from app.placements.workflow import LIVE_STAGES, RUNNING_STAGES, Leaf, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.training.models import Course, TrainingSession
from app.training.queries import seat_hold
from app.youth.models import Youth
from app.youth.queries import youth_facts


def placement_page(db_session: Session, actor: Actor, placement_id: int) -> PlacementPage:
    """The placement for this reader.

    Raises:
        NotFound: there is none, or the reader may not know it.
    """
    placement, row, facts = _opened(db_session, actor, placement_id)
    ensure(actor, Permission.PLACEMENT_VIEW, facts)
    side = side_of(actor, facts)
    follows = can(actor, Permission.PLACEMENT_FOLLOW_UP, facts)
    seat = seat_hold(db_session, placement.session_id or 0, placement.youth_id)
    names = {Leaf.YOUTH: None, Leaf.EMPLOYER: row.company, Leaf.CFA: row.cfa}
    contacts = follow_ups_of(db_session, placement) if follows and placement.started_on else ()
    reader = identity(db_session, row.Youth, scope_for(actor, facts, row.revealed))
    return PlacementPage(
        id=placement.id,
        clover=placement.clover,
        side=side,
        youth=reader,
        youth_id=placement.youth_id,
        opening_id=placement.opening_id,
        post=row.post,
        company=row.company,
        post_commune=row.post_commune,
        start_from=row.start_from,
        session_id=placement.session_id,
        course=row.course,
        cfa=row.cfa,
        site_commune=row.site_commune,
        starts_on=row.starts_on,
        seats_free=None if seat or row.seats_free is None else int(row.seats_free),
        offer_until=placement.offer_until,
        answers=answers_of(db_session, placement, facts, side, names, seat),
        steps=steps_of(db_session, actor, placement, side, facts, names),
        meetings=_meetings(db_session, placement),
        messages=messages_of(db_session, actor, placement, side)[-SHOWN_ON_THE_CARD:],
        can_write=side is not None and placement.stage in LIVE_STAGES,
        follow_ups=contacts,
        later_follow_ups=coming_later(contacts, clock.today()),
        can_follow_up=follows and placement.stage is Stage.STARTED,
        actions=_buttons(available_actions(actor, placement.clover, facts)),
        trainee_since=placement.trainee_since,
        window_ends=placement.window_ends,
        signed_on=placement.signed_on,
        contract_starts_on=placement.contract_starts_on,
        contract_ends_on=placement.contract_ends_on,
        expected_end=_expected_end(placement, row),
        started_on=placement.started_on,
        tutor_email=placement.tutor_email,
        signs=can(actor, Permission.PLACEMENT_SIGN, facts),
        end_reason=_end_reason(placement, follows),
        break_cause=LABELS.get(placement.break_cause or "") if follows else None,
        predecessor_id=placement.predecessor_id,
        successor_id=_successor_id(db_session, placement) if side is not Leaf.EMPLOYER else None,
        reveal_text=reveal_text(facts),
        name_waits=row.name_waits,
        cost=placement_cost(row, placement, reader),
        profile=_profile(db_session, placement, row, side),
        positions_free=_positions_free(db_session, placement, row),
    )


def _expected_end(placement: Placement, row: Any) -> date | None:
    if placement.stage not in RUNNING_STAGES:
        return None
    return placement.contract_days(course_ends_on=row.ends_on).expected_last_day


def _end_reason(placement: Placement, follows: bool) -> str | None:
    """How it ended: for all, but for the result of the training, which the adviser and the CFA read."""
    if placement.end_reason is None:
        return None
    if placement.stage is Stage.COMPLETED:
        return RESULTS[TrainingResult(placement.end_reason)] if follows else None
    return LABELS.get(placement.end_reason)


def _opened(db_session: Session, actor: Actor, placement_id: int) -> tuple[Placement, Any, Facts]:
    row = db_session.execute(_query(actor).where(Placement.id == placement_id)).one_or_none()
    if row is None:
        raise NotFound
    return row.Placement, row, _facts(db_session, row.Placement, row)


def _facts(db_session: Session, placement: Placement, row: Any) -> Facts:
    """The row has both parties already: `placement_facts` without the two statements that would read them."""
    facts = replace(
        youth_facts(db_session, placement.youth_id),
        employer_id=row.employer_id,
        cfa_id=row.cfa_id,
        link_object_id=placement.id,
        is_live=placement.stage in LIVE_STAGES,
    )
    return replace(
        facts,
        helper_id=helper_of(db_session, placement, facts),
        helper_organisation_id=placement.suggested_by_organisation_id,
    )


def _successor_id(db_session: Session, placement: Placement) -> int | None:
    """Who followed the broken contract goes on from here; the company that was left is not told of it."""
    if placement.stage is not Stage.BROKEN:
        return None
    return db_session.scalar(
        select(Placement.id)
        .where(Placement.predecessor_id == placement.id, Placement.stage == Stage.OPEN)
        .order_by(Placement.id)
        .limit(1)
    )


def _profile(
    db_session: Session, placement: Placement, row: Any, side: Leaf | None
) -> AnonymousProfile | None:
    """For the company and the CFA while they decide; who follows the youth has the file."""
    if side in (None, Leaf.YOUTH) or placement.stage is not Stage.OPEN:
        return None
    sees_post = placement.opening_id is not None
    return profile_of(
        db_session,
        youth_id=placement.youth_id,
        place=(row.post_latitude, row.post_longitude)
        if sees_post
        else (row.site_latitude, row.site_longitude),
        licence_required=bool(row.licence_required) if sees_post else False,
    )


def _positions_free(db_session: Session, placement: Placement, row: Any) -> int | None:
    """None while no company is there, or when this youth has a position promised already."""
    if row.positions_free is None or row.positions_free > 0:
        return None if row.positions_free is None else int(row.positions_free)
    held = position_hold(db_session, placement.opening_id or 0, placement.youth_id)
    return None if held is not None else int(row.positions_free)


def _meetings(db_session: Session, placement: Placement) -> tuple[Meeting, ...]:
    return tuple(
        db_session.scalars(
            select(Meeting)
            .where(Meeting.placement_id == placement.id)
            .order_by(Meeting.starts_at, Meeting.id)
        )
    )


def _query(actor: Actor) -> Any:
    parties = with_parties(select(Placement)).outerjoin(
        Company, Company.organisation_id == Opening.employer_id
    )
    return parties.with_only_columns(
        Placement,
        Youth,
        Opening.title.label("post"),
        Opening.start_from,
        Opening.licence_required,
        Employer.id.label("employer_id"),
        Employer.name.label("company"),
        Cfa.id.label("cfa_id"),
        OpeningPlace.name.label("post_commune"),
        Course.title.label("course"),
        Cfa.name.label("cfa"),
        SitePlace.name.label("site_commune"),
        TrainingSession.starts_on,
        TrainingSession.ends_on,
        Opening.latitude.label("post_latitude"),
        Opening.longitude.label("post_longitude"),
        Site.latitude.label("site_latitude"),
        Site.longitude.label("site_longitude"),
        (
            TrainingSession.capacity - TrainingSession.seats_declared - TrainingSession.seats_taken
        ).label("seats_free"),
        (Opening.positions - Opening.positions_taken).label("positions_free"),
        revealed_scope(actor).label("revealed"),
        reveal_waits().label("name_waits"),
        *COLUMNS,
    )


def _buttons(actions: tuple[Action, ...]) -> frozenset[str]:
    """What time does has no button."""
    return frozenset(
        one.name for one in actions if PERMISSION_OF[one.event] is not Permission.PLACEMENT_CLOCK
    )
