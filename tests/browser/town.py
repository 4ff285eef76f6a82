"""A small town with one person of each role, a few youth on their way, and for each role a newcomer with empty pages.

Everything is written once into the database that the application under test serves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import (
    JoinRequest,
    Membership,
    Organisation,
    OrganisationStatus,
    PasswordResetRequest,
    User,
)
from app.accounts.services import answer_reset, ask_reset, invite
from app.contracts.queries.projection import Part
from app.contracts.services import begin_rider, fill_part, fill_rider, note_deposit
from app.core import clock
from app.core.access import ExportFormat, NamedExport
from app.core.links import write_link
from app.core.outbox import MailState, OutboxMail, note_bounce, post
from app.core.tokens import seal
from app.events.emails import guest_link
from app.events.models import EventKind, EventYouth
from app.events.queries.timetable import draft_timetable
from app.events.services import (
    Wanted,
    create_event,
    finish,
    invite_companies,
    invite_youth,
    keep_timetable,
    open_event,
    type_code,
)
from app.imports.models import ImportKind
from app.imports.services import open_batch, read_file
from app.matching.services import request_meeting
from app.notices.events import EVENTS, Scope
from app.notices.services import unsubscribe_token
from app.openings.models import OpeningStatus
from app.openings.queries import CompanyFilters
from app.openings.services import ask_approval
from app.outreach.models import CampaignChannel, NextStep, Objection, VisitKind
from app.outreach.queries.measures import measures_on
from app.outreach.services import (
    ContactDetails,
    VisitDetails,
    add_by_filters,
    add_contact,
    create_campaign,
    record_visit,
)
from app.partnerships.models import Agreement
from app.placements import services as placements
from app.placements.models import CheckInSide, FollowUp, MeetingKind
from app.placements.queries.by_link import answering_mark
from app.placements.workflow import LeafState
from app.planning.computing import compute
from app.planning.models import ChangeKind
from app.planning.queries.inputs import copy_of_region
from app.planning.services import add_change, ask_for_plan, create_scenario, hand_over, keep_plan
from app.planning.services.scenarios import Change
from app.policy.actor import CLOCK, Link, LinkSubject, OrganisationKind, Role
from app.privacy.emails import representative_token, rights_token
from app.privacy.services import ask_erasure, erase_due, stop
from app.reference.models import JourneyMeans
from app.reference.services.travel import Reading, bring_table, check_table, use_table
from app.training.services import join_queue
from app.youth.models import LegalRepresentative, Youth
from app.youth.services import representative_mark
from tests.factories.accounts import (
    PASSWORD,
    actor_of,
    make_agreement,
    make_organisation,
    make_site,
    make_territory,
    make_user,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import COMMUNES, make_commune, make_trade
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_representative, make_youth

K = OrganisationKind
KNOWN_TRADES = ("D1102", "D1104", "F1602", "G1602", "H2206", "I1604")
HIDDEN_NAME = ("Xanthippe", "Marqueunique")
"""A youth whose name nobody outside the mission locale may read."""


@dataclass(slots=True)
class Town:
    """What the tests need to know of the rows; e-mail addresses are the persons' keys before the @."""

    houses: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def make_town(session: Session) -> Town:
    """Write the town: organisations, people, courses, openings, youth, proposals."""
    town = Town()
    for insee_code in COMMUNES:
        make_commune(session, insee_code)
    for rome_code in KNOWN_TRADES:
        make_trade(session, rome_code)
    _found_houses(session, town)
    _hire(session, town)
    _open_courses(session, town)
    _write_openings(session, town)
    _register_youth(session, town)
    _hold_events(session, town)
    _set_going(session, town)
    _agree(session, town)
    _stop_with_a_seat(session, town)
    _visit_companies(session, town)
    _forget_somebody(session, town)
    _write_letters(session, town)
    _plan_region(session, town)
    _bring_times(session, town)
    _lose_mails(session, town)
    return town


