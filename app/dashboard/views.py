"""The first page of each role, and the platform's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, url_for

from app.accounts.services import approve_organisation
from app.contracts.queries.lists import SheetRow, days_to_watch, sheets_to_prepare
from app.core import clock
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.documents import can_make_pdf
from app.core.errors import NotFound
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.outbox import recent_mails, resend
from app.core.permissions import current_actor, ensure, public, requires
from app.dashboard.queries.advising import adviser_morning, is_manager, team
from app.dashboard.queries.oversight import (
    house_morning,
    officer_morning,
    platform_morning,
    undelivered,
)
from app.dashboard.queries.partners import employer_morning, places_morning
from app.events.queries.pages import coming_events
from app.outreach.views.day import day_context
from app.planning.queries.pages import last_plan
from app.policy.actor import ADVISING_KINDS, Actor, OrganisationKind, Role
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.steering.cube import GapChoice
from app.steering.forms import ROW_CHOICES, address_value
from app.steering.queries.details import paced_agreements
from app.steering.queries.page import gap_page

blueprint = Blueprint("dashboard", __name__)
SHOW_EVENTS = frozenset({"places", "coordination"})


@blueprint.get("/")
@requires(Permission.DASHBOARD_VIEW)
def home() -> Response:
    """Nine in the morning: the page of the hat worn."""
    actor = current_actor()
    template, context = _morning(actor)
    return page(
        f"dashboard/{template}.html",
        **context,
        contracts=_contracts(actor),
        contract_days=days_to_watch(db.session(), actor, clock.today()),
        events=coming_events(db.session(), actor) if template in SHOW_EVENTS else [],
    )


def _contracts(actor: Actor) -> list[SheetRow]:
    """The next contracts to prepare, shown without a name."""
    if not may_ever(actor, Permission.CONTRACT_LIST):
        return []
    return sheets_to_prepare(db.session(), actor)


def _morning(actor: Actor) -> tuple[str, dict[str, Any]]:
    session, kind = db.session(), actor.organisation_kind
    if actor.impersonated_by is not None:
        return "home", {}
    if kind in ADVISING_KINDS and actor.has(Role.ADVISER, Role.MANAGER):
        return _adviser(actor)
    if kind is OrganisationKind.TRAINING_CENTRE and actor.organisation_id:
        return "places", {
            "found": places_morning(session, [actor.organisation_id]),
            "acts_for_others": False,
        }
    if kind is OrganisationKind.POINT_A:
        return "places", {
            "found": places_morning(session, actor.place_partners),
            "acts_for_others": True,
        }
    if kind is OrganisationKind.COMPANY:
        return "employer", {"found": employer_morning(session, actor)}
    if kind is OrganisationKind.FIELD_NETWORK:
        return "field", day_context()
    if actor.has(Role.REGIONAL_COORDINATOR, Role.REGIONAL_CORRESPONDENT):
        return "coordination", _region(actor)
    if actor.has(Role.PLATFORM_ADMIN):
        return "platform", {
            "found": platform_morning(session),
            "mails": undelivered(session),
            "form": ButtonForm(),
        }
    if actor.has(Role.DATA_PROTECTION_OFFICER):
        return "officer", {"found": officer_morning(session, actor)}
    if actor.has(Role.ORGANISATION_ADMIN) and actor.organisation_id:
        return "house", {"found": house_morning(session, actor.organisation_id)}
    return "home", {}


def _region(actor: Actor) -> dict[str, Any]:
    """The three columns, the plan of the night and the agreements against their pace."""
    session = db.session()
    return {
        "found": gap_page(session, actor, GapChoice()),
        "choice": GapChoice(),
        "row_choices": ROW_CHOICES,
        "address_value": address_value,
        "paced": paced_agreements(session, actor),
        "plan": last_plan(session, min(actor.regions)) if actor.regions else None,
        "may_hand": may_ever(actor, Permission.PLAN_HAND_OVER),
        "can_pdf": can_make_pdf(),
        "form": ButtonForm(),
    }


def _adviser(actor: Actor) -> tuple[str, dict[str, Any]]:
    session = db.session()
    found = adviser_morning(session, actor)
    note_reading(actor, youth_ids=found.youth_ids, purpose=AccessPurpose.FOLLOW_UP, page="home")
    lines = team(session, actor) if is_manager(actor) else None
    return "adviser", {"found": found, "team": lines, "form": ButtonForm()}


@blueprint.get("/plateforme")
@requires(Permission.PLATFORM_VIEW)
def platform() -> Response:
    """Health, tasks, mails that did not leave, organisations to approve."""
    session = db.session()
    ensure(current_actor(), Permission.PLATFORM_VIEW)
    return page(
        "dashboard/platform.html",
        found=platform_morning(session),
        mails=undelivered(session),
        form=ButtonForm(),
    )


@blueprint.post("/plateforme/organisations/<int:organisation_id>/accepter")
@requires(Permission.ORGANISATION_APPROVE)
def approve(organisation_id: int) -> Response:
    """Accept an organisation that came from a file or asked to join."""
    with transaction() as session:
        name = approve_organisation(session, current_actor(), organisation_id=organisation_id).name
    toast(f"{name} est maintenant active.")
    return redirect(url_for("dashboard.platform"))


@blueprint.post("/plateforme/courriels/<int:mail_id>/renvoyer")
@requires(Permission.TASK_MANAGE)
def send_again(mail_id: int) -> Response:
    """Send again a mail that failed, or whose fate nobody knows."""
    ensure(current_actor(), Permission.TASK_MANAGE)
    with transaction() as session:
        resend(session, mail_id)
    toast("Le courriel repart.")
    return redirect(url_for("dashboard.platform"))


@blueprint.get("/developpement/courriels")
@public
def development_mails() -> Response:
    """The last mails, on a developer's machine only: nobody else has this page."""
    if not current_app.config["SETTINGS"].is_development:
        raise NotFound
    return page("dashboard/mails.html", mails=recent_mails(db.session()))
