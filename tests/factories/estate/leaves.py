"""A youth, an opening, a session, and the placement that joins them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.matching.models import MeetingRequest, SetAside, SetAsideReason
from app.openings.models import Lead, LeadKind
from app.placements import services as placements
from app.placements.models import FollowUp, FollowUpKind, MeetingKind
from app.placements.workflow import LeafState
from app.privacy.models import CorrectionRequest
from app.privacy.services import stop
from app.training.models import QueueEntry
from app.youth.models import Wish, YouthDiploma
from tests.factories.estate.sides import Ids, Side
from tests.factories.openings import make_opening
from tests.factories.personas import World
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth


def add_leaves(session: Session, world: World, side: Side, ids: Ids) -> None:
    """A listed youth, a published opening, an open session, and what hangs on the youth's file."""
    house, adviser = world.places[side.mission], world.users[side.adviser]
    youth = make_youth(session, house, adviser, commune_code=side.commune)
    # Somebody whom nothing has happened to yet.
    idle = make_youth(session, house, adviser, commune_code=side.commune)
    course = make_course(session, world.places[side.cfa])
    group = make_training_session(session, course, insee_code=side.commune)
    company = world.places[side.company]
    opening = make_opening(session, company, commune_code=side.commune, positions=3)
    rows = {
        "diploma_id": YouthDiploma(youth_id=youth.id, title="Brevet"),
        "correction_id": CorrectionRequest(
            youth_id=youth.id, words="Mon adresse a changé.", asked_at=clock.now()
        ),
        "set_aside_id": SetAside(
            youth_id=idle.id,
            session_id=group.id,
            reason=SetAsideReason.TOO_FAR,
            basis="",
            set_at=clock.now(),
        ),
        "entry_id": QueueEntry(session_id=group.id, youth_id=youth.id, entered_at=clock.now()),
        "matching.request_id": MeetingRequest(
            opening_id=opening.id, youth_id=idle.id, requested_at=clock.now()
        ),
    }
    session.add_all(rows.values())
    session.flush()
    record_change(session, Changed.REFERENCE)
    ids |= {name: row.id for name, row in rows.items()} | {
        "youth_id": youth.id,
        "wish_id": session.scalars(select(Wish.id).where(Wish.youth_id == youth.id)).one(),
        "course_id": course.id,
        "session_id": group.id,
        "opening_id": opening.id,
    }


def add_contract(session: Session, world: World, side: Side, ids: Ids) -> None:
    """Three yes about somebody else: a contract sheet to fill in."""
    house, adviser = world.places[side.mission], world.users[side.adviser]
    youth = make_youth(session, house, adviser, commune_code=side.commune)
    row = placements.suggest(
        session,
        world.actors[side.helper],
        youth_id=youth.id,
        opening_id=ids["opening_id"],
        session_id=ids["session_id"],
    )
    parties = (
        (placements.youth_says, side.adviser),
        (placements.employer_says, side.company),
        (placements.cfa_says, side.cfa),
    )
    for verb, who in parties:
        verb(session, world.actors[who], placement_id=row.id, answer=LeafState.YES)
    ids["contracts.placement_id"] = row.id


def add_kept_seat(session: Session, world: World, side: Side, ids: Ids) -> None:
    """Somebody who said stop while the CFA held a seat, which waits for their word."""
    house, adviser = world.places[side.mission], world.users[side.adviser]
    youth = make_youth(session, house, adviser, commune_code=side.commune)
    speaker = world.actors[side.adviser]
    row = placements.suggest(session, speaker, youth_id=youth.id, session_id=ids["session_id"])
    placements.youth_says(session, speaker, placement_id=row.id, answer=LeafState.YES)
    placements.cfa_says(session, world.actors[side.cfa], placement_id=row.id, answer=LeafState.YES)
    stop(session, speaker, youth_id=youth.id)
    ids |= {"seat.youth_id": youth.id, "seat.placement_id": row.id}


def add_placement(session: Session, world: World, side: Side, ids: Ids) -> None:
    """What somebody proposed and the youth says yes to, with a meeting, a contact to make and a lead."""
    row = placements.suggest(
        session,
        world.actors[side.helper],
        youth_id=ids["youth_id"],
        opening_id=ids["opening_id"],
        session_id=ids["session_id"],
    )
    adviser = world.actors[side.adviser]
    placements.youth_says(session, adviser, placement_id=row.id, answer=LeafState.YES)
    meeting = placements.interview(
        session,
        adviser,
        placement_id=row.id,
        starts_at=clock.now() + timedelta(days=3),
        ends_at=clock.now() + timedelta(days=5),
        kind=MeetingKind.IMMERSION,
        place="Fournil",
    )
    contact = FollowUp(placement_id=row.id, kind=FollowUpKind.DAY_1, due_on=clock.today())
    lead = Lead(
        kind=LeadKind.COLLEAGUE_SEEKS,
        employer_id=world.places[side.company].id,
        opening_id=ids["opening_id"],
        placement_id=row.id,
        departement_code=side.departement,
        created_at=clock.now(),
    )
    session.add_all([contact, lead])
    session.flush()
    ids |= {
        "placement_id": row.id,
        "placements.meeting_id": meeting.id,
        "follow_up_id": contact.id,
        "lead_id": lead.id,
    }
