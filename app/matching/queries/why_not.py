"""« Pourquoi pas celle-ci ? »: the first rule that a named opening or session breaks, or the triple that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import AnyRow
from app.core.forms import whole_or_none
from app.engine.judge import Triple, Verdict
from app.engine.reasons import Explained
from app.engine.triples import best_completions, check_pair, check_triple
from app.matching.queries.levers import youth_row
from app.matching.queries.pool import current_pool
from app.openings.models import Opening, OpeningStatus
from app.reference.models import Commune
from app.training.models import Course, SessionStatus, TrainingSession

MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of the opening, alone or with a session.

    Attributes:
        is_open: both are published and take people today.
        broken: the first rule that is broken, None when none is.
        triple: the triple asked for, or the best one that holds the opening.
        needs_session: youth and opening agree, but no session completes them.
    """

    is_open: bool
    broken: Explained[Any] | None = None
    triple: Triple | None = None
    needs_session: bool = False


def explain_pair(
    db_session: Session, *, youth_id: int, opening_id: int, session_id: int
) -> Verdict | None:
    """The engine's verdict on a triple that somebody names; None when one of the three is not in the pool."""
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None or opening_id not in pool.openings or session_id not in pool.sessions:
        return None
    return check_triple(pool, row, opening_id, session_id)


def explain(
    db_session: Session, *, youth_id: int, opening_id: int, session_id: int | None
) -> Answer:
    """Answer for an opening with one session, or with the session that suits best."""
    if session_id is not None:
        verdict = explain_pair(
            db_session, youth_id=youth_id, opening_id=opening_id, session_id=session_id
        )
        return Answer(False) if verdict is None else Answer(True, verdict.broken, verdict.triple)
    pool = current_pool(db_session)
    row = youth_row(db_session, pool, youth_id)
    if row is None or opening_id not in pool.openings:
        return Answer(False)
    pair = check_pair(pool, row, opening=opening_id)
    if pair.broken is not None:
        return Answer(True, pair.broken)
    found = best_completions(pool, row, opening=opening_id, k=1)
    return Answer(True, None, found[0] if found else None, needs_session=not found)


def find_openings(db_session: Session, text: str) -> Sequence[AnyRow]:
    """Published openings by number, title, company or commune: one statement."""
    return db_session.execute(
        select(
            Opening.id,
            Opening.title,
            Organisation.name.label("company"),
            Commune.name.label("commune"),
            Opening.start_from,
        )
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .where(
            Opening.status == OpeningStatus.PUBLISHED,
            *(
                or_(*(column.icontains(word, autoescape=True) for column in _OPENING_COLUMNS))
                if whole_or_none(word) is None
                else Opening.id == whole_or_none(word)
                for word in text.split()[:6]
            ),
        )
        .order_by(Opening.title, Organisation.name, Opening.id)
        .limit(MOST_FOUND)
    ).all()


def find_sessions(db_session: Session, text: str) -> Sequence[AnyRow]:
    """Open sessions by number, course or CFA: one statement."""
    return db_session.execute(
        select(
            TrainingSession.id,
            Course.title,
            Organisation.name.label("cfa"),
            TrainingSession.starts_on,
        )
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(
            TrainingSession.status == SessionStatus.OPEN,
            *(
                or_(*(column.icontains(word, autoescape=True) for column in _SESSION_COLUMNS))
                if whole_or_none(word) is None
                else TrainingSession.id == whole_or_none(word)
                for word in text.split()[:6]
            ),
        )
        .order_by(Course.title, TrainingSession.starts_on, TrainingSession.id)
        .limit(MOST_FOUND)
    ).all()


_OPENING_COLUMNS = (Opening.title, Organisation.name, Commune.name)
_SESSION_COLUMNS = (Course.title, Organisation.name)
