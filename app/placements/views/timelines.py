"""The history of a youth, an opening, a session or a company."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.models import Organisation
from app.core.db import db
from app.core.errors import NotFound
from app.core.htmx import page
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.openings.models import Opening
from app.openings.queries import company_facts, opening_facts
from app.placements.queries.timeline import TimelineOf, timeline
from app.placements.views.blueprint import blueprint
from app.policy.permissions import Permission
from app.training.models import Course, TrainingSession
from app.training.queries import session_facts
from app.youth.models import Youth
from app.youth.queries import youth_facts


@blueprint.get("/historique/jeune/<int:youth_id>")
@requires(Permission.YOUTH_VIEW)
def youth_history(youth_id: int) -> Response:
    """What happened to a youth; the page says the code and no name."""
    session = db.session()
    ensure(current_actor(), Permission.YOUTH_VIEW, youth_facts(session, youth_id))
    return _page(
        TimelineOf.YOUTH,
        youth_id,
        subject=f"profil {session.get_one(Youth, youth_id).public_code}",
        back=url_for("youth.show", youth_id=youth_id),
        back_label="Le dossier",
    )


@blueprint.get("/historique/offre/<int:opening_id>")
@requires(Permission.OPENING_VIEW)
def opening_history(opening_id: int) -> Response:
    """What happened to an opening."""
    session = db.session()
    ensure(current_actor(), Permission.OPENING_VIEW, opening_facts(session, opening_id))
    return _page(
        TimelineOf.OPENING,
        opening_id,
        subject=session.get_one(Opening, opening_id).title,
        back=url_for("openings.show_opening", opening_id=opening_id),
        back_label="L’offre",
    )


@blueprint.get("/historique/session/<int:session_id>")
@requires(Permission.COURSE_VIEW)
def session_history(session_id: int) -> Response:
    """What happened to a session."""
    session = db.session()
    ensure(current_actor(), Permission.COURSE_VIEW, session_facts(session, session_id))
    row = session.get_one(TrainingSession, session_id)
    return _page(
        TimelineOf.SESSION,
        session_id,
        subject=session.get_one(Course, row.course_id).title,
        back=url_for("training.show_session", session_id=session_id),
        back_label="La session",
    )


@blueprint.get("/historique/entreprise/<int:organisation_id>")
@requires(Permission.COMPANY_VIEW)
def company_history(organisation_id: int) -> Response:
    """What happened to a company and its openings."""
    session = db.session()
    ensure(current_actor(), Permission.COMPANY_VIEW, company_facts(session, organisation_id))
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return _page(
        TimelineOf.COMPANY,
        organisation_id,
        subject=found.name,
        back=url_for("openings.show_company", organisation_id=organisation_id),
        back_label="L’entreprise",
    )


def _page(of: TimelineOf, key: int, *, subject: str, back: str, back_label: str) -> Response:
    number = page_number(request.args.get("page"))
    return page(
        "placements/timeline.html",
        found=timeline(db.session(), current_actor(), of, key, page=number),
        subject=subject,
        back=back,
        back_label=back_label,
    )
