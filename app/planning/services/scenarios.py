"""What-ifs: named copies of the region with changes; the region itself never moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.planning.models import ChangeKind, Scenario, ScenarioChange
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.reference.models import Commune, Trade

LONGEST_MINUTES = 180
MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it is asked for."""

    kind: ChangeKind
    amount: int
    commune_code: str
    other_commune_code: str | None = None
    rome_code: str | None = None
    level: int | None = None
    starts_on: date | None = None


def create_scenario(db_session: Session, actor: Actor, *, region_code: str, name: str) -> Scenario:
    """Name a new what-if of the region.

    Raises:
        NotFound: not the actor's region.
        Invalid: no name, or one that another what-if has.
    """
    ensure(actor, Permission.PLAN_RUN, Facts(regions=frozenset({region_code})))
    if not name.strip():
        raise Invalid("Donnez un nom à cette hypothèse.", field="name")
    row = Scenario(
        region_code=region_code,
        name=name.strip()[:80],
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    try:
        with db_session.begin_nested():
            db_session.add(row)
    except IntegrityError:
        raise Invalid("Une autre hypothèse porte déjà ce nom.", field="name") from None
    _note(db_session, actor, row, "scenario_created")
    return row


def add_change(
    db_session: Session, actor: Actor, *, scenario_id: int, change: Change
) -> ScenarioChange:
    """Add one change to a what-if.

    Raises:
        NotFound: not a what-if of the actor's region.
        Invalid: a place elsewhere, a trade missing, a line from a commune to itself, too many changes.
    """
    scenario = _scenario(db_session, actor, scenario_id)
    _check(db_session, scenario, change)
    kept = db_session.scalars(
        select(ScenarioChange.id).where(ScenarioChange.scenario_id == scenario_id)
    ).all()
    if len(kept) >= MOST_CHANGES:
        raise Invalid(
            f"Une hypothèse compte au plus {MOST_CHANGES} changements : créez-en une autre."
        )
    row = ScenarioChange(
        scenario_id=scenario_id,
        kind=change.kind,
        amount=change.amount,
        commune_code=change.commune_code,
        other_commune_code=change.other_commune_code,
        rome_code=change.rome_code,
        level=change.level,
        starts_on=change.starts_on,
    )
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, scenario, "scenario_changed")
    return row


def drop_change(db_session: Session, actor: Actor, *, change_id: int) -> Scenario:
    """Take one change out again.

    Raises:
        NotFound: not a change of the actor's region.
    """
    row = db_session.get(ScenarioChange, change_id)
    if row is None:
        raise NotFound
    scenario = _scenario(db_session, actor, row.scenario_id)
    db_session.execute(delete(ScenarioChange).where(ScenarioChange.id == change_id))
    _note(db_session, actor, scenario, "scenario_changed")
    return scenario


def _scenario(db_session: Session, actor: Actor, scenario_id: int) -> Scenario:
    scenario = db_session.get(Scenario, scenario_id)
    if scenario is None:
        raise NotFound
    ensure(actor, Permission.PLAN_RUN, Facts(regions=frozenset({scenario.region_code})))
    return scenario


def _check(db_session: Session, scenario: Scenario, change: Change) -> None:
    region = db_session.scalar(
        select(Commune.region_code).where(Commune.insee_code == change.commune_code)
    )
    if region != scenario.region_code:
        raise Invalid("Choisissez une commune de la région.", field="commune")
    if change.kind is ChangeKind.BUS_LINE:
        if change.other_commune_code in (None, change.commune_code):
            raise Invalid("Une ligne relie deux communes différentes.", field="other")
        if change.amount > LONGEST_MINUTES:
            raise Invalid(
                f"Écrivez une durée de {LONGEST_MINUTES} minutes au plus.", field="amount"
            )
    elif change.rome_code is None or db_session.get(Trade, change.rome_code) is None:
        raise Invalid("Choisissez le métier.", field="trade")


def _note(db_session: Session, actor: Actor, scenario: Scenario, event: str) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="scenario",
        subject_id=scenario.id,
        event=event,
        details={"region": scenario.region_code},
    )
