"""What the parties say: yes, no, the waiting list, "parlons-en", a message."""

from __future__ import annotations

from flask import Response, request

from app.core.errors import Invalid
from app.core.forms import BaseForm, ButtonForm
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.forms import (
    AnswerForm,
    MessageForm,
)
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.workflow import Leaf, LeafState
from app.policy.permissions import Permission

SAID = {
    LeafState.YES: "C’est noté : oui.",
    LeafState.NO: "C’est noté : non.",
    LeafState.QUEUED: "C’est noté : admis, en liste d’attente.",
}


@blueprint.post("/propositions/<int:placement_id>/jeune")
@requires(Permission.PLACEMENT_YOUTH_SAYS)
def youth_says(placement_id: int) -> Response:
    """The adviser notes the youth's word."""
    form = AnswerForm(Leaf.YOUTH)
    return act(
        placement_id,
        form,
        lambda session: services.youth_says(
            session,
            current_actor(),
            placement_id=placement_id,
            answer=_answer(form),
            reason=form.reason.data,
            words=form.words.data,
            channel=form.channel.data,
        ),
        name="says",
        done=_said(form),
    )


@blueprint.post("/propositions/<int:placement_id>/employeur")
@requires(Permission.PLACEMENT_EMPLOYER_SAYS)
def employer_says(placement_id: int) -> Response:
    """The employer answers."""
    form = AnswerForm(Leaf.EMPLOYER)
    return act(
        placement_id,
        form,
        lambda session: services.employer_says(
            session,
            current_actor(),
            placement_id=placement_id,
            answer=_answer(form),
            reason=form.reason.data,
            words=form.words.data,
            colleague=form.colleague.data,
        ),
        name="says",
        done=_said(form),
    )


@blueprint.post("/propositions/<int:placement_id>/cfa")
@requires(Permission.PLACEMENT_CFA_SAYS)
def cfa_says(placement_id: int) -> Response:
    """The CFA, or the point A that acts for it, answers."""
    form = AnswerForm(Leaf.CFA)
    return act(
        placement_id,
        form,
        lambda session: services.cfa_says(
            session,
            current_actor(),
            placement_id=placement_id,
            answer=_answer(form),
            reason=form.reason.data,
            words=form.words.data,
            file_complete=form.file_state.data != "incomplete",
        ),
        name="says",
        done=_said(form),
    )


@blueprint.post("/propositions/<int:placement_id>/parlons-en")
@requires(Permission.PLACEMENT_TALK)
def talk(placement_id: int) -> Response:
    """Ask to talk before answering."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.talk(session, current_actor(), placement_id=placement_id),
        name="empty",
        done="Les autres savent que vous souhaitez en parler. Vous avez une semaine de plus.",
    )


@blueprint.post("/propositions/<int:placement_id>/messages")
@requires(Permission.PLACEMENT_TALK)
def write_message(placement_id: int) -> Response:
    """Write to the other parties."""
    form = MessageForm()
    return act(
        placement_id,
        form,
        lambda session: services.write_message(
            session,
            current_actor(),
            placement_id=placement_id,
            text=form.text.data,
            request_key=form.request_key.data,
        ),
        name="message",
        done="Votre message est dans le fil.",
    )


def _answer(form: AnswerForm) -> LeafState:
    """The button that was pressed.

    Raises:
        Invalid: none of ours.
    """
    pressed = request.form.get("answer", "")
    if pressed not in (LeafState.YES, LeafState.NO, LeafState.QUEUED):
        raise Invalid("Choisissez une réponse.")
    form.answer.data = pressed
    return LeafState(pressed)


def _said(_form: BaseForm) -> str:
    pressed = request.form.get("answer", "")
    return SAID.get(LeafState(pressed), "C’est noté.") if pressed in set(LeafState) else ""
