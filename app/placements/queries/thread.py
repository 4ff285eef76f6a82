"""What stands beside the answers: the thread of messages, and the contacts after the first day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.placements.models import FollowUp, PlacementMessage
from app.placements.workflow import Leaf


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a reader sees it: the person for its own side, the organisation for others."""

    at: datetime
    who: str
    text: str
    is_own: bool


def messages_of(
    db_session: Session, placement_id: int, side: Leaf | None, names: Mapping[Leaf, str | None]
) -> tuple[Message, ...]:
    """The thread, oldest first: one statement."""
    rows: Any = db_session.execute(
        select(PlacementMessage, User.given_name, User.family_name)
        .outerjoin(User, User.id == PlacementMessage.author_id)
        .where(PlacementMessage.placement_id == placement_id)
        .order_by(PlacementMessage.id)
    ).all()
    return tuple(
        Message(
            at=one.PlacementMessage.written_at,
            who=f"{one.given_name} {one.family_name}"
            if one.PlacementMessage.side is side
            else names[one.PlacementMessage.side] or "La personne qui accompagne le jeune",
            text=one.PlacementMessage.text,
            is_own=one.PlacementMessage.side is side,
        )
        for one in rows
    )


def follow_ups_of(db_session: Session, placement_id: int) -> tuple[FollowUp, ...]:
    """The contacts to make, by date: one statement."""
    return tuple(
        db_session.scalars(
            select(FollowUp)
            .where(FollowUp.placement_id == placement_id)
            .order_by(FollowUp.due_on, FollowUp.id)
        )
    )
