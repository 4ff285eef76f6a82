"""From tables to the engine's rows: a handful of statements, whatever the number of rows.

This is where the law becomes numbers: first and last lawful start day from the birth date, contract window of a
session from its start. Nothing that the law forbids to weigh is read here: no name, sex, origin, family, note.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.core import clock
from app.core.db import AnyRow, AnySelect
from app.engine.model import (
    ContractKind,
    Means,
    OpeningInput,
    Rhythm,
    SessionInput,
    Wish,
    YouthInput,
)
from app.engine.text import fold
from app.matching.models import SetAside
from app.matching.queries.asides import still_holds
from app.openings.models import MinorsPossible, Opening, OpeningStatus
from app.reference.models import Commune, ShortageMark
from app.reference.queries import taught_trades
from app.rules.age import AgeExemptions
from app.rules.dates.arithmetic import add_months, anniversary
from app.rules.law import ContractKind as LegalKind
from app.rules.start_days import lawful_start_days
from app.training.models import Course, CourseTrade, SessionStatus, TrainingSession
from app.training.models import Rhythm as CourseRhythm
from app.youth.models import (
    DisabilityRecognition,
    ReadinessMark,
    TravelMeans,
    YesNoUnknown,
    Youth,
    YouthStatus,
)
from app.youth.models import Wish as WishRow
from app.youth.queries.facts import listed_condition

MEANS = {
    TravelMeans.ON_FOOT: Means.WALK,
    TravelMeans.BICYCLE: Means.CYCLE,
    TravelMeans.MOPED: Means.MOPED,
    TravelMeans.PUBLIC_TRANSPORT: Means.TRANSIT,
    TravelMeans.CAR: Means.CAR,
    TravelMeans.LIFT: Means.CAR,
}
KNOWN = {YesNoUnknown.YES: True, YesNoUnknown.NO: False, YesNoUnknown.UNKNOWN: None}
MINORS = {MinorsPossible.YES: True, MinorsPossible.NO: False, MinorsPossible.UNKNOWN: None}

# Below this many answers due, a habit of answering says nothing yet.
ANSWERS_NEEDED = 3
# CFA-02 and DUR-07: contract and course start within three calendar months of each other.
WINDOW_MONTHS = 3
# DUR-01: a contract lasts six months at least, so a rolling entry ends that long before the session does.
SHORTEST_CONTRACT_MONTHS = 6
LAST_DAY = date.max.toordinal()

WishKey = tuple[int, str, str | None]


def load_youth(
    db_session: Session, ids: Collection[int] | None = None, *, only_listed: bool = True
) -> list[YouthInput]:
    """Engine rows of the youth who may be matched: five statements.

    Args:
        ids: only these; None for all.
        only_listed: leave out those who are not ready or did not agree to be shown (all pages but their adviser's).
    """
    today = clock.today()
    query: AnySelect = select(
        Youth,
        Commune.latitude,
        Commune.longitude,
        DisabilityRecognition.valid_until,
        DisabilityRecognition.youth_id,
    ).outerjoin(Commune, Commune.insee_code == Youth.commune_code)
    query = query.outerjoin(DisabilityRecognition, DisabilityRecognition.youth_id == Youth.id)
    query = query.where(Youth.id.in_(ids)) if ids is not None else query
    if only_listed:
        query = query.where(Youth.status == YouthStatus.READY, listed_condition(today))
    rows = db_session.execute(query.order_by(Youth.id).execution_options(yield_per=2000)).all()
    wishes = _by_youth(
        db_session,
        select(WishRow.youth_id, WishRow.rank, WishRow.raw_text, WishRow.rome_code),
        WishRow.youth_id,
        ids,
    )
    marks = _by_youth(
        db_session,
        select(ReadinessMark.youth_id, ReadinessMark.item, ReadinessMark.is_done),
        ReadinessMark.youth_id,
        ids,
    )
    aside = _by_youth(
        db_session,
        select(
            SetAside.youth_id,
            SetAside.opening_id,
            SetAside.session_id,
            SetAside.reason,
            SetAside.basis,
        ).where(or_(SetAside.until.is_(None), SetAside.until >= today)),
        SetAside.youth_id,
        ids,
    )
    # A person has said what these words mean; nobody needs to confirm them wish by wish.
    taught = taught_trades(db_session)
    return [
        _with_asides(
            _youth_row(row, wishes[row.Youth.id], marks[row.Youth.id], taught, today),
            aside[row.Youth.id],
        )
        for row in rows
    ]


def _with_asides(row: YouthInput, aside: list[AnyRow]) -> YouthInput:
    """The row with what is set aside today: a reason that rested on the file as it was has ended."""
    held = [one for one in aside if still_holds(one.reason, one.basis, row)]
    if not held:
        return row
    return replace(
        row,
        set_aside_openings=frozenset(one.opening_id for one in held if one.opening_id),
        set_aside_sessions=frozenset(one.session_id for one in held if one.session_id),
    )


def _by_youth(
    db_session: Session, query: AnySelect, column: Any, ids: Collection[int] | None
) -> defaultdict[int, list[AnyRow]]:
    """Rows of a table grouped by youth, in a total order."""
    query = query.where(column.in_(ids)) if ids is not None else query
    grouped: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in db_session.execute(query.order_by(column)):
        grouped[row.youth_id].append(row)
    return grouped


def _youth_row(
    row: AnyRow,
    wishes: list[AnyRow],
    marks: list[AnyRow],
    taught: Mapping[str, str],
    today: date,
) -> YouthInput:
    youth: Youth = row.Youth
    has_recognition = row.youth_id is not None
    done = sum(1 for mark in marks if mark.is_done)
    missing = tuple((mark.item.value, 1.0 / len(marks)) for mark in marks if not mark.is_done)
    exemptions = AgeExemptions(
        finished_lower_secondary=KNOWN[youth.lower_secondary_completed],
        disabled_worker=has_recognition,
        disabled_until=row.valid_until,
    )
    return YouthInput(
        id=youth.id,
        draw=zlib.crc32(youth.public_code.encode()),
        wishes=tuple(
            Wish(
                rank=wish.rank,
                text=wish.raw_text,
                trade=wish.rome_code or taught.get(fold(wish.raw_text)),
            )
            for wish in sorted(
                wishes, key=lambda one: (one.rank, one.raw_text, one.rome_code or "")
            )
        ),
        lat=row.latitude,
        lon=row.longitude,
        commune=youth.commune_code,
        limit_km=float(youth.radius_km) if youth.radius_km is not None else None,
        limit_minutes=float(youth.minutes) if youth.minutes is not None else None,
        means=frozenset({MEANS[youth.travel_means]}) if youth.travel_means else frozenset(),
        licence=KNOWN[youth.driving_licence_b],
        boarding=KNOWN[youth.boarding_accepted],
        available_from=max(youth.available_from or today, today).toordinal(),
        available_to=youth.available_until.toordinal() if youth.available_until else None,
        kinds=_kinds(youth.wants_apprenticeship, youth.wants_professionalisation),
        apprenticeship_starts=_starts(youth.birth_date, LegalKind.APPRENTICESHIP, exemptions),
        professionalisation_starts=_starts(
            youth.birth_date, LegalKind.PROFESSIONALISATION, exemptions
        ),
        adult_from=anniversary(youth.birth_date, 18).toordinal(),
        level_held=youth.level,
        level_aimed=youth.aimed_level,
        levels_wanted=frozenset({youth.aimed_level}) if youth.aimed_level else None,
        readiness=done / len(marks) if marks else None,
        missing_papers=missing,
        live_proposals=youth.live_placements,
        local_mission=youth.organisation_id,
    )


def _starts(birth_date: date, kind: LegalKind, exemptions: AgeExemptions) -> tuple[int, int]:
    days = lawful_start_days(birth_date, kind, exemptions)
    return days.first_day.toordinal(), days.last_day.toordinal() if days.last_day else LAST_DAY


def _kinds(apprenticeship: bool, professionalisation: bool) -> ContractKind:
    kinds = ContractKind(0)
    if apprenticeship:
        kinds |= ContractKind.APPRENTICESHIP
    if professionalisation:
        kinds |= ContractKind.PROFESSIONALISATION
    return kinds


def load_openings(db_session: Session, ids: Collection[int] | None = None) -> list[OpeningInput]:
    """Engine rows of the published openings, full ones included (a seat freed is seen at once): two statements."""
    today = clock.today()
    query = (
        select(Opening, Organisation.answers_due, Organisation.answers_in_time, Commune.region_code)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .where(
            Opening.status == OpeningStatus.PUBLISHED,
            Organisation.status != OrganisationStatus.CLOSED,
            or_(Opening.expires_on.is_(None), Opening.expires_on >= today),
        )
    )
    query = query.where(Opening.id.in_(ids)) if ids is not None else query
    shortages = _shortages(db_session, today)
    return [
        _opening_row(row, shortages, today)
        for row in db_session.execute(query.order_by(Opening.id))
    ]


def _shortages(db_session: Session, on: date) -> frozenset[tuple[str, str]]:
    """`(trade, scope)` marked as short by a list valid that day; scope is "FR" or a region code."""
    rows = db_session.execute(
        select(ShortageMark.rome_code, ShortageMark.scope).where(
            ShortageMark.is_shortage,
            ShortageMark.valid_from <= on,
            or_(ShortageMark.valid_to.is_(None), ShortageMark.valid_to >= on),
        )
    )
    return frozenset((row.rome_code, row.scope) for row in rows)


def _opening_row(row: AnyRow, shortages: frozenset[tuple[str, str]], today: date) -> OpeningInput:
    opening: Opening = row.Opening
    shortage = None
    if opening.rome_code:
        shortage = bool(
            {(opening.rome_code, "FR"), (opening.rome_code, row.region_code)} & shortages
        )
    first = max(opening.start_from, today) if opening.start_from else None
    return OpeningInput(
        id=opening.id,
        title=opening.title,
        trade=opening.rome_code,
        kinds=_kinds(opening.apprenticeship, opening.professionalisation),
        start_from=first.toordinal()
        if first
        else (today.toordinal() if opening.start_until else None),
        start_to=opening.start_until.toordinal() if opening.start_until else None,
        levels=_levels(opening.level_low, opening.level_high),
        positions_free=max(0, opening.positions_free),
        licence_needed=opening.licence_required,
        minors_possible=MINORS[opening.minors_possible],
        lat=opening.latitude,
        lon=opening.longitude,
        commune=opening.commune_code,
        answer_rate=_rate(row.answers_due, row.answers_in_time),
        shortage=shortage,
        live_proposals=opening.live_placements,
    )


def _levels(low: int | None, high: int | None) -> frozenset[int] | None:
    if low is None and high is None:
        return None
    return frozenset(range(low or 1, (high or 8) + 1))


def _rate(due: int, in_time: int) -> float | None:
    return in_time / due if due >= ANSWERS_NEEDED else None


def load_sessions(db_session: Session, ids: Collection[int] | None = None) -> list[SessionInput]:
    """Engine rows of the open sessions that somebody can still join: two statements."""
    today = clock.today()
    still_open = or_(
        TrainingSession.starts_on >= today - timedelta(days=93),
        and_(
            TrainingSession.has_rolling_entry,
            or_(TrainingSession.ends_on.is_(None), TrainingSession.ends_on > today),
        ),
    )
    query = (
        select(
            TrainingSession, Course, Site, Organisation.answers_due, Organisation.answers_in_time
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .join(Site, Site.id == TrainingSession.site_id)
        .where(
            TrainingSession.status == SessionStatus.OPEN, Course.is_archived.is_(False), still_open
        )
    )
    query = query.where(TrainingSession.id.in_(ids)) if ids is not None else query
    rows = db_session.execute(query.order_by(TrainingSession.id)).all()
    trades = _course_trades(
        db_session, {row.Course.id for row in rows} if ids is not None else None
    )
    return [_session_row(row, trades[row.Course.id]) for row in rows]


def _course_trades(
    db_session: Session, course_ids: Iterable[int] | None
) -> defaultdict[int, list[str]]:
    query = select(CourseTrade.course_id, CourseTrade.rome_code)
    query = query.where(CourseTrade.course_id.in_(course_ids)) if course_ids is not None else query
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    for row in db_session.execute(query.order_by(CourseTrade.course_id, CourseTrade.rome_code)):
        grouped[row.course_id].append(row.rome_code)
    return grouped


def _session_row(row: AnyRow, trades: list[str]) -> SessionInput:
    session: TrainingSession = row.TrainingSession
    course: Course = row.Course
    last_entry = session.starts_on
    if session.has_rolling_entry:
        last_entry = add_months(
            session.ends_on or add_months(session.starts_on, 18), -SHORTEST_CONTRACT_MONTHS
        )
        last_entry = max(last_entry, session.starts_on)
    return SessionInput(
        id=session.id,
        title=course.title,
        trades=tuple(trades),
        level=course.level,
        entry_level=(course.entry_level or 1) if course.entry_level_known else None,
        kinds=_kinds(course.for_apprenticeship, course.for_professionalisation),
        start_from=session.starts_on.toordinal(),
        start_to=last_entry.toordinal(),
        contract_from=add_months(session.starts_on, -WINDOW_MONTHS).toordinal(),
        contract_to=add_months(last_entry, WINDOW_MONTHS).toordinal(),
        seats_free=max(0, session.seats_free),
        lat=row.Site.latitude,
        lon=row.Site.longitude,
        commune=row.Site.commune_code,
        boarding=course.has_boarding,
        rhythm=_rhythm(course.rhythm),
        certified_until=course.certification_ends_on.toordinal()
        if course.certification_ends_on
        else LAST_DAY,
        answer_rate=_rate(row.answers_due, row.answers_in_time),
    )


def _rhythm(rhythm: CourseRhythm) -> Rhythm | None:
    if rhythm is CourseRhythm.UNKNOWN:
        return None
    return Rhythm.WEEKLY if rhythm is CourseRhythm.WEEKLY else Rhythm.BLOCKS
