"""A copy of a region for the engine: its rows, those left out by the plan before, and the changes of a what-if."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, Site
from app.core import clock
from app.engine.model import ContractKind, OpeningInput, SessionInput, YouthInput
from app.engine.pool import Pool
from app.engine.travel_times import Line, TravelTimes
from app.engine.weights import DEFAULT
from app.matching.queries.rows import WINDOW_MONTHS, load_openings, load_sessions, load_youth
from app.openings.models import Opening
from app.planning.models import ChangeKind, LeftWithout, PlanRun, ScenarioChange
from app.planning.workflow import PlanState
from app.reference.models import Commune
from app.reference.queries import distances_km, knowledge, trade_labels
from app.reference.queries.travel import load_travel_times
from app.rules.dates.arithmetic import add_months
from app.training.models import TrainingSession
from app.youth.models import Youth

# Ids of rows that exist in a what-if only: no real row has them, and -1 means "none" to the engine.
IMAGINED = -1000
TYPICAL_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of a region, detached from the database.

    Attributes:
        before: of a what-if, the same rows without its changes.
    """

    youths: tuple[YouthInput, ...]
    openings: tuple[OpeningInput, ...]
    sessions: tuple[SessionInput, ...]
    times: TravelTimes
    before: Copy | None = None

    def pool(self, db_session: Session) -> Pool:
        """The copy as the engine reads it."""
        return Pool.build(
            self.youths,
            self.openings,
            self.sessions,
            DEFAULT,
            knowledge(db_session),
            self.times,
        )


def copy_of_region(db_session: Session, run: PlanRun) -> Copy:
    """The youth followed in the region, with the openings and sessions whose place is in it.

    Those whom the last real plan left out are marked, so that nobody is left out twice in a row where it can be helped.
    A what-if marks everybody: it asks how many can be served.
    """
    region = run.region_code
    openings = load_openings(db_session, _openings_in(db_session, region))
    sessions = load_sessions(db_session, _sessions_in(db_session, region))
    is_what_if = run.scenario_id is not None
    left_out = frozenset() if is_what_if else _left_out_last_time(db_session, region)
    youths = [
        replace(row, left_out_before=is_what_if or row.id in left_out)
        for row in load_youth(db_session, _youth_of(db_session, region))
    ]
    times = load_travel_times(db_session)
    found = Copy(tuple(youths), tuple(openings), tuple(sessions), times)
    if run.scenario_id is None:
        return found
    changes = db_session.scalars(
        select(ScenarioChange)
        .where(ScenarioChange.scenario_id == run.scenario_id)
        .order_by(ScenarioChange.id)
    ).all()
    return _with_changes(db_session, found, changes)


def _youth_of(db_session: Session, region: str) -> list[int]:
    return list(
        db_session.scalars(
            select(Youth.id)
            .join(Organisation, Organisation.id == Youth.organisation_id)
            .where(Organisation.region_code == region)
        )
    )


def _openings_in(db_session: Session, region: str) -> list[int]:
    return list(
        db_session.scalars(
            select(Opening.id)
            .join(Commune, Commune.insee_code == Opening.commune_code)
            .where(Commune.region_code == region)
        )
    )


def _sessions_in(db_session: Session, region: str) -> list[int]:
    return list(
        db_session.scalars(
            select(TrainingSession.id)
            .join(Site, Site.id == TrainingSession.site_id)
            .join(Commune, Commune.insee_code == Site.commune_code)
            .where(Commune.region_code == region)
        )
    )


def last_plan_id(db_session: Session, region: str) -> int | None:
    """The newest real plan of the region that was computed to its end: a failed night leaves it where it is."""
    return db_session.scalar(
        select(PlanRun.id)
        .where(
            PlanRun.region_code == region,
            PlanRun.scenario_id.is_(None),
            PlanRun.state == PlanState.DONE,
        )
        .order_by(PlanRun.id.desc())
        .limit(1)
    )


def _left_out_last_time(db_session: Session, region: str) -> frozenset[int]:
    before = last_plan_id(db_session, region)
    return frozenset(
        db_session.scalars(select(LeftWithout.youth_id).where(LeftWithout.plan_id == before))
    )


def _with_changes(db_session: Session, found: Copy, changes: Sequence[ScenarioChange]) -> Copy:
    communes = {
        code
        for change in changes
        for code in (change.commune_code, change.other_commune_code)
        if code is not None
    }
    places = {
        row.insee_code: row
        for row in db_session.scalars(select(Commune).where(Commune.insee_code.in_(communes)))
    }
    labels = trade_labels(db_session, {one.rome_code for one in changes if one.rome_code})
    openings, sessions, lines = [], [], list[Line]()
    for number, change in enumerate(changes):
        place, label = places[change.commune_code], labels.get(change.rome_code or "", "")
        if change.kind is ChangeKind.PLACES:
            sessions.append(_imagined_session(change, IMAGINED - number, place, label))
        elif change.kind is ChangeKind.POSITIONS:
            openings.append(_imagined_opening(change, IMAGINED - number, place, label))
        else:
            lines.extend(_both_ways(change, places))
    return Copy(
        found.youths,
        (*found.openings, *openings),
        (*found.sessions, *sessions),
        found.times.with_lines(lines),
        found,
    )


def _imagined_session(
    change: ScenarioChange, number: int, place: Commune, label: str
) -> SessionInput:
    starts = change.starts_on or clock.today()
    return SessionInput(
        id=number,
        title=label,
        trades=(change.rome_code or "",),
        level=change.level or TYPICAL_LEVEL,
        entry_level=1,
        kinds=ContractKind.APPRENTICESHIP | ContractKind.PROFESSIONALISATION,
        start_from=starts.toordinal(),
        start_to=starts.toordinal(),
        contract_from=add_months(starts, -WINDOW_MONTHS).toordinal(),
        contract_to=add_months(starts, WINDOW_MONTHS).toordinal(),
        seats_free=change.amount,
        lat=place.latitude,
        lon=place.longitude,
        commune=place.insee_code,
        certified_until=date.max.toordinal(),
    )


def _imagined_opening(
    change: ScenarioChange, number: int, place: Commune, label: str
) -> OpeningInput:
    starts = change.starts_on
    return OpeningInput(
        id=number,
        title=label,
        trade=change.rome_code,
        kinds=ContractKind.APPRENTICESHIP | ContractKind.PROFESSIONALISATION,
        start_from=starts.toordinal() if starts else None,
        levels=frozenset({change.level}) if change.level else None,
        positions_free=change.amount,
        licence_needed=False,
        lat=place.latitude,
        lon=place.longitude,
        commune=place.insee_code,
    )


def _both_ways(change: ScenarioChange, places: Mapping[str, Commune]) -> Iterator[Line]:
    """A bus line, there and back. Where a commune has no position its way is taken for a long one."""
    here, there = change.commune_code, change.other_commune_code or change.commune_code
    km = _km(places[here], places[there])
    yield Line(here, there, float(change.amount), km)
    yield Line(there, here, float(change.amount), km)


def _km(one: Commune, other: Commune) -> float:
    if one.latitude is None or one.longitude is None:
        return DEFAULT.unlimited_km
    if other.latitude is None or other.longitude is None:
        return DEFAULT.unlimited_km
    found = distances_km(
        (one.latitude, one.longitude), np.array([other.latitude]), np.array([other.longitude])
    )
    return float(found[0])
