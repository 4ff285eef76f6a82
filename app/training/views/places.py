"""The places grid: edited row by row, by a pasted column, or confirmed whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import ButtonForm, whole_or_none
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.pages import Page, page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.permissions import Permission
from app.training.forms import PasteForm, PlacesForm
from app.training.queries import FRESH_DAYS, acts_for, cfas_of, places_grid, session_facts
from app.training.services import (
    MOST_SEATS,
    PlaceChange,
    PlacesColumn,
    apply_column,
    confirm_all,
    update_places,
)
from app.training.views.door import blueprint


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of the preview of a pasted column."""

    row: Any
    before: int
    after: int


@blueprint.get("/places")
@requires(Permission.SESSION_EDIT)
def places() -> Response:
    """Sessions in rows, their figures in columns."""
    return _grid()


@blueprint.post("/places/<int:session_id>")
@requires(Permission.SESSION_EDIT)
def update_row(session_id: int) -> Response:
    """Write the figures of one row."""
    ensure(current_actor(), Permission.SESSION_EDIT, session_facts(db.session(), session_id))
    form = PlacesForm()
    if not form.validate_on_submit():
        return _grid(refused={session_id: form}, status=422)
    try:
        with transaction() as session:
            group = update_places(
                session,
                current_actor(),
                session_id=session_id,
                version=form.version.data or 0,
                capacity=form.capacity.data or 0,
                seats_declared=form.seats_declared.data or 0,
            )
            free = group.seats_free
    except Conflict as error:
        toast(error.message, "warning")
        return _grid(status=409)
    if free < 0:
        toast(f"Enregistré : {-free} de trop. Personne n’est annulé.", "warning")
    else:
        toast("Enregistré.")
    return _after_write()


@blueprint.post("/places/a-jour")
@requires(Permission.SESSION_EDIT)
def confirm_places() -> Response:
    """Every figure is right today."""
    with transaction() as session:
        count = confirm_all(session, current_actor(), cfa_id=_chosen_cfa())
    toast(f"{count} sessions notées à jour." if count > 1 else f"{count} session notée à jour.")
    return _after_write()


@blueprint.post("/places/coller")
@requires(Permission.SESSION_EDIT)
def preview_column() -> Response:
    """Show what a pasted column would change; nothing is written."""
    form = PasteForm()
    if not form.validate_on_submit():
        return _grid(paste=form, status=422)
    rows = _page_of_grid().rows
    try:
        proposed = _proposed(form, rows)
    except Invalid as error:
        form.refuse(error)
        return _grid(paste=form, status=422)
    return _grid(paste=form, proposed=proposed)


@blueprint.post("/places/coller/appliquer")
@requires(Permission.SESSION_EDIT)
def apply_pasted() -> Response:
    """Write the column that the preview showed."""
    form = PasteForm()
    changes = _changes()
    try:
        column = PlacesColumn(str(form.column.data))
    except ValueError:
        raise NotFound from None
    try:
        with transaction() as session:
            count = apply_column(session, current_actor(), column=column, changes=changes)
    except (Conflict, Invalid) as error:
        toast(error.message, "warning")
        return _grid(status=error.status)
    toast(f"{count} sessions mises à jour." if count > 1 else f"{count} session mise à jour.")
    return _after_write()


def _chosen_cfa() -> int | None:
    return whole_or_none(request.args.get("cfa"))


def _kept() -> dict[str, Any]:
    """What the address says about the grid: the forms send it back."""
    number = whole_or_none(request.args.get("page"))
    return {"cfa": _chosen_cfa(), "page": number if number and number > 1 else None}


def _page_of_grid() -> Page[Any]:
    return places_grid(
        db.session(),
        current_actor(),
        cfa_id=_chosen_cfa(),
        number=page_number(request.args.get("page")),
    )


def _after_write() -> Response:
    """The fresh grid for htmx, the grid's address for everybody else."""
    if is_fragment_request():
        return _grid()
    return redirect(url_for("training.places", **_kept()))


def _grid(
    *,
    refused: dict[int, PlacesForm] | None = None,
    paste: PasteForm | None = None,
    proposed: list[Proposed] | None = None,
    status: int = 200,
) -> Response:
    actor = current_actor()
    if not acts_for(actor):
        raise NotFound("Aucun CFA ne vous a confié ses places. Une convention le permet.")
    return render(
        "training/places.html",
        fragments=["training/_places_grid.html"],
        status=status,
        sessions=_page_of_grid(),
        cfas=cfas_of(db.session(), actor),
        chosen=_chosen_cfa(),
        kept=_kept(),
        refused=refused or {},
        paste=paste or PasteForm(formdata=None),
        proposed=proposed,
        most=MOST_SEATS,
        empty=ButtonForm(formdata=None),
        stale_before=clock.today() - timedelta(days=FRESH_DAYS),
    )


def _proposed(form: PasteForm, rows: Any) -> list[Proposed]:
    """Figures beside the rows in their order on the page.

    Raises:
        Invalid: a line is not a number, or there are more lines than sessions.
    """
    try:
        values = form.values()
    except ValueError as error:
        raise Invalid(
            f"La ligne {error.args[0]} n’est pas un nombre entier.", field="numbers"
        ) from None
    if len(values) > len(rows):
        raise Invalid(
            f"Vous avez collé {len(values)} lignes pour {len(rows)} sessions affichées.",
            field="numbers",
        )
    if any(value is not None and value > MOST_SEATS for value in values):
        raise Invalid(f"Chaque nombre va de 0 à {MOST_SEATS}.", field="numbers")
    column = PlacesColumn(str(form.column.data)).value
    return [
        Proposed(row, getattr(row, column), value)
        for row, value in zip(rows, values, strict=False)
        if value is not None
    ]


def _changes() -> list[PlaceChange]:
    """The lines of the preview, as its hidden fields send them back."""
    found = []
    for line in request.form.getlist("change"):
        numbers = [whole_or_none(one) for one in line.split(":")]
        if len(numbers) != 3 or None in numbers:
            raise Invalid("L’aperçu n’est plus valable. Collez à nouveau la colonne.")
        found.append(PlaceChange(*(one or 0 for one in numbers)))
    return found
