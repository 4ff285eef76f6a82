"""The page of a minor's legal representative, by a signed link; and the adviser's button that sends it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for

from app.accounts.models import Organisation, User
from app.accounts.services import ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, side_transaction, transaction
from app.core.errors import Invalid, NotFound
from app.core.htmx import page, redirect, toast
from app.core.links import LinkOver, read_link
from app.core.permissions import current_actor, ensure, public, requires
from app.policy.actor import Actor, LinkSubject
from app.policy.permissions import Permission
from app.privacy import services
from app.privacy.forms import TextForm
from app.privacy.queries import rights_facts
from app.privacy.views.blueprint import blueprint
from app.youth import texts
from app.youth.models import LegalRepresentative, Youth
from app.youth.services import representative_mark


@dataclass(frozen=True, slots=True)
class Represented:
    """The minor, and who answers for them by this link."""

    actor: Actor
    youth: Youth
    representative: LegalRepresentative


@blueprint.post("/donnees/jeunes/<int:youth_id>/representant/lien")
@requires(Permission.YOUTH_EDIT)
def send_representative_link(youth_id: int) -> Response:
    """Send the representative the link by which they agree or refuse."""
    try:
        with transaction() as session:
            services.ask_representative(session, current_actor(), youth_id=youth_id)
        toast("Le lien part par courriel au représentant légal.")
    except Invalid as error:
        toast(error.message, "error")
    return redirect(url_for("youth.show", youth_id=youth_id) + "#section-representative")


@blueprint.get("/representant/<token>")
@public
def representative_page(token: str) -> Response:
    """The text, the answer so far, two buttons; opening it changes nothing."""
    return _page(token)


@blueprint.post("/representant/<token>/<any(accord, refus):answer>")
@public
def representative_answer(token: str, answer: str) -> Response:
    """Agree, refuse, or take an agreement back."""
    found, form = _bearer(token), TextForm()
    if not form.validate_on_submit():
        return _page(token, status=422)
    try:
        with transaction() as session:
            services.representative_says(
                session,
                found.actor,
                youth_id=found.youth.id,
                agrees=answer == "accord",
                text_version=str(form.text_version.data),
            )
    except Invalid as error:
        toast(error.message, "error")
        return _page(token, status=422)
    toast("Merci, votre réponse est notée. Vous pouvez en changer par ce lien.")
    return redirect(url_for("privacy.representative_page", token=token))


def _bearer(token: str) -> Represented:
    """Who holds the link, judged; wrong links are counted by address.

    Raises:
        LinkOver: forged, old, another representative since, or the youth is of age.
        TooMany: many wrong links from one address.
    """
    try:
        signed = read_link(token)
        if signed.link.subject is not LinkSubject.LEGAL_REPRESENTATIVE:
            raise LinkOver
        facts = rights_facts(db.session(), signed.link.object_id)
        youth, row = services.represented(db.session(), signed.link.object_id)
        if representative_mark(row) != signed.about:
            raise LinkOver
    except (NotFound, Invalid):
        with side_transaction() as attempts:
            subject = request.remote_addr or ""
            count_attempt(attempts, kind="link", subject=subject, limit=ATTEMPTS_PER_ADDRESS)
        raise LinkOver from None
    ensure(signed.actor, Permission.REPRESENTATIVE_ANSWER, facts)
    return Represented(signed.actor, youth, row)


def _page(token: str, *, status: int = 200) -> Response:
    found, session = _bearer(token), db.session()
    note_reading(
        found.actor,
        youth_ids=[found.youth.id],
        purpose=AccessPurpose.RIGHTS,
        page="privacy.representative",
    )
    adviser = session.get(User, found.youth.adviser_id) if found.youth.adviser_id else None
    return page(
        "privacy/representative.html",
        status=status,
        token=token,
        text=texts.REPRESENTATIVE,
        given_name=found.youth.given_name,
        relationship=found.representative.relationship_label,
        acknowledged_at=found.representative.acknowledged_at,
        refused_at=found.representative.refused_at,
        house=session.get_one(Organisation, found.youth.organisation_id).name,
        adviser=f"{adviser.given_name} {adviser.family_name}" if adviser else None,
        form=TextForm(formdata=None),
    )
