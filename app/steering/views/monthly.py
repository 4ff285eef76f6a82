"""The page for the monthly meeting: one sheet of the region's figures, to print or as a PDF."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from app.core import clock
from app.core.db import db
from app.core.documents import can_make_pdf, file_answer, pdf_of
from app.core.htmx import page, redirect
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.reference.queries import region_names
from app.steering.cube import GapChoice
from app.steering.definitions import BY_CODE
from app.steering.figures import year_to_date
from app.steering.queries.details import last_month, paced_agreements
from app.steering.queries.indicators import newest_night
from app.steering.queries.page import gap_page
from app.steering.views.blueprint import blueprint
from app.steering.views.indicators import hidden_codes, is_outside, region_of_actor

SHOWN = ("I6", "V7", "V1", "V2-employer", "V3-employer", "V3-cfa", "V4", "I9-3", "I10")
CLOSINGS = 6


@blueprint.get("/mois")
@requires(Permission.STEERING_EXPORT)
def month() -> Response:
    """The sheet on screen, printed by the browser."""
    return page("steering/month.html", **_context(), can_pdf=can_make_pdf())


@blueprint.get("/mois.pdf")
@requires(Permission.STEERING_EXPORT)
def month_pdf() -> Response:
    """The sheet as a PDF; without the extra, the page to print."""
    if not can_make_pdf():
        return redirect(url_for("steering.month"))
    html = render_template("steering/month_document.html", **_context())
    name = f"trefle-region-{clock.today().isoformat()}.pdf"
    return file_answer(pdf_of(html), "application/pdf", name, export=None)


def _context() -> dict[str, Any]:
    """No figure of youth that the gap's own page hides; indicators are those that the last night kept."""
    actor, session = current_actor(), db.session()
    region, today = region_of_actor(actor), clock.today()
    outside = is_outside(actor)
    period = last_month(today) if outside else year_to_date(today)
    kept = newest_night(session, region, period, frozenset(SHOWN))
    found = gap_page(session, actor, GapChoice())
    return {
        "region": region_names().get(region, region),
        "found": found,
        "table": found.table,
        "closings": found.closings[:CLOSINGS],
        "paced": paced_agreements(session, actor),
        "definitions": [BY_CODE[code] for code in SHOWN],
        "kept": kept,
        "hidden": hidden_codes(kept) if outside and kept else frozenset(),
    }
