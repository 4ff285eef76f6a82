"""Reread by the company, renewed, closed: what happens to an opening after it is written."""

from __future__ import annotations

from flask import Response, request, url_for

from app.accounts.services import ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.db import db, side_transaction, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, toast
from app.core.links import LinkOver, SignedLink, read_link
from app.core.permissions import current_actor, public, requires
from app.openings.forms import OpeningForm
from app.openings.models import Opening, OpeningOutcome
from app.openings.queries import company_page
from app.openings.services import (
    approval_opening,
    approve_opening,
    ask_approval,
    close_opening,
    renew_opening,
)
from app.openings.views.door import blueprint
from app.openings.views.openings import details_of, opening_card
from app.policy.actor import LinkSubject
from app.policy.permissions import Permission
from app.reference.queries import place_of, trade_label


@blueprint.post("/offres/<int:opening_id>/renouveler")
@requires(Permission.OPENING_EDIT)
def renew(opening_id: int) -> Response:
    """Keep the opening for sixty days more."""
    with transaction() as session:
        last = renew_opening(session, current_actor(), opening_id=opening_id).expires_on
    toast(f"L’offre reste publiée jusqu’au {last:%d/%m/%Y}.")
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


@blueprint.post("/offres/<int:opening_id>/fermer")
@requires(Permission.OPENING_EDIT)
def close(opening_id: int) -> Response:
    """Close the opening with what became of it."""
    chosen = request.form.get("outcome")
    outcome = next((one for one in OpeningOutcome if one.value == chosen), None)
    try:
        with transaction() as session:
            close_opening(session, current_actor(), opening_id=opening_id, outcome=outcome)
    except Invalid as error:
        return opening_card(opening_id, refusal=error.message, status=422)
    toast("L’offre est fermée. Les promesses en cours ne sont pas annulées.")
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


@blueprint.post("/offres/<int:opening_id>/faire-relire")
@requires(Permission.OPENING_EDIT)
def send_for_approval(opening_id: int) -> Response:
    """Send the draft to the company."""
    try:
        with transaction() as session:
            ask_approval(session, current_actor(), opening_id=opening_id)
    except Invalid as error:
        return opening_card(opening_id, refusal=error.message, status=422)
    toast("L’entreprise reçoit l’offre à relire. Elle sera publiée par elle, ou par vous.")
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


@blueprint.get("/offre-a-relire/<token>")
@public
def approval_page(token: str) -> Response:
    """The draft, open to corrections; opening the page changes nothing."""
    signed = _read(token)
    opening = approval_opening(db.session(), signed.about, signed.link.object_id)
    form = OpeningForm(formdata=None)
    form.show(opening)
    form.show_commune(place_of(db.session(), opening.commune_code))
    form.show_trade(opening.rome_code, trade_label(db.session(), opening.rome_code))
    return _page(token, opening, form)


@blueprint.post("/offre-a-relire/<token>")
@public
def approve(token: str) -> Response:
    """Publish the draft as the company wrote it."""
    signed = _read(token)
    form = OpeningForm()
    details = details_of(form)
    opening = approval_opening(db.session(), signed.about, signed.link.object_id)
    if details is None:
        return _page(token, opening, form, status=422)
    try:
        with transaction() as session:
            approve_opening(
                session,
                signed.actor,
                approval_id=signed.about,
                opening_id=signed.link.object_id,
                details=details,
            )
    except Invalid as error:
        form.refuse(error)
        return _again(token, signed, form, 422)
    except Conflict as error:
        toast(error.message, "error")
        return _again(token, signed, form, error.status)
    toast("Merci : votre offre est publiée.")
    return redirect(url_for("openings.approval_page", token=token))


def _again(token: str, signed: SignedLink, form: OpeningForm, status: int) -> Response:
    opening = approval_opening(db.session(), signed.about, signed.link.object_id)
    return _page(token, opening, form, status=status)


def _read(token: str) -> SignedLink:
    """The link, if it is one to approve an opening; wrong ones are counted by address."""
    try:
        signed = read_link(token)
        if signed.link.subject is not LinkSubject.EMPLOYER or signed.link.verb != "approve":
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


def _page(token: str, opening: Opening, form: OpeningForm, *, status: int = 200) -> Response:
    company = company_page(db.session(), opening.employer_id).Organisation
    return page(
        "openings/approval.html",
        status=status,
        token=token,
        opening=opening,
        company=company.name,
        form=form,
    )
