"""The plan of a region: ask for one, watch it, read it, hand its lines on."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.forms import ButtonForm, ticked
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.planning.queries.inputs import last_plan_id
from app.planning.queries.pages import (
    left_without,
    plan_lines,
    plan_of,
    plan_page,
    plans_of,
    running_plan,
)
from app.planning.services import ask_for_plan, hand_over
from app.planning.views.blueprint import blueprint, own_region
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.reference.queries import trade_labels


@blueprint.get("/")
@requires(Permission.PLAN_VIEW)
def plans() -> Response:
    """The region's plan of today, the one being computed, and those before."""
    return _plans()


@blueprint.post("/calculer")
@requires(Permission.PLAN_RUN)
def run() -> Response:
    """Ask for a plan now."""
    try:
        with transaction() as session:
            ask_for_plan(session, current_actor(), region_code=own_region())
    except Conflict as error:
        toast(error.message, "warning")
        return _plans(status=409)
    return redirect(url_for("planning.plans"))


@blueprint.get("/<int:plan_id>")
@requires(Permission.PLAN_VIEW)
def show(plan_id: int) -> Response:
    """Before and after, the proof, the shares, the lines."""
    return _show(plan_id)


@blueprint.post("/<int:plan_id>/transmettre")
@requires(Permission.PLAN_HAND_OVER)
def hand(plan_id: int) -> Response:
    """Hand the ticked lines, or all, to the advisers."""
    chosen = None if request.form.get("toutes") else ticked(request.form.getlist("ligne"))
    if chosen == []:
        toast("Cochez au moins une ligne, ou transmettez-les toutes.", "warning")
        return _show(plan_id, status=422)
    try:
        with transaction() as session:
            count = hand_over(session, current_actor(), plan_id=plan_id, line_ids=chosen)
    except Conflict as error:
        toast(error.message, "warning")
        return _show(plan_id, status=409)
    toast(
        f"{count} pistes sont dans la liste du matin des conseillers. Rien n’est parti ailleurs."
        if count
        else "Ces pistes étaient déjà transmises."
    )
    return redirect(url_for("planning.show", plan_id=plan_id))


@blueprint.get("/<int:plan_id>/sans")
@requires(Permission.PLAN_VIEW)
def without(plan_id: int) -> Response:
    """Those whom the plan leaves without, and what would bring each in."""
    session = db.session()
    run = plan_of(session, current_actor(), plan_id)
    reason = request.args.get("raison") or None
    number = page_number(request.args.get("page"))
    rows = left_without(session, plan_id, reason=reason, number=number)
    codes = {str(one.lever_values["trade"]) for one in rows.rows if "trade" in one.lever_values}
    return page(
        "planning/without.html",
        run=run,
        reason=reason,
        rows=rows,
        trade_names=trade_labels(session, codes) if codes else {},
    )


def _plans(*, status: int = 200) -> Response:
    session, region = db.session(), own_region()
    waiting = running_plan(session, region)
    last = last_plan_id(session, region)
    return render(
        "planning/plans.html",
        fragments=["planning/_plan_state.html"],
        status=status,
        waiting=waiting,
        last=plan_page(session, current_actor(), last) if last else None,
        plans=plans_of(session, region, number=page_number(request.args.get("page"))),
        form=ButtonForm(),
        may_run=may_ever(current_actor(), Permission.PLAN_RUN),
    )


def _show(plan_id: int, *, status: int = 200) -> Response:
    session = db.session()
    context: dict[str, Any] = {
        "found": plan_page(session, current_actor(), plan_id),
        "lines": plan_lines(session, plan_id, number=page_number(request.args.get("page"))),
        "form": ButtonForm(),
        "may_hand": may_ever(current_actor(), Permission.PLAN_HAND_OVER),
    }
    return page("planning/show.html", status=status, **context)
