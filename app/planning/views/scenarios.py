"""What if: named hypotheses, their changes, their plans side by side with the region's own."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, render, toast
from app.core.permissions import current_actor, requires
from app.planning.forms import CHANGE_WORDS, ChangeForm, ScenarioForm
from app.planning.models import ChangeKind
from app.planning.queries.pages import changes_of, scenario_lines, scenario_of
from app.planning.services import add_change, ask_for_plan, create_scenario, drop_change
from app.planning.services.scenarios import Change
from app.planning.views.blueprint import blueprint, own_region
from app.policy.permissions import Permission
from app.reference.queries import departements_of, resolve_commune, resolve_trade
from app.reference.queries.gazetteer import Place


@blueprint.get("/hypotheses")
@requires(Permission.PLAN_RUN)
def scenarios() -> Response:
    """Every hypothesis of the region, and the one that an advice asks to try, ready to be named."""
    asked = request.args
    form = ScenarioForm(
        formdata=None,
        name=asked.get("nom", ""),
        rome_code=asked.get("metier", ""),
        commune_code=asked.get("commune", ""),
        places=asked.get("places", ""),
        positions=asked.get("postes", ""),
    )
    return _list(form)


@blueprint.post("/hypotheses")
@requires(Permission.PLAN_RUN)
def add_scenario() -> Response:
    """Name a new hypothesis; one that came with its changes is computed at once."""
    form = ScenarioForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    changes, actor, region = form.changes(), current_actor(), own_region()
    try:
        with transaction() as session:
            row = create_scenario(session, actor, region_code=region, name=form.name.data or "")
            scenario_id = row.id
            for change in changes:
                add_change(session, actor, scenario_id=scenario_id, change=change)
            if changes:
                ask_for_plan(session, actor, region_code=region, scenario_id=scenario_id)
    except Invalid as error:
        form.refuse(error)
        return _list(form, status=422)
    if changes:
        return redirect(url_for("planning.scenarios"))
    return redirect(url_for("planning.scenario", scenario_id=scenario_id))


@blueprint.get("/hypotheses/<int:scenario_id>")
@requires(Permission.PLAN_RUN)
def scenario(scenario_id: int) -> Response:
    """One hypothesis: its changes and a form for the next one."""
    return _one(scenario_id, ChangeForm(formdata=None))


@blueprint.post("/hypotheses/<int:scenario_id>/changements")
@requires(Permission.PLAN_RUN)
def change_scenario(scenario_id: int) -> Response:
    """Add a change."""
    form = ChangeForm()
    change = _read(db.session(), form) if form.validate_on_submit() else None
    if change is None:
        return _one(scenario_id, form, status=422)
    try:
        with transaction() as session:
            add_change(session, current_actor(), scenario_id=scenario_id, change=change)
    except Invalid as error:
        form.refuse(error)
        return _one(scenario_id, form, status=422)
    toast("Le changement est ajouté à l’hypothèse.")
    return redirect(url_for("planning.scenario", scenario_id=scenario_id))


@blueprint.post("/hypotheses/changements/<int:change_id>/retirer")
@requires(Permission.PLAN_RUN)
def remove_change(change_id: int) -> Response:
    """Take a change out."""
    with transaction() as session:
        scenario_id = drop_change(session, current_actor(), change_id=change_id).id
    toast("Le changement est retiré.")
    return redirect(url_for("planning.scenario", scenario_id=scenario_id))


@blueprint.post("/hypotheses/<int:scenario_id>/calculer")
@requires(Permission.PLAN_RUN)
def run_scenario(scenario_id: int) -> Response:
    """Compute the plan that the hypothesis would give."""
    try:
        with transaction() as session:
            row = scenario_of(session, current_actor(), scenario_id)
            ask_for_plan(
                session, current_actor(), region_code=row.region_code, scenario_id=scenario_id
            )
    except Conflict as error:
        toast(error.message, "warning")
        return _list(ScenarioForm(formdata=None), status=409)
    return redirect(url_for("planning.scenarios"))


def _read(session: Session, form: ChangeForm) -> Change | None:
    """The change as typed, its places and its trade looked up; None when the form has to be shown again."""
    around = frozenset(departements_of(own_region()))
    answer = resolve_commune(
        session, form.commune.data, form.commune_code.data, departements=around
    )
    commune = form.take_commune(answer, required=True)
    is_line = form.kind.data == ChangeKind.BUS_LINE.value
    other = rome = None
    if is_line:
        found = resolve_commune(session, form.other.data, None, departements=around)
        other = found.insee_code if isinstance(found, Place) else None
        if other is None:
            form.other.errors = [
                *form.other.errors,
                "Écrivez l’autre commune, avec son code postal.",
            ]
    else:
        rome = form.take_trade(
            resolve_trade(session, form.trade.data, form.rome_code.data), required=True
        )
    if commune is None or (is_line and other is None) or (not is_line and rome is None):
        return None
    return form.change(commune, other, rome)


def _list(form: ScenarioForm, *, status: int = 200) -> Response:
    session = db.session()
    return render(
        "planning/scenarios.html",
        fragments=["planning/_scenario_list.html"],
        status=status,
        lines=scenario_lines(session, own_region()),
        form=form,
        button=ButtonForm(),
    )


def _one(scenario_id: int, form: ChangeForm, *, status: int = 200) -> Response:
    session = db.session()
    return page(
        "planning/scenario.html",
        status=status,
        scenario=scenario_of(session, current_actor(), scenario_id),
        changes=changes_of(session, scenario_id),
        words=CHANGE_WORDS,
        form=form,
        button=ButtonForm(),
    )
