"""The list of placements."""

from __future__ import annotations

from flask import Response, request

from app.core.access import AccessPurpose, note_reading
from app.core.db import db
from app.core.forms import ButtonForm
from app.core.htmx import page, render
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.placements.queries.lists import ListFilters, list_placements
from app.placements.queries.windows import without_employer
from app.placements.views.blueprint import blueprint
from app.policy.permissions import Permission


@blueprint.get("/propositions", endpoint="list_placements")
@requires(Permission.PLACEMENT_LIST)
def list_placements_page() -> Response:
    """What this person follows, what waits for it first in sight."""
    actor = current_actor()
    mine = request.args.get("qui") == "moi"
    filters = ListFilters(
        mine=mine,
        stage=request.args.get("etape") or "live",
        due=request.args.get("echeance", ""),
        text=request.args.get("q", "")[:80],
        sort=request.args.get("sort") or ("due" if mine else "-updated"),
    )
    found = list_placements(
        db.session(), actor, filters, page=page_number(request.args.get("page"))
    )
    named = sorted({one.youth_id for one in found.rows if one.is_named})
    note_reading(
        actor, youth_ids=named, purpose=AccessPurpose.PLACEMENT, page="placements.list_placements"
    )
    return render(
        "placements/list.html",
        fragments=["placements/_placement_list.html"],
        found=found,
        filters=filters,
    )


@blueprint.get("/propositions/sans-employeur")
@requires(Permission.PLACEMENT_LIST)
def without_employer_page() -> Response:
    """Countdowns of those admitted without employer, with the employers that would end them."""
    actor = current_actor()
    found = without_employer(db.session(), actor, page=page_number(request.args.get("page")))
    named = sorted({one.youth_id for one in found.rows if one.is_named})
    note_reading(
        actor,
        youth_ids=named,
        purpose=AccessPurpose.PLACEMENT,
        page="placements.without_employer_page",
    )
    return page("placements/without_employer.html", found=found, form=ButtonForm(formdata=None))
