"""Offers and contracts cut one way, and the agreements against their pace."""

from __future__ import annotations

from flask import Response, request

from app.core import clock
from app.core.db import db
from app.core.htmx import page
from app.core.permissions import current_actor, requires
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.steering.breakdowns import ContractsBy, OffersBy
from app.steering.pictures import lying_bars, pace_lines, path_of
from app.steering.queries.details import contracts_cut, last_month, offers_cut, paced_agreements
from app.steering.views.blueprint import blueprint
from app.steering.views.indicators import region_of_actor

OFFER_WORDS = {
    OffersBy.SECTOR: "secteur",
    OffersBy.ZONE: "zone d’emploi",
    OffersBy.AGENT: "développeur",
}
CONTRACT_WORDS = {
    ContractsBy.KIND: "nature",
    ContractsBy.FAMILY: "famille de métiers",
    ContractsBy.LEVEL: "niveau préparé",
    ContractsBy.SIZE: "taille de l’entreprise",
    ContractsBy.FIRST: "premier contrat ou suivant",
}
MOST_BARS = 20


@blueprint.get("/offres")
@requires(Permission.STEERING_VIEW)
def offers() -> Response:
    """Offers raised, filled, and how long it takes, by sector, area, or agent for the coordination."""
    actor = current_actor()
    may_see_agents = may_ever(actor, Permission.STEERING_ROWS)
    words = {
        one: word
        for one, word in OFFER_WORDS.items()
        if may_see_agents or one is not OffersBy.AGENT
    }
    asked = request.args.get("par")
    by = next((one for one in words if one.value == asked), OffersBy.SECTOR)
    period = last_month(clock.today())
    rows = offers_cut(db.session(), region_of_actor(actor), period, by)
    bars = lying_bars([(name, one.raised) for name, one in rows[:MOST_BARS]])
    return page("steering/offers.html", rows=rows, by=by, words=words, period=period, bars=bars)


@blueprint.get("/contrats")
@requires(Permission.STEERING_VIEW)
def contracts() -> Response:
    """Contracts of a year by kind, trade family, level, size or first-time company; small figures hidden."""
    asked = request.args.get("par")
    by = next((one for one in CONTRACT_WORDS if one.value == asked), ContractsBy.KIND)
    period = last_month(clock.today())
    rows, total = contracts_cut(db.session(), region_of_actor(current_actor()), period, by)
    return page(
        "steering/contracts.html",
        rows=rows,
        total=total,
        by=by,
        words=CONTRACT_WORDS,
        period=period,
        bars=lying_bars([(name, one.contracts) for name, one in rows[:MOST_BARS]]),
    )


@blueprint.get("/rythme")
@requires(Permission.STEERING_VIEW)
def pace() -> Response:
    """Each agreement with its networks: companies met so far against an even pace."""
    paced = paced_agreements(db.session(), current_actor())
    drawn = []
    for one in paced:
        counted, expected = pace_lines([(p.on, p.counted, p.expected) for p in one.points])
        drawn.append(
            {"counted": path_of(counted), "expected": path_of(expected), "end": counted[-1]}
        )
    return page("steering/pace.html", paced=paced, drawn=drawn)
