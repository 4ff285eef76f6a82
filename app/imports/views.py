"""Pages of imports: a file comes in, its columns are confirmed, its rows reread, then imported."""

from __future__ import annotations

from typing import IO, Any

from flask import Blueprint, Response, request, url_for

from app.core.access import AccessPurpose, ExportFormat, note_export, note_reading
from app.core.db import db, transaction
from app.core.documents import file_answer
from app.core.errors import Invalid
from app.core.htmx import page, redirect, render, toast, wants
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.core.sheets import csv_lines
from app.imports import labels
from app.imports.fields import KINDS
from app.imports.forms import ChoiceForm, DecisionForm, UploadForm, chosen_columns, columns_form
from app.imports.models import Decision, ImportBatch, ImportKind, ImportState
from app.imports.queries import (
    GROUPS,
    count_rows,
    is_stopped,
    job_of,
    kinds_for,
    known_columns,
    list_batches,
    own_batch,
    row_page,
    rows_given_back,
    samples,
    undecided,
)
from app.imports.services import (
    KEPT_DAYS,
    choose,
    decide_all,
    decide_row,
    forget_batch,
    open_batch,
    read_file,
    resume,
    set_columns,
    start_writing,
)
from app.policy.permissions import Permission

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
FRAGMENT = "imports/_batch_state.html"
GIVEN_BACK_NAME = "lignes-a-corriger.csv"


@blueprint.context_processor
def words() -> dict[str, Any]:
    """French words of stored values, for the templates of this slice."""
    return {"words": labels, "kept_days": KEPT_DAYS}


def _number() -> int:
    return page_number(request.args.get("page"))


@blueprint.get("", endpoint="list_batches")
@requires(Permission.IMPORT_LIST)
def list_batches_page() -> Response:
    """Files brought by the organisation worn."""
    found = list_batches(db.session(), current_actor(), number=_number())
    return page("imports/list.html", found=found)


@blueprint.get("/nouveau")
@requires(Permission.IMPORT_RUN)
def new() -> Response:
    """The page that takes a file."""
    return _upload_page(UploadForm(formdata=None))


