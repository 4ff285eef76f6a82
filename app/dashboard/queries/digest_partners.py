"""The mail of 8 h at the CFA, the point A and the company: what to answer, and what is promised for a few days only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.contracts.queries.lists import days_to_watch
from app.core import clock
from app.core.db import AnyRow
from app.core.letters import inner_path
from app.core.text import plain_day
from app.dashboard.queries.partners import employer_morning, places_morning
from app.notices.digests import Line, Section, when_due
from app.openings.models import Opening, PositionHold, PositionState
from app.placements.models import Placement
from app.placements.workflow import LEAF_OPEN_STAGES, LeafState
from app.policy.actor import Actor
from app.training.models import Course, HoldState, SeatHold, TrainingSession
from app.youth.models import Youth

WEEK = timedelta(days=7)
HOLD_ALERT = timedelta(days=3)
"""A promise is spoken of three days before its end (workflow, E)."""
SHOWN = 8


def places_sections(db_session: Session, cfa_ids: Collection[int]) -> list[Section]:
    """Of one CFA, or of the CFAs a point A acts for: seven statements."""
    found = places_morning(db_session, cfa_ids)
    stale = (
        [
            Line(
                f"{found.stale_count} sessions dont les places datent de plus d’un mois",
                inner_path("training.places"),
            )
        ]
        if found.stale_count
        else []
    )
    return [
        Section("Demandes à répondre", _asked(found.to_answer, "cfa_due_on")),
        Section(
            "Places qui vont être libérées",
            _ending(seats_ending(db_session, cfa_ids), "la place est retenue"),
        ),
        Section(
            "Admis sans employeur",
            [
                Line(
                    f"{one.public_code}, « {one.title} » : contrat avant le {plain_day(one.window_ends)}",
                    inner_path("placements.show", placement_id=one.id),
                )
                for one in found.without_employer
                if one.window_ends is not None
            ],
        ),
        Section(
            "Contrats arrivés à leur terme",
            [
                Line(
                    f"{one.code}, « {one.course} » : terminé le {plain_day(one.last_day)}, issue à dire",
                    inner_path("placements.show", placement_id=one.placement_id),
                )
                for one in found.ended_contracts
            ],
        ),
        Section("Places à mettre à jour", stale),
    ]


def employer_sections(db_session: Session, actor: Actor) -> list[Section]:
    """Of one company: three statements."""
    found = employer_morning(db_session, actor)
    today = clock.today()
    return [
        Section("Ce qui attend votre réponse", _asked(found.to_answer, "employer_due_on")),
        Section(
            "Postes qui vont être libérés",
            _ending(positions_ending(db_session, actor.organisation_id), "le poste est retenu"),
        ),
        Section(
            "Offres qui se terminent",
            [
                Line(
                    f"« {one.title} » se termine le {plain_day(one.expires_on)}",
                    inner_path("openings.show_opening", opening_id=one.id),
                )
                for one in found.openings
                if one.expires_on is not None and today <= one.expires_on <= today + WEEK
            ],
        ),
    ]


def contract_sections(db_session: Session, actor: Actor) -> list[Section]:
    """Of the employer, the CFA and the agent who helps: days of their contracts that ask for an act: one statement."""
    days = days_to_watch(db_session, actor, clock.today(), shown=SHOWN)
    return [
        Section(
            "Contrats à suivre",
            [
                Line(
                    f"« {one.post} », {one.company} : "
                    + (
                        f"l’OPCO devait répondre avant le {plain_day(one.about_on)}"
                        if one.is_answer
                        else f"déclaration de travaux réglementés à renouveler avant le {plain_day(one.about_on)}"
                    ),
                    inner_path("contracts.sheet", placement_id=one.placement_id),
                )
                for one in days
            ],
        )
    ]


def seats_ending(db_session: Session, cfa_ids: Collection[int]) -> Sequence[AnyRow]:
    """Open placements whose promised seat is free again within days: one statement."""
    query: Any = (
        _placement_and(SeatHold.hold_until, Course.title)
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(
            SeatHold,
            and_(
                SeatHold.session_id == Placement.session_id, SeatHold.youth_id == Placement.youth_id
            ),
        )
        .where(
            Course.cfa_id.in_(cfa_ids),
            Placement.cfa_leaf == LeafState.YES,
            SeatHold.state == HoldState.HELD,
        )
    )
    return _soonest(db_session, query, SeatHold.hold_until)


def positions_ending(db_session: Session, employer_id: int | None) -> Sequence[AnyRow]:
    """Open placements whose promised position is free again within days: one statement."""
    query: Any = (
        _placement_and(PositionHold.hold_until, Opening.title)
        .join(Opening, Opening.id == Placement.opening_id)
        .join(
            PositionHold,
            and_(
                PositionHold.opening_id == Placement.opening_id,
                PositionHold.youth_id == Placement.youth_id,
            ),
        )
        .where(
            Opening.employer_id == employer_id,
            Placement.employer_leaf == LeafState.YES,
            PositionHold.state == PositionState.HELD,
        )
    )
    return _soonest(db_session, query, PositionHold.hold_until)


def _placement_and(*columns: Any) -> Any:
    return (
        select(Placement.id, Youth.public_code, *columns)
        .join(Youth, Youth.id == Placement.youth_id)
        .where(Placement.stage.in_(LEAF_OPEN_STAGES))
    )


def _soonest(db_session: Session, query: Any, until: Any) -> Sequence[AnyRow]:
    today = clock.today()
    return db_session.execute(
        query.where(until.between(today, today + HOLD_ALERT))
        .order_by(until, Placement.id)
        .limit(SHOWN)
    ).all()


def _asked(rows: Collection[AnyRow], due: str) -> list[Line]:
    return [
        Line(
            f"{one.public_code}, « {one.title} »{when_due(getattr(one, due))}",
            inner_path("placements.show", placement_id=one.id),
        )
        for one in rows
    ]


def _ending(rows: Collection[AnyRow], what: str) -> list[Line]:
    return [
        Line(
            f"{one.public_code}, « {one.title} » : {what} jusqu’au {plain_day(one.hold_until)}",
            inner_path("placements.show", placement_id=one.id),
        )
        for one in rows
    ]
