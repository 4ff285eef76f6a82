"""One route a verb: each checks a form, calls one service, and shows the fresh card."""

from __future__ import annotations

from datetime import datetime

from flask import Response, abort, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.forms import BaseForm, ButtonForm
from app.core.htmx import redirect, toast
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.forms import (
    AnswerForm,
    AttachForm,
    BreakForm,
    DayForm,
    FollowUpForm,
    MeetingForm,
    MessageForm,
    OutcomeForm,
    ReasonForm,
    ResultForm,
    SignForm,
    SuggestForm,
)
from app.placements.models import FollowUpState, MeetingKind, MeetingOutcome, TrainingResult
from app.placements.queries import facts_by_id, side_of
from app.placements.queries.page import REFUSALS
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.workflow import Leaf, LeafState
from app.policy.matrix import may_ever
from app.policy.permissions import Permission

SAID = {
    LeafState.YES: "C’est noté : oui.",
    LeafState.NO: "C’est noté : non.",
    LeafState.QUEUED: "C’est noté : admis, en liste d’attente.",
}


@blueprint.post("/propositions")
@requires(Permission.PLACEMENT_SUGGEST)
def suggest() -> Response:
    """Propose a triple or a pair from a page of matching."""
    form = SuggestForm()
    if not form.validate_on_submit() or form.youth_id.data is None:
        raise Invalid("Cette piste est incomplète. Rechargez la page et recommencez.")
    with transaction() as session:
        placement = services.suggest(
            session,
            current_actor(),
            youth_id=form.youth_id.data,
            opening_id=form.opening_id.data,
            session_id=form.session_id.data,
            request_key=form.request_key.data,
        )
        placement_id = placement.id
    toast("La proposition est partie. Chacun répond pour soi.")
    if may_ever(current_actor(), Permission.PLACEMENT_VIEW):
        return redirect(url_for("placements.show", placement_id=placement_id))
    return redirect(url_for("dashboard.home"))


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
    form = ReasonForm(REFUSALS[_side(placement_id)], prefix=name)
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


@blueprint.post("/propositions/<int:placement_id>/suivi/<int:follow_up_id>")
@requires(Permission.PLACEMENT_FOLLOW_UP)
def note_follow_up(placement_id: int, follow_up_id: int) -> Response:
    """Note what a contact after the first day found."""
    name = f"follow_up_{follow_up_id}"
    form = FollowUpForm(prefix=name)
    return act(
        placement_id,
        form,
        lambda session: services.note_follow_up(
            session,
            current_actor(),
            follow_up_id=follow_up_id,
            state=FollowUpState(form.state.data),
            words=form.words.data,
        ),
        name=name,
        done="Le suivi est noté.",
    )


