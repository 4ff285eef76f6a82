"""Mailings: their list, their companies, the letters to print, what became of each."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, url_for

from app.core.db import db, transaction
from app.core.documents import can_make_pdf, file_answer, pdf_of
from app.core.errors import Conflict, DomainError, Invalid
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.core.sheets import Unreadable, read_rows
from app.openings.forms import CompanyFilterForm
from app.openings.views.companies import company_filters
from app.outreach.forms import CampaignForm, EmptyForm, LinesForm
from app.outreach.labels import CHANNELS, TARGET_STATES
from app.outreach.models import Campaign, CampaignChannel, TargetState
from app.outreach.queries.campaigns import (
    campaign_list,
    letter_parts,
    letters_to_print,
    load_campaign,
    target_list,
)
from app.outreach.services import (
    Added,
    add_by_filters,
    add_by_lines,
    create_campaign,
    filled,
    mark_target,
    send_campaign,
)
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission

LETTERS_A_FILE = 300


@blueprint.get("/courriers")
@requires(Permission.CAMPAIGN_EDIT)
def list_campaigns() -> Response:
    """Mailings of the network."""
    return _list(CampaignForm(formdata=None))


@blueprint.post("/courriers")
@requires(Permission.CAMPAIGN_EDIT)
def add_campaign() -> Response:
    """Write a mailing."""
    form = CampaignForm()
    if not form.validate_on_submit():
        return _list(form, status=422)
    try:
        with transaction() as session:
            campaign_id = create_campaign(
                session,
                current_actor(),
                title=str(form.title.data),
                channel=CampaignChannel(form.channel.data),
                subject=str(form.subject.data),
                body=str(form.body.data),
                request_key=form.request_key.data,
            ).id
    except Invalid as error:
        form.refuse(error)
        return _list(form, status=422)
    toast("Le courrier est écrit. Choisissez maintenant à qui l’envoyer.")
    return redirect(url_for("outreach.show_campaign", campaign_id=campaign_id))


@blueprint.get("/courriers/<int:campaign_id>")
@requires(Permission.CAMPAIGN_EDIT)
def show_campaign(campaign_id: int) -> Response:
    """One mailing and its companies."""
    return _show(campaign_id)


@blueprint.post("/courriers/<int:campaign_id>/entreprises")
@requires(Permission.CAMPAIGN_EDIT)
def add_companies(campaign_id: int) -> Response:
    """Add the companies of filters, or of a file or typed lines."""
    lines = LinesForm()
    try:
        if request.form.get("source") == "lines":
            typed = [*str(lines.lines.data or "").splitlines(), *_from_file()]
            with transaction() as session:
                added = add_by_lines(session, current_actor(), campaign_id=campaign_id, lines=typed)
        else:
            filters = company_filters(CompanyFilterForm(request.form))
            with transaction() as session:
                added = add_by_filters(
                    session, current_actor(), campaign_id=campaign_id, filters=filters
                )
    except Unreadable as error:
        toast(str(error) or "Ce fichier n’est pas lisible.", "error")
        return _show(campaign_id, status=422)
    toast(_told(added))
    return redirect(url_for("outreach.show_campaign", campaign_id=campaign_id))


@blueprint.post("/courriers/<int:campaign_id>/envoyer")
@requires(Permission.CAMPAIGN_EDIT)
def send(campaign_id: int) -> Response:
    """Send, or note that the letters left."""
    try:
        with transaction() as session:
            sent = send_campaign(session, current_actor(), campaign_id=campaign_id)
    except Conflict as error:
        return _refused(campaign_id, error)
    toast(f"{sent} envoi{'s' if sent > 1 else ''} noté{'s' if sent > 1 else ''}.")
    return redirect(url_for("outreach.show_campaign", campaign_id=campaign_id))


@blueprint.post("/courriers/<int:campaign_id>/suites/<int:target_id>")
@requires(Permission.CAMPAIGN_EDIT)
def mark(campaign_id: int, target_id: int) -> Response:
    """What became of one letter."""
    chosen = request.form.get("state")
    state = next((one for one in TargetState if one.value == chosen), TargetState.PREPARED)
    try:
        with transaction() as session:
            mark_target(
                session,
                current_actor(),
                campaign_id=campaign_id,
                target_id=target_id,
                state=state,
            )
    except (Conflict, Invalid) as error:
        return _refused(campaign_id, error)
    toast("C’est noté.")
    return redirect(url_for("outreach.show_campaign", campaign_id=campaign_id))


@blueprint.get("/courriers/<int:campaign_id>/lettres")
@requires(Permission.CAMPAIGN_EDIT)
def letters(campaign_id: int) -> Response:
    """The letters still to send, one a page."""
    campaign, written = _letters(campaign_id)
    return page("outreach/letters.html", campaign=campaign, letters=written)


@blueprint.get("/courriers/<int:campaign_id>/lettres.pdf")
@requires(Permission.CAMPAIGN_EDIT)
def letters_pdf(campaign_id: int) -> Response:
    """The same letters as one file, one company a page; without the extra, the page to print.

    A file takes a second of work for thirty letters: a mailing of more than 300 comes in parts.
    """
    if not can_make_pdf():
        return redirect(url_for("outreach.letters", campaign_id=campaign_id))
    part = max(request.args.get("partie", 1, type=int), 1)
    campaign, written = _letters(campaign_id, part)
    if not written:
        toast("Il n’y a plus de lettre à imprimer : chacune est partie.", "error")
        return redirect(url_for("outreach.show_campaign", campaign_id=campaign_id))
    html = render_template("outreach/letters_document.html", campaign=campaign, letters=written)
    name = f"courrier-{campaign_id}-{part}.pdf"
    return file_answer(pdf_of(html), "application/pdf", name, export=None)


def _letters(
    campaign_id: int, part: int | None = None
) -> tuple[Campaign, list[tuple[Any, str, str]]]:
    """The letters still to send, all or of one file: the company, its subject, its body."""
    session, actor = db.session(), current_actor()
    campaign, facts = load_campaign(session, campaign_id)
    ensure(actor, Permission.CAMPAIGN_EDIT, facts)
    return campaign, [
        (
            row,
            filled(campaign.subject, row.name, row.commune, actor.name),
            filled(campaign.body, row.name, row.commune, actor.name),
        )
        for row in letters_to_print(session, campaign_id, part=part, size=LETTERS_A_FILE)
    ]


def _from_file() -> list[str]:
    """The first cell of each row of the file, when one was sent."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return []
    return [row.cells[0] for row in read_rows(file.stream) if row.cells]


