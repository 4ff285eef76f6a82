"""Simulators open to all: pay, cost and aids, dates. Everything stands in the address; nothing is kept."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from app.contracts.forms import CostForm, DatesForm, PayForm, SimulatorForm
from app.contracts.queries.simulations import simulate_cost, simulate_dates, simulate_pay
from app.contracts.views.blueprint import blueprint
from app.core.htmx import render
from app.core.permissions import public

PAY = "contracts/_pay_simulator.html"
COST = "contracts/_cost_simulator.html"
DATES = "contracts/_dates_simulator.html"


@blueprint.get("/simulateurs")
@public
def simulators() -> Response:
    """The three simulators, and what they promise."""
    return render("contracts/simulators.html")


@blueprint.get("/simulateurs/paie")
@public
def pay_simulator() -> Response:
    """Pay of an apprentice or of a contrat de professionnalisation."""
    form = PayForm(formdata=request.args or None)
    return _answer("contracts/pay.html", PAY, form, lambda: simulate_pay(form.terms()))


@blueprint.get("/simulateurs/cout")
@public
def cost_simulator() -> Response:
    """Cost of the contract for its employer, and the aids."""
    form = CostForm(formdata=request.args or None)
    return _answer(
        "contracts/cost.html",
        COST,
        form,
        lambda: simulate_cost(form.terms(), naf=form.naf.data),
    )


@blueprint.get("/simulateurs/dates")
@public
def dates_simulator() -> Response:
    """Legal dates of a contract."""
    form = DatesForm(formdata=request.args or None)
    return _answer("contracts/dates.html", DATES, form, lambda: simulate_dates(form.case()))


def _answer(
    page: str, fragment: str, form: SimulatorForm, simulate: Callable[[], object]
) -> Response:
    """The empty form, the answer beside the form, or the form with what is to correct (422)."""
    if not request.args:
        return render(page, fragments=(fragment,), form=form, found=None)
    if not form.validate():
        return render(page, fragments=(fragment,), status=422, form=form, found=None)
    return render(page, fragments=(fragment,), form=form, found=simulate())
