"""Courses, sessions and seats of the CFAs."""

from __future__ import annotations

from datetime import date, timedelta

from app.accounts.models import Organisation
from app.core.text import sort_key
from app.demo.chance import Chance, shared_out
from app.demo.scene import Scene
from app.demo.trades import CourseKind, DemoTrade, sectors
from app.rules.dates.arithmetic import add_months
from app.training.models import (
    Course,
    CourseTrade,
    Rhythm,
    SessionStatus,
    TrainingSession,
)

SECTORS_OF_NETWORK = {
    "cma": ("food", "beauty", "building", "auto"),
    "cci": ("commerce", "hotel", "office", "logistics"),
    "mfr": ("care", "nature", "hotel"),
    "agri": ("nature", "auto"),
    "compagnons": ("building", "industry"),
    "greta": ("industry", "office", "care", "logistics"),
}
RHYTHMS = {
    Rhythm.ONE_TWO: 40.0,
    Rhythm.ONE_THREE: 20.0,
    Rhythm.TWO_TWO: 15.0,
    Rhythm.ONE_ONE: 10.0,
    Rhythm.WEEKLY: 12.0,
    Rhythm.UNKNOWN: 3.0,
}
SESSIONS_A_COURSE = 2


def build_training(scene: Scene) -> None:
    """Courses by the CFAs' sectors, about two sessions each: under way, this winter, next
    autumn.
    """
    chance = scene.chance("training")
    counts = shared_out(
        max(len(scene.cfas), scene.scale.sessions // SESSIONS_A_COURSE), [1.0] * len(scene.cfas)
    )
    courses: list[tuple[Course, DemoTrade]] = []
    for cfa, count in zip(scene.cfas, counts, strict=True):
        courses += _courses(scene, chance, cfa, count)
    scene.add(*(course for course, _ in courses))
    scene.add(
        *(CourseTrade(course_id=course.id, rome_code=one.rome_code) for course, one in courses)
    )
    numbers = shared_out(scene.scale.sessions, [1.0] * len(courses))
    scene.add(
        *(
            _session(scene, chance, course)
            for (course, _), number in zip(courses, numbers, strict=True)
            for _ in range(number)
        )
    )


def _courses(
    scene: Scene, chance: Chance, cfa: Organisation, count: int
) -> list[tuple[Course, DemoTrade]]:
    trades = [
        trade for sector in SECTORS_OF_NETWORK[cfa.network or "cma"] for trade in sectors()[sector]
    ]
    # Every kind of course once before one comes twice; the trades most learnt come first more
    # often.
    kinds = [(trade, kind) for trade in trades for kind in trade.courses]
    order = sorted(kinds, key=lambda one: -one[0].weight * chance.random() / one[1].level)
    chosen = [order[rank % len(order)] for rank in range(count)]
    return [(_course(scene, chance, cfa, kind), trade) for trade, kind in chosen]


def _course(scene: Scene, chance: Chance, cfa: Organisation, kind: CourseKind) -> Course:
    return Course(
        cfa_id=cfa.id,
        title=kind.title,
        sort_name=sort_key(kind.title),
        level=kind.level,
        entry_level=kind.entry_level,
        entry_level_known=chance.happens(0.9),
        duration_months=kind.months,
        rhythm=chance.among(RHYTHMS),
        has_boarding=chance.choice((True, True, False, None)),
        for_apprenticeship=True,
        for_professionalisation=chance.happens(0.2),
        created_at=scene.now - timedelta(days=250),
    )


def _session(scene: Scene, chance: Chance, course: Course) -> TrainingSession:
    starts_on = _start(chance, scene.today)
    capacity = chance.choice((10, 12, 12, 14, 15, 16, 18, 20, 24))
    filled = chance.triangular(0.35, 1.0, 0.75) if starts_on < add_months(scene.today, 3) else 0.2
    site, _ = chance.choice(scene.sites[course.cfa_id])
    is_open = chance.happens(0.95)
    return TrainingSession(
        course_id=course.id,
        site_id=site.id,
        starts_on=starts_on,
        ends_on=add_months(starts_on, course.duration_months or 24) - timedelta(days=1),
        has_rolling_entry=chance.happens(0.45),
        capacity=capacity,
        seats_declared=round(capacity * filled),
        boarding_seats=chance.choice((0, 2, 4, 6)) if course.has_boarding else None,
        status=SessionStatus.OPEN if is_open else SessionStatus.CLOSED,
        checked_on=scene.today - timedelta(days=chance.choice((0, 1, 2, 5, 9, 14, 30, 55))),
        created_at=scene.now - timedelta(days=chance.randint(20, 200)),
    )


def _start(chance: Chance, today: date) -> date:
    """A working day: of this autumn, of the next three months, or of the next school year."""
    kind = chance.among({"under way": 30.0, "soon": 60.0, "next year": 10.0})
    if kind == "under way":
        day = today - timedelta(days=chance.randint(5, 80))
    elif kind == "soon":
        day = today + timedelta(days=chance.randint(5, 85))
    else:
        next_year = today.year + (1 if today.month >= 9 else 0)
        day = date(next_year, 9, chance.randint(1, 15))
    return day - timedelta(days=day.weekday())