def _told(added: Added) -> str:
    words = [f"{added.added} entreprise{'s' if added.added > 1 else ''} de plus"]
    if added.known:
        words.append(f"{added.known} déjà dans la liste")
    if added.objecting:
        words.append(f"{added.objecting} qui s’oppose{'nt' if added.objecting > 1 else ''}")
    if added.unknown:
        words.append(f"{added.unknown} introuvable{'s' if added.unknown > 1 else ''}")
    return ", ".join(words) + "."


def _refused(campaign_id: int, error: DomainError) -> Response:
    toast(error.message, "error")
    return _show(campaign_id, status=error.status)


def _list(form: CampaignForm, *, status: int = 200) -> Response:
    return page(
        "outreach/campaigns.html",
        status=status,
        form=form,
        channels=CHANNELS,
        campaigns=campaign_list(
            db.session(), current_actor(), number=page_number(request.args.get("page"))
        ),
    )


def _show(campaign_id: int, *, status: int = 200) -> Response:
    session = db.session()
    campaign, facts = load_campaign(session, campaign_id)
    ensure(current_actor(), Permission.CAMPAIGN_EDIT, facts)
    return page(
        "outreach/campaign.html",
        status=status,
        campaign=campaign,
        channels=CHANNELS,
        states=TARGET_STATES,
        parts=letter_parts(session, campaign_id, LETTERS_A_FILE)
        if campaign.channel is CampaignChannel.LETTER
        else [],
        targets=target_list(session, campaign_id, number=page_number(request.args.get("page"))),
        filter_form=CompanyFilterForm(formdata=None),
        lines=LinesForm(formdata=None),
        form=EmptyForm(formdata=None),
    )
