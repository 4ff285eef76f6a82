"""The contacts after the first day of a contract, with what the parties answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.models import CheckIn, FollowUp, FollowUpKind, FollowUpState, Placement
from app.placements.workflow import Stage


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact after the first day, with what the parties answered to its two questions."""

    id: int
    kind: FollowUpKind
    due_on: date
    state: FollowUpState | None
    words: str | None
    done_at: datetime | None
    check_ins: tuple[CheckIn, ...]

    @property
    def is_told(self) -> bool:
        """Somebody noted the contact, or answered."""
        return self.state is not None or any(one.answered_at for one in self.check_ins)


def follow_ups_of(db_session: Session, placement: Placement) -> tuple[Contact, ...]:
    """The contacts to make, by date, with their answers: one statement. Of a contract that is over, those that
    were made or answered.
    """
    rows = db_session.execute(
        select(FollowUp, CheckIn)
        .outerjoin(CheckIn, CheckIn.follow_up_id == FollowUp.id)
        .where(FollowUp.placement_id == placement.id)
        .order_by(FollowUp.due_on, FollowUp.id, CheckIn.id)
    ).all()
    contacts: dict[int, FollowUp] = {}
    answers: dict[int, list[CheckIn]] = {}
    for contact, check_in in rows:
        contacts[contact.id] = contact
        if check_in is not None:
            answers.setdefault(contact.id, []).append(check_in)
    found = tuple(
        Contact(
            id=one.id,
            kind=one.kind,
            due_on=one.due_on,
            state=one.state,
            words=one.words,
            done_at=one.done_at,
            check_ins=tuple(answers.get(one.id, ())),
        )
        for one in contacts.values()
    )
    return found if placement.stage is Stage.STARTED else tuple(one for one in found if one.is_told)


def coming_later(contacts: tuple[Contact, ...], today: date) -> tuple[Contact, ...]:
    """Those of which nothing was said and that are not due within a week."""
    return tuple(
        one for one in contacts if not one.is_told and one.due_on > today + timedelta(days=7)
    )