@blueprint.post("/nouveau")
@requires(Permission.IMPORT_RUN)
def create() -> Response:
    """Read a file and store its rows; nothing is imported yet."""
    form = UploadForm()
    form.offer({kind: labels.KIND[kind] for kind in kinds_for(current_actor())})
    if not form.validate_on_submit():
        return _upload_page(form, status=422)
    kind, upload = ImportKind(form.kind.data), request.files["file"]
    content: IO[bytes] = upload.stream
    try:
        read = read_file(content, kind, form.sheet.data)
        with transaction() as session:
            batch = open_batch(
                session,
                current_actor(),
                kind=kind,
                file_name=upload.filename or "",
                read=read,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _upload_page(form, status=422)
    return redirect(url_for("imports.show", batch_id=batch.id))


def _upload_page(form: UploadForm, *, status: int = 200) -> Response:
    kinds = {kind: labels.KIND[kind] for kind in kinds_for(current_actor())}
    form.offer(kinds)
    return page("imports/new.html", status=status, form=form, kinds=kinds)


@blueprint.get("/<int:batch_id>")
@requires(Permission.IMPORT_RUN)
def show(batch_id: int) -> Response:
    """Where an import stands; the same address answers the page that follows the work."""
    return _batch_page(batch_id)


@blueprint.post("/<int:batch_id>/colonnes")
@requires(Permission.IMPORT_RUN)
def columns(batch_id: int) -> Response:
    """Confirm the columns; the rows are then looked at in the background."""
    batch = own_batch(db.session(), current_actor(), batch_id)
    form = _columns_form(batch)
    if not form.validate_on_submit():
        return _batch_page(batch_id, status=422, form=form)
    mapping = chosen_columns(form, KINDS[batch.kind])
    try:
        with transaction() as session:
            set_columns(
                session,
                current_actor(),
                batch_id=batch_id,
                mapping=mapping,
            )
    except Invalid as error:
        form.refuse(error)
        return _batch_page(batch_id, status=422, form=form)
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/lignes/<int:row_id>/decision")
@requires(Permission.IMPORT_RUN)
def decide(batch_id: int, row_id: int) -> Response:
    """Say what becomes of a row that looks like something known."""
    form = DecisionForm()
    if not form.validate_on_submit() or form.decision.data not in set(Decision):
        return _batch_page(batch_id, status=422, refusal="Choisissez une des réponses.")
    try:
        with transaction() as session:
            decide_row(
                session,
                current_actor(),
                batch_id=batch_id,
                row_id=row_id,
                decision=Decision(form.decision.data),
            )
    except Invalid as error:
        return _batch_page(batch_id, status=422, refusal=error.message)
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/lignes/<int:row_id>/choix")
@requires(Permission.IMPORT_RUN)
def pick(batch_id: int, row_id: int) -> Response:
    """Pick a trade or a place for a row."""
    form = ChoiceForm()
    if not form.validate_on_submit():
        return _batch_page(batch_id, status=422, refusal="Choisissez une des propositions.")
    try:
        with transaction() as session:
            choose(
                session,
                current_actor(),
                batch_id=batch_id,
                row_id=row_id,
                field=str(form.field.data),
                code=str(form.code.data),
            )
    except Invalid as error:
        return _batch_page(batch_id, status=422, refusal=error.message)
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/lignes")
@requires(Permission.IMPORT_RUN)
def decide_rest(batch_id: int) -> Response:
    """The same decision for all rows that wait for one."""
    form = DecisionForm()
    if not form.validate_on_submit() or form.decision.data not in set(Decision):
        return _batch_page(batch_id, status=422, refusal="Choisissez une des réponses.")
    try:
        with transaction() as session:
            decide_all(
                session,
                current_actor(),
                batch_id=batch_id,
                decision=Decision(form.decision.data),
            )
    except Invalid as error:
        return _batch_page(batch_id, status=422, refusal=error.message)
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/importer")
@requires(Permission.IMPORT_RUN)
def start(batch_id: int) -> Response:
    """Write the good rows in the background."""
    with transaction() as session:
        start_writing(session, current_actor(), batch_id=batch_id)
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/reprendre")
@requires(Permission.IMPORT_RUN)
def take_up(batch_id: int) -> Response:
    """Take up a pass that stopped halfway."""
    with transaction() as session:
        resume(
            session,
            current_actor(),
            batch_id=batch_id,
        )
    return _answer(batch_id)


@blueprint.post("/<int:batch_id>/supprimer")
@requires(Permission.IMPORT_RUN)
def forget(batch_id: int) -> Response:
    """Delete an import and its rows; what was imported stays."""
    with transaction() as session:
        forget_batch(session, current_actor(), batch_id=batch_id)
    toast("Le fichier et ses lignes sont effacés. Ce qui était importé reste.")
    return redirect(url_for("imports.list_batches"))


@blueprint.get("/<int:batch_id>/lignes-a-corriger.csv")
@requires(Permission.IMPORT_RUN)
def given_back(batch_id: int) -> Response:
    """The rows that were not imported, with their reason, to be corrected and brought again."""
    session = db.session()
    batch = own_batch(session, current_actor(), batch_id)
    rows = list(rows_given_back(session, batch))
    number = None
    if batch.kind is ImportKind.YOUTH:
        number = note_export(
            current_actor(),
            kind="imports.given_back",
            file_format=ExportFormat.CSV,
            youth_ids=[],
            filters={"import": str(batch_id)},
            page="imports.show",
            names=max(0, len(rows) - 1),
        )
    return file_answer(b"".join(csv_lines(rows)), "text/csv", GIVEN_BACK_NAME, export=number)


def _answer(batch_id: int) -> Response:
    """After a write: the fragment for htmx, else the page anew with the rows that were shown."""
    if wants(FRAGMENT):
        return _batch_page(batch_id)
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("groupe", "page") if name in request.args
    }
    return redirect(url_for("imports.show", batch_id=batch_id, **kept))


def _columns_form(batch: ImportBatch) -> Any:
    return columns_form(KINDS[batch.kind], batch.headers, batch.left_out, batch.mapping)


def _batch_page(
    batch_id: int, *, status: int = 200, form: Any = None, refusal: str = ""
) -> Response:
    session, actor = db.session(), current_actor()
    batch = own_batch(session, actor, batch_id)
    job, counts = job_of(session, batch), count_rows(session, batch_id)
    shown = {name: sum(counts.get(state, 0) for state in states) for name, states in GROUPS.items()}
    present = [name for name, many in shown.items() if many]
    group = request.args.get("groupe", "")
    if group not in present:
        group = present[0] if present else "bonnes"
    rows = row_page(session, batch_id, GROUPS[group], _number())
    if batch.kind is ImportKind.YOUTH:
        note_reading(
            actor,
            youth_ids=[row.target_id for row in rows.rows if row.target_id],
            purpose=AccessPurpose.FOLLOW_UP,
            page="imports.show",
        )
    return render(
        "imports/show.html",
        fragments=[FRAGMENT],
        status=status,
        batch=batch,
        kind=KINDS[batch.kind],
        job=job,
        is_stopped=is_stopped(batch, job),
        is_open=batch.state in {ImportState.UPLOADED, ImportState.CHECKED},
        shown=shown,
        group=group,
        rows=rows,
        waiting=undecided(session, batch_id),
        form=form or _columns_form(batch),
        samples=samples(session, batch_id),
        is_remembered=batch.state is ImportState.UPLOADED
        and known_columns(session, actor, batch.kind, batch.headers) is not None,
        refusal=refusal,
    )
