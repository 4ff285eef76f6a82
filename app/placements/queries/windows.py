"""Admitted without employer: the countdown of each, its alerts, and the best employers that would end it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.pages import Page, paginate
from app.engine.triples import best_completions
from app.matching.queries.pool import current_pool
from app.matching.queries.words import OpeningWords, opening_words
from app.placements.deadlines import LadderKind
from app.placements.models import Placement
from app.placements.queries.alternatives import with_seats
from app.placements.queries.facts import visible_placements
from app.placements.queries.identity import label_for, revealed_scope, scope_for
from app.placements.queries.ladders import Ladders, ladders_of
from app.placements.queries.words import Cfa, with_parties
from app.placements.workflow import LeafState, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.training.models import Course, TrainingSession
from app.youth.models import Youth

PAGE = 10
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Countdown:
    """One admission without employer.

    Attributes:
        is_trainee: three months of a trainee (CFA-02); else six months after a break (TER-05); None without window.
        days_left: until the last lawful start of a contract; None while no window runs.
        alerts: dates of the alerts, with whether each has passed.
        openings: the best employers for this youth and this course, from the matching pool.
    """

    id: int
    youth_id: int
    youth: str
    is_named: bool
    course: str
    cfa: str
    session_id: int
    starts_on: date
    is_trainee: bool | None
    window_ends: date | None
    days_left: int | None
    alerts: tuple[tuple[date, bool], ...]
    openings: tuple[OpeningWords, ...] = ()


def without_employer(db_session: Session, actor: Actor, *, page: int) -> Page[Countdown]:
    """Those this reader follows, the shortest time first: six statements, whatever their number."""
    query = (
        with_parties(select(Placement))
        .where(
            visible_placements(actor),
            Placement.stage == Stage.OPEN,
            Placement.employer_leaf == LeafState.SOUGHT,
            Placement.cfa_leaf == LeafState.YES,
        )
        .with_only_columns(
            Placement,
            Youth.public_code,
            Youth.given_name,
            Youth.family_name,
            Youth.organisation_id,
            Course.title.label("course"),
            Cfa.name.label("cfa"),
            Cfa.id.label("cfa_id"),
            TrainingSession.starts_on,
            revealed_scope(actor).label("revealed"),
        )
        .order_by(Placement.window_ends.asc().nulls_last(), Placement.id)
    )
    found = paginate(db_session, query, number=page, size=PAGE)
    ladders = ladders_of(db_session, {one.cfa_id for one in found.rows})
    rows = [_countdown(actor, ladders, one) for one in found.rows]
    return replace(found, rows=_with_openings(db_session, rows))


def _countdown(actor: Actor, ladders: Ladders, row: Any) -> Countdown:
    placement: Placement = row.Placement
    scope = scope_for(actor, Facts(advising_organisation_id=row.organisation_id), row.revealed)
    today = clock.today()
    is_trainee = placement.trainee_since is not None if placement.window_ends else None
    kind = LadderKind.TRAINEE if is_trainee else LadderKind.AFTER_BREAK
    days = ladders.of(kind, house_id=None, cfa_id=row.cfa_id).days
    starts = placement.window_starts
    return Countdown(
        id=placement.id,
        youth_id=placement.youth_id,
        youth=label_for(
            scope,
            code=row.public_code,
            given_name=row.given_name,
            family_name=row.family_name,
        ),
        is_named=scope != "S1",
        course=row.course,
        cfa=row.cfa,
        session_id=placement.session_id or 0,
        starts_on=row.starts_on,
        is_trainee=is_trainee,
        window_ends=placement.window_ends,
        days_left=(placement.window_ends - today).days if placement.window_ends else None,
        alerts=tuple(
            (on, on <= today) for day in days if starts for on in [starts + timedelta(days=day)]
        ),
    )


def _with_openings(db_session: Session, rows: list[Countdown]) -> list[Countdown]:
    """The engine's completions of each pair; words of all openings in one statement."""
    pool = with_seats(current_pool(db_session), {one.session_id for one in rows})
    chosen = {
        one.id: [
            triple.opening
            for triple in best_completions(pool, one.youth_id, session=one.session_id, k=SHOWN)
        ]
        if one.youth_id in pool.youths and one.session_id in pool.sessions
        else []
        for one in rows
    }
    words = opening_words(db_session, {key for keys in chosen.values() for key in keys})
    return [
        replace(one, openings=tuple(words[key] for key in chosen[one.id] if key in words))
        for one in rows
    ]
