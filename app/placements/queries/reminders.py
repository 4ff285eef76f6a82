"""Which reminders are due today: a ladder for each waiting answer, the end of a promise, the windows without employer.

Of several rungs that have passed only the highest is sent: after a pause nobody receives a week of mails at once.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.openings.models import PositionHold, PositionState
from app.placements.deadlines import ESCALATION_DAYS, HOLD_ALERT_DAYS, SECOND_REMINDER_DAYS
from app.placements.models import Placement, SentReminder
from app.placements.workflow import LEAF_OPEN_STAGES, Leaf, LeafState
from app.rules.dates import AFTER_BREAK_ALERT_DAYS, TRAINEE_ALERT_DAYS
from app.training.models import HoldState, SeatHold


class Rung(enum.StrEnum):
    """What a reminder is for."""

    FIRST = "first"
    SECOND = "second"
    ESCALATION = "escalation"
    HOLD = "hold"
    WINDOW = "window"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder to send: `about_on` is the date that it speaks of, `kind` makes it unique."""

    placement_id: int
    rung: Rung
    kind: str
    leaf: Leaf
    about_on: date
    is_trainee: bool = False


def due_reminders(db_session: Session, today: date) -> list[DueReminder]:
    """Reminders of today that were not sent: four statements."""
    open_ones = list(
        db_session.scalars(
            select(Placement).where(Placement.stage.in_(LEAF_OPEN_STAGES)).order_by(Placement.id)
        )
    )
    seats = {
        (one.session_id, one.youth_id): one.hold_until
        for one in db_session.scalars(select(SeatHold).where(SeatHold.state == HoldState.HELD))
    }
    positions = {
        (one.opening_id, one.youth_id): one.hold_until
        for one in db_session.scalars(
            select(PositionHold).where(PositionHold.state == PositionState.HELD)
        )
    }
    sent = {
        (one.placement_id, one.kind, one.about_on)
        for one in db_session.scalars(
            select(SentReminder)
            .join(Placement, Placement.id == SentReminder.placement_id)
            .where(Placement.stage.in_(LEAF_OPEN_STAGES))
        )
    }
    found: list[DueReminder] = []
    for placement in open_ones:
        found += _of_answers(placement, today)
        found += _of_window(placement, today)
        if placement.window_ends is None and placement.cfa_leaf is LeafState.YES:
            until = seats.get((placement.session_id or 0, placement.youth_id))
            found += _of_hold(placement, Leaf.CFA, until, today)
        if placement.employer_leaf is LeafState.YES:
            until = positions.get((placement.opening_id or 0, placement.youth_id))
            found += _of_hold(placement, Leaf.EMPLOYER, until, today)
    return [one for one in found if (one.placement_id, one.kind, one.about_on) not in sent]


def _of_answers(placement: Placement, today: date) -> Iterator[DueReminder]:
    for leaf in Leaf:
        due: date | None = getattr(placement, f"{leaf.value}_due_on")
        if due is None or placement.clover.leaf(leaf) is not LeafState.WAITING:
            continue
        late = (today - due).days
        rung = (
            Rung.ESCALATION
            if late >= ESCALATION_DAYS
            else Rung.SECOND
            if late >= SECOND_REMINDER_DAYS
            else Rung.FIRST
        )
        if late >= 0:
            yield DueReminder(placement.id, rung, f"{leaf.value}_{rung.value}", leaf, due)


def _of_hold(
    placement: Placement, leaf: Leaf, until: date | None, today: date
) -> Iterator[DueReminder]:
    if until is not None and timedelta(0) <= until - today <= timedelta(days=HOLD_ALERT_DAYS):
        yield DueReminder(placement.id, Rung.HOLD, f"{leaf.value}_hold", leaf, until)


def _of_window(placement: Placement, today: date) -> Iterator[DueReminder]:
    """The alert days count from the first day of the window (CFA-02, TER-05)."""
    if (
        placement.window_starts is None
        or placement.window_ends is None
        or placement.employer_leaf is LeafState.YES
    ):
        return
    is_trainee = placement.trainee_since is not None
    days = TRAINEE_ALERT_DAYS if is_trainee else AFTER_BREAK_ALERT_DAYS
    passed = [one for one in days if placement.window_starts + timedelta(days=one) <= today]
    if passed and today <= placement.window_ends:
        yield DueReminder(
            placement.id,
            Rung.WINDOW,
            f"window_{passed[-1]}",
            Leaf.CFA,
            placement.window_ends,
            is_trainee,
        )
