"""The youth's own page, by a signed link: see, stop, copy, correct, erase. Only a button changes something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.services import ATTEMPTS_PER_ACCOUNT, ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.access import ExportFormat, note_export
from app.core.db import db, side_transaction, transaction
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.links import LinkOver, read_link
from app.core.pages import page_number
from app.core.permissions import ensure, public
from app.policy.actor import Actor, LinkSubject
from app.policy.permissions import Permission
from app.privacy import services
from app.privacy.forms import AddressForm, CorrectionForm
from app.privacy.queries import Person, ledger_of, person, readings_of, rights_facts, rights_mark
from app.privacy.queries.copy import copy_of
from app.privacy.views.blueprint import as_json, blueprint
from app.youth.models import Youth


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds the link: the youth, as the policy knows them."""

    token: str
    actor: Actor
    youth_id: int

    @property
    def home(self) -> str:
        return url_for("privacy.own_file", token=self.token)


@blueprint.get("/mes-donnees")
@public
def ask_link() -> Response:
    """Ask for one's own link."""
    return page("privacy/ask_link.html", form=AddressForm(formdata=None), is_sent=False)


@blueprint.post("/mes-donnees")
@public
def email_link() -> Response:
    """Send the link to the address typed, when a file has it; the answer is the same for all."""
    form = AddressForm()
    if not form.validate_on_submit():
        return page("privacy/ask_link.html", status=422, form=form, is_sent=False)
    address = str(form.email.data)
    with side_transaction() as attempts:
        remote = request.remote_addr or ""
        count_attempt(attempts, kind="rights_address", subject=remote, limit=ATTEMPTS_PER_ADDRESS)
        count_attempt(
            attempts,
            kind="rights_mail",
            subject=address.lower(),
            limit=ATTEMPTS_PER_ACCOUNT,
        )
    with transaction() as session:
        services.ask_own_link(session, email=address)
    return page("privacy/ask_link.html", form=AddressForm(formdata=None), is_sent=True)


@blueprint.get("/mes-donnees/<token>")
@public
def own_file(token: str) -> Response:
    """What is held, to whom the name was given, what is going on, and the buttons."""
    return _own_page(_bearer(token))


@blueprint.get("/mes-donnees/<token>/lectures")
@public
def own_readings(token: str) -> Response:
    """Who saw my file."""
    bearer = _bearer(token)
    session = db.session()
    return page(
        "privacy/readings.html",
        who=person(session, bearer.youth_id),
        readings=readings_of(session, bearer.youth_id, page=page_number(request.args.get("page"))),
        back=bearer.home,
    )


@blueprint.get("/mes-donnees/<token>/copie")
@public
def own_copy(token: str) -> Response:
    """Everything held, in words."""
    bearer = _bearer(token)
    session = db.session()
    return page(
        "privacy/copy.html",
        who=person(session, bearer.youth_id),
        copy=copy_of(session, bearer.youth_id),
        back=bearer.home,
        download=url_for("privacy.own_copy_as_json", token=token),
    )


@blueprint.get("/mes-donnees/<token>/copie.json")
@public
def own_copy_as_json(token: str) -> Response:
    """Everything held, as a file."""
    bearer = _bearer(token)
    session = db.session()
    number = note_export(
        bearer.actor,
        kind="privacy.export",
        file_format=ExportFormat.JSON,
        youth_ids=[bearer.youth_id],
        filters={},
        page="privacy.export",
    )
    code = person(session, bearer.youth_id).public_code
    return as_json(copy_of(session, bearer.youth_id), code, export=number)


@blueprint.post("/mes-donnees/<token>/stop")
@public
def own_stop(token: str) -> Response:
    """One click: nothing is shown to anybody any more."""
    return _act(
        token,
        lambda session, bearer: services.stop(session, bearer.actor, youth_id=bearer.youth_id),
        "C’est arrêté. Plus personne en dehors de votre structure ne voit votre profil.",
    )


