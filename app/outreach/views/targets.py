"""Agreements with networks, and how far they are."""

from __future__ import annotations

from flask import Response, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.outreach.forms import TargetForm
from app.outreach.history import AGENTS_OF_THE_FUND, AGREEMENTS_OF_2009, COMPANIES_IN_ALL
from app.outreach.labels import NETWORKS
from app.outreach.queries.targets import companies_overall, target_progress
from app.outreach.services import create_target
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission


@blueprint.get("/objectifs")
@requires(Permission.TARGET_LIST)
def list_targets() -> Response:
    """Progress against the even pace, once an agreement and once overall; 2009 as history."""
    session, actor, today = db.session(), current_actor(), clock.today()
    return page(
        "outreach/targets.html",
        found=target_progress(session, actor, today),
        overall=companies_overall(session, actor, today),
        history=AGREEMENTS_OF_2009,
        fund_agents=AGENTS_OF_THE_FUND,
        in_all=COMPANIES_IN_ALL,
        networks=NETWORKS,
        on=today,
    )


@blueprint.get("/objectifs/nouveau")
@requires(Permission.TARGET_EDIT)
def new_target() -> Response:
    """The form of an agreement."""
    return page("outreach/target_form.html", form=TargetForm(formdata=None))


@blueprint.post("/objectifs/nouveau")
@requires(Permission.TARGET_EDIT)
def add_target() -> Response:
    """Write an agreement."""
    form = TargetForm()
    if not form.validate_on_submit():
        return page("outreach/target_form.html", form=form, status=422)
    try:
        with transaction() as session:
            create_target(
                session,
                current_actor(),
                details=form.details(),
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return page("outreach/target_form.html", form=form, status=422)
    toast("La convention est écrite : les visites notées comptent dès maintenant.")
    return redirect(url_for("outreach.list_targets"))
