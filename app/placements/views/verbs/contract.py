"""The course begins, the contract is signed, begins, is followed, breaks or ends."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.forms import (
    BreakForm,
    ContractEndForm,
    DayForm,
    FollowUpForm,
    ResultForm,
    SignForm,
)
from app.placements.models import FollowUpState, TrainingResult
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.placements.views.verbs.speaker import speaks_for
from app.placements.workflow import Leaf
from app.policy.permissions import Permission


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
            contract_ends_on=form.contract_ends_on.data,
            tutor_email=form.tutor_email.data,
        ),
        name="sign",
        done="Le contrat est signé. Les autres propositions du jeune s’arrêtent.",
    )


@blueprint.post("/propositions/<int:placement_id>/fin-du-contrat")
@requires(Permission.PLACEMENT_SIGN)
def set_contract_end(placement_id: int) -> Response:
    """The last day of a contract that runs is noted or moved."""
    form = ContractEndForm(prefix="contract_end")

    def verb(session: Session) -> object:
        ends_on = form.contract_ends_on.data
        assert ends_on is not None  # the form needs it
        return services.set_contract_end(
            session, current_actor(), placement_id=placement_id, ends_on=ends_on
        )

    return act(
        placement_id,
        form,
        verb,
        name="contract_end",
        done="La fin du contrat est notée.",
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


@blueprint.post("/propositions/<int:placement_id>/rompre")
@requires(Permission.PLACEMENT_BREAK_OFF)
def break_off(placement_id: int) -> Response:
    """The contract ended early."""
    with_cause = speaks_for(placement_id) is not Leaf.EMPLOYER
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
