"""The public page: the country's figures without signing in."""

from __future__ import annotations

from datetime import date

from flask import Response

from app.core.db import db
from app.core.htmx import page
from app.core.permissions import public
from app.reference.queries import departement_names
from app.steering.definitions import BY_CODE
from app.steering.pictures import tile_map
from app.steering.queries.public import SHOWN, newest_statistics
from app.steering.views.blueprint import blueprint


@blueprint.get("/statistiques", endpoint="statistics")
@public
def statistics() -> Response:
    """Youth, positions and places by département, and how placements go; one statement."""
    found = newest_statistics(db.session())
    if found is None:
        return page("steering/statistics.html", found=None)
    youth = {one["code"]: one["youth"] for one in found.figures["departements"]}
    figures = found.figures
    return page(
        "steering/statistics.html",
        found=found,
        youth_on=_day(figures.get("youth_on")),
        until=_day(figures.get("until")),
        tiles=tile_map(youth, departement_names()),
        definitions=[BY_CODE[code] for code in SHOWN],
    )


def _day(kept: str | None) -> date | None:
    """A day as the night wrote it; nights before there were editions of the month wrote none."""
    return date.fromisoformat(kept) if kept else None
