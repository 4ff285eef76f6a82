"""Nine in the morning at the mission locale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.db import AnyRow
from app.core.journal import JournalEvent
from app.core.outbox import MailState, OutboxMail, StoppedAddress
from app.matching.queries.meetings import meetings_asked
from app.openings.models import Opening
from app.placements.models import CheckIn, Going, Placement
from app.placements.workflow import LEAF_OPEN_STAGES, LeafState, Stage
from app.policy.actor import Actor, Role
from app.youth.models import Youth, YouthStatus
from app.youth.queries import ready_without_proposal

SHOWN = 6
# Events that are read for one line a proposal: a lively thread must not hide what else moved.
READ = 60
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened last to one proposal, and how many events more since yesterday."""

    placement_id: int
    youth_id: int
    given_name: str
    family_name: str
    event: str
    to_state: str | None
    details: Mapping[str, Any]
    happened_at: datetime
    more: int


@dataclass(frozen=True, slots=True)
class AdviserMorning:
    """Counts and short lists of one adviser; lists hold rows with `youth_id`, `name` and what is to be done."""

    youth: int
    ready_without_proposal: Sequence[AnyRow]
    ready_without_proposal_count: int
    to_answer: Sequence[AnyRow]
    due_this_week: Sequence[AnyRow]
    meetings: Sequence[AnyRow]
    moved: Sequence[Moved]
    signs: Sequence[AnyRow]
    stopped: Sequence[AnyRow]

    @property
    def youth_ids(self) -> list[int]:
        """Everybody whose name the page shows."""
        lists = (
            self.ready_without_proposal,
            self.to_answer,
            self.due_this_week,
            self.meetings,
            self.moved,
            self.signs,
            self.stopped,
        )
        return sorted({row.youth_id for rows in lists for row in rows})


def adviser_morning(db_session: Session, actor: Actor) -> AdviserMorning:
    """Who moved, who waits, who is ready without proposal, what is due, signs, addresses: eight statements."""
    mine = and_(Youth.organisation_id == actor.organisation_id, Youth.adviser_id == actor.user_id)
    ready = and_(mine, ready_without_proposal())
    counts = db_session.execute(
        select(func.count().label("all"), func.count().filter(ready).label("ready"))
        .select_from(Youth)
        .where(mine)
    ).one()
    return AdviserMorning(
        youth=counts.all,
        ready_without_proposal=_names(db_session, ready),
        ready_without_proposal_count=counts.ready,
        to_answer=_to_answer(db_session, mine),
        due_this_week=_due_this_week(db_session, mine, clock.today() + WEEK),
        meetings=meetings_asked(db_session, mine, most=SHOWN),
        moved=_moved(db_session, mine),
        signs=_signs(db_session, mine),
        stopped=_stopped(db_session, mine),
    )


def _names(db_session: Session, condition: Any) -> Sequence[AnyRow]:
    return db_session.execute(
        select(
            Youth.id.label("youth_id"), Youth.given_name, Youth.family_name, Youth.last_contact_at
        )
        .where(condition)
        .order_by(Youth.last_contact_at, Youth.id)
        .limit(SHOWN)
    ).all()


def _to_answer(db_session: Session, mine: Any) -> Sequence[AnyRow]:
    """The youth's own word is awaited, by the date that was said to the youth."""
    due = Placement.youth_due_on
    return _placements(
        db_session, and_(mine, Placement.youth_leaf == LeafState.WAITING), due, due.label("due_on")
    )


def _due_this_week(db_session: Session, mine: Any, until: date) -> Sequence[AnyRow]:
    """The company or the CFA has to answer by then, each with its own date; an answer that was given is due no more."""
    employer = _due_by(Placement.employer_leaf, Placement.employer_due_on, until)
    cfa = _due_by(Placement.cfa_leaf, Placement.cfa_due_on, until)
    first = case((or_(cfa.is_(None), employer <= cfa), employer), else_=cfa)
    return _placements(
        db_session,
        and_(mine, or_(employer.is_not(None), cfa.is_not(None))),
        first,
        employer.label("employer_due_on"),
        cfa.label("cfa_due_on"),
        first.label("due_on"),
    )


def _due_by(leaf: Any, due: Any, until: date) -> ColumnElement[date | None]:
    return case((and_(leaf == LeafState.WAITING, due <= until), due), else_=None)


def _placements(db_session: Session, condition: Any, first: Any, *dates: Any) -> Sequence[AnyRow]:
    return db_session.execute(
        select(
            Placement.id,
            Placement.youth_id,
            Youth.given_name,
            Youth.family_name,
            Placement.youth_leaf,
            Placement.employer_leaf,
            Placement.cfa_leaf,
            Opening.title,
            *dates,
        )
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(Opening, Opening.id == Placement.opening_id)
        .where(Placement.stage.in_(LEAF_OPEN_STAGES), condition)
        .order_by(first, Placement.id)
        .limit(SHOWN)
    ).all()


