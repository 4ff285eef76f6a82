"""Which agreements live, which stand on paper only, and where there is none."""

from __future__ import annotations

from flask import Response, request

from app.core.db import db
from app.core.htmx import page
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.steering.queries.partnerships import ACTIVE_DAYS, living_agreements
from app.steering.views.blueprint import blueprint


@blueprint.get("/conventions", endpoint="partnerships")
@requires(Permission.STEERING_VIEW)
def partnerships() -> Response:
    """Agreements in force with what the two parties did together of late."""
    actor = current_actor()
    return page(
        "steering/partnerships.html",
        rows=living_agreements(
            db.session(), actor.regions, number=page_number(request.args.get("page"))
        ),
        days=ACTIVE_DAYS,
        may_see_missing=may_ever(actor, Permission.AGREEMENT_LIST),
    )