def _found_houses(session: Session, town: Town) -> None:
    kinds = {
        "mission": (K.LOCAL_MISSION, "Mission locale de Quimper"),
        "cfa": (K.TRAINING_CENTRE, "CFA de Quimper"),
        "point_a": (K.POINT_A, "Point A de Quimper"),
        "chamber": (K.FIELD_NETWORK, "Chambre de métiers du Finistère"),
        "region": (K.REGIONAL_COORDINATION, "Coordination de Bretagne"),
        "platform": (K.PLATFORM, "Plateforme Trèfle"),
        "new_mission": (K.LOCAL_MISSION, "Mission locale de Brest"),
        "new_cfa": (K.TRAINING_CENTRE, "CFA de Brest"),
        "new_point_a": (K.POINT_A, "Point A de Brest"),
    }
    for key, (kind, name) in kinds.items():
        town.houses[key] = make_organisation(session, kind, name=name)
    town.houses["company"] = make_company(
        session, name="Fournil des Monts", email="fournil@exemple.fr"
    )
    town.houses["new_company"] = make_company(session, name="Garage du Port")
    town.houses["candidate"] = make_organisation(
        session,
        K.TRAINING_CENTRE,
        name="CFA des Abers",
        status=OrganisationStatus.TO_CHECK,
    )
    for key in ("mission", "cfa", "company"):
        site = make_site(session, town.houses[key])
        town.ids[f"{key}_site"] = site.id
    shared = make_agreement(session, town.houses["mission"], town.houses["point_a"])
    asked = JoinRequest(
        siret="13002526500013",
        email="nina@exemple.fr",
        given_name="Nina",
        family_name="Neuve",
        asked_at=clock.now(),
    )
    session.add(asked)
    session.flush()
    town.ids |= {"shared": shared.id, "asked": asked.id}
    make_agreement(session, town.houses["point_a"], town.houses["cfa"], shares_youth=False)
    make_agreement(session, town.houses["mission"], town.houses["cfa"])


def _hire(session: Session, town: Town) -> None:
    posts: dict[str, tuple[str, tuple[Role, ...]]] = {
        "adviser": ("mission", (Role.ADVISER,)),
        "manager": ("mission", (Role.MANAGER, Role.ADVISER, Role.ORGANISATION_ADMIN)),
        "employer": ("company", (Role.EMPLOYER, Role.ORGANISATION_ADMIN)),
        "cfa": ("cfa", (Role.CFA_OFFICER,)),
        "point_a": ("point_a", (Role.POINT_A_OFFICER,)),
        "field": ("chamber", (Role.FIELD_AGENT,)),
        "coordinator": ("region", (Role.REGIONAL_COORDINATOR,)),
        "correspondent": ("region", (Role.REGIONAL_CORRESPONDENT,)),
        "chief": ("chamber", (Role.ORGANISATION_ADMIN,)),
        "admin": ("platform", (Role.PLATFORM_ADMIN,)),
        "officer": ("platform", (Role.DATA_PROTECTION_OFFICER,)),
        "new_adviser": ("new_mission", (Role.ADVISER,)),
        "new_employer": ("new_company", (Role.EMPLOYER,)),
        "new_cfa": ("new_cfa", (Role.CFA_OFFICER,)),
        "new_point_a": ("new_point_a", (Role.POINT_A_OFFICER,)),
    }
    for key, (house, roles) in posts.items():
        town.people[key] = make_user(
            session, town.houses[house], *roles, email=f"{key}@exemple.fr", password=PASSWORD
        )
    seat = session.query(Membership).filter_by(user_id=town.people["field"].id).one()
    make_territory(session, seat, "29")


