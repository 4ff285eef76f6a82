"""Riders of a contract: begin one, its page, its verbs."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, url_for
from sqlalchemy.orm import Session

from app.contracts.forms.riders import begin_form, rider_form
from app.contracts.forms.sheet import DecisionForm, DepositForm
from app.contracts.queries.labels import SECTIONS
from app.contracts.queries.riders import RiderPage, rider_page
from app.contracts.services import (
    begin_rider,
    decide_rider,
    deposit_rider,
    drop_rider,
    fill_rider,
)
from app.contracts.views.blueprint import blueprint
from app.contracts.views.sheets import Forms, card, read_page
from app.contracts.workflow import SheetEvent
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import BaseForm, ButtonForm
from app.core.htmx import page as whole_page
from app.core.htmx import redirect, toast
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission

RIDERS = "/propositions/<int:placement_id>/contrat/avenants"
ONE = f"{RIDERS}/<int:number>"


@blueprint.post(RIDERS)
@requires(Permission.CONTRACT_VIEW)
def start_rider(placement_id: int) -> Response:
    """Begin the next version of a contract that has left."""
    form = begin_form(read_page(placement_id), sent=True)
    if not form.validate_on_submit() or form.effect_on.data is None:
        return card(placement_id, status=422, sent={"rider": form})
    try:
        with transaction() as session:
            number = begin_rider(
                session,
                current_actor(),
                placement_id=placement_id,
                rider_type=form.rider_type.data,
                effect_on=form.effect_on.data,
                request_key=form.request_key.data,
            ).number
    except Invalid as error:
        form.refuse(error)
        return card(placement_id, status=422, sent={"rider": form})
    except Conflict as error:
        toast(error.message, "error")
        return card(placement_id, status=error.status)
    toast("L’avenant est ouvert. Écrivez maintenant ce qui change.")
    return _back(placement_id, number)


@blueprint.get(ONE)
@requires(Permission.CONTRACT_VIEW)
def show_rider(placement_id: int, number: int) -> Response:
    """What changes, what is missing and who has it, controls, deposit."""
    return _show(placement_id, number)


@blueprint.post(ONE)
@requires(Permission.CONTRACT_VIEW)
def write_rider(placement_id: int, number: int) -> Response:
    """Write the fields that one holds."""
    form = rider_form(_found(placement_id, number), sent=True)
    return _act(
        placement_id,
        number,
        form,
        lambda session: fill_rider(
            session,
            current_actor(),
            placement_id=placement_id,
            number=number,
            values=form.values(),
            effect_on=form.effect_on.data,
            signed_on=form.signed_on.data,
        ),
        name="fields",
        done="L’avenant est enregistré. Les contrôles sont à jour.",
    )


@blueprint.post(f"{ONE}/depot")
@requires(Permission.CONTRACT_DEPOSIT)
def send_rider(placement_id: int, number: int) -> Response:
    """The rider left for the OPCO."""
    form = DepositForm(prefix="deposit-")
    return _act(
        placement_id,
        number,
        form,
        lambda session: deposit_rider(
            session,
            current_actor(),
            placement_id=placement_id,
            number=number,
            deposited_on=form.deposited_on.data,
        ),
        name="deposit",
        done="Le dépôt de l’avenant est noté.",
    )


@blueprint.post(f"{ONE}/reponse")
@requires(Permission.CONTRACT_DEPOSIT)
def answer_rider(placement_id: int, number: int) -> Response:
    """What the OPCO answered."""
    form = DecisionForm(prefix="decision-")
    return _act(
        placement_id,
        number,
        form,
        lambda session: decide_rider(
            session,
            current_actor(),
            placement_id=placement_id,
            number=number,
            event=SheetEvent(form.event.data),
            decided_on=form.decided_on.data,
            deposit_number=form.number.data,
            why=form.why.data,
        ),
        name="decision",
        done="La réponse de l’OPCO est notée.",
    )


@blueprint.post(f"{ONE}/abandonner")
@requires(Permission.CONTRACT_VIEW)
def give_up_rider(placement_id: int, number: int) -> Response:
    """Give up a rider that never left."""
    if not ButtonForm().validate_on_submit():
        raise NotFound
    try:
        with transaction() as session:
            drop_rider(session, current_actor(), placement_id=placement_id, number=number)
    except Conflict as error:
        toast(error.message, "error")
        return _show(placement_id, number, status=error.status)
    toast("L’avenant est abandonné : le contrat reste tel qu’il est.")
    return redirect(url_for("contracts.sheet", placement_id=placement_id))


def _found(placement_id: int, number: int) -> RiderPage:
    page = read_page(placement_id)
    if not page.is_open:
        raise NotFound
    return rider_page(db.session(), page, number)


def _act(
    placement_id: int,
    number: int,
    form: BaseForm,
    verb: Callable[[Session], object],
    *,
    name: str,
    done: str,
) -> Response:
    if not form.validate_on_submit():
        return _show(placement_id, number, status=422, sent={name: form})
    try:
        with transaction() as session:
            verb(session)
    except Invalid as error:
        form.refuse(error)
        return _show(placement_id, number, status=422, sent={name: form})
    except Conflict as error:
        toast(error.message, "error")
        return _show(placement_id, number, status=error.status)
    toast(done)
    return _back(placement_id, number)


def _back(placement_id: int, number: int) -> Response:
    return redirect(url_for("contracts.show_rider", placement_id=placement_id, number=number))


def _show(
    placement_id: int, number: int, *, status: int = 200, sent: Forms | None = None
) -> Response:
    found = _found(placement_id, number)
    forms: Forms = {
        "fields": rider_form(found),
        "deposit": DepositForm(prefix="deposit-", formdata=None),
        "decision": DecisionForm(prefix="decision-", formdata=None),
        "empty": ButtonForm(formdata=None),
    }
    return whole_page(
        "contracts/rider.html",
        status=status,
        found=found,
        page=found.page,
        forms={**forms, **(sent or {})},
        sections=SECTIONS,
    )
