"""How long data is kept: the officer's figures, the warnings, and what the night removes.

A file is anonymised only when its adviser was warned at least thirty days before about this very date; a contact noted
meanwhile moves the date, and a new warning is needed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock, journal
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.core.retention import RULES, WARN_DAYS, RetentionKind, run_purges
from app.policy.actor import CLOCK, Actor
from app.policy.permissions import Permission
from app.privacy import emails
from app.privacy.models import RetentionRun, RetentionSetting, RetentionWarning
from app.privacy.queries.retention import DueFile, days_of, files_due, warned_files
from app.privacy.services.purging import purge_person

MOST_DAYS = 3660
RUNS_KEPT_DAYS = 730
FILE_KINDS = (RetentionKind.YOUTH_SILENT, RetentionKind.YOUTH_PLACED)


def set_days(
    db_session: Session, actor: Actor, *, kind: RetentionKind, days: int
) -> RetentionSetting:
    """The officer of the platform chooses how long one kind of data is kept.

    Raises:
        Invalid: not between one day and ten years, or files with less than the thirty days of a warning.
    """
    ensure(actor, Permission.RETENTION_EDIT, seen_by=Permission.PRIVACY_OVERSEE)
    lowest = WARN_DAYS + 1 if kind in FILE_KINDS else 1
    if not lowest <= days <= MOST_DAYS:
        raise Invalid(f"Écrivez un nombre de jours de {lowest} à {MOST_DAYS}.", field="days")
    row = db_session.get(RetentionSetting, kind)
    before = row.days if row else RULES[kind].days
    if row is None:
        row = RetentionSetting(kind=kind)
        db_session.add(row)
    row.days, row.changed_at, row.changed_by = days, clock.now(), actor.user_id
    journal.record(
        db_session,
        actor,
        subject_kind="retention",
        subject_id=0,
        event="retention_changed",
        reason=kind.value,
        from_state=str(before),
        to_state=str(days),
        audience=journal.Audience.PLATFORM,
    )
    db_session.flush()
    return row


def warn_of_due(db_session: Session) -> int:
    """Tell each adviser which files will be anonymised in thirty days or less. Returns how many files."""
    today = clock.today()
    due: list[DueFile] = []
    for kind in FILE_KINDS:
        due += files_due(db_session, kind, by=today + timedelta(days=WARN_DAYS))
    fresh = [one for one in due if _remember(db_session, one)]
    by_adviser: defaultdict[tuple[int, int | None], list[DueFile]] = defaultdict(list)
    for one in fresh:
        by_adviser[(one.organisation_id, one.adviser_id)].append(one)
    for (organisation_id, adviser_id), files in by_adviser.items():
        emails.warn_of_anonymisation(
            db_session,
            organisation_id=organisation_id,
            adviser_email=db_session.scalar(
                select(User.email).where(User.id == adviser_id, User.is_active)
            ),
            lines=[(one.code, _announced(one)) for one in files],
        )
    return len(fresh)


def _announced(file: DueFile) -> date:
    """The day that the mail says: thirty days from now for a file that is late already."""
    earliest = clock.today() + timedelta(days=WARN_DAYS)
    return max(file.due_on, earliest)


def _remember(db_session: Session, file: DueFile) -> bool:
    """True when nobody was warned of this date before."""
    known = db_session.scalar(
        select(RetentionWarning.id).where(
            RetentionWarning.youth_id == file.youth_id, RetentionWarning.due_on == file.due_on
        )
    )
    if known is not None:
        return False
    try:
        with db_session.begin_nested():
            db_session.add(
                RetentionWarning(
                    youth_id=file.youth_id,
                    kind=file.kind,
                    due_on=file.due_on,
                    warned_at=clock.now(),
                )
            )
    except IntegrityError:
        return False
    return True


def anonymise_due(db_session: Session, *, youth_id: int) -> bool:
    """Anonymise one file whose date has passed and whose warning is thirty days old; judged again on the fresh row."""
    if youth_id not in warned_files(db_session, only=youth_id):
        return False
    removed = purge_person(db_session, youth_id=youth_id)
    journal.record(
        db_session,
        CLOCK,
        subject_kind="youth",
        subject_id=youth_id,
        event="anonymised",
        audience=journal.Audience.PLATFORM,
        youth_id=youth_id,
        details={"tables": len(removed)},
    )
    return bool(removed)


def run_other_purges(db_session: Session, kind: RetentionKind) -> int:
    """Remove what one kind has too long, by the functions that the slices registered. Returns how many things."""
    limit = clock.now() - timedelta(days=days_of(db_session, kind))
    return run_purges(db_session, kind, limit)


def note_night(db_session: Session, counts: dict[str, int]) -> RetentionRun:
    """Keep the report of a night: counts by kind, no name."""
    old = clock.now() - timedelta(days=RUNS_KEPT_DAYS)
    db_session.execute(delete(RetentionRun).where(RetentionRun.ran_at < old))
    row = RetentionRun(ran_at=clock.now(), counts=dict(counts))
    db_session.add(row)
    db_session.flush()
    return row
