"""The indicators of a day, how organisations answer, and the figures that the coordination records."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.policy.actor import Actor
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.steering.definitions import DEFINITIONS, grouped
from app.steering.figures import (
    DayFigures,
    is_small,
    months_for_all,
    steps_for_all,
    twelve_months,
    year_to_date,
)
from app.steering.forms import PERIODS, RegionalContractsForm, read_day
from app.steering.life import Period, Side
from app.steering.pictures import line_points, lying_bars, path_of
from app.steering.queries.details import last_month
from app.steering.queries.gap import month_label
from app.steering.queries.indicators import (
    figures_on,
    organisations_answering,
    recorded_contracts,
    shares_by_month,
)
from app.steering.services import record_regional_contracts
from app.steering.sheets import indicator_rows
from app.steering.views.blueprint import blueprint
from app.steering.views.files import sheet_answer

PERIOD_OF = {"annee": year_to_date, "12mois": twelve_months}
SIDES = {Side.YOUTH: "missions locales", Side.EMPLOYER: "entreprises", Side.CFA: "CFA"}


@blueprint.get("/indicateurs")
@requires(Permission.STEERING_VIEW)
def indicators() -> Response:
    """Every figure of the region on a day, with its definition and its pictures."""
    return page("steering/indicators.html", **_context(RegionalContractsForm(formdata=None)))


@blueprint.post("/indicateurs/contrats")
@requires(Permission.STEERING_RECORD)
def record_contracts() -> Response:
    """Write down how many contracts a source counts in the region."""
    form = RegionalContractsForm()
    if not form.validate_on_submit():
        return page("steering/indicators.html", status=422, **_context(form))
    try:
        with transaction() as session:
            record_regional_contracts(
                session,
                current_actor(),
                region_code=region_of_actor(current_actor()),
                year=form.year.data or 0,
                contracts=form.contracts.data or 0,
                source=form.source.data or "",
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return page("steering/indicators.html", status=422, **_context(form))
    toast("Le nombre de contrats de la région est enregistré, avec sa source.")
    return redirect(url_for("steering.indicators"))


@blueprint.get("/indicateurs.<kind>")
@requires(Permission.STEERING_EXPORT)
def indicators_export(kind: str) -> Response:
    """The figures of the day as a file, each with its definition."""
    on, _, period = _chosen()
    found = figures_on(db.session(), region_of_actor(current_actor()), on, period)
    hidden = hidden_codes(found) if is_outside(current_actor()) else frozenset()
    definitions = [["Code", "Indicateur", "Définition", "Source", "Sens"]] + [
        [one.code, one.title, one.meaning, one.source, one.aim] for one in DEFINITIONS
    ]
    return sheet_answer(
        kind,
        "indicateurs",
        [("Indicateurs", indicator_rows(found, hidden)), ("Définitions", definitions)],
    )


@blueprint.get("/delais/<side>")
@requires(Permission.STEERING_VIEW)
def answering(side: str) -> Response:
    """How long the organisations of one side take to answer, as percentiles."""
    if side not in {one.value for one in Side}:
        raise NotFound
    on, chosen, period = _chosen()
    rows = organisations_answering(
        db.session(), region_of_actor(current_actor()), on, period, Side(side)
    )
    return page(
        "steering/answering.html",
        rows=rows,
        side=Side(side),
        sides=SIDES,
        on=on,
        period=period,
        chosen=chosen,
        periods=PERIODS,
    )


def region_of_actor(actor: Actor) -> str:
    """The region of the organisation worn.

    Raises:
        NotFound: it has none.
    """
    if not actor.regions:
        raise NotFound
    return min(actor.regions)


def is_outside(actor: Actor) -> bool:
    """Whether small figures are hidden from this reader: everybody but the coordination."""
    return not may_ever(actor, Permission.STEERING_ROWS)


def _chosen() -> tuple[date, str, Period]:
    """The day and the period asked for; outside the coordination one edition a month: days cannot be compared."""
    if is_outside(current_actor()):
        period = last_month(clock.today())
        return period.last, "12mois", period
    on = read_day(request.args.get("au"))
    chosen = request.args.get("periode", "")
    chosen = chosen if chosen in PERIOD_OF else "annee"
    return on, chosen, PERIOD_OF[chosen](on)


def hidden_codes(found: DayFigures) -> frozenset[str]:
    return frozenset(code for code, one in found.figures.items() if is_small(code, one))


def _context(form: RegionalContractsForm) -> dict[str, Any]:
    actor, session = current_actor(), db.session()
    region = region_of_actor(actor)
    on, chosen, period = _chosen()
    recorded = recorded_contracts(session, region)
    found = figures_on(session, region, on, period, recorded)
    shares = [
        (month_label(day.strftime("%Y-%m")), (figure.share or 0.0) * 100)
        for day, figure in shares_by_month(session, region, on)
        if figure.total
    ]
    points = line_points(shares)
    outside = is_outside(actor)
    kept_months = months_for_all(found.months) if outside else found.months
    months = [(month_label(month), count) for month, count in kept_months]
    steps = steps_for_all(found.steps) if outside else found.steps
    return {
        "outside": outside,
        "hidden": hidden_codes(found) if outside else frozenset(),
        "steps": steps,
        "found": found,
        "groups": grouped(),
        "on": on,
        "chosen": chosen,
        "periods": PERIODS,
        "shares": [] if outside else shares,
        "share_line": {"points": points, "path": path_of(points)},
        "months": months,
        "month_bars": lying_bars(months),
        "step_bars": lying_bars(steps),
        "form": form,
        "recorded": recorded,
        "may_record": may_ever(actor, Permission.STEERING_RECORD),
        "may_export": may_ever(actor, Permission.STEERING_EXPORT),
        "sides": SIDES,
    }
