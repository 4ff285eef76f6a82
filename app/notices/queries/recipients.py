"""Who is told, under which hat, and how they chose to be told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, User
from app.core import clock
from app.notices.events import Frequency, NoticeEvent, Scope
from app.notices.models import NoticePreference
from app.policy.actor import Role


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person to tell."""

    user_id: int
    email: str
    organisation_id: int | None
    scope: Scope
    delivery: Frequency


def recipients_of(
    db_session: Session,
    event: NoticeEvent,
    *,
    user_ids: Collection[int],
    organisation_ids: Collection[int],
    but: int | None,
) -> list[Recipient]:
    """People named, then members of the organisations who hold one of the event's roles, each once: three statements.

    An organisation where nobody holds such a role is told through its administrators. `but` is the person who acted.
    """
    found: dict[int, tuple[str, int | None, Scope]] = {}
    if user_ids:
        rows = db_session.execute(
            select(User.id, User.email).where(User.id.in_(user_ids), User.is_active)
        )
        found |= {row.id: (row.email, None, Scope.MINE) for row in rows}
    for user_id, email, organisation_id in _members(db_session, event, organisation_ids):
        found.setdefault(user_id, (email, organisation_id, Scope.ORGANISATION))
    found.pop(but or 0, None)
    chosen = _chosen(db_session, event, found)
    return [
        Recipient(
            user_id, email, organisation_id, scope, chosen.get((user_id, scope), event.default)
        )
        for user_id, (email, organisation_id, scope) in sorted(found.items())
    ]


def _members(
    db_session: Session, event: NoticeEvent, organisation_ids: Collection[int]
) -> list[tuple[int, str, int]]:
    if not organisation_ids:
        return []
    rows = db_session.execute(
        select(User.id, User.email, Membership.organisation_id, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id.in_(organisation_ids),
            Membership.role.in_([*event.roles, Role.ORGANISATION_ADMIN]),
            Membership.since <= clock.today(),
            Membership.is_current(clock.today()),
            User.is_active,
        )
        .order_by(Membership.organisation_id, User.id)
    ).all()
    served = {row.organisation_id for row in rows if row.role in event.roles}
    return [
        (row.id, row.email, row.organisation_id)
        for row in rows
        if row.role in event.roles or row.organisation_id not in served
    ]


def _chosen(
    db_session: Session, event: NoticeEvent, user_ids: Collection[int]
) -> dict[tuple[int, Scope], Frequency]:
    rows = db_session.execute(
        select(NoticePreference.user_id, NoticePreference.scope, NoticePreference.frequency).where(
            NoticePreference.event == event.kind, NoticePreference.user_id.in_(user_ids)
        )
    )
    return {(row.user_id, row.scope): row.frequency for row in rows}
