"""The register of branches that a regional correspondent keeps."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.outreach.forms import ContactForm, LinkForm
from app.outreach.queries.contacts import contact_facts, contact_list, contact_page
from app.outreach.services import add_contact, log_link
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission


@blueprint.get("/carnet")
@requires(Permission.CONTACT_LIST)
def list_contacts() -> Response:
    """Contacts of the region by branch."""
    return _list(ContactForm(formdata=None))


@blueprint.post("/carnet")
@requires(Permission.CONTACT_EDIT)
def create_contact() -> Response:
    """Add a contact."""
    form = ContactForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    try:
        with transaction() as session:
            contact_id = add_contact(
                session,
                current_actor(),
                details=form.details(),
                request_key=form.request_key.data,
            ).id
    except Invalid as error:
        form.refuse(error)
        return _list(form, status=422)
    toast("Le contact est dans le carnet.")
    return redirect(url_for("outreach.show_contact", contact_id=contact_id))


@blueprint.get("/carnet/<int:contact_id>")
@requires(Permission.CONTACT_LIST)
def show_contact(contact_id: int) -> Response:
    """One contact and the links made."""
    return _show(contact_id, LinkForm(formdata=None))


@blueprint.post("/carnet/<int:contact_id>/liens")
@requires(Permission.CONTACT_EDIT)
def add_link(contact_id: int) -> Response:
    """Note a link."""
    form = LinkForm()
    if not form.validate_on_submit() or form.happened_on.data is None:
        return _show(contact_id, form, status=422)
    try:
        with transaction() as session:
            log_link(
                session,
                current_actor(),
                contact_id=contact_id,
                happened_on=form.happened_on.data,
                words=str(form.words.data),
                with_whom=form.with_whom.data,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _show(contact_id, form, status=422)
    toast("Le lien est noté.")
    return redirect(url_for("outreach.show_contact", contact_id=contact_id))


def _list(form: ContactForm, *, status: int = 200) -> Response:
    words = request.args.get("q", "").strip()[:120]
    return page(
        "outreach/contacts.html",
        status=status,
        form=form,
        words=words,
        contacts=contact_list(
            db.session(),
            current_actor(),
            words=words,
            number=page_number(request.args.get("page")),
        ),
    )


def _show(contact_id: int, form: LinkForm, *, status: int = 200) -> Response:
    contact, links = contact_page(db.session(), contact_id)
    ensure(current_actor(), Permission.CONTACT_LIST, contact_facts(contact))
    return page("outreach/contact.html", status=status, contact=contact, links=links, form=form)