def _open_courses(session: Session, town: Town) -> None:
    baker = make_course(session, town.houses["cfa"])
    cook = make_course(
        session, town.houses["cfa"], title="CAP Cuisine", trades=("G1602",), has_boarding=False
    )
    group = make_training_session(session, baker, site_id=town.ids["cfa_site"])
    later = make_training_session(
        session,
        cook,
        site_id=town.ids["cfa_site"],
        # One more is enrolled elsewhere than there is room for: overbooking is a state that pages show.
        capacity=1,
        seats_declared=2,
        checked_on=clock.today() - timedelta(days=40),
    )
    town.ids |= {"course": baker.id, "session": group.id, "full_session": later.id}


def _write_openings(session: Session, town: Town) -> None:
    baker = make_opening(session, town.houses["company"], positions=4)
    draft = make_opening(
        session,
        town.houses["company"],
        title="Apprenti cuisinier",
        rome_code="G1602",
        status=OpeningStatus.DRAFT,
        published_at=None,
    )
    town.ids |= {"opening": baker.id, "draft": draft.id}


def _register_youth(session: Session, town: Town) -> None:
    mission, adviser = town.houses["mission"], town.people["adviser"]
    ready = make_youth(
        session, mission, adviser, given_name=HIDDEN_NAME[0], family_name=HIDDEN_NAME[1]
    )
    proposed = make_youth(session, mission, adviser, given_name="Nolwenn", family_name="Kerbrat")
    minor = make_youth(
        session,
        mission,
        adviser,
        given_name="Erwan",
        family_name="Tanguy",
        birth_date=clock.today() - timedelta(days=17 * 365),
        wishes=(("cuisinié", None), ("boulanger", "D1102")),
        is_listed=False,
    )
    make_representative(session, minor, acknowledged=False)
    town.ids |= {"youth": ready.id, "proposed": proposed.id, "minor": minor.id}


def _set_going(session: Session, town: Town) -> None:
    adviser = actor_of(session, town.people["adviser"])
    row = placements.suggest(
        session,
        adviser,
        youth_id=town.ids["proposed"],
        opening_id=town.ids["opening"],
        session_id=town.ids["session"],
    )
    placements.youth_says(session, adviser, placement_id=row.id, answer=LeafState.YES)
    meeting = placements.interview(
        session,
        adviser,
        placement_id=row.id,
        starts_at=clock.now() + timedelta(days=3),
        ends_at=clock.now() + timedelta(days=5),
        kind=MeetingKind.IMMERSION,
        place="Fournil des Monts, Quimper",
    )
    join_queue(session, session_id=town.ids["full_session"], youth_id=town.ids["minor"])
    request_meeting(
        session,
        actor_of(session, town.people["employer"]),
        opening_id=town.ids["opening"],
        public_code=session.get_one(Youth, town.ids["proposed"]).public_code,
        message="Nous ouvrons à cinq heures, venez voir.",
    )
    table = b"Nom;Pr\xc3\xa9nom;Date de naissance;Commune;Souhait\nRiou;Malo;03/05/2008;Quimper;boulanger\n"
    batch = open_batch(
        session,
        adviser,
        kind=ImportKind.YOUTH,
        file_name="jeunes.csv",
        read=read_file(BytesIO(table), ImportKind.YOUTH),
    )
    town.ids |= {"placement": row.id, "meeting": meeting.id, "batch": batch.id}


def _agree(session: Session, town: Town) -> None:
    """Three yes, and a sheet that the employer has begun."""
    people = {key: actor_of(session, town.people[key]) for key in ("adviser", "employer", "cfa")}
    youth = make_youth(
        session,
        town.houses["mission"],
        town.people["adviser"],
        given_name="Gwenola",
        family_name="Prigent",
    )
    row = placements.suggest(
        session,
        people["adviser"],
        youth_id=youth.id,
        opening_id=town.ids["opening"],
        session_id=town.ids["session"],
    )
    yes = LeafState.YES
    placements.youth_says(session, people["adviser"], placement_id=row.id, answer=yes)
    placements.employer_says(session, people["employer"], placement_id=row.id, answer=yes)
    placements.cfa_says(session, people["cfa"], placement_id=row.id, answer=yes)
    fill_part(
        session,
        people["employer"],
        placement_id=row.id,
        part=Part.EMPLOYER,
        values={"weekly_hours": "35:00", "tutor_birth_name": "Le Gall"},
    )
    town.ids["agreed"] = row.id


