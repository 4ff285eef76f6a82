"""Choose how to be told, on the page or by the link under a mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.errors import Invalid, NotFound
from app.core.permissions import ensure
from app.core.tokens import seal, unseal
from app.notices.events import EVENTS, MORNING, Frequency, NoticeEvent, Scope
from app.notices.models import NoticePreference
from app.notices.queries.preferences import Choice, choices_offered
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission

PURPOSE = "unsubscribe"
LINK_LASTS = timedelta(days=365)


def choose(db_session: Session, actor: Actor, *, chosen: Mapping[Choice, Frequency]) -> None:
    """Keep what a person chose for their own notices.

    Raises:
        Invalid: a choice that this person is not offered.
    """
    ensure(actor, Permission.NOTICE_READ, Facts(user_id=actor.user_id))
    user_id = actor.user_id or 0
    offered = {(event.kind, scope) for event, scope in choices_offered(db_session, user_id)}
    if not offered.issuperset(chosen):
        raise Invalid("Ce réglage n’existe pas pour vous. Rechargez la page.")
    if chosen.get((MORNING.kind, Scope.MINE)) is Frequency.AT_ONCE:
        raise Invalid("Le point du matin part une fois par jour ou par semaine.")
    for (event, scope), frequency in chosen.items():
        _keep(db_session, user_id, event, scope, frequency)
    db_session.flush()


def unsubscribe_token(user_id: int, event: NoticeEvent, scope: Scope) -> str:
    """What the link under a mail carries."""
    return seal(PURPOSE, [user_id, event.kind, scope.value], good_for=LINK_LASTS)


def read_unsubscribe(token: str) -> tuple[int, NoticeEvent, Scope]:
    """Whose mails of which kind the link stops.

    Raises:
        NotFound: forged, cut, too old, or about a mail that cannot be stopped so.
    """
    user_id, kind, scope = unseal(PURPOSE, token, size=3)
    event = MORNING if kind == MORNING.kind else EVENTS.get(str(kind))
    if event is None or event.is_essential:
        raise NotFound
    return int(user_id), event, Scope(str(scope))


def unsubscribe(db_session: Session, *, token: str) -> NoticeEvent:
    """Stop the mails of one kind; the notices go on in the portal. The link is the right, so there is no actor.

    Raises:
        NotFound: see `read_unsubscribe`; or the account is gone.
    """
    user_id, event, scope = read_unsubscribe(token)
    if db_session.get(User, user_id) is None:
        raise NotFound
    _keep(db_session, user_id, event.kind, scope, Frequency.PORTAL)
    db_session.flush()
    return event


def _keep(
    db_session: Session, user_id: int, event: str, scope: Scope, frequency: Frequency
) -> None:
    row = db_session.scalar(
        select(NoticePreference).where(
            NoticePreference.user_id == user_id,
            NoticePreference.event == event,
            NoticePreference.scope == scope,
        )
    )
    if row is None:
        row = NoticePreference(user_id=user_id, event=event, scope=scope)
        db_session.add(row)
    row.frequency = frequency
