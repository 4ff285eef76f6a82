"""A proposal is made, completed, taken apart, taken back or closed."""

from __future__ import annotations

from flask import Response, abort, url_for
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Invalid
from app.core.forms import ButtonForm
from app.core.htmx import redirect, toast
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.forms import (
    AttachForm,
    ReasonForm,
    SuggestForm,
)
from app.placements.queries import youth_of_visible
from app.placements.refusals import REFUSALS
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.views.verbs.speaker import speaks_for
from app.placements.workflow import Leaf
from app.policy.matrix import may_ever
from app.policy.permissions import Permission

INCOMPLETE = "Cette piste est incomplète. Rechargez la page et recommencez."


@blueprint.post("/propositions")
@requires(Permission.PLACEMENT_SUGGEST)
def suggest() -> Response:
    """Propose a triple or a pair from a page of matching."""
    form = SuggestForm()
    if not form.validate_on_submit():
        raise Invalid(INCOMPLETE)
    with transaction() as session:
        placement = services.suggest(
            session,
            current_actor(),
            youth_id=_youth_of(session, form),
            opening_id=form.opening_id.data,
            session_id=form.session_id.data,
            request_key=form.request_key.data,
        )
        placement_id = placement.id
    toast("La proposition est partie. Chacun répond pour soi.")
    if may_ever(current_actor(), Permission.PLACEMENT_VIEW):
        return redirect(url_for("placements.show", placement_id=placement_id))
    return redirect(url_for("dashboard.home"))


def _youth_of(session: Session, form: SuggestForm) -> int:
    """Whom the form names: by number, or as the youth of a proposal that the reader sees."""
    youth_id: int | None = form.youth_id.data
    if youth_id is None and form.placement_id.data is not None:
        youth_id = youth_of_visible(session, current_actor(), form.placement_id.data)
    if youth_id is None:
        raise Invalid(INCOMPLETE)
    return youth_id


@blueprint.post("/propositions/<int:placement_id>/rattacher")
@requires(Permission.PLACEMENT_ATTACH)
def attach(placement_id: int) -> Response:
    """Give a pair its missing opening or session."""
    form = AttachForm(prefix="attach")
    return act(
        placement_id,
        form,
        lambda session: services.attach(
            session,
            current_actor(),
            placement_id=placement_id,
            opening_id=form.opening_id.data,
            session_id=form.session_id.data,
        ),
        name="attach",
        done="La proposition est complète. Le jeune est interrogé de nouveau.",
    )


@blueprint.post("/propositions/<int:placement_id>/detacher/<leaf>")
@requires(Permission.PLACEMENT_DETACH)
def detach(placement_id: int, leaf: str) -> Response:
    """Take the opening or the session away; the rest stays."""
    if leaf not in (Leaf.EMPLOYER.value, Leaf.CFA.value):
        abort(404)
    name = f"detach_{leaf}"
    form = ReasonForm(REFUSALS[speaks_for(placement_id)], prefix=name)
    return act(
        placement_id,
        form,
        lambda session: services.detach(
            session,
            current_actor(),
            placement_id=placement_id,
            leaf=Leaf(leaf),
            reason=form.reason.data,
            words=form.words.data,
        ),
        name=name,
        done="C’est fait : la recherche continue avec ce qui reste.",
    )


@blueprint.post("/propositions/<int:placement_id>/retirer")
@requires(Permission.PLACEMENT_WITHDRAW)
def withdraw(placement_id: int) -> Response:
    """Take the proposal back."""
    form = ReasonForm(REFUSALS[speaks_for(placement_id)], prefix="withdraw")
    return act(
        placement_id,
        form,
        lambda session: services.withdraw(
            session,
            current_actor(),
            placement_id=placement_id,
            reason=form.reason.data,
            words=form.words.data,
        ),
        name="withdraw",
        done="La proposition est retirée ; ce qui était retenu est libre.",
    )


@blueprint.post("/propositions/<int:placement_id>/clore")
@requires(Permission.PLACEMENT_CLOSE)
def close(placement_id: int) -> Response:
    """Close a proposal that somebody refused."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.close(session, current_actor(), placement_id=placement_id),
        name="empty",
        done="La proposition est close.",
    )
