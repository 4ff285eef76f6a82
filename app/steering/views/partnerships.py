"""Which agreements live, which stand on paper only, and where there is none."""

from __future__ import annotations

from flask import Response, request

from app.core.db import db
from app.core.forms import ButtonForm
from app.core.htmx import page
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.partnerships.queries import frameworks
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.reference.queries import departement_names
from app.steering.pictures import tile_map
from app.steering.queries.partnerships import (
    ACTIVE_DAYS,
    agreements_by_departement,
    living_agreements,
)
from app.steering.views.blueprint import blueprint


@blueprint.get("/conventions", endpoint="partnerships")
@requires(Permission.STEERING_VIEW)
def partnerships() -> Response:
    """A map of living agreements, then each with what the two parties did together of late."""
    actor, session = current_actor(), db.session()
    territories = agreements_by_departement(session, actor, actor.regions)
    names = departement_names()
    may_use = may_ever(actor, Permission.FRAMEWORK_USE)
    return page(
        "steering/partnerships.html",
        rows=living_agreements(
            session, actor.regions, number=page_number(request.args.get("page"))
        ),
        territories=sorted(territories.items()),
        names=names,
        tiles=tile_map(
            {code: one.living for code, one in territories.items()},
            names,
            only=frozenset(territories),
        ),
        frameworks=[row for row in frameworks(session) if not row.Framework.is_history]
        if may_use
        else [],
        missing=sum(one.missing for one in territories.values()),
        form=ButtonForm(formdata=None),
        days=ACTIVE_DAYS,
        may_see_missing=may_ever(actor, Permission.AGREEMENT_LIST),
    )
