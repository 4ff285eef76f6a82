"""Operations of the tests: a forum of Quimper in ten days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core import clock
from app.core.changes import Changed, record_change
from app.events.models import EventKind, PromotionEvent
from app.events.services import Wanted, create_event, invite_companies, invite_youth, open_event
from app.openings.models import Opening
from app.policy.actor import Actor, OrganisationKind
from app.youth.models import Youth
from tests.factories.accounts import actor_of, make_agreement, make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import make_commune
from tests.factories.youth import make_youth

K = OrganisationKind


def wanted_event(session: Session, **values: Any) -> Wanted:
    """A forum of two hours, a quarter of an hour a meeting."""
    make_commune(session, "29232")
    starts = values.pop("starts_at", clock.now().replace(microsecond=0) + timedelta(days=10))
    return Wanted(
        **{
            "kind": EventKind.FORUM,
            "title": "Forum de Quimper",
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "place": "Halle Saint-François",
            "commune_code": "29232",
            "slot_minutes": 15,
            **values,
        }
    )


@dataclass(slots=True)
class Fair:
    """A forum held by a point A, with the mission locale that an agreement of operations ties to it."""

    point_a: Organisation
    officer: User
    mission: Organisation
    adviser: User
    company: Organisation
    employer: User
    opening: Opening
    youth: list[Youth]
    event: PromotionEvent

    def acting(self, session: Session, user: User) -> Actor:
        return actor_of(session, user)


def make_fair(
    session: Session,
    *,
    youth: int = 2,
    is_open: bool = True,
    is_invited: bool = True,
    **values: Any,
) -> Fair:
    """The forum, opened, with one bakery and so many would-be bakers invited, unless told otherwise."""
    point_a = make_organisation(session, K.POINT_A, name="Point A de Quimper")
    officer = make_user(session, point_a)
    mission = make_organisation(session, K.LOCAL_MISSION, name="Mission locale de Quimper")
    adviser = make_user(session, mission)
    make_agreement(
        session, point_a, mission, shares_youth=False, shares_places=False, shares_events=True
    )
    company = make_company(session, name="Fournil des Monts", email="fournil@exemple.fr")
    employer = make_user(session, company)
    opening = make_opening(session, company, positions=3)
    group = [make_youth(session, mission, adviser) for _ in range(youth)]
    record_change(
        session, Changed.REFERENCE
    )  # the pool of this process may be older than these rows
    event = create_event(
        session, actor_of(session, officer), wanted=wanted_event(session, **values)
    )
    fair = Fair(point_a, officer, mission, adviser, company, employer, opening, group, event)
    if is_open:
        open_event(session, actor_of(session, officer), event_id=event.id)
    if is_invited:
        invite_companies(
            session, actor_of(session, officer), event_id=event.id, tables={company.id: 1}
        )
        if is_open:
            ids = [one.id for one in group]
            invite_youth(session, actor_of(session, adviser), event_id=event.id, youth_ids=ids)
    return fair
