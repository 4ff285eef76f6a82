"""The data protection officer's pages: what waits, registers, certificates, how long data is kept."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.core.retention import RetentionKind
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.privacy.forms import DaysForm, FindErasedForm
from app.privacy.models import ErasureRequest
from app.privacy.queries.registers import (
    certificate_of,
    erased_with,
    erasures_of,
    exports_of,
    files_named,
    waiting_for_officer,
)
from app.privacy.queries.retention import last_runs, retention_lines
from app.privacy.services import set_days
from app.privacy.services.erasing import certificate_hash
from app.privacy.services.marking import person_digest
from app.privacy.views.blueprint import blueprint


@blueprint.get("/donnees")
@requires(Permission.PRIVACY_OVERSEE)
def oversee() -> Response:
    """What waits, and the file of a person found by its code or whole name."""
    actor, session = current_actor(), db.session()
    text = request.args.get("q", "").strip()
    found = files_named(session, actor, text) if text else []
    note_reading(
        actor,
        youth_ids=[one.id for one in found],
        purpose=AccessPurpose.RIGHTS,
        page="privacy.file",
    )
    return page(
        "privacy/oversee.html",
        waiting=waiting_for_officer(session, actor),
        text=text,
        found=found,
    )


@blueprint.get("/donnees/exports")
@requires(Permission.PRIVACY_OVERSEE)
def exports() -> Response:
    """Every list of names that left the portal."""
    text = request.args.get("q", "")
    found = exports_of(
        db.session(), current_actor(), page=page_number(request.args.get("page")), text=text
    )
    return page("privacy/exports.html", exports=found, text=text)


@blueprint.get("/donnees/effacements")
@requires(Permission.PRIVACY_OVERSEE)
def erasures() -> Response:
    """Requests and certificates; a name and a birth date find the certificate of somebody who was erased."""
    return _erasures_page(FindErasedForm(formdata=None))


@blueprint.post("/donnees/effacements")
@requires(Permission.PRIVACY_OVERSEE)
def find_erased() -> Response:
    """Was this person erased? Nothing is written: the name comes in the body, because addresses are kept."""
    form = FindErasedForm()
    born = form.naissance.data if form.validate_on_submit() else None
    if born is None:
        return _erasures_page(form, status=422)
    digest = person_digest(str(form.nom.data), str(form.prenom.data), born.isoformat())
    found = erased_with(db.session(), current_actor(), digest)
    return _erasures_page(form, was_asked=True, found=found)


def _erasures_page(
    form: FindErasedForm,
    *,
    status: int = 200,
    was_asked: bool = False,
    found: ErasureRequest | None = None,
) -> Response:
    return page(
        "privacy/erasures.html",
        status=status,
        erasures=erasures_of(
            db.session(), current_actor(), page=page_number(request.args.get("page"))
        ),
        form=form,
        was_asked=was_asked,
        certificate=found,
    )


@blueprint.get("/donnees/effacements/<int:request_id>")
@requires(Permission.PRIVACY_OVERSEE)
def certificate(request_id: int) -> Response:
    """What was removed, what was kept and why, and the hash of the whole."""
    row = certificate_of(db.session(), current_actor(), request_id)
    if row is None or row.certificate_hash is None:
        raise NotFound
    return page(
        "privacy/certificate.html",
        row=row,
        is_whole=certificate_hash(row.certificate) == row.certificate_hash,
    )


@blueprint.get("/donnees/conservation")
@requires(Permission.PRIVACY_OVERSEE)
def retention() -> Response:
    """How long each kind of data is kept, and what the last nights did."""
    return _retention_page()


@blueprint.post("/donnees/conservation/<kind>")
@requires(Permission.RETENTION_EDIT)
def save_retention(kind: str) -> Response:
    """Choose another number of days."""
    try:
        chosen = RetentionKind(kind)
    except ValueError:
        raise NotFound from None
    form = DaysForm(prefix=kind)
    if not form.validate_on_submit():
        return _retention_page(status=422, sent=(chosen, form))
    try:
        with transaction() as session:
            set_days(session, current_actor(), kind=chosen, days=form.days.data or 0)
    except Invalid as error:
        form.refuse(error)
        return _retention_page(status=422, sent=(chosen, form))
    toast("La durée est enregistrée : la prochaine nuit en tient compte.")
    return redirect(url_for("privacy.retention"))


def _retention_page(
    *, status: int = 200, sent: tuple[RetentionKind, DaysForm] | None = None
) -> Response:
    session = db.session()
    lines = retention_lines(session)
    forms = {
        one.kind: DaysForm(prefix=one.kind.value, formdata=None, data={"days": one.days})
        for one in lines
    }
    if sent:
        forms[sent[0]] = sent[1]
    return page(
        "privacy/retention.html",
        status=status,
        lines=lines,
        forms=forms,
        runs=last_runs(session),
        may_edit=can(current_actor(), Permission.RETENTION_EDIT),
    )