def _stop_with_a_seat(session: Session, town: Town) -> None:
    """A youth who said stop, and whom the portal asks whether they keep the seat that the CFA holds."""
    adviser = actor_of(session, town.people["adviser"])
    mission = town.houses["mission"]
    youth = make_youth(
        session, mission, town.people["adviser"], given_name="Tifenn", family_name="Arzel"
    )
    row = placements.suggest(session, adviser, youth_id=youth.id, session_id=town.ids["session"])
    yes = LeafState.YES
    placements.youth_says(session, adviser, placement_id=row.id, answer=yes)
    placements.cfa_says(
        session, actor_of(session, town.people["cfa"]), placement_id=row.id, answer=yes
    )
    stop(session, adviser, youth_id=youth.id)
    town.ids |= {"stopped": youth.id, "kept_seat": row.id}
    town.tokens["privacy.own_seat"] = rights_token(youth)


def _visit_companies(session: Session, town: Town) -> None:
    visit = record_visit(
        session,
        actor_of(session, town.people["field"]),
        company_id=town.houses["company"].id,
        details=VisitDetails(
            kind=VisitKind.VISIT,
            happened_on=clock.today() - timedelta(days=2),
            person_met="Mme Cariou",
            need="Un apprenti pour janvier",
            objections=[Objection.NO_TUTOR],
            measures=[measures_on(clock.today())[0].aid_id],
            next_step=NextStep.CALL_BACK,
            next_on=clock.today(),
        ),
    )
    town.ids["visit"] = visit.id
    field = actor_of(session, town.people["field"])
    town.ids["campaign"] = create_campaign(
        session,
        field,
        title="Rentrée",
        channel=CampaignChannel.LETTER,
        subject="Un apprenti chez {entreprise}",
        body="Bonjour, des jeunes cherchent près de {commune}.",
    ).id
    add_by_filters(session, field, campaign_id=town.ids["campaign"], filters=CompanyFilters())
    town.ids["membership"] = (
        session.query(Membership).filter_by(user_id=town.people["field"].id).one().id
    )
    correspondent = actor_of(session, town.people["correspondent"])
    town.ids["contact"] = add_contact(
        session, correspondent, details=ContactDetails("Boulangerie", "Fédération du Finistère")
    ).id
    town.ids["approval"] = ask_approval(session, field, opening_id=town.ids["draft"]).id


def _write_letters(session: Session, town: Town) -> None:
    invitation = invite(
        session,
        actor_of(session, town.people["manager"]),
        organisation_id=town.houses["mission"].id,
        email="arrivante@exemple.fr",
        given_name="Maëlys",
        family_name="Prigent",
        roles=[Role.ADVISER],
    )
    link = Link(LinkSubject.YOUTH, "answer", town.ids["placement"])
    asked = _begin(session, town)
    week = timedelta(days=7)
    proposed = session.get_one(Youth, town.ids["proposed"])
    own = rights_token(proposed)
    town.tokens |= {f"privacy.own_{name}": own for name in ("file", "readings", "copy")}
    mother = session.get_one(LegalRepresentative, town.ids["minor"])
    town.tokens |= {
        "privacy.representative_page": representative_token(
            town.ids["minor"], representative_mark(mother)
        ),
        "accounts.reset_form": _reset_token(session, town),
        "notices.unsubscribe_page": unsubscribe_token(
            town.people["adviser"].id, EVENTS["early_sign"], Scope.MINE
        ),
        "accounts.invitation": seal("invitation", [invitation.id], good_for=week),
        "placements.check_in_page": write_link(
            Link(LinkSubject.YOUTH, "check_in", asked), about=0, good_for=week
        ),
        "placements.answer_page": write_link(
            link,
            about=answering_mark(link.subject, town.ids["opening"], proposed.email),
            good_for=week,
        ),
        "openings.approval_page": write_link(
            Link(LinkSubject.EMPLOYER, "approve", town.ids["draft"]),
            about=town.ids["approval"],
            good_for=week,
        ),
    }


