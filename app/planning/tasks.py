"""The plan of a night, or on demand: read in a short transaction, compute with none open, write in a short one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.tasks import JobContext, periodic, task
from app.planning.computing import compare, compute, prices_from_json
from app.planning.models import PlanRun
from app.planning.queries.inputs import copy_of_region, last_plan_id
from app.planning.services import ask_for_plan, give_up, keep_plan
from app.planning.workflow import PlanState
from app.policy.actor import ADVISING_KINDS, CLOCK

STEPS = {"read": 0, "plan": 35, "check": 70, "compare": 88, "levers": 90, "write": 97}
"""How far the work is at the beginning of each step, of a hundred parts, as 20,000 files share them: reading rows and
packing them, then the rounds of the plan, then its check."""
PARTS = 100


def _say_failed(db_session: Session, payload: dict[str, Any]) -> None:
    give_up(db_session, plan_id=int(payload["plan_id"]))


@task("planning.run", stopped=_say_failed)
def run_plan(context: JobContext, payload: dict[str, Any]) -> None:
    """Compute one plan. A failure is written down and shown, and the plan before stays."""
    plan_id = int(payload["plan_id"])
    session = db.session()
    context.progress(STEPS["read"], PARTS)
    run = session.get(PlanRun, plan_id)
    if run is None or run.state is not PlanState.WAITING:
        session.rollback()
        return
    before = session.get(PlanRun, last_plan_id(session, run.region_code) or 0)
    start = prices_from_json(before.prices) if before is not None else None
    copy = copy_of_region(session, run)
    pool = copy.pool(session)
    unchanged = copy.before.pool(session) if copy.before is not None else None
    session.rollback()

    def on_round(done: int, most: int) -> None:
        share = (STEPS["check"] - STEPS["plan"]) * done // most
        context.progress(STEPS["plan"] + share, PARTS)

    def tell(step: str) -> None:
        context.progress(STEPS[step], PARTS)

    computed = (
        compute(pool, start, tell, on_round)
        if unchanged is None
        else compare(pool, unchanged, start, tell, on_round)
    )
    context.progress(STEPS["write"], PARTS)
    with transaction() as writing:
        keep_plan(writing, plan_id=plan_id, pool=pool, computed=computed)


@periodic("planning_night", hour="2", minute="30")
def plan_every_region() -> None:
    """Ask for one plan a region, as long as somebody there follows youth."""
    session = db.session()
    regions = session.scalars(
        select(Organisation.region_code)
        .where(Organisation.kind.in_(ADVISING_KINDS), Organisation.region_code.is_not(None))
        .distinct()
        .order_by(Organisation.region_code)
    ).all()
    session.rollback()
    for region in regions:
        try:
            with transaction() as writing:
                ask_for_plan(writing, CLOCK, region_code=str(region))
        except Conflict:
            continue
