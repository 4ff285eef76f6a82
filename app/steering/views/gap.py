"""Youth, openings and places side by side, and the rows behind a figure."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.htmx import page, render
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.reference.queries import departement_names, departements_of
from app.steering.cube import GapChoice
from app.steering.dimensions import Dimension, Key
from app.steering.forms import (
    NARROWED_BY,
    ROW_CHOICES,
    address_value,
    read_choice,
)
from app.steering.pictures import Bubble, Tile, bubbles, drawing_height, tile_map
from app.steering.queries.behind import Column, rows_behind
from app.steering.queries.gap import labels_of, zone_towns
from app.steering.queries.page import GapPage, gap_page
from app.steering.sheets import GAP_DEFINITIONS, definition_rows, gap_rows
from app.steering.views.blueprint import blueprint
from app.steering.views.files import sheet_answer


@blueprint.get("/ecarts")
@requires(Permission.STEERING_VIEW)
def gap() -> Response:
    """The three columns by what one chooses, and what would close the widest gaps."""
    return render(
        "steering/gap.html",
        fragments=["steering/_gap_table.html"],
        **_context(current_actor(), read_choice(request.args)),
    )


@blueprint.get("/ecarts.<kind>")
@requires(Permission.STEERING_EXPORT)
def gap_export(kind: str) -> Response:
    """The table as it is shown, hidden figures included, with a sheet of definitions."""
    shown = gap_page(db.session(), current_actor(), read_choice(request.args))
    rows = list(gap_rows(shown.table, ROW_CHOICES))
    return sheet_answer(
        kind,
        "ecarts",
        [("Écarts", rows), ("Définitions", definition_rows(GAP_DEFINITIONS, clock.today()))],
    )


@blueprint.get("/ecarts/<column>")
@requires(Permission.STEERING_VIEW)
def behind(column: str) -> Response:
    """The rows that a figure counts."""
    actor, session = current_actor(), db.session()
    if column not in {one.value for one in Column}:
        raise NotFound
    which = Column(column)
    if which is Column.YOUTH:
        ensure(actor, Permission.STEERING_ROWS)
    choice = read_choice(request.args)
    rows = rows_behind(
        session, which, actor.regions, choice.chosen, number=page_number(request.args.get("page"))
    )
    return page(
        "steering/behind.html",
        column=which,
        rows=rows,
        narrowed=narrowed_words(session, actor, choice),
        towns=zone_towns(session, actor.regions) if which is Column.YOUTH else {},
    )


def narrowed_words(session: Session, actor: Actor, choice: GapChoice) -> list[str]:
    """What the rows are narrowed to, in French."""
    keys = [Key(**{one.name.lower(): value for one, value in choice.chosen.items()})]
    labels = labels_of(session, keys, zone_towns(session, actor.regions))
    return [labels[one].get(value, value) for one, value in choice.chosen.items()]


def _context(actor: Actor, choice: GapChoice) -> dict[str, Any]:
    found = gap_page(db.session(), actor, choice)
    drawn = _bubbles(found) if choice.by is Dimension.ZONE else []
    return {
        "found": found,
        "tiles": _tiles(found, actor)
        if choice.by is Dimension.DEPARTEMENT and found.table.counts_youth
        else [],
        "bubbles": drawn,
        "bubbles_height": drawing_height(drawn),
        "choice": choice,
        "row_choices": ROW_CHOICES,
        "narrowed_by": NARROWED_BY,
        "definitions": GAP_DEFINITIONS,
        "address_value": address_value,
    }


def _tiles(found: GapPage, actor: Actor) -> list[Tile]:
    own = frozenset(code for region in actor.regions for code in departements_of(region))
    return tile_map(found.youth_by_line, departement_names(), only=own)


def _bubbles(found: GapPage) -> list[Bubble]:
    """Zones with a shown figure and a known position."""
    zones = []
    for zone, youth in found.youth_by_line.items():
        town = found.towns.get(zone)
        if youth and town and town.latitude is not None and town.longitude is not None:
            zones.append((town.name, youth, town.latitude, town.longitude))
    return bubbles(zones)
