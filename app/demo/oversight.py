"""What the coordination sees: how the youth became ready, the figures of past nights, a plan and a what-if."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.journal import Audience, JournalEvent
from app.demo.scene import Scene
from app.planning.computing import compare, compute
from app.planning.models import ChangeKind, PlanRun
from app.planning.queries.inputs import copy_of_region
from app.planning.services import add_change, ask_for_plan, create_scenario, hand_over, keep_plan
from app.planning.services.scenarios import Change
from app.policy.actor import CLOCK, Actor, OrganisationKind, Role
from app.steering.queries.details import last_month
from app.steering.services import (
    keep_edition,
    publish_statistics,
    record_regional_contracts,
    take_snapshots,
)
from app.youth.models import Youth, YouthStatus

READY_AFTER = timedelta(days=9)
NIGHTS_AGO = (1, 31, 61, 91, 121, 151)
IMAGINED_PLACES = 12


def build_oversight(db_session: Session, scene: Scene) -> None:
    """Write the journal of the files, the nights gone by, the plan of this morning; half of it is handed over."""
    scene.tell("chiffres et plan de la région")
    _tell_how_youth_became_ready(db_session, scene)
    coordinator = _coordinator(db_session)
    for region in sorted(coordinator.regions):
        nights = {scene.today - timedelta(days=days) for days in NIGHTS_AGO}
        for night in sorted(nights | {last_month(scene.today).last}):
            take_snapshots(db_session, region_code=region, on=night)
        keep_edition(db_session, region_code=region, on=scene.today)
        record_regional_contracts(
            db_session,
            coordinator,
            region_code=region,
            year=scene.today.year,
            contracts=max(1, scene.scale.youth // 2),
            source="Chiffre inventé pour la démonstration",
        )
        run = _planned(db_session, coordinator, region, None)
        hand_over(db_session, coordinator, plan_id=run.id)
        _imagine(db_session, coordinator, region, scene)
    publish_statistics(db_session, on=scene.today - timedelta(days=1))


def _tell_how_youth_became_ready(db_session: Session, scene: Scene) -> None:
    rows = db_session.execute(
        select(Youth.id, Youth.organisation_id, Youth.status, Youth.created_at)
        .where(Youth.is_demonstration)
        .order_by(Youth.id)
    ).all()
    told = []
    for row in rows:
        told.append(
            _line(row.id, row.organisation_id, row.created_at, "youth_registered", "contacted")
        )
        if row.status in (YouthStatus.READY, YouthStatus.PLACED):
            at = min(row.created_at + READY_AFTER, scene.now)
            told.append(_line(row.id, row.organisation_id, at, "status_changed", "ready"))
    db_session.execute(insert(JournalEvent), told)


def _line(youth_id: int, house: int, at: object, event: str, state: str) -> dict[str, object]:
    return {
        "happened_at": at,
        "subject_kind": "youth",
        "subject_id": youth_id,
        "youth_id": youth_id,
        "actor_organisation_id": house,
        "event": event,
        "to_state": state,
        "audience": Audience.ADVISER,
        "details": {},
    }


def _coordinator(db_session: Session) -> Actor:
    house = db_session.scalars(
        select(Organisation)
        .where(
            Organisation.is_demonstration,
            Organisation.kind == OrganisationKind.REGIONAL_COORDINATION,
        )
        .order_by(Organisation.id)
    ).first()
    if house is None or house.region_code is None:
        return CLOCK
    return Actor(
        organisation_id=house.id,
        organisation_kind=house.kind,
        roles=frozenset({Role.REGIONAL_COORDINATOR}),
        regions=frozenset({house.region_code}),
        name=house.name,
    )


def _planned(db_session: Session, actor: Actor, region: str, scenario_id: int | None) -> PlanRun:
    run = ask_for_plan(db_session, actor, region_code=region, scenario_id=scenario_id)
    copy = copy_of_region(db_session, run)
    pool = copy.pool(db_session)
    computed = (
        compute(pool, None, lambda _step: None)
        if copy.before is None
        else compare(pool, copy.before.pool(db_session), None, lambda _step: None)
    )
    return keep_plan(db_session, plan_id=run.id, pool=pool, computed=computed)


def _imagine(db_session: Session, actor: Actor, region: str, scene: Scene) -> None:
    town = max(scene.towns, key=lambda one: one.population)
    scenario = create_scenario(
        db_session,
        actor,
        region_code=region,
        name=f"{IMAGINED_PLACES} places de boulangerie à {town.name}",
    )
    add_change(
        db_session,
        actor,
        scenario_id=scenario.id,
        change=Change(
            ChangeKind.PLACES,
            IMAGINED_PLACES,
            town.insee_code,
            rome_code="D1102",
            level=3,
            starts_on=date(scene.today.year + 1, 1, 11),
        ),
    )
    _planned(db_session, actor, region, scenario.id)