def _forget_somebody(session: Session, town: Town) -> None:
    """A youth who was erased, so that there is a certificate, and a list that left the portal."""
    mission, adviser = town.houses["mission"], town.people["adviser"]
    gone = make_youth(session, mission, adviser, given_name="Yuna", family_name="Salaün")
    actor = actor_of(session, adviser)
    request = ask_erasure(session, actor, youth_id=gone.id)
    request.due_on = clock.today()
    session.flush()
    erase_due(session, request_id=request.id)
    session.add(
        NamedExport(
            user_id=adviser.id,
            organisation_id=mission.id,
            made_at=clock.now(),
            kind="youth.list",
            file_format=ExportFormat.CSV,
            filters={"statut": "prêts"},
            names=3,
        )
    )
    session.flush()
    town.ids["erasure"] = request.id


def _begin(session: Session, town: Town) -> int:
    """A contract that began today, whose youth is asked how it goes: the number of the question."""
    adviser, cfa = (actor_of(session, town.people[key]) for key in ("adviser", "cfa"))
    employer = actor_of(session, town.people["employer"])
    youth = make_youth(
        session,
        town.houses["mission"],
        town.people["adviser"],
        given_name="Nolwenn",
        family_name="Cariou",
        email="nolwenn@exemple.fr",
    )
    row = placements.suggest(
        session,
        adviser,
        youth_id=youth.id,
        opening_id=town.ids["opening"],
        session_id=town.ids["session"],
    )
    yes = LeafState.YES
    placements.youth_says(session, adviser, placement_id=row.id, answer=yes)
    placements.employer_says(session, employer, placement_id=row.id, answer=yes)
    placements.cfa_says(session, cfa, placement_id=row.id, answer=yes)
    placements.sign(session, cfa, placement_id=row.id)
    placements.start(session, cfa, placement_id=row.id)
    contact = session.scalars(
        select(FollowUp.id).where(FollowUp.placement_id == row.id).order_by(FollowUp.due_on)
    ).first()
    asked = placements.ask_check_in(
        session, CLOCK, follow_up_id=contact or 0, side=CheckInSide.YOUTH
    )
    assert asked
    town.ids["started"] = row.id
    note_deposit(session, employer, placement_id=row.id)
    rider = begin_rider(
        session, employer, placement_id=row.id, rider_type="36", effect_on=clock.today()
    )
    fill_rider(
        session,
        employer,
        placement_id=row.id,
        number=rider.number,
        values={"tutor_birth_name": "Kerbrat", "weekly_hours": "45:00"},
    )
    return asked.id


def _reset_token(session: Session, town: Town) -> str:
    """The token of the link that an adviser who forgot the password finds in the mail."""
    address = town.people["new_adviser"].email
    ask_reset(session, email=address)
    request_id = session.scalars(select(PasswordResetRequest.id)).one()
    answer_reset(session, request_id=request_id)
    mail = session.scalars(
        select(OutboxMail.text_body).where(OutboxMail.kind == "account_password_reset")
    ).one()
    found = re.search(r"/nouveau-mot-de-passe/(\S+)", mail)
    assert found
    return found.group(1)


