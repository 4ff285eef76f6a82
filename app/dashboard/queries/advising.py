"""Nine in the morning at the mission locale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
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
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AdviserMorning:
    """Counts and short lists of one adviser; lists hold rows with `youth_id`, `name` and what is to be done."""

    youth: int
    ready_without_proposal: Sequence[AnyRow]
    ready_without_proposal_count: int
    to_answer: Sequence[AnyRow]
    due_this_week: Sequence[AnyRow]
    meetings: Sequence[AnyRow]
    moved: Sequence[AnyRow]
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
        to_answer=_placements(db_session, mine, Placement.youth_leaf == LeafState.WAITING),
        due_this_week=_placements(db_session, mine, _due_by(clock.today() + WEEK)),
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


def _due_by(on: Any) -> Any:
    return or_(
        and_(Placement.employer_leaf == LeafState.WAITING, Placement.employer_due_on <= on),
        and_(Placement.cfa_leaf == LeafState.WAITING, Placement.cfa_due_on <= on),
    )


def _placements(db_session: Session, mine: Any, condition: Any) -> Sequence[AnyRow]:
    due = func.coalesce(Placement.youth_due_on, Placement.employer_due_on, Placement.cfa_due_on)
    return db_session.execute(
        select(
            Placement.id,
            Placement.youth_id,
            Youth.given_name,
            Youth.family_name,
            Placement.youth_leaf,
            Placement.employer_leaf,
            Placement.cfa_leaf,
            due.label("due_on"),
            Opening.title,
        )
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(Opening, Opening.id == Placement.opening_id)
        .where(mine, Placement.stage.in_(LEAF_OPEN_STAGES), condition)
        .order_by(due, Placement.id)
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


def _moved(db_session: Session, mine: Any) -> Sequence[AnyRow]:
    """What others did to my youth's placements since yesterday."""
    since = clock.now() - timedelta(days=1)
    return db_session.execute(
        select(
            JournalEvent.id,
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
        .limit(SHOWN)
    ).all()


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
