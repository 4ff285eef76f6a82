"""Suggestions while one types: communes and trades. Read only, for everybody who is signed in."""

from __future__ import annotations

import re

from flask import Blueprint, Flask, Response, request

from app.core.db import db
from app.core.htmx import render
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission
from app.reference.queries import (
    departement_names,
    departements_of,
    find_communes,
    suggest_trades,
)

blueprint = Blueprint("reference", __name__, url_prefix="/reference")

FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
LONGEST_TEXT = 160


def init_app(app: Flask) -> None:
    """Let the components of the fields name a département."""
    app.jinja_env.globals["departement_names"] = departement_names


@blueprint.get("/communes")
@requires(Permission.REFERENCE_SEARCH)
def communes() -> Response:
    """Communes for a typed text: radio buttons for a form, or a page of its own."""
    text = _typed()
    places = find_communes(db.session(), text, near=_near(), departements=_departements())
    names = departement_names()
    return render(
        "reference/search.html",
        fragments=["reference/_commune_choices.html"],
        title="Chercher une commune",
        question="Nom, code postal ou code Insee",
        nothing="Aucune commune ne ressemble à ces mots. Essayez un code postal.",
        rows=[
            (
                place.name,
                " · ".join(
                    (
                        names.get(place.departement_code, ""),
                        f"code postal {', '.join(place.postal_codes)}",
                        f"code Insee {place.insee_code}",
                    )
                ),
            )
            for place in places
        ],
        asked=text,
        places=places,
        departements=names,
        picked=None,
        choice_name=_name("choice_name", "commune_code"),
    )


@blueprint.get("/metiers")
@requires(Permission.REFERENCE_SEARCH)
def trades() -> Response:
    """Trades for a text typed freely: radio buttons or submit buttons for a form, or a page of its
    own.
    """
    text = _typed()
    found = suggest_trades(db.session(), text) if text else []
    return render(
        "reference/search.html",
        fragments=["reference/_trade_choices.html"],
        title="Chercher un métier",
        question="Le métier, avec vos mots",
        nothing="Aucun métier connu ne ressemble à ces mots.",
        rows=[(trade.label, trade.rome_code) for trade in found],
        asked=text,
        trades=found,
        picked=None,
        as_buttons=request.args.get("style") == "buttons",
        choice_name=_name("choice_name", "rome_code"),
    )


def _name(parameter: str, default: str) -> str:
    """The name of a field of the asking form; anything that is not a name gives the usual one."""
    given = request.args.get(parameter, default)
    return given if FIELD_NAME.fullmatch(given) else default


def _typed() -> str:
    """The text: `q` on the page, the asking form's own field in a fragment."""
    text = request.args.get("q") or request.args.get(_name("text_name", "q")) or ""
    return text.strip()[:LONGEST_TEXT]


def _near() -> tuple[float, float] | None:
    try:
        latitude, longitude = (float(one) for one in request.args.get("near", "").split(","))
    except ValueError:
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _departements() -> frozenset[str]:
    """Where the asking form says its organisation works, else where the person does."""
    given = frozenset(filter(None, request.args.get("dep", "").split(",")))
    if given:
        return given
    actor = current_actor()
    of_regions = {code for region in actor.regions for code in departements_of(region)}
    return actor.territory or frozenset(of_regions)
