"""Outreach, operations, plans, imports, and the registers of the platform."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.outbox import OutboxMail, StoppedAddress, post
from app.events.models import EventCompany, EventKind, EventMeeting, EventYouth, PromotionEvent
from app.events.workflow import EventState
from app.imports.models import ImportBatch, ImportKind, ImportRow
from app.outreach.models import (
    BranchContact,
    Campaign,
    CampaignChannel,
    CampaignTarget,
    Visit,
    VisitKind,
)
from app.planning.computing import compute
from app.planning.models import ChangeKind, PlanLine, PlanRun, Scenario, ScenarioChange
from app.planning.queries.inputs import copy_of_region
from app.planning.services import keep_plan
from app.planning.workflow import LineState
from app.policy.actor import OrganisationKind
from app.privacy.models import ErasureRequest, ErasureState
from app.reference.models import TitleKind, TravelTable, TravelTableState
from app.reference.services.vocabulary import teach_word
from tests.factories.accounts import make_organisation
from tests.factories.estate.sides import Ids, Side
from tests.factories.personas import World


def add_outreach(session: Session, world: World, side: Side, ids: Ids) -> None:
    """A visit, a mailing with one company, a contact of the region. Foreign ones are those of a network of nobody."""
    company, agent = world.places[side.company], world.users[side.agent]
    network = world.places["network"] if side.is_own else _far_network(session)
    campaign = Campaign(
        organisation_id=network.id,
        title="Rentrée",
        channel=CampaignChannel.LETTER,
        subject="Un apprenti chez {entreprise}",
        body="Bonjour, des jeunes cherchent près de {commune}.",
        created_at=clock.now(),
    )
    visit = Visit(
        company_id=company.id,
        kind=VisitKind.VISIT,
        happened_on=clock.today(),
        user_id=agent.id,
        organisation_id=network.id,
        recorded_at=clock.now(),
    )
    contact = BranchContact(
        region_code=side.region_code,
        branch="Boulangerie",
        organisation_name="Fédération",
        created_at=clock.now(),
    )
    session.add_all([campaign, visit, contact])
    session.flush()
    target = CampaignTarget(campaign_id=campaign.id, company_id=company.id, state_on=clock.today())
    session.add(target)
    session.flush()
    ids |= {
        "campaign_id": campaign.id,
        "visit_id": visit.id,
        "contact_id": contact.id,
        "outreach.target_id": target.id,
    }


def _far_network(session: Session) -> Organisation:
    return make_organisation(session, OrganisationKind.FIELD_NETWORK, name="far network")


def add_events(session: Session, world: World, side: Side, ids: Ids) -> None:
    """An operation that the mission locale holds, with one youth, one company and one meeting."""
    now = clock.now()
    event = PromotionEvent(
        kind=EventKind.FORUM,
        title="Forum",
        organiser_id=world.places[side.mission].id,
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=2),
        place="Halles",
        commune_code=side.commune,
        region_code="53",
        slot_minutes=15,
        state=EventState.OPEN,
        created_at=now,
    )
    session.add(event)
    session.flush()
    company_id = world.places[side.company].id
    guest = EventYouth(
        event_id=event.id, youth_id=ids["youth_id"], door_code="1234", invited_at=now
    )
    host = EventCompany(event_id=event.id, company_id=company_id, invited_at=now)
    meeting = EventMeeting(
        event_id=event.id,
        slot=0,
        company_id=company_id,
        table_number=0,
        youth_id=ids["youth_id"],
        opening_id=ids["opening_id"],
    )
    session.add_all([guest, host, meeting])
    session.flush()
    ids |= {
        "event_id": event.id,
        "youth.guest_id": guest.id,
        "company.guest_id": host.id,
        "events.meeting_id": meeting.id,
        "company_id": company_id,
    }


def add_plans(session: Session, world: World, side: Side, ids: Ids) -> None:
    """A plan with one line in the adviser's morning list, a what-if with one change, a table of travel times."""
    run = PlanRun(region_code=side.region_code, on_day=clock.today(), asked_at=clock.now())
    scenario = Scenario(
        region_code=side.region_code, name="Un four de plus", created_at=clock.now()
    )
    session.add_all([run, scenario])
    session.flush()
    pool = copy_of_region(session, run).pool(session)
    keep_plan(session, plan_id=run.id, pool=pool, computed=compute(pool, None, lambda _step: None))
    # What the machine found is put aside: the line is that of the side's own youth.
    session.execute(delete(PlanLine).where(PlanLine.plan_id == run.id))
    line = PlanLine(
        plan_id=run.id,
        youth_id=ids["youth_id"],
        opening_id=ids["opening_id"],
        session_id=ids["session_id"],
        score=0.5,
        state=LineState.HANDED,
    )
    change = ScenarioChange(
        scenario_id=scenario.id,
        kind=ChangeKind.POSITIONS,
        amount=3,
        commune_code=side.commune,
        rome_code="D1102",
    )
    table = TravelTable(
        region_code=side.region_code,
        source="Région",
        valid_from=clock.today(),
        file_name="temps.csv",
        state=TravelTableState.CHECKED,
        pair_count=1,
        brought_at=clock.now(),
    )
    session.add_all([line, change, table])
    session.flush()
    ids |= {
        "plan_id": run.id,
        "scenario_id": scenario.id,
        "line_id": line.id,
        "change_id": change.id,
        "table_id": table.id,
    }


def _returned(session: Session, side: Side, youth_id: int) -> OutboxMail:
    """A mail about the youth that came back, and its address that receives nothing any more."""
    mail = post(
        session,
        kind="test",
        recipient=f"retour-{side.adviser}@exemple.fr",
        subject="Objet",
        text_body="Texte",
        html_body="Texte",
        youth_id=youth_id,
    )
    session.add(StoppedAddress(address=mail.recipient, since=clock.now(), status="5.1.1"))
    return mail


def add_registers(session: Session, world: World, side: Side, ids: Ids) -> None:
    """An import with one row, an erasure asked for, a mail, a taught wording."""
    house = world.places[side.mission]
    batch = ImportBatch(
        kind=ImportKind.YOUTH,
        organisation_id=house.id,
        user_id=world.users[side.adviser].id,
        file_name="jeunes.csv",
        headers=["Nom", "Prénom"],
        row_count=1,
        uploaded_at=clock.now(),
    )
    erasure = ErasureRequest(
        is_asked=True,
        youth_id=ids["youth_id"],
        organisation_id=house.id,
        digest=side.mission.ljust(64, "x"),
        asked_at=clock.now(),
        due_on=clock.today(),
        state=ErasureState.DONE,
        done_at=clock.now(),
        certificate={"backups_expire_on": "2027-03-01", "removed": {}, "kept": {}},
        certificate_hash="0" * 64,
    )
    taught = teach_word(
        session,
        world.actors[side.coordinator],
        text=f"mitron {side.region_code}",
        rome_code="D1102",
        kind=TitleKind.SYNONYM,
    )
    mail = post(
        session,
        kind="test",
        recipient="a@exemple.fr",
        subject="Objet",
        text_body="Texte",
        html_body="Texte",
    )
    returned = _returned(session, side, ids["youth_id"])
    session.add_all([batch, erasure])
    session.flush()
    row = ImportRow(batch_id=batch.id, number=2, cells=["Riou", "Malo"])
    session.add(row)
    session.flush()
    ids |= {
        "batch_id": batch.id,
        "row_id": row.id,
        "privacy.request_id": erasure.id,
        "title_id": taught.id,
        "mail_id": mail.id,
        "youth.mail_id": returned.id,
    }
