"""The mail of 8 h on the road and in the region: visits, leads, openings; targets, plan, agreements, branches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import AnyRow
from app.core.letters import inner_path
from app.core.text import plain_day
from app.events.queries.pages import coming_events
from app.notices.digests import Line, Section
from app.openings.models import Lead, LeadState, Opening, OpeningStatus
from app.openings.queries.lists import visible_openings
from app.outreach.labels import STEPS
from app.outreach.models import BranchContact, LinkMade
from app.outreach.queries.targets import target_progress
from app.outreach.queries.visits import steps_due
from app.partnerships.models import Agreement
from app.partnerships.queries import visible_agreements
from app.planning.models import PlanLine, PlanRun
from app.planning.workflow import LineState, PlanState
from app.policy.actor import Actor, Role
from app.reference.models import Commune

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)
SILENT_AFTER = timedelta(days=90)
SHOWN = 8


def field_sections(db_session: Session, actor: Actor) -> list[Section]:
    """The agent's own visits to follow, the leads and the openings of the territory: three statements and one count."""
    leads, more = _leads(db_session, actor)
    called = [
        Line(
            f"{one.name} attend un appel, depuis le {plain_day(clock.local(one.created_at).date())}",
            inner_path("outreach.list_leads") + f"#lead-{one.id}",
        )
        for one in leads
    ]
    if more > 0:
        called.append(
            Line(f"Et {more} de plus : voir les pistes", inner_path("outreach.list_leads"))
        )
    return [
        Section(
            "Vos visites et leurs suites",
            [
                Line(
                    f"{one.company} : {STEPS[one.next_step].lower()}, le {plain_day(one.next_on)}",
                    inner_path("outreach.show_visit", visit_id=one.id),
                )
                for one in steps_due(db_session, actor.user_id or 0, clock.today(), limit=SHOWN)
            ],
        ),
        Section("Pistes", called),
        Section("Offres qui se terminent dans votre secteur", _openings(db_session, actor)),
    ]


def region_sections(db_session: Session, actor: Actor) -> list[Section]:
    """Targets behind, openings, operations; a plan and agreements for a coordination, branches for a correspondent."""
    found = [
        Section("Objectifs en retard", _targets(db_session, actor)),
        Section("Offres qui se terminent dans la région", _openings(db_session, actor)),
        Section(
            "Opérations de la semaine",
            [
                Line(
                    f"{one.PromotionEvent.title}, {one.commune}, le "
                    f"{plain_day(clock.local(one.PromotionEvent.starts_at).date())}",
                    inner_path("events.show_event", event_id=one.PromotionEvent.id),
                )
                for one in coming_events(db_session, actor, SHOWN)
                if one.PromotionEvent.starts_at <= clock.now() + WEEK
            ],
        ),
    ]
    if actor.has(Role.REGIONAL_COORDINATOR):
        found.insert(1, Section("Plan régional", _plan(db_session, actor)))
        found.append(Section("Conventions qui se terminent", _agreements(db_session, actor)))
    if actor.has(Role.REGIONAL_CORRESPONDENT):
        found.append(Section("Branches sans lien depuis trois mois", _branches(db_session, actor)))
    return found


def _leads(db_session: Session, actor: Actor) -> tuple[Sequence[AnyRow], int]:
    new = (Lead.state == LeadState.NEW, Lead.departement_code.in_(actor.territory))
    rows = db_session.execute(
        select(Lead.id, Lead.created_at, Organisation.name)
        .join(Organisation, Organisation.id == Lead.employer_id)
        .where(*new)
        .order_by(Lead.created_at, Lead.id)
        .limit(SHOWN)
    ).all()
    if len(rows) < SHOWN:
        return rows, 0
    total = db_session.scalar(select(func.count()).select_from(Lead).where(*new)) or 0
    return rows, total - len(rows)


def _openings(db_session: Session, actor: Actor) -> list[Line]:
    """Published openings with a free position whose last day is this week, of the territory or of the region."""
    today = clock.today()
    rows = db_session.execute(
        select(Opening.id, Opening.title, Opening.expires_on, Organisation.name)
        .join(Organisation, Organisation.id == Opening.employer_id)
        .outerjoin(Commune, Commune.insee_code == Opening.commune_code)
        .where(
            visible_openings(actor),
            Opening.status == OpeningStatus.PUBLISHED,
            Opening.positions_taken < Opening.positions,
            Opening.expires_on.between(today, today + WEEK),
        )
        .order_by(Opening.expires_on, Opening.id)
        .limit(SHOWN)
    )
    return [
        Line(
            f"{one.name}, « {one.title} » se termine le {plain_day(one.expires_on)}",
            inner_path("openings.show_opening", opening_id=one.id),
        )
        for one in rows
    ]


def _targets(db_session: Session, actor: Actor) -> list[Line]:
    today = clock.today()
    return [
        Line(
            f"{one.agreement.title} : {one.counted} entreprises, {-one.gap} de moins que le rythme régulier",
            inner_path("outreach.list_targets"),
        )
        for one in target_progress(db_session, actor, today)
        if one.gap < 0 and one.agreement.starts_on <= today <= one.agreement.ends_on
    ]


def _plan(db_session: Session, actor: Actor) -> list[Line]:
    """The plan of this very morning, while lines of it wait to be handed to advisers."""
    rows = db_session.execute(
        select(PlanRun.id, func.count(PlanLine.id).label("lines"))
        .join(PlanLine, PlanLine.plan_id == PlanRun.id)
        .where(
            PlanRun.region_code.in_(actor.regions),
            PlanRun.scenario_id.is_(None),
            PlanRun.state == PlanState.DONE,
            PlanRun.on_day == clock.today(),
            PlanLine.state == LineState.COMPUTED,
        )
        .group_by(PlanRun.id)
        .order_by(PlanRun.id.desc())
        .limit(1)
    )
    return [
        Line(f"{one.lines} pistes du plan à regarder", inner_path("planning.show", plan_id=one.id))
        for one in rows
    ]


def _agreements(db_session: Session, actor: Actor) -> list[Line]:
    today = clock.today()
    rows = db_session.execute(
        select(Agreement.id, Agreement.valid_to, Organisation.name)
        .join(Organisation, Organisation.id == Agreement.first_party_id)
        .where(visible_agreements(actor), Agreement.valid_to.between(today, today + MONTH))
        .order_by(Agreement.valid_to, Agreement.id)
        .limit(SHOWN)
    )
    return [
        Line(
            f"La convention de {one.name} se termine le {plain_day(one.valid_to)}",
            inner_path("partnerships.sheet", agreement_id=one.id),
        )
        for one in rows
    ]


def _branches(db_session: Session, actor: Actor) -> list[Line]:
    last = (
        select(func.max(LinkMade.happened_on))
        .where(LinkMade.contact_id == BranchContact.id)
        .correlate(BranchContact)
        .scalar_subquery()
    )
    rows = db_session.execute(
        select(BranchContact.id, BranchContact.branch, BranchContact.organisation_name)
        .where(
            BranchContact.region_code.in_(actor.regions),
            or_(last.is_(None), last < clock.today() - SILENT_AFTER),
        )
        .order_by(BranchContact.branch, BranchContact.id)
        .limit(SHOWN)
    )
    return [
        Line(
            f"{one.organisation_name} ({one.branch})",
            inner_path("outreach.show_contact", contact_id=one.id),
        )
        for one in rows
    ]
