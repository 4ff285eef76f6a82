"""Two operations of promotion: one that is over, with its results, and one to come, with its timetable."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.demo.placements import silence_mails
from app.demo.scene import Scene
from app.events.models import EventCompany, EventKind, PromotionEvent
from app.events.queries.guests import youth_guests
from app.events.queries.matching import companies_to_invite, fits_of, openings_shown
from app.events.queries.timetable import draft_timetable
from app.events.services import (
    Wanted,
    add_partner,
    answer,
    create_event,
    finish,
    invite_companies,
    invite_youth,
    keep_timetable,
    open_event,
    tick,
    type_code,
)
from app.matching.queries.pool import current_pool
from app.policy.actor import Actor, OrganisationKind, Role
from app.youth.models import Youth

COMPANIES = 8
YOUTHS = 24
PAST, COMING = timedelta(days=20), timedelta(days=12)


def build_operations(db_session: Session, scene: Scene) -> None:
    """A forum to come and a job dating gone by, held by a point A with the mission locale that is shown."""
    point_a, mission = _house(db_session, OrganisationKind.POINT_A), _mission(db_session, scene)
    if point_a is None or mission is None:
        return
    scene.tell("opérations de promotion")
    officer = _acting(point_a, Role.POINT_A_OFFICER)
    adviser = _acting(mission, Role.ADVISER, user_id=scene.shown_adviser)
    hold = partial(_hold, db_session, scene, officer, adviser)
    hold(EventKind.FORUM, "Forum de l’alternance", COMING, slot_minutes=15)
    past = hold(EventKind.JOB_DATING, "Job dating de la rentrée", COMING, slot_minutes=10)
    if past is not None:
        _let_it_pass(db_session, officer, past)
    silence_mails(db_session)


def _hold(
    db_session: Session,
    scene: Scene,
    officer: Actor,
    adviser: Actor,
    kind: EventKind,
    name: str,
    ahead: timedelta,
    *,
    slot_minutes: int,
) -> PromotionEvent | None:
    """An operation from its draft to its timetable; None where nobody can meet anybody."""
    town = max(scene.towns, key=lambda one: one.population)
    starts = datetime.combine(scene.today + ahead, time(14), tzinfo=clock.PARIS)
    wanted = Wanted(
        kind=kind,
        title=f"{name} de {town.name}",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="Halle des congrès",
        commune_code=town.insee_code,
        slot_minutes=slot_minutes,
    )
    event = create_event(db_session, officer, wanted=wanted)
    event.is_demonstration = True
    open_event(db_session, officer, event_id=event.id)
    add_partner(
        db_session, officer, event_id=event.id, organisation_id=adviser.organisation_id or 0
    )
    chosen = companies_to_invite(db_session, event)[:COMPANIES]
    tables = {one.company_id: 1 for one in chosen}
    for company in invite_companies(db_session, officer, event_id=event.id, tables=tables)[1:]:
        employer = Actor(
            organisation_id=company.company_id,
            organisation_kind=OrganisationKind.COMPANY,
            roles=frozenset({Role.EMPLOYER}),
        )
        answer(db_session, employer, is_coming=True, company_guest_id=company.id)
    guests = invite_youth(
        db_session, adviser, event_id=event.id, youth_ids=_youth(db_session, adviser, event)
    )
    for number, guest in enumerate(guests):
        if number % 4:
            answer(db_session, adviser, is_coming=number % 8 != 1, youth_guest_id=guest.id)
    draft = draft_timetable(db_session, event)
    if not draft.meetings:
        return None
    keep_timetable(db_session, officer, event_id=event.id, draft=draft)
    return event


def _youth(db_session: Session, adviser: Actor, event: PromotionEvent) -> list[int]:
    """The youth of the mission locale who fit best."""
    ids = db_session.scalars(
        select(Youth.id).where(
            Youth.organisation_id == adviser.organisation_id, Youth.anonymised_at.is_(None)
        )
    )
    shown = openings_shown(db_session, event.id)
    found = fits_of(current_pool(db_session), ids, shown)
    return sorted(found, key=lambda one: (-found[one][0].value, one))[:YOUTHS]


def _let_it_pass(db_session: Session, officer: Actor, event: PromotionEvent) -> None:
    """Most came; then the day moves into the past and is counted."""
    for company in db_session.scalars(
        select(EventCompany).where(EventCompany.event_id == event.id).order_by(EventCompany.id)
    ).all():
        tick(db_session, officer, event_id=event.id, came=True, company_guest_id=company.id)
    codes = [one.door_code for one in youth_guests(db_session, event.id)]
    for number, code in enumerate(codes):
        if number % 5:
            type_code(db_session, officer, event_id=event.id, code=code)
    event.starts_at -= COMING + PAST
    event.ends_at -= COMING + PAST
    finish(db_session, officer, event_id=event.id)


def _house(db_session: Session, kind: OrganisationKind) -> Organisation | None:
    return db_session.scalars(
        select(Organisation)
        .where(Organisation.is_demonstration, Organisation.kind == kind)
        .order_by(Organisation.id)
    ).first()


def _mission(db_session: Session, scene: Scene) -> Organisation | None:
    """Where the adviser whose account is shown works."""
    followed = select(Youth.organisation_id).where(Youth.adviser_id == scene.shown_adviser).limit(1)
    house = db_session.scalar(followed)
    return db_session.get(Organisation, house) if house else None


def _acting(house: Organisation, role: Role, *, user_id: int | None = None) -> Actor:
    return Actor(
        user_id=user_id,
        organisation_id=house.id,
        organisation_kind=house.kind,
        roles=frozenset({role}),
        regions=frozenset({house.region_code} if house.region_code else ()),
        name=house.name,
    )
