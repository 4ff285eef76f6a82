"""What has been kept long enough: files to warn about, files to anonymise, the officer's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.retention import RULES, WARN_DAYS, RetentionKind, Rule, has_purge
from app.placements.models import Placement
from app.placements.workflow import LIVE_STAGES, Stage
from app.privacy.models import RetentionRun, RetentionSetting, RetentionWarning
from app.youth.models import Youth, YouthStatus

RUNS_SHOWN = 14


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file that will have been kept long enough on `due_on`."""

    youth_id: int
    code: str
    organisation_id: int
    adviser_id: int | None
    kind: RetentionKind
    due_on: date


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """One kind as the officer's page shows it; `is_kept`: some slice holds data of this kind."""

    kind: RetentionKind
    rule: Rule
    days: int
    changed_at: datetime | None
    is_kept: bool


def all_days(db_session: Session) -> Mapping[RetentionKind, int]:
    """Days by kind: the officer's figure, or the default."""
    chosen = {one.kind: one.days for one in db_session.scalars(select(RetentionSetting))}
    return {kind: chosen.get(kind, rule.days) for kind, rule in RULES.items()}


def days_of(db_session: Session, kind: RetentionKind) -> int:
    """Days of one kind."""
    row = db_session.get(RetentionSetting, kind)
    return row.days if row else RULES[kind].days


def retention_lines(db_session: Session) -> list[RetentionLine]:
    """Every kind with its figure: one statement."""
    chosen = {one.kind: one for one in db_session.scalars(select(RetentionSetting))}
    files = {RetentionKind.YOUTH_SILENT, RetentionKind.YOUTH_PLACED}
    return [
        RetentionLine(
            kind=kind,
            rule=rule,
            days=chosen[kind].days if kind in chosen else rule.days,
            changed_at=chosen[kind].changed_at if kind in chosen else None,
            is_kept=kind in files or has_purge(kind),
        )
        for kind, rule in RULES.items()
    ]


def last_runs(db_session: Session) -> list[RetentionRun]:
    """What the last nights did, newest first."""
    return list(
        db_session.scalars(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(RUNS_SHOWN))
    )


def files_due(
    db_session: Session, kind: RetentionKind, *, by: date, only: int | None = None
) -> list[DueFile]:
    """Files of this kind that will have been kept long enough by that day: two statements."""
    days = days_of(db_session, kind)
    since = _since(kind)
    before = datetime.combine(by - timedelta(days=days) + timedelta(days=1), time(), tzinfo=UTC)
    query = (
        select(Youth.id, Youth.public_code, Youth.organisation_id, Youth.adviser_id, since)
        .where(Youth.anonymised_at.is_(None), ~_has_live_placement(), since < before, _is_of(kind))
        .order_by(Youth.id)
    )
    if only is not None:
        query = query.where(Youth.id == only)
    found = []
    for youth_id, code, organisation_id, adviser_id, last in db_session.execute(query):
        due_on = clock.local(_aware(last)).date() + timedelta(days=days)
        if due_on <= by:
            found.append(DueFile(youth_id, code, organisation_id, adviser_id, kind, due_on))
    return found


def warned_files(db_session: Session, *, only: int | None = None) -> list[int]:
    """Files whose date has passed and whose adviser was warned of that date thirty days ago or more."""
    today = clock.today()
    due = [
        one
        for kind in (RetentionKind.YOUTH_SILENT, RetentionKind.YOUTH_PLACED)
        for one in files_due(db_session, kind, by=today, only=only)
    ]
    if not due:
        return []
    warned = {
        (youth_id, due_on)
        for youth_id, due_on in db_session.execute(
            select(RetentionWarning.youth_id, RetentionWarning.due_on).where(
                RetentionWarning.youth_id.in_([one.youth_id for one in due]),
                RetentionWarning.warned_at <= clock.now() - timedelta(days=WARN_DAYS),
            )
        )
    }
    return sorted({one.youth_id for one in due if (one.youth_id, one.due_on) in warned})


def _last_contract_end() -> ColumnElement[Any]:
    return (
        select(func.max(Placement.ended_at))
        .where(
            Placement.youth_id == Youth.id,
            Placement.stage.in_([Stage.COMPLETED, Stage.BROKEN]),
        )
        .correlate(Youth)
        .scalar_subquery()
    )


def _since(kind: RetentionKind) -> ColumnElement[Any]:
    """What the days run from: the last contact, for a placed youth the end of the contract if it is later."""
    contact = func.coalesce(Youth.last_contact_at, Youth.created_at)
    return _last_contract_end() if kind is RetentionKind.YOUTH_PLACED else contact


def _is_of(kind: RetentionKind) -> ColumnElement[bool]:
    placed = Youth.status == YouthStatus.PLACED
    return placed if kind is RetentionKind.YOUTH_PLACED else ~placed


def _has_live_placement() -> ColumnElement[bool]:
    return (
        select(Placement.id)
        .where(Placement.youth_id == Youth.id, Placement.stage.in_(LIVE_STAGES))
        .correlate(Youth)
        .exists()
    )


def _aware(value: datetime) -> datetime:
    """A computed column of SQLite comes back without its offset."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
