"""An organisation sets the days of its ladders, or goes back to those of the portal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.placements.deadlines import ANSWERS, BadLadder, Escalation, LadderKind, checked_days
from app.placements.models import LadderSetting
from app.placements.queries.ladders import kinds_of, ladders_of
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission


def set_ladder(
    db_session: Session,
    actor: Actor,
    *,
    kind: LadderKind,
    days: Sequence[int | None],
    escalates_to: Escalation | None = None,
) -> LadderSetting:
    """Write the days of one ladder of the organisation worn. Dates that were announced do not move.

    Raises:
        NotFound: not a ladder of this organisation, or not this person's to set.
        Invalid: days that make no ladder (field `day_1`, `day_2`…), or nobody to tell.
    """
    organisation_id = _ensure_may_set(actor, kind)
    try:
        found = checked_days(kind, days)
    except BadLadder as error:
        raise Invalid(str(error), field=f"day_{error.place + 1}") from None
    if kind in ANSWERS.values() and escalates_to is None:
        raise Invalid("Dites qui est prévenu.", field="escalates_to")
    row = db_session.get(LadderSetting, (organisation_id, kind))
    if row is None:
        row = LadderSetting(organisation_id=organisation_id, kind=kind)
        db_session.add(row)
    row.days = list(found)
    row.escalates_to = escalates_to if kind in ANSWERS.values() else None
    row.changed_at, row.changed_by = clock.now(), actor.user_id
    _note(db_session, actor, organisation_id, kind, found)
    db_session.flush()
    return row


def reset_ladder(db_session: Session, actor: Actor, *, kind: LadderKind) -> None:
    """Go back to the days of the portal; asked twice, nothing more happens.

    Raises:
        NotFound: not a ladder of this organisation, or not this person's to set.
    """
    organisation_id = _ensure_may_set(actor, kind)
    row = db_session.get(LadderSetting, (organisation_id, kind))
    if row is None:
        return
    db_session.delete(row)
    db_session.flush()
    default = ladders_of(db_session, ()).of(kind, house_id=None, cfa_id=None)
    _note(db_session, actor, organisation_id, kind, default.days)


def _ensure_may_set(actor: Actor, kind: LadderKind) -> int:
    ensure(
        actor,
        Permission.LADDER_EDIT,
        Facts(organisation_id=actor.organisation_id),
        seen_by=Permission.LADDER_VIEW,
    )
    if actor.organisation_id is None or kind not in kinds_of(actor.organisation_kind):
        raise NotFound
    return actor.organisation_id


def _note(
    db_session: Session,
    actor: Actor,
    organisation_id: int,
    kind: LadderKind,
    days: tuple[int, ...],
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="organisation",
        subject_id=organisation_id,
        event="ladder_set",
        details={"kind": kind.value, "days": list(days)},
    )
