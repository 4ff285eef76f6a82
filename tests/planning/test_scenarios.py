"""What if: a copy of the region changes, its plan says how many more are served, and the region stays as it is."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.changes import Changed, record_change
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.tasks import run_queued_jobs
from app.engine.travel_times import Home
from app.openings.models import Opening
from app.planning.models import ChangeKind, PlanLine, Scenario
from app.planning.queries.inputs import copy_of_region
from app.planning.services import add_change, ask_for_plan, create_scenario, drop_change
from app.planning.services.scenarios import Change
from app.policy.actor import CLOCK
from app.reference.models import JourneyMeans
from app.reference.services.travel import bring_table, use_table
from app.training.models import TrainingSession
from app.youth.models import TravelMeans, Youth
from tests.factories.reference import make_commune
from tests.planning.conftest import BRITTANY, Region, computed

pytestmark = pytest.mark.usefixtures("frozen")
QUIMPER = "29232"
AUBUSSON, CARHAIX = "23008", "29024"


def imagine(session: Session, region: Region, *changes: Change) -> Scenario:
    with transaction() as writing:
        actor = region.acting(writing, region.coordinator)
        scenario = create_scenario(writing, actor, region_code=BRITTANY, name="Un four de plus")
        for change in changes:
            add_change(writing, actor, scenario_id=scenario.id, change=change)
        return scenario


def test_one_more_seat_and_one_more_position_serve_one_more_youth(
    session: Session, region: Region
) -> None:
    base = computed(session, region)
    scenario = imagine(
        session,
        region,
        Change(
            ChangeKind.PLACES,
            1,
            QUIMPER,
            rome_code="D1102",
            level=3,
            starts_on=region.training.starts_on,
        ),
        Change(ChangeKind.POSITIONS, 1, QUIMPER, rome_code="D1102"),
    )

    imagined = computed(session, region, scenario_id=scenario.id)

    # Served on the same copy without the changes, as the region's own plan has it here.
    assert imagined.figures["served_without"] == base.figures["served"]
    assert imagined.figures["served"] == base.figures["served"] + 1


def test_a_what_if_writes_no_line_and_moves_no_row(session: Session, region: Region) -> None:
    scenario = imagine(session, region, Change(ChangeKind.POSITIONS, 5, QUIMPER, rome_code="D1102"))

    run = computed(session, region, scenario_id=scenario.id)

    assert (
        session.scalar(select(func.count()).select_from(PlanLine).where(PlanLine.plan_id == run.id))
        == 0
    )
    assert session.scalar(select(func.count()).select_from(Opening)) == 1
    assert session.scalar(select(func.count()).select_from(TrainingSession)) == 1


def test_a_change_taken_out_again_changes_nothing(session: Session, region: Region) -> None:
    scenario = imagine(session, region)
    with transaction() as writing:
        actor = region.acting(writing, region.coordinator)
        change = add_change(
            writing,
            actor,
            scenario_id=scenario.id,
            change=Change(ChangeKind.POSITIONS, 5, QUIMPER, rome_code="D1102"),
        )
        drop_change(writing, actor, change_id=change.id)

    run = computed(session, region, scenario_id=scenario.id)

    assert run.figures["positions"] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (Change(ChangeKind.PLACES, 5, QUIMPER), "trade"),
        (Change(ChangeKind.BUS_LINE, 30, QUIMPER, other_commune_code=QUIMPER), "other"),
        (Change(ChangeKind.BUS_LINE, 400, QUIMPER, other_commune_code="29019"), "amount"),
        (Change(ChangeKind.POSITIONS, 5, AUBUSSON, rome_code="D1102"), "commune"),
    ],
)
def test_a_change_that_cannot_be_is_refused_next_to_its_field(
    session: Session, region: Region, change: Change, field: str
) -> None:
    scenario = imagine(session, region)
    with transaction() as writing:
        make_commune(writing, AUBUSSON)

    with pytest.raises(Invalid) as refused, transaction() as writing:
        add_change(
            writing,
            region.acting(writing, region.coordinator),
            scenario_id=scenario.id,
            change=change,
        )

    assert refused.value.field == field


def test_two_what_ifs_of_a_region_have_two_names(session: Session, region: Region) -> None:
    imagine(session, region)

    with pytest.raises(Invalid):
        imagine(session, region)


def test_a_bus_line_reaches_only_the_youth_whose_way_it_shortens(
    session: Session, region: Region
) -> None:
    with transaction() as writing:
        make_commune(writing, CARHAIX)
        walker, driver = (writing.get_one(Youth, one.id) for one in region.youth)
        walker.travel_means, driver.travel_means = TravelMeans.BICYCLE, TravelMeans.CAR
        for one in (walker, driver):
            record_change(writing, Changed.YOUTH, one.id)
        walker_id, driver_id = walker.id, driver.id
    scenario = imagine(
        session, region, Change(ChangeKind.BUS_LINE, 95, QUIMPER, other_commune_code=CARHAIX)
    )
    with transaction() as writing:
        run = ask_for_plan(
            writing,
            region.acting(writing, region.coordinator),
            region_code=BRITTANY,
            scenario_id=scenario.id,
        )
        copy = copy_of_region(writing, run)

    minutes = {row.id: copy.times.between(copy.times.home(row), CARHAIX) for row in copy.youths}

    # 50 km as the crow flies: some four hours and a half by bicycle, 70 minutes by car.
    assert minutes == {walker_id: 95.0, driver_id: None}
    assert copy.times.between(Home(CARHAIX, frozenset(), None), QUIMPER) == 95.0


def test_a_what_if_counts_on_the_travel_times_that_the_region_brought(
    session: Session, region: Region
) -> None:
    """Ninety minutes to walk to the neighbour's bakery: nobody with a limit of sixty is served there."""
    with transaction() as writing:
        for one in region.youth:
            row = writing.get_one(Youth, one.id)
            row.radius_km, row.minutes = None, 60
        table = bring_table(
            writing,
            CLOCK,
            region_code=BRITTANY,
            source="Distancier",
            valid_from=date(2026, 9, 1),
            file=io.BytesIO(b"origine;destination;minutes\n29232;29232;90\n"),
            file_name="temps.csv",
            means=JourneyMeans.TRANSIT,
        )
        table_id = table.id
    run_queued_jobs()
    before = computed(session, region).figures["served"]
    with transaction() as writing:
        use_table(writing, CLOCK, table_id=table_id)

    after = computed(session, region).figures["served"]

    assert (before, after) == (1, 0)
