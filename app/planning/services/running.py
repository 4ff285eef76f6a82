"""Ask for a plan, keep what was computed, give up. A plan takes nothing: it only proposes."""

from __future__ import annotations

import logging

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.errors import Conflict
from app.core.permissions import ensure
from app.core.tasks import Job, JobState, enqueue
from app.engine.pool import Pool
from app.notices.services import notify
from app.planning.computing import REASON_CODES, Computed, figures_of, prices_to_json
from app.planning.models import LeftWithout, PlanLine, PlanRun
from app.planning.workflow import LineState, PlanState
from app.policy.actor import CLOCK, Actor, OrganisationKind
from app.policy.facts import Facts
from app.policy.permissions import Permission

log = logging.getLogger(__name__)


def ask_for_plan(
    db_session: Session, actor: Actor, *, region_code: str, scenario_id: int | None = None
) -> PlanRun:
    """Queue a plan of the region, or of a what-if of it.

    Raises:
        NotFound: not the actor's region.
        Conflict: one is being computed already.
    """
    ensure(actor, Permission.PLAN_RUN, Facts(regions=frozenset({region_code})))
    if _is_being_computed(db_session, region_code, scenario_id):
        raise Conflict("Un plan de cette région est déjà en cours de calcul : attendez sa fin.")
    run = PlanRun(
        region_code=region_code,
        scenario_id=scenario_id,
        on_day=clock.today(),
        state=PlanState.WAITING,
        asked_at=clock.now(),
        asked_by=actor.user_id,
    )
    db_session.add(run)
    db_session.flush()
    run.job_id = enqueue(db_session, "planning.run", {"plan_id": run.id}).id
    _note(db_session, actor, run, "plan_asked")
    return run


def _is_being_computed(db_session: Session, region_code: str, scenario_id: int | None) -> bool:
    same = (
        PlanRun.scenario_id.is_(None) if scenario_id is None else PlanRun.scenario_id == scenario_id
    )
    found = db_session.scalar(
        select(PlanRun.id)
        .join(Job, Job.id == PlanRun.job_id)
        .where(
            PlanRun.region_code == region_code,
            same,
            PlanRun.state == PlanState.WAITING,
            Job.state.in_([JobState.QUEUED, JobState.RUNNING]),
        )
        .limit(1)
    )
    return found is not None


def keep_plan(db_session: Session, *, plan_id: int, pool: Pool, computed: Computed) -> PlanRun:
    """Write down a computed plan, in one short transaction; again, for a task taken up twice, it changes nothing.

    A what-if keeps its figures and no line: its openings and sessions may be imagined.
    """
    run = db_session.scalar(select(PlanRun).where(PlanRun.id == plan_id).with_for_update())
    if run is None or run.state is PlanState.DONE:
        raise Conflict("Ce plan est déjà enregistré.")
    made = computed.plan
    run.state, run.computed_at = PlanState.DONE, clock.now()
    run.value, run.bound, run.gap = made.value, made.bound, made.gap
    run.figures = figures_of(pool, computed)
    if not computed.certificate.sound:
        log.error("plan_not_certified plan=%s faults=%s", run.id, computed.certificate.faults[:5])
    if run.scenario_id is None:
        run.prices = prices_to_json(made.prices)
        _write_lines(db_session, run.id, computed)
        notify(
            db_session,
            CLOCK,
            event="plan_ready",
            organisation_ids=_coordination_of(db_session, run.region_code),
            title=f"Le plan régional est prêt : {len(made.assigned)} jeunes y ont une piste.",
            path=f"/plan/{run.id}",
            subject_kind="plan",
            subject_id=run.id,
        )
    _note(db_session, CLOCK, run, "plan_computed")
    return run


def _write_lines(db_session: Session, plan_id: int, computed: Computed) -> None:
    lines = [
        {
            "plan_id": plan_id,
            "youth_id": one.youth,
            "opening_id": one.opening,
            "session_id": one.session,
            "score": one.score,
            "state": LineState.COMPUTED,
        }
        for one in computed.plan.assigned
    ]
    if lines:
        db_session.execute(insert(PlanLine), lines)
    without = []
    for one in computed.plan.left_out:
        pair = computed.pairs.get(one.youth)
        way = pair.way if pair else computed.ways.get(one.youth)
        without.append(
            {
                "plan_id": plan_id,
                "youth_id": one.youth,
                "reason": REASON_CODES[one.reason],
                "again": one.again,
                "lever": way.code.name if way else None,
                "lever_values": dict(way.values) if way else {},
                "lever_room": pair.room if pair else None,
            }
        )
    if without:
        db_session.execute(insert(LeftWithout), without)


def give_up(db_session: Session, *, plan_id: int) -> None:
    """The computation failed: the plan before stays the region's plan."""
    run = db_session.get(PlanRun, plan_id)
    if run is not None and run.state is PlanState.WAITING:
        run.state = PlanState.FAILED
        _note(db_session, CLOCK, run, "plan_failed")


def _coordination_of(db_session: Session, region_code: str) -> list[int]:
    return list(
        db_session.scalars(
            select(Organisation.id).where(
                Organisation.kind == OrganisationKind.REGIONAL_COORDINATION,
                Organisation.region_code == region_code,
            )
        )
    )


def _note(db_session: Session, actor: Actor, run: PlanRun, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="plan",
        subject_id=run.id,
        event=event,
        details={"region": run.region_code, "scenario_id": run.scenario_id},
    )
