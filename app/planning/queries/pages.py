"""What the pages of the plan show. The coordination reads codes of youth, advisers the names of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Organisation, Site
from app.core import clock
from app.core.errors import NotFound
from app.core.pages import Page, paginate
from app.core.permissions import ensure
from app.core.tasks import Job
from app.openings.models import Opening
from app.planning.models import LeftWithout, PlanLine, PlanRun, Scenario, ScenarioChange
from app.planning.queries.inputs import last_plan_id
from app.planning.workflow import LineState, PlanState
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune, Trade
from app.training.models import Course, TrainingSession
from app.youth.models import Youth
from app.youth.queries import listed_condition


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One plan, with the job that computes it while it waits.

    Attributes:
        is_last: no newer real plan of the region was computed.
        missions: name by id of the mission locales that the shares speak of.
        states: how many lines are in each state.
    """

    run: PlanRun
    job: Job | None
    is_last: bool
    missions: Mapping[int, str]
    states: Mapping[LineState, int]


def plan_of(db_session: Session, actor: Actor, plan_id: int) -> PlanRun:
    """One plan alone: one statement.

    Raises:
        NotFound: no such plan in the actor's region.
    """
    run = db_session.get(PlanRun, plan_id)
    if run is None:
        raise NotFound
    ensure(actor, Permission.PLAN_VIEW, Facts(regions=frozenset({run.region_code})))
    return run


def plan_page(db_session: Session, actor: Actor, plan_id: int) -> PlanPage:
    """Five statements.

    Raises:
        NotFound: no such plan in the actor's region.
    """
    run = plan_of(db_session, actor, plan_id)
    job = db_session.get(Job, run.job_id) if run.job_id else None
    ids = [one[0] for one in run.figures.get("shares", []) if one[0] is not None]
    names = db_session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    counted = db_session.execute(
        select(PlanLine.state, func.count().label("n"))
        .where(PlanLine.plan_id == plan_id)
        .group_by(PlanLine.state)
    )
    return PlanPage(
        run=run,
        job=job,
        is_last=last_plan_id(db_session, run.region_code) == plan_id,
        missions={row.id: row.name for row in names},
        states={row.state: row.n for row in counted},
    )


def last_plan(db_session: Session, region_code: str) -> Any:
    """The region's plan of today for a first page: id, day, figures, and how many lines wait to be handed on.

    One statement; None before the first plan.
    """
    waiting = (
        select(func.count())
        .where(PlanLine.plan_id == PlanRun.id, PlanLine.state == LineState.COMPUTED)
        .scalar_subquery()
    )
    return db_session.execute(
        select(PlanRun.id, PlanRun.on_day, PlanRun.figures, waiting.label("waiting"))
        .where(
            PlanRun.region_code == region_code,
            PlanRun.scenario_id.is_(None),
            PlanRun.state == PlanState.DONE,
        )
        .order_by(PlanRun.id.desc())
        .limit(1)
    ).first()


def plans_of(db_session: Session, region_code: str, *, number: int) -> Page[Any]:
    """The real plans of a region, the newest first: two statements."""
    query: Any = (
        select(
            PlanRun.id,
            PlanRun.on_day,
            PlanRun.state,
            PlanRun.gap,
            PlanRun.figures,
            PlanRun.asked_by,
        )
        .where(PlanRun.region_code == region_code, PlanRun.scenario_id.is_(None))
        .order_by(PlanRun.id.desc())
    )
    return paginate(db_session, query, number=number, size=10)


def running_plan(db_session: Session, region_code: str) -> tuple[PlanRun, Job | None] | None:
    """The newest real plan that waits or failed after the last one that was computed."""
    run = db_session.scalar(
        select(PlanRun)
        .where(PlanRun.region_code == region_code, PlanRun.scenario_id.is_(None))
        .order_by(PlanRun.id.desc())
        .limit(1)
    )
    if run is None or run.state is PlanState.DONE:
        return None
    return run, db_session.get(Job, run.job_id) if run.job_id else None


