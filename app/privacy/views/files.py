"""One youth's rights as the adviser and the officer see them: ledger, readings, copy, stop, erasure, corrections."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.core.access import AccessPurpose, ExportFormat, note_export, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.privacy import services
from app.privacy.queries import ledger_of, person, readings_of, rights_facts
from app.privacy.queries.copy import copy_of
from app.privacy.views.blueprint import as_json, blueprint


@blueprint.get("/donnees/jeunes/<int:youth_id>")
@requires(Permission.RIGHTS_VIEW)
def file(youth_id: int) -> Response:
    """The ledger, what the youth asks for, and the buttons of their rights."""
    return _file_page(youth_id)


@blueprint.get("/donnees/jeunes/<int:youth_id>/lectures")
@requires(Permission.RIGHTS_VIEW)
def readings(youth_id: int) -> Response:
    """ "Qui a vu mon dossier"."""
    _open(youth_id, Permission.RIGHTS_VIEW, "privacy.file")
    session = db.session()
    return page(
        "privacy/readings.html",
        who=person(session, youth_id),
        readings=readings_of(session, youth_id, page=page_number(request.args.get("page"))),
        back=url_for("privacy.file", youth_id=youth_id),
    )


@blueprint.get("/donnees/jeunes/<int:youth_id>/copie")
@requires(Permission.RIGHTS_EXPORT)
def copy(youth_id: int) -> Response:
    """Everything held, to read or to print with the youth."""
    _open(youth_id, Permission.RIGHTS_EXPORT, "privacy.export")
    session = db.session()
    return page(
        "privacy/copy.html",
        who=person(session, youth_id),
        copy=copy_of(session, youth_id),
        back=url_for("privacy.file", youth_id=youth_id),
        download=url_for("privacy.copy_as_json", youth_id=youth_id),
    )


@blueprint.get("/donnees/jeunes/<int:youth_id>/copie.json")
@requires(Permission.RIGHTS_EXPORT)
def copy_as_json(youth_id: int) -> Response:
    """The same as a file."""
    actor, session = current_actor(), db.session()
    facts = rights_facts(session, youth_id)
    ensure(actor, Permission.RIGHTS_EXPORT, facts)
    number = note_export(
        actor,
        kind="privacy.export",
        file_format=ExportFormat.JSON,
        youth_ids=[youth_id],
        filters={},
        page="privacy.export",
    )
    return as_json(copy_of(session, youth_id), person(session, youth_id).public_code, export=number)


@blueprint.post("/donnees/jeunes/<int:youth_id>/stop")
@requires(Permission.RIGHTS_STOP)
def stop(youth_id: int) -> Response:
    """The youth said stop, and somebody notes it."""
    with transaction() as session:
        ended = services.stop(session, current_actor(), youth_id=youth_id)
    seats = " Demandez au jeune s’il garde sa place au CFA." if ended.seats else ""
    toast(
        f"Tout est arrêté : plus aucun partenaire ne voit ce profil.{seats} La date d’effacement est ci-dessous."
    )
    return redirect(url_for("privacy.file", youth_id=youth_id))


@blueprint.post("/donnees/jeunes/<int:youth_id>/effacement")
@requires(Permission.RIGHTS_ERASE)
def erase(youth_id: int) -> Response:
    """The youth asks to be forgotten."""
    return _act(
        youth_id,
        lambda session: services.ask_erasure(session, current_actor(), youth_id=youth_id),
        "C’est demandé. Le jeune a trente jours pour changer d’avis ; rien n’est plus montré.",
    )


@blueprint.post("/donnees/jeunes/<int:youth_id>/effacement/annuler")
@requires(Permission.RIGHTS_ERASE)
def keep(youth_id: int) -> Response:
    """The youth changed their mind."""
    return _act(
        youth_id,
        lambda session: services.keep_after_all(session, current_actor(), youth_id=youth_id),
        "L’effacement est annulé. Un nouvel accord est à demander avant toute proposition.",
    )


@blueprint.post("/donnees/jeunes/<int:youth_id>/lien")
@requires(Permission.RIGHTS_VIEW)
def send_link(youth_id: int) -> Response:
    """Send the youth the link to their own data."""
    return _act(
        youth_id,
        lambda session: services.send_link(session, current_actor(), youth_id=youth_id),
        "Le lien part par courriel, à l’adresse du dossier.",
    )


@blueprint.post("/donnees/jeunes/<int:youth_id>/corrections/<int:correction_id>/faite")
@requires(Permission.YOUTH_EDIT)
def corrected(youth_id: int, correction_id: int) -> Response:
    """The file is corrected."""
    return _act(
        youth_id,
        lambda session: services.correction_done(
            session, current_actor(), youth_id=youth_id, correction_id=correction_id
        ),
        "C’est noté : le jeune le voit sur sa page.",
    )


@blueprint.post(
    "/donnees/jeunes/<int:youth_id>/places/<int:placement_id>/<any(garder, liberer):answer>"
)
@requires(Permission.RIGHTS_STOP)
def answer_seat(youth_id: int, placement_id: int, answer: str) -> Response:
    """What the youth says of the seat that a CFA still holds."""
    verb = services.keep_seat if answer == "garder" else services.release_seat
    return _act(
        youth_id,
        lambda session: verb(
            session, current_actor(), youth_id=youth_id, placement_id=placement_id
        ),
        "C’est noté.",
    )


def _act(youth_id: int, verb: Callable[[Session], object], done: str) -> Response:
    """Call one verb; what cannot be done is said above the same page."""
    try:
        with transaction() as session:
            verb(session)
    except (Invalid, Conflict) as error:
        toast(error.message, "error")
        return _file_page(youth_id, status=error.status)
    toast(done)
    return redirect(url_for("privacy.file", youth_id=youth_id))


def _open(youth_id: int, permission: Permission, name: str) -> None:
    """Judge, then journal the reading: the page is about to show a name."""
    actor = current_actor()
    ensure(actor, permission, rights_facts(db.session(), youth_id))
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.RIGHTS, page=name)


def _file_page(youth_id: int, *, status: int = 200) -> Response:
    _open(youth_id, Permission.RIGHTS_VIEW, "privacy.file")
    actor, session = current_actor(), db.session()
    facts = rights_facts(session, youth_id)
    return page(
        "privacy/file.html",
        status=status,
        who=person(session, youth_id),
        ledger=ledger_of(session, youth_id, page=page_number(request.args.get("page"))),
        may_stop=can(actor, Permission.RIGHTS_STOP, facts),
        may_edit=can(actor, Permission.YOUTH_EDIT, facts),
        form=ButtonForm(formdata=None),
    )
