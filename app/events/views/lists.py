"""The list of operations, and the page of one."""

from __future__ import annotations

from flask import Response, request

from app.core.access import AccessPurpose, note_reading
from app.core.db import db
from app.core.forms import ButtonForm
from app.core.htmx import page
from app.core.letters import absolute_url
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.events.forms import PartnerForm
from app.events.models import EventKind
from app.events.queries.pages import EventFilters, event_list, event_page, seen_event
from app.events.queries.timetable import meeting_lines
from app.events.views.blueprint import WORDS, blueprint, calendar_answer
from app.policy.actor import CLOCK, OrganisationKind
from app.policy.facts import Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission

WHENS = {"coming": "à venir", "past": "passées", "all": "toutes"}


@blueprint.get("/")
@requires(Permission.EVENT_LIST)
def list_events() -> Response:
    """Operations one organises, holds with others, is invited to, or sees by an agreement."""
    actor, asked = current_actor(), request.args
    filters = EventFilters(
        words=(asked.get("q") or "").strip()[:80],
        kind=EventKind(asked["kind"]) if asked.get("kind") in set(EventKind) else None,
        when=asked["when"] if asked.get("when") in WHENS else "coming",
        only_ours=bool(asked.get("ours")),
    )
    return page(
        "events/list.html",
        filters=filters,
        whens=WHENS,
        events=event_list(db.session(), actor, filters, number=page_number(asked.get("page"))),
        may_add=can(actor, Permission.EVENT_EDIT, Facts(organisation_id=actor.organisation_id)),
        **WORDS,
    )


@blueprint.get("/<int:event_id>")
@requires(Permission.EVENT_VIEW)
def show_event(event_id: int) -> Response:
    """One operation: when, where, who comes, what is to do next, what came of it."""
    return event_answer(event_id, PartnerForm(formdata=None))


@blueprint.get("/<int:event_id>/agenda.ics")
@requires(Permission.EVENT_VIEW)
def calendar(event_id: int) -> Response:
    """The day for one's own calendar; a company gets its own meetings with it."""
    actor, session = current_actor(), db.session()
    event, _facts = seen_event(session, actor, event_id)
    is_company = actor.organisation_kind is OrganisationKind.COMPANY
    lines = (
        meeting_lines(session, CLOCK, event, company_id=actor.organisation_id) if is_company else []
    )
    url = absolute_url("events.show_event", event_id=event.id)
    return calendar_answer(event, lines, by_company=True, url=url)


def event_answer(
    event_id: int,
    form: PartnerForm,
    *,
    choices: object = (),
    status: int = 200,
) -> Response:
    """The page of an operation. Naming one's own youth is journalled first."""
    actor = current_actor()
    found = event_page(db.session(), actor, event_id)
    note_reading(
        actor,
        youth_ids=[one.guest.youth_id for one in found.own_youth if one.is_named],
        purpose=AccessPurpose.FOLLOW_UP,
        page="event",
    )
    own_guest = next(
        (one.guest for one in found.companies if one.guest.company_id == actor.organisation_id),
        None,
    )
    return page(
        "events/show.html",
        status=status,
        found=found,
        event=found.event,
        may_edit=can(actor, Permission.EVENT_EDIT, found.facts),
        may_invite_youth=may_ever(actor, Permission.EVENT_INVITE_YOUTH),
        own_guest=own_guest,
        partner_form=form,
        choices=choices,
        button=ButtonForm(formdata=None),
        **WORDS,
    )
