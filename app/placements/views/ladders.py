"""The delays of an organisation: read by its people, set by those who answer for it."""

from __future__ import annotations

from flask import Response, abort, url_for

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, ensure, requires
from app.placements import services
from app.placements.deadlines import DEFAULTS, LadderKind
from app.placements.forms import LadderForm
from app.placements.queries.ladders import kinds_of, ladders_of
from app.placements.views.blueprint import blueprint
from app.policy.facts import Facts
from app.policy.permissions import Permission


@blueprint.get("/delais")
@requires(Permission.LADDER_VIEW)
def show_ladders() -> Response:
    """Who is reminded when, and what happens at the end."""
    return _page()


@blueprint.post("/delais/<kind>")
@requires(Permission.LADDER_EDIT)
def set_ladder(kind: str) -> Response:
    """Write the days of one ladder."""
    which = _kind(kind)
    form = LadderForm(which)
    if not form.validate_on_submit():
        return _page(sent={which: form}, status=422)
    try:
        with transaction() as session:
            services.set_ladder(
                session,
                current_actor(),
                kind=which,
                days=form.days,
                escalates_to=form.told,
            )
    except Invalid as error:
        form.refuse(error)
        return _page(sent={which: form}, status=422)
    toast("Les délais sont enregistrés. Ils valent pour les prochaines questions.")
    return redirect(url_for("placements.show_ladders"))


@blueprint.post("/delais/<kind>/defaut")
@requires(Permission.LADDER_EDIT)
def reset_ladder(kind: str) -> Response:
    """Go back to the days of the portal."""
    which = _kind(kind)
    with transaction() as session:
        services.reset_ladder(session, current_actor(), kind=which)
    toast("Les délais du portail s’appliquent de nouveau.")
    return redirect(url_for("placements.show_ladders"))


def _kind(value: str) -> LadderKind:
    try:
        return LadderKind(value)
    except ValueError:
        abort(404)


def _page(*, sent: dict[LadderKind, LadderForm] | None = None, status: int = 200) -> Response:
    actor = current_actor()
    facts = Facts(organisation_id=actor.organisation_id)
    ensure(actor, Permission.LADDER_VIEW, facts)
    kinds = kinds_of(actor.organisation_kind)
    found = ladders_of(db.session(), (actor.organisation_id,))
    own = actor.organisation_id
    ladders = {kind: found.of(kind, house_id=own, cfa_id=own) for kind in kinds}
    return page(
        "placements/ladders.html",
        status=status,
        ladders=ladders,
        defaults=DEFAULTS,
        forms={
            kind: (sent or {}).get(kind) or LadderForm.of(ladder)
            for kind, ladder in ladders.items()
        },
        empty=ButtonForm(formdata=None),
        facts=facts,
    )