def _plan_region(session: Session, town: Town) -> None:
    """A plan of the region, handed to the advisers, and a what-if with one change."""
    actor = actor_of(session, town.people["coordinator"])
    run = ask_for_plan(session, actor, region_code="53")
    pool = copy_of_region(session, run).pool(session)
    keep_plan(session, plan_id=run.id, pool=pool, computed=compute(pool, None, lambda _step: None))
    hand_over(session, actor, plan_id=run.id)
    scenario = create_scenario(session, actor, region_code="53", name="Un four de plus")
    change = Change(ChangeKind.POSITIONS, 3, "29232", rome_code="D1102")
    add_change(session, actor, scenario_id=scenario.id, change=change)
    town.ids |= {"plan": run.id, "scenario": scenario.id}


def _bring_times(session: Session, town: Town) -> None:
    """A table of travel times in use, with a line given back, and a later one that waits for a word."""
    for source, minutes in (("Distancier breton", 14), ("Distancier de décembre", 17)):
        table = bring_table(
            session,
            actor_of(session, town.people["coordinator"]),
            region_code="53",
            source=source,
            valid_from=clock.today(),
            file=BytesIO(b"origine;destination;moyen;minutes\n29232;29232;transports;14\n"),
            file_name="temps.csv",
        )
        reading = Reading()
        reading.minutes["29232", JourneyMeans.TRANSIT]["29232"] = minutes
        reading.refuse(3, "la durée n’est pas lisible", {"origin": "29232", "minutes": "?"})
        check_table(session, table_id=table.id, reading=reading)
        if source == "Distancier breton":
            use_table(session, actor_of(session, town.people["coordinator"]), table_id=table.id)


def _hold_events(session: Session, town: Town) -> None:
    """A forum with its timetable, one that is over, and a draft; the mission locale is tied by an agreement."""
    officer = actor_of(session, town.people["point_a"])
    adviser = actor_of(session, town.people["adviser"])
    tie = session.query(Agreement).filter_by(first_party_id=town.houses["mission"].id).first()
    assert tie is not None
    tie.shares_events = True
    events = {}
    titles = {
        "event": "Forum de Quimper",
        "event_done": "Job dating",
        "event_draft": "Portes ouvertes",
    }
    for key, title in titles.items():
        starts = clock.now() + timedelta(days=9)
        wanted = Wanted(
            EventKind.FORUM, title, starts, starts + timedelta(hours=2), "Halles", "29232", 15
        )
        events[key] = create_event(session, officer, wanted=wanted)
        town.ids[key] = events[key].id
    for key in ("event", "event_done"):
        event_id = events[key].id
        open_event(session, officer, event_id=event_id)
        invite_companies(session, officer, event_id=event_id, tables={town.houses["company"].id: 2})
        youth = [town.ids["youth"], town.ids["proposed"]]
        invite_youth(session, adviser, event_id=event_id, youth_ids=youth)
        draft = draft_timetable(session, events[key])
        keep_timetable(session, officer, event_id=event_id, draft=draft)
    over = events["event_done"]
    came = session.query(EventYouth).filter_by(event_id=over.id).first()
    assert came is not None
    type_code(session, officer, event_id=over.id, code=came.door_code)
    over.starts_at = clock.now() - timedelta(days=1)
    over.ends_at = clock.now() - timedelta(hours=22)
    finish(session, officer, event_id=over.id)
    guest = session.query(EventYouth).filter_by(event_id=events["event"].id).first()
    assert guest is not None
    town.tokens["events.guest_page"] = guest_link(events["event"], LinkSubject.YOUTH, guest.id)


def _lose_mails(session: Session, town: Town) -> None:
    """Two addresses that receive nothing, of a youth and of a member: their pages say so and offer the way out."""
    for recipient, youth_id in (
        ("erwan@exemple.fr", town.ids["minor"]),
        (town.people["chief"].email, None),
    ):
        mail = post(
            session,
            kind="placement_reminder",
            recipient=recipient,
            subject="Votre réponse est attendue",
            text_body="Une réponse est attendue.",
            html_body="<p>Une réponse est attendue.</p>",
            youth_id=youth_id,
        )
        mail.state = MailState.SENT
        session.flush()
        note_bounce(session, mail.id, status="5.1.1", is_for_good=True)