def _line_columns() -> Any:
    employer, cfa = aliased(Organisation), aliased(Organisation)
    work, home, school = aliased(Commune), aliased(Commune), aliased(Commune)
    return (
        select(
            PlanLine.id,
            PlanLine.score,
            PlanLine.state,
            PlanLine.placement_id,
            Youth.id.label("youth_id"),
            Youth.public_code,
            Youth.given_name,
            Youth.family_name,
            Youth.usage_name,
            Opening.id.label("opening_id"),
            Opening.title.label("opening"),
            employer.name.label("company"),
            work.name.label("work"),
            Course.title.label("course"),
            cfa.name.label("cfa"),
            school.name.label("school"),
            TrainingSession.id.label("session_id"),
            TrainingSession.starts_on,
        )
        .join(Youth, Youth.id == PlanLine.youth_id)
        .join(Opening, Opening.id == PlanLine.opening_id)
        .join(employer, employer.id == Opening.employer_id)
        .outerjoin(work, work.insee_code == Opening.commune_code)
        .outerjoin(home, home.insee_code == Youth.commune_code)
        .join(TrainingSession, TrainingSession.id == PlanLine.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(cfa, cfa.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .outerjoin(school, school.insee_code == Site.commune_code)
    )


def plan_lines(db_session: Session, plan_id: int, *, number: int) -> Page[Any]:
    """The lines of a plan, the surest first: two statements. Names stay on this side of the page.

    Who ended the agreement to be shown since the night is in none but those that a person decided.
    """
    query = (
        _line_columns()
        .where(
            PlanLine.plan_id == plan_id,
            or_(
                PlanLine.state.in_([LineState.PROPOSED, LineState.LEFT]),
                listed_condition(clock.today()),
            ),
        )
        .order_by(PlanLine.score.desc(), PlanLine.id)
    )
    return paginate(db_session, query, number=number)


def morning_lines(db_session: Session, actor: Actor, *, number: int) -> Page[Any]:
    """What the plan puts before this adviser: handed lines of their own youth, the surest first: two statements."""
    query = (
        _line_columns()
        .where(
            PlanLine.state == LineState.HANDED,
            listed_condition(clock.today()),
            Youth.organisation_id == actor.organisation_id,
            Youth.adviser_id == actor.user_id,
        )
        .order_by(PlanLine.score.desc(), PlanLine.id)
    )
    return paginate(db_session, query, number=number)


def left_without(
    db_session: Session, plan_id: int, *, reason: str | None, number: int
) -> Page[Any]:
    """Those whom a plan leaves without, by code, with the reason and the lever: two statements."""
    query: Any = (
        select(
            Youth.public_code,
            LeftWithout.reason,
            LeftWithout.again,
            LeftWithout.lever,
            LeftWithout.lever_values,
            LeftWithout.lever_room,
            Organisation.name.label("mission"),
        )
        .join(Youth, Youth.id == LeftWithout.youth_id)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .where(LeftWithout.plan_id == plan_id, listed_condition(clock.today()))
        .order_by(
            LeftWithout.again.desc(),
            LeftWithout.lever.is_(None),
            LeftWithout.lever_room.is_not(None),
            Youth.public_code,
        )
    )
    if reason:
        query = query.where(LeftWithout.reason == reason)
    return paginate(db_session, query, number=number)


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One what-if with its last computation."""

    id: int
    name: str
    changes: int
    run: PlanRun | None
    job: Job | None


def scenario_lines(db_session: Session, region_code: str) -> list[ScenarioLine]:
    """The what-ifs of a region with their newest runs: three statements."""
    scenarios = db_session.execute(
        select(Scenario.id, Scenario.name, func.count(ScenarioChange.id).label("changes"))
        .outerjoin(ScenarioChange, ScenarioChange.scenario_id == Scenario.id)
        .where(Scenario.region_code == region_code)
        .group_by(Scenario.id, Scenario.name)
        .order_by(Scenario.name, Scenario.id)
    ).all()
    newest = (
        select(func.max(PlanRun.id))
        .where(PlanRun.scenario_id.in_([row.id for row in scenarios]))
        .group_by(PlanRun.scenario_id)
    )
    runs = db_session.execute(
        select(PlanRun, Job).outerjoin(Job, Job.id == PlanRun.job_id).where(PlanRun.id.in_(newest))
    ).all()
    by_scenario = {run.scenario_id: (run, job) for run, job in runs}
    return [
        ScenarioLine(row.id, row.name, row.changes, *by_scenario.get(row.id, (None, None)))
        for row in scenarios
    ]


def scenario_of(db_session: Session, actor: Actor, scenario_id: int) -> Scenario:
    """One what-if of the actor's region.

    Raises:
        NotFound: not one of it.
    """
    scenario = db_session.get(Scenario, scenario_id)
    if scenario is None:
        raise NotFound
    ensure(actor, Permission.PLAN_VIEW, Facts(regions=frozenset({scenario.region_code})))
    return scenario


def changes_of(db_session: Session, scenario_id: int) -> Sequence[Any]:
    """The changes of a what-if in words: one statement."""
    other = aliased(Commune)
    return db_session.execute(
        select(
            ScenarioChange.id,
            ScenarioChange.kind,
            ScenarioChange.amount,
            ScenarioChange.level,
            ScenarioChange.starts_on,
            Commune.name.label("commune"),
            other.name.label("other"),
            Trade.label.label("trade"),
        )
        .join(Commune, Commune.insee_code == ScenarioChange.commune_code)
        .outerjoin(other, other.insee_code == ScenarioChange.other_commune_code)
        .outerjoin(Trade, Trade.rome_code == ScenarioChange.rome_code)
        .where(ScenarioChange.scenario_id == scenario_id)
        .order_by(ScenarioChange.id)
    ).all()
