"""Answering by a signed link: opening the page changes nothing, a button answers."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.services import ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.db import db, side_transaction, transaction
from app.core.errors import Conflict, Invalid
from app.core.htmx import page, redirect, toast
from app.core.links import LinkOver, SignedLink, read_link
from app.core.permissions import public
from app.placements import services
from app.placements.forms import AnswerForm
from app.placements.models import Placement
from app.placements.queries.by_link import answering_mark, link_page
from app.placements.views.blueprint import blueprint
from app.placements.views.card import alert
from app.placements.workflow import LEAF_OPEN_STAGES, Leaf, LeafState
from app.policy.actor import LinkSubject
from app.youth.models import Youth

LEAF_OF = {LinkSubject.YOUTH: Leaf.YOUTH, LinkSubject.EMPLOYER: Leaf.EMPLOYER}


@blueprint.get("/r/<token>")
@public
def answer_page(token: str) -> Response:
    """What is proposed, and three buttons."""
    signed = _read(token)
    leaf = LEAF_OF[signed.link.subject]
    return _page(token, signed, AnswerForm(leaf, prefix="answer"))


@blueprint.post("/r/<token>")
@public
def answer(token: str) -> Response:
    """The bearer answers for one leaf of one placement, and nothing else."""
    signed = _read(token)
    leaf = LEAF_OF[signed.link.subject]
    form = AnswerForm(leaf, prefix="answer")
    if not form.validate_on_submit():
        return _page(token, signed, form, status=422)
    try:
        with transaction() as session:
            _say(session, signed, leaf, form)
    except Invalid as error:
        alert(signed.link.object_id, error, signed.actor)
        form.refuse(error)
        return _page(token, signed, form, status=422)
    except Conflict as error:
        toast(error.message, "error")
        return _page(token, signed, form, status=error.status)
    if _leaves(leaf):
        toast("Vous avez quitté cette proposition. La personne qui vous accompagne le sait.")
        return redirect(url_for("privacy.ask_link"))
    toast("Merci : votre réponse est enregistrée.")
    return redirect(url_for("placements.answer_page", token=token))


def _read(token: str) -> SignedLink:
    """The link, if it still speaks about the same proposal; wrong ones are counted by address.

    Raises:
        LinkOver: forged, old, or the proposal has moved on.
        TooMany: many wrong links from one address.
    """
    try:
        signed = read_link(token)
        if signed.link.subject not in LEAF_OF or signed.link.verb != "answer":
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


def _current(db_session: Session, signed: SignedLink) -> Placement:
    placement = db_session.get(Placement, signed.link.object_id)
    if placement is None or placement.stage not in LEAF_OPEN_STAGES:
        raise LinkOver
    youth = db_session.get_one(Youth, placement.youth_id)
    if signed.about != answering_mark(signed.link.subject, placement.opening_id, youth.email):
        raise LinkOver
    return placement


def _page(token: str, signed: SignedLink, form: AnswerForm, *, status: int = 200) -> Response:
    placement = _current(db.session(), signed)
    leaf = LEAF_OF[signed.link.subject]
    return page(
        "placements/answer.html",
        status=status,
        token=token,
        found=link_page(db.session(), placement, leaf),
        form=form,
    )


def _leaves(leaf: Leaf) -> bool:
    """True when a youth pressed the button that ends the proposal for everybody: the link is over then."""
    return leaf is Leaf.YOUTH and request.form.get("answer") == "withdraw"


def _say(session: Session, signed: SignedLink, leaf: Leaf, form: AnswerForm) -> None:
    placement_id = _current(session, signed).id
    pressed = request.form.get("answer", "")
    if pressed == "talk":
        services.talk(session, signed.actor, placement_id=placement_id, words=form.words.data)
        return
    if _leaves(leaf):
        services.withdraw(
            session,
            signed.actor,
            placement_id=placement_id,
            reason=form.reason.data,
            words=form.words.data,
        )
        return
    if pressed not in (LeafState.YES, LeafState.NO):
        raise Invalid("Choisissez une réponse.")
    said: dict[str, Any] = {
        "placement_id": placement_id,
        "answer": LeafState(pressed),
        "reason": form.reason.data,
        "words": form.words.data,
    }
    if leaf is Leaf.YOUTH:
        services.youth_says(session, signed.actor, **said)
    else:
        services.employer_says(session, signed.actor, colleague=form.colleague.data, **said)
