"""Two questions by a signed link: opening the page changes nothing, the button answers."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.services import ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.db import db, side_transaction, transaction
from app.core.htmx import page, redirect, toast
from app.core.links import LinkOver, SignedLink, read_link
from app.core.permissions import current_actor, public, requires
from app.placements import services
from app.placements.forms import CheckInForm, TutorForm
from app.placements.models import CheckIn, CheckInSide, Going, Placement
from app.placements.queries.words import proposal
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.workflow import Stage
from app.policy.permissions import Permission


@blueprint.get("/s/<token>")
@public
def check_in_page(token: str) -> Response:
    """The two questions."""
    return _page(token, _read(token), CheckInForm(formdata=None))


@blueprint.post("/s/<token>")
@public
def check_in(token: str) -> Response:
    """The bearer answers them, and nothing else."""
    signed = _read(token)
    form = CheckInForm()
    if not form.validate_on_submit():
        return _page(token, signed, form, status=422)
    with transaction() as session:
        services.answer_check_in(
            session,
            signed.actor,
            check_in_id=signed.link.object_id,
            going=Going(form.going.data),
            wants_call=form.wants_call.data == "yes",
        )
    toast("Merci : votre réponse est enregistrée.")
    return redirect(url_for("placements.check_in_page", token=token))


@blueprint.post("/propositions/<int:placement_id>/tuteur")
@requires(Permission.PLACEMENT_SIGN)
def set_tutor(placement_id: int) -> Response:
    """Where the tutor is asked."""
    form = TutorForm()
    return act(
        placement_id,
        form,
        lambda session: services.set_tutor_address(
            session,
            current_actor(),
            placement_id=placement_id,
            email=form.tutor_email.data,
        ),
        name="tutor",
        done="C’est noté : les questions de suivi iront à cette adresse."
        if form.tutor_email.data
        else "C’est noté : les questions de suivi iront à l’adresse de l’entreprise.",
    )


def _read(token: str) -> SignedLink:
    """The link; wrong ones are counted by address.

    Raises:
        LinkOver: forged, old, or of another kind.
        TooMany: many wrong links from one address.
    """
    try:
        signed = read_link(token)
        if signed.link.verb != "check_in" or signed.link.subject.value not in set(CheckInSide):
            raise LinkOver
        return signed
    except LinkOver:
        with side_transaction() as attempts:
            count_attempt(
                attempts,
                kind="link",
                subject=request.remote_addr or "",
                limit=ATTEMPTS_PER_ADDRESS,
            )
        raise


def _page(token: str, signed: SignedLink, form: CheckInForm, *, status: int = 200) -> Response:
    session = db.session()
    row = session.get(CheckIn, signed.link.object_id)
    placement = session.get(Placement, row.placement_id) if row else None
    if row is None or placement is None or placement.stage is not Stage.STARTED:
        raise LinkOver
    if form.going.data is None and row.going is not None:
        form.going.data, form.wants_call.data = row.going, "yes" if row.wants_call else "no"
    return page(
        "placements/check_in.html",
        status=status,
        token=token,
        side=row.side.value,
        answered_at=row.answered_at,
        about=proposal(session, placement.id),
        form=form,
    )