@blueprint.post("/mes-donnees/<token>/effacement")
@public
def own_erase(token: str) -> Response:
    """Ask to be forgotten."""
    return _act(
        token,
        lambda session, bearer: services.ask_erasure(
            session, bearer.actor, youth_id=bearer.youth_id
        ),
        "C’est demandé. Vous pouvez changer d’avis jusqu’à la date indiquée.",
    )


@blueprint.post("/mes-donnees/<token>/effacement/annuler")
@public
def own_keep(token: str) -> Response:
    """Change one's mind."""
    return _act(
        token,
        lambda session, bearer: services.keep_after_all(
            session, bearer.actor, youth_id=bearer.youth_id
        ),
        "Vous gardez votre dossier. Il n’est montré à personne d’autre que votre structure.",
    )


@blueprint.post("/mes-donnees/<token>/correction")
@public
def own_correction(token: str) -> Response:
    """Say what is wrong."""
    bearer, form = _bearer(token), CorrectionForm()
    if not form.validate_on_submit():
        return _own_page(bearer, status=422, correction=form)
    try:
        with transaction() as session:
            services.ask_correction(
                session,
                bearer.actor,
                youth_id=bearer.youth_id,
                words=form.words.data or "",
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _own_page(bearer, status=422, correction=form)
    toast("Merci : votre conseiller corrige votre dossier, et vous le verrez ici.")
    return redirect(bearer.home)


@blueprint.post("/mes-donnees/<token>/places/<int:placement_id>/<any(garder, liberer):answer>")
@public
def own_seat(token: str, placement_id: int, answer: str) -> Response:
    """Keep or release the seat at the CFA."""
    verb = services.keep_seat if answer == "garder" else services.release_seat
    return _act(
        token,
        lambda session, bearer: verb(
            session, bearer.actor, youth_id=bearer.youth_id, placement_id=placement_id
        ),
        "Vous gardez votre place." if answer == "garder" else "La place est libérée.",
    )


def _bearer(token: str) -> Bearer:
    """The youth behind the link, judged; wrong links are counted by address.

    Raises:
        LinkOver: forged, old, or the youth is followed elsewhere, has another address or was erased since.
        TooMany: many wrong links from one address.
    """
    try:
        signed = read_link(token)
        if signed.link.subject is not LinkSubject.YOUTH or signed.link.verb != "rights":
            raise LinkOver
        youth_id = signed.link.object_id
        facts = rights_facts(db.session(), youth_id)
        youth = db.session().get_one(Youth, youth_id)
        if youth.anonymised_at is not None or rights_mark(youth) != signed.about:
            raise LinkOver
    except NotFound:
        with side_transaction() as attempts:
            count_attempt(
                attempts,
                kind="link",
                subject=request.remote_addr or "",
                limit=ATTEMPTS_PER_ADDRESS,
            )
        raise LinkOver from None
    ensure(signed.actor, Permission.RIGHTS_VIEW, facts)
    return Bearer(token, signed.actor, youth_id)


def _act(token: str, verb: Callable[[Session, Bearer], object], done: str) -> Response:
    bearer = _bearer(token)
    form = ButtonForm()
    if not form.validate_on_submit():
        return _own_page(bearer, status=422)
    try:
        with transaction() as session:
            verb(session, bearer)
    except (Invalid, Conflict) as error:
        toast(error.message, "error")
        return _own_page(bearer, status=error.status)
    toast(done)
    return redirect(bearer.home)


def _own_page(
    bearer: Bearer, *, status: int = 200, correction: CorrectionForm | None = None
) -> Response:
    session = db.session()
    who: Person = person(session, bearer.youth_id)
    return page(
        "privacy/own.html",
        status=status,
        token=bearer.token,
        who=who,
        ledger=ledger_of(session, bearer.youth_id, page=page_number(request.args.get("page"))),
        form=ButtonForm(formdata=None),
        correction=correction or CorrectionForm(formdata=None),
    )