@blueprint.post("/propositions/<int:placement_id>/prolonger")
@requires(Permission.PLACEMENT_CFA_SAYS)
def prolong(placement_id: int) -> Response:
    """Keep the seat two weeks longer, once."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.prolong(session, current_actor(), placement_id=placement_id),
        name="empty",
        done="La place est retenue plus longtemps : la nouvelle date est sur la page.",
    )


@blueprint.post("/propositions/<int:placement_id>/prolonger-poste")
@requires(Permission.PLACEMENT_EMPLOYER_SAYS)
def prolong_position(placement_id: int) -> Response:
    """Keep the position two weeks longer, once."""
    return act(
        placement_id,
        ButtonForm(),
        lambda session: services.prolong(
            session, current_actor(), placement_id=placement_id, leaf=Leaf.EMPLOYER
        ),
        name="empty",
        done="Le poste est retenu plus longtemps : la nouvelle date est sur la page.",
    )


@blueprint.post("/propositions/<int:placement_id>/stagiaire")
@requires(Permission.PLACEMENT_START_TRAINING)
def start_training(placement_id: int) -> Response:
    """The course begins without employer."""
    form = DayForm(prefix="start_training")
    return act(
        placement_id,
        form,
        lambda session: services.start_training(
            session, current_actor(), placement_id=placement_id, since=form.day.data
        ),
        name="start_training",
        done="La formation a commencé. Trois mois pour trouver un employeur.",
    )


@blueprint.post("/propositions/<int:placement_id>/rendez-vous")
@requires(Permission.PLACEMENT_INTERVIEW)
def interview(placement_id: int) -> Response:
    """Arrange a meeting."""
    form = MeetingForm(prefix="interview")
    return act(
        placement_id,
        form,
        lambda session: services.interview(
            session,
            current_actor(),
            placement_id=placement_id,
            kind=MeetingKind(form.kind.data),
            starts_at=_on_french_clock(form.starts_at.data),
            ends_at=_on_french_clock(form.ends_at.data) if form.ends_at.data else None,
            place=form.place.data or "",
        ),
        name="interview",
        done="Le rendez-vous est noté.",
    )


@blueprint.post("/propositions/<int:placement_id>/rendez-vous/<int:meeting_id>")
@requires(Permission.PLACEMENT_INTERVIEW)
def meeting_outcome(placement_id: int, meeting_id: int) -> Response:
    """Note what came of a meeting."""
    name = f"outcome_{meeting_id}"
    form = OutcomeForm(prefix=name)
    return act(
        placement_id,
        form,
        lambda session: services.meeting_outcome(
            session,
            current_actor(),
            meeting_id=meeting_id,
            outcome=MeetingOutcome(form.outcome.data),
        ),
        name=name,
        done="L’issue du rendez-vous est notée.",
    )


@blueprint.post("/propositions/<int:placement_id>/signer")
@requires(Permission.PLACEMENT_SIGN)
def sign(placement_id: int) -> Response:
    """The contract is signed."""
    form = SignForm(prefix="sign")
    return act(
        placement_id,
        form,
        lambda session: services.sign(
            session,
            current_actor(),
            placement_id=placement_id,
            signed_on=form.signed_on.data,
            contract_starts_on=form.contract_starts_on.data,
            tutor_email=form.tutor_email.data,
        ),
        name="sign",
        done="Le contrat est signé. Les autres propositions du jeune s’arrêtent.",
    )


@blueprint.post("/propositions/<int:placement_id>/commencer")
@requires(Permission.PLACEMENT_START)
def start(placement_id: int) -> Response:
    """The first day was attended."""
    form = DayForm(prefix="start")
    return act(
        placement_id,
        form,
        lambda session: services.start(
            session, current_actor(), placement_id=placement_id, started_on=form.day.data
        ),
        name="start",
        done="Le premier jour est noté.",
    )


@blueprint.post("/propositions/<int:placement_id>/rompre")
@requires(Permission.PLACEMENT_BREAK_OFF)
def break_off(placement_id: int) -> Response:
    """The contract ended early."""
    with_cause = _side(placement_id) is not Leaf.EMPLOYER
    form = BreakForm(with_cause=with_cause, prefix="break_off")
    return act(
        placement_id,
        form,
        lambda session: services.break_off(
            session,
            current_actor(),
            placement_id=placement_id,
            reason=form.reason.data,
            words=form.words.data,
            broken_on=form.broken_on.data,
            cause=form.data.get("cause"),
        ),
        name="break_off",
        done="La rupture est notée. La recherche d’un nouvel employeur peut commencer.",
    )


@blueprint.post("/propositions/<int:placement_id>/terminer")
@requires(Permission.PLACEMENT_COMPLETE)
def complete(placement_id: int) -> Response:
    """The contract ran to its end."""
    form = ResultForm(prefix="complete")
    return act(
        placement_id,
        form,
        lambda session: services.complete(
            session,
            current_actor(),
            placement_id=placement_id,
            result=TrainingResult(form.result.data),
        ),
        name="complete",
        done="Le contrat est terminé. Bravo à tous les trois.",
    )


@blueprint.post("/propositions/<int:placement_id>/retirer")
@requires(Permission.PLACEMENT_WITHDRAW)
def withdraw(placement_id: int) -> Response:
    """Take the proposal back."""
    form = ReasonForm(REFUSALS[_side(placement_id)], prefix="withdraw")
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


def _side(placement_id: int) -> Leaf:
    """For which leaf this person speaks: its list of reasons is the one that is shown."""
    _, facts = facts_by_id(db.session(), placement_id)
    return side_of(current_actor(), facts) or Leaf.YOUTH


def _on_french_clock(value: datetime | None) -> datetime:
    """What a person typed is the time on a French wall."""
    if value is None:
        raise Invalid("Indiquez le jour et l’heure.", field="starts_at")
    return value.replace(tzinfo=clock.PARIS)
