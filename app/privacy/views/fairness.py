"""The coordination compares groups, by aggregates with small cells hidden."""

from __future__ import annotations

from flask import Response, request

from app.core.db import db
from app.core.htmx import page
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.privacy.queries.fairness import PERIODS, SMALL, comparisons, period_start
from app.privacy.views.blueprint import blueprint


@blueprint.get("/egalite")
@requires(Permission.FAIRNESS_VIEW)
def fairness() -> Response:
    """Who is proposed, hears a yes, signs: by group, where the law allows it."""
    actor = current_actor()
    ensure(actor, Permission.FAIRNESS_VIEW)
    months = request.args.get("mois", 12, type=int)
    months = months if months in PERIODS else 12
    return page(
        "privacy/fairness.html",
        comparisons=comparisons(db.session(), actor, months=months),
        months=months,
        periods=PERIODS,
        since=period_start(months),
        small=SMALL,
    )