def _signs(db_session: Session, mine: Any) -> Sequence[AnyRow]:
    """Answers after the first day that ask for a call and were not looked at."""
    return db_session.execute(
        select(
            CheckIn.placement_id,
            CheckIn.side,
            CheckIn.going,
            CheckIn.wants_call,
            CheckIn.answered_at,
            Placement.youth_id,
            Youth.given_name,
            Youth.family_name,
        )
        .join(Placement, Placement.id == CheckIn.placement_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .where(
            mine,
            CheckIn.handled_at.is_(None),
            CheckIn.answered_at.is_not(None),
            or_(CheckIn.going != Going.WELL, CheckIn.wants_call.is_(True)),
        )
        .order_by(CheckIn.answered_at, CheckIn.id)
        .limit(SHOWN)
    ).all()


def _stopped(db_session: Session, mine: Any) -> Sequence[AnyRow]:
    """Files of which a mail came back and whose address still receives nothing."""
    return db_session.execute(
        select(
            OutboxMail.youth_id,
            Youth.public_code,
            Youth.given_name,
            Youth.family_name,
            func.max(OutboxMail.bounced_at).label("bounced_at"),
        )
        .join(Youth, Youth.id == OutboxMail.youth_id)
        .join(StoppedAddress, StoppedAddress.address == func.lower(OutboxMail.recipient))
        .where(mine, OutboxMail.state == MailState.BOUNCED)
        .group_by(OutboxMail.youth_id, Youth.public_code, Youth.given_name, Youth.family_name)
        .order_by(func.max(OutboxMail.bounced_at), OutboxMail.youth_id)
        .limit(SHOWN)
    ).all()


def _moved(db_session: Session, mine: Any) -> list[Moved]:
    """What others did to my youth's placements since yesterday: one line a proposal, the latest event."""
    since = clock.now() - timedelta(days=1)
    rows = db_session.execute(
        select(
            JournalEvent.event,
            JournalEvent.to_state,
            JournalEvent.details,
            JournalEvent.happened_at,
            JournalEvent.subject_id.label("placement_id"),
            JournalEvent.youth_id,
            Youth.given_name,
            Youth.family_name,
        )
        .join(Youth, Youth.id == JournalEvent.youth_id)
        .where(mine, JournalEvent.subject_kind == "placement", JournalEvent.happened_at >= since)
        .where(
            or_(
                JournalEvent.actor_user_id.is_(None), JournalEvent.actor_user_id != Youth.adviser_id
            )
        )
        .order_by(JournalEvent.id.desc())
        .limit(READ)
    ).all()
    of_placement: dict[int, list[AnyRow]] = {}
    for row in rows:
        of_placement.setdefault(row.placement_id, []).append(row)
    return [
        Moved(
            placement_id=key,
            youth_id=events[0].youth_id,
            given_name=events[0].given_name,
            family_name=events[0].family_name,
            event=events[0].event,
            to_state=events[0].to_state,
            details=events[0].details,
            happened_at=events[0].happened_at,
            more=len(events) - 1,
        )
        for key, events in list(of_placement.items())[:SHOWN]
    ]


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One adviser's load."""

    adviser_id: int | None
    name: str
    youth: int
    ready: int
    without_proposal: int
    late: int


def team(db_session: Session, actor: Actor) -> list[TeamLine]:
    """The team's portfolio, adviser by adviser: two statements."""
    rows = db_session.execute(
        select(
            Youth.adviser_id,
            User.given_name,
            User.family_name,
            func.count().label("youth"),
            func.count().filter(Youth.status == YouthStatus.READY).label("ready"),
            func.count().filter(ready_without_proposal()).label("without_proposal"),
        )
        .outerjoin(User, User.id == Youth.adviser_id)
        .where(Youth.organisation_id == actor.organisation_id, Youth.anonymised_at.is_(None))
        .group_by(Youth.adviser_id, User.given_name, User.family_name)
        .order_by(User.family_name, User.given_name, Youth.adviser_id)
    ).all()
    late = {
        row.adviser_id: row.late
        for row in db_session.execute(
            select(Youth.adviser_id, func.count().label("late"))
            .join(Placement, Placement.youth_id == Youth.id)
            .where(
                Youth.organisation_id == actor.organisation_id,
                Placement.stage == Stage.OPEN,
                Placement.youth_leaf == LeafState.WAITING,
                Placement.youth_due_on < clock.today(),
            )
            .group_by(Youth.adviser_id)
        )
    }
    return [
        TeamLine(
            row.adviser_id,
            f"{row.given_name} {row.family_name}" if row.adviser_id else "Sans référent",
            row.youth,
            row.ready,
            row.without_proposal,
            late.get(row.adviser_id, 0),
        )
        for row in rows
    ]


def is_manager(actor: Actor) -> bool:
    """Does this person lead a team?"""
    return actor.has(Role.MANAGER)
