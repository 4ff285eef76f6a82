"""Courses and sessions of the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.text import sort_key
from app.policy.actor import OrganisationKind
from app.training.models import Course, CourseTrade, Rhythm, TrainingSession
from tests.factories.accounts import make_organisation, make_site
from tests.factories.reference import make_trade


def make_course(
    session: Session,
    cfa: Organisation | None = None,
    *,
    trades: tuple[str, ...] = ("D1102",),
    **values: Any,
) -> Course:
    """CAP Boulanger."""
    cfa = cfa or make_organisation(session, OrganisationKind.TRAINING_CENTRE)
    title = values.pop("title", "CAP Boulanger")
    course = Course(
        **{
            "cfa_id": cfa.id,
            "title": title,
            "sort_name": sort_key(title),
            "level": 3,
            "entry_level": 2,
            "entry_level_known": True,
            "duration_months": 21,
            "rhythm": Rhythm.ONE_TWO,
            "has_boarding": True,
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(course)
    session.flush()
    for code in trades:
        make_trade(session, code)
        session.add(CourseTrade(course_id=course.id, rome_code=code))
    session.flush()
    return course


def make_training_session(
    session: Session, course: Course | None = None, *, insee_code: str = "29232", **values: Any
) -> TrainingSession:
    """A session of twelve seats that starts in a week."""
    course = course or make_course(session)
    if "site_id" not in values:
        cfa = session.get_one(Organisation, course.cfa_id)
        values["site_id"] = make_site(session, cfa, insee_code).id
    row = TrainingSession(
        **{
            "course_id": course.id,
            "starts_on": date(2026, 11, 30),
            "ends_on": date(2028, 8, 31),
            "capacity": 12,
            "checked_on": clock.today(),
            "created_at": clock.now(),
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row
