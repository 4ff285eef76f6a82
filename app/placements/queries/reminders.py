"""Which reminders are due today: a ladder for each waiting answer, the end of a promise, the windows without employer.

Of several rungs that have passed only the highest is sent: after a pause nobody receives a week of mails at once.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.core import clock
from app.openings.models import PositionHold, PositionState
from app.placements.deadlines import MEETING_ALERT_DAYS, Escalation, Ladder, LadderKind
from app.placements.models import Meeting, MeetingKind, Placement, SentReminder
from app.placements.queries.contract_ends import CONTRACT_END, ESCALATED, ended_contracts
from app.placements.queries.due import took_agreement_back
from app.placements.queries.ladders import Ladders, Rungs, ladders_of, rungs
from app.placements.workflow import LEAF_OPEN_STAGES, RUNNING_STAGES, Leaf, LeafState
from app.training.models import Course, HoldState, SeatHold, TrainingSession
from app.youth.models import Youth


class Rung(enum.StrEnum):
    """What a reminder is for."""

    FIRST = "first"
    SECOND = "second"
    ESCALATION = "escalation"
    HOLD = "hold"
    WINDOW = "window"
    MEETING = "meeting"
    CONTRACT_END = "contract_end"
    CONTRACT_END_ESCALATION = "contract_end_escalation"


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder to send: `about_on` is the date that it speaks of, `kind` makes it unique.

    Attributes:
        closes_on: the day after which the portal ends a contract by itself.
    """

    placement_id: int
    rung: Rung
    kind: str
    leaf: Leaf
    about_on: date
    is_trainee: bool = False
    escalates_to: Escalation | None = None
    meeting_id: int | None = None
    closes_on: date | None = None


def due_reminders(db_session: Session, today: date) -> list[DueReminder]:
    """Reminders of today that were not sent: seven statements."""
    open_ones = db_session.execute(
        select(Placement, Youth.organisation_id, Course.cfa_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .where(Placement.stage.in_(LEAF_OPEN_STAGES))
        .order_by(Placement.id)
    ).all()
    # Who said stop is spoken of to nobody, even while a seat waits for the youth's word.
    stopped = set(took_agreement_back(db_session))
    open_ones = [one for one in open_ones if one.Placement.id not in stopped]
    ladders = ladders_of(db_session)
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
            .where(
                or_(
                    Placement.stage.in_(LEAF_OPEN_STAGES),
                    and_(
                        Placement.stage.in_(RUNNING_STAGES),
                        SentReminder.kind.startswith(CONTRACT_END),
                    ),
                )
            )
        )
    }
    found: list[DueReminder] = _of_meetings(db_session, today)
    found += _of_contracts(db_session, ladders, today)
    for placement, house_id, cfa_id in open_ones:
        of_answer = partial(ladders.of_answer, house_id=house_id, cfa_id=cfa_id)
        of_hold = partial(ladders.of_hold, house_id=house_id, cfa_id=cfa_id)
        of = partial(ladders.of, house_id=house_id, cfa_id=cfa_id)
        found += _of_answers(placement, of_answer, today)
        found += _of_window(placement, of, today)
        if placement.window_ends is None and placement.cfa_leaf is LeafState.YES:
            until = seats.get((placement.session_id or 0, placement.youth_id))
            found += _of_hold(placement, Leaf.CFA, of_hold(Leaf.CFA), until, today)
        if placement.employer_leaf is LeafState.YES:
            until = positions.get((placement.opening_id or 0, placement.youth_id))
            found += _of_hold(placement, Leaf.EMPLOYER, of_hold(Leaf.EMPLOYER), until, today)
    return [one for one in found if (one.placement_id, one.kind, one.about_on) not in sent]


def _of_meetings(db_session: Session, today: date) -> list[DueReminder]:
    """Meetings of tomorrow that nobody cancelled."""
    tomorrow = today + timedelta(days=MEETING_ALERT_DAYS)
    starts = clock.midnight(tomorrow)
    rows = db_session.scalars(
        select(Meeting)
        .join(Placement, Placement.id == Meeting.placement_id)
        .where(
            Placement.stage.in_(LEAF_OPEN_STAGES),
            Meeting.outcome.is_(None),
            Meeting.starts_at >= starts,
            Meeting.starts_at < starts + timedelta(days=1),
        )
        .order_by(Meeting.id)
    )
    return [
        DueReminder(
            one.placement_id,
            Rung.MEETING,
            f"meeting_{one.id}",
            Leaf.CFA if one.kind is MeetingKind.CFA_VISIT else Leaf.EMPLOYER,
            tomorrow,
            meeting_id=one.id,
        )
        for one in rows
    ]


def _of_contracts(db_session: Session, ladders: Ladders, today: date) -> Iterator[DueReminder]:
    """Contracts past their last day. A stop hushes nothing here: an erasure that was asked waits for the end."""
    for one in ended_contracts(db_session, today):
        dates = one.question(ladders)
        if today < dates.due_on:
            continue
        kind = f"{CONTRACT_END}_{_reached(dates, today).value}"
        yield DueReminder(
            one.placement_id,
            Rung.CONTRACT_END_ESCALATION if kind == ESCALATED else Rung.CONTRACT_END,
            kind,
            Leaf.CFA,
            one.last_day,
            # Who is asked late has the same time to answer.
            closes_on=max(dates.ends_on, today + dates.time_to_answer),
        )


def _of_answers(
    placement: Placement, ladder_of: Callable[[Leaf], Ladder], today: date
) -> Iterator[DueReminder]:
    for leaf in Leaf:
        due: date | None = getattr(placement, f"{leaf.value}_due_on")
        if due is None or placement.clover.leaf(leaf) is not LeafState.WAITING or today < due:
            continue
        dates = rungs(ladder_of(leaf), due)
        rung = _reached(dates, today)
        yield DueReminder(
            placement.id,
            rung,
            f"{leaf.value}_{rung.value}",
            leaf,
            due,
            escalates_to=dates.escalates_to if rung is Rung.ESCALATION else None,
        )


def _reached(dates: Rungs, today: date) -> Rung:
    """The highest rung of a question that is due."""
    if today >= dates.escalation_on:
        return Rung.ESCALATION
    return Rung.SECOND if today >= dates.second_on else Rung.FIRST


def _of_hold(
    placement: Placement, leaf: Leaf, ladder: Ladder, until: date | None, today: date
) -> Iterator[DueReminder]:
    alert = timedelta(days=ladder.last - ladder.due)
    if until is not None and timedelta(0) <= until - today <= alert:
        yield DueReminder(placement.id, Rung.HOLD, f"{leaf.value}_hold", leaf, until)


def _of_window(
    placement: Placement, ladder_of: Callable[[LadderKind], Ladder], today: date
) -> Iterator[DueReminder]:
    """The alert days count from the first day of the window (CFA-02, TER-05)."""
    if (
        placement.window_starts is None
        or placement.window_ends is None
        or placement.employer_leaf is LeafState.YES
    ):
        return
    is_trainee = placement.trainee_since is not None
    days = ladder_of(LadderKind.TRAINEE if is_trainee else LadderKind.AFTER_BREAK).days
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
