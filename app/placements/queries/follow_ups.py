"""The contacts after the first day of a contract, with what the parties answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.models import CheckIn, FollowUp, FollowUpKind, FollowUpState


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


def follow_ups_of(db_session: Session, placement_id: int) -> tuple[Contact, ...]:
    """The contacts to make, by date, with their answers: one statement."""
    rows = db_session.execute(
        select(FollowUp, CheckIn)
        .outerjoin(CheckIn, CheckIn.follow_up_id == FollowUp.id)
        .where(FollowUp.placement_id == placement_id)
        .order_by(FollowUp.due_on, FollowUp.id, CheckIn.id)
    ).all()
    contacts: dict[int, FollowUp] = {}
    answers: dict[int, list[CheckIn]] = {}
    for contact, check_in in rows:
        contacts[contact.id] = contact
        if check_in is not None:
            answers.setdefault(contact.id, []).append(check_in)
    return tuple(
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
