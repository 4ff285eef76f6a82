"""The list of openings, and one opening from draft to closed."""

from __future__ import annotations

from math import sqrt

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.forms import whole_or_none
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.openings.forms import (
    MINORS,
    OUTCOMES,
    STATUSES,
    ActionForm,
    OpeningFilterForm,
    OpeningForm,
)
from app.openings.models import Opening
from app.openings.queries import (
    OpeningFilters,
    company_page,
    opening_facts,
    opening_list,
    opening_page,
)
from app.openings.queries.lists import similar_openings
from app.openings.services import (
    OpeningDetails,
    create_opening,
    duplicate_opening,
    edit_opening,
    move_opening,
)
from app.openings.views.door import blueprint
from app.openings.workflow import OpeningEvent, decisions
from app.policy.facts import NOTHING
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.policy.predicates import employer
from app.reference.queries import (
    departements_of,
    place_of,
    resolve_commune,
    resolve_trade,
    shortage_codes,
    suggest_trades,
    trade_label,
)
from app.reference.queries.nearby import position_of

DONE = {
    OpeningEvent.PUBLISH: "L’offre est publiée : elle peut être proposée aux jeunes.",
    OpeningEvent.WITHDRAW: "L’offre redevient un brouillon, visible de vous seul.",
    OpeningEvent.REOPEN: "L’offre est rouverte en brouillon. Vérifiez ses dates puis publiez-la.",
}


@blueprint.get("/offres")
@requires(Permission.OPENING_LIST)
def list_openings() -> Response:
    """An employer's own openings; for the others those they may see."""
    session, actor = db.session(), current_actor()
    form = OpeningFilterForm(request.args)
    found = suggest_trades(session, form.words.data) if form.words.data else []
    short = shortage_codes(session, min(actor.regions, default=None), clock.today())
    filters = _filters(form, frozenset(one.rome_code for one in found), short)
    return render(
        "openings/list.html",
        fragments=["openings/_opening_list.html"],
        form=form,
        sort=filters.sort,
        has_origin=filters.origin is not None,
        understood=found,
        openings=opening_list(
            session, actor, filters, number=page_number(request.args.get("page"))
        ),
        root=sqrt,
        short=short,
        statuses=STATUSES,
        is_employer=employer(actor, NOTHING),
    )


@blueprint.get("/offres/<int:opening_id>")
@requires(Permission.OPENING_VIEW)
def show_opening(opening_id: int) -> Response:
    """One opening, and what this actor may do with it."""
    return opening_card(opening_id)


@blueprint.get("/offres/nouvelle")
@requires(Permission.OPENING_CREATE)
def new_opening() -> Response:
    """The form of a new opening; a field agent comes from the page of a company."""
    form = OpeningForm(formdata=None)
    form.employer_id.data = str(_employer_id(request.args.get("company")))
    return _form_page(form, None)


@blueprint.post("/offres/nouvelle")
@requires(Permission.OPENING_CREATE)
def add_opening() -> Response:
    """Write a draft."""
    form = OpeningForm()
    details = details_of(form)
    if details is None:
        return _form_page(form, None, status=422)
    try:
        with transaction() as session:
            opening = create_opening(
                session,
                current_actor(),
                employer_id=_employer_id(form.employer_id.data),
                details=details,
                request_key=form.request_key.data,
            )
            opening_id = opening.id
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, None, status=422)
    toast("Le brouillon est enregistré. Relisez-le, puis publiez-le.")
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


@blueprint.get("/offres/<int:opening_id>/modifier")
@requires(Permission.OPENING_EDIT)
def edit_opening_form(opening_id: int) -> Response:
    """The form of an opening."""
    _may_edit(opening_id)
    session = db.session()
    opening = session.get_one(Opening, opening_id)
    form = OpeningForm(formdata=None)
    form.show(opening)
    form.show_commune(place_of(session, opening.commune_code))
    form.show_trade(opening.rome_code, trade_label(session, opening.rome_code))
    return _form_page(form, opening_id)


@blueprint.post("/offres/<int:opening_id>/modifier")
@requires(Permission.OPENING_EDIT)
def change_opening(opening_id: int) -> Response:
    """Change an opening."""
    _may_edit(opening_id)
    form = OpeningForm()
    details = details_of(form)
    if details is None:
        return _form_page(form, opening_id, status=422)
    try:
        with transaction() as session:
            edit_opening(
                session,
                current_actor(),
                opening_id=opening_id,
                version=whole_or_none(form.version.data) or 0,
                details=details,
            )
    except Invalid as error:
        form.refuse(error)
        return _form_page(form, opening_id, status=422)
    toast("L’offre est enregistrée.")
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


@blueprint.post("/offres/<int:opening_id>/dupliquer")
@requires(Permission.OPENING_EDIT)
def copy_opening(opening_id: int) -> Response:
    """A draft with the same words."""
    form = ActionForm()
    with transaction() as session:
        opening = duplicate_opening(
            session, current_actor(), opening_id=opening_id, request_key=form.request_key.data
        )
        copy_id = opening.id
    toast("Voici la copie, en brouillon : vérifiez les dates puis publiez-la.")
    return redirect(url_for("openings.edit_opening_form", opening_id=copy_id))


@blueprint.post("/offres/<int:opening_id>/etat/<word>")
@requires(Permission.OPENING_EDIT)
def decide(opening_id: int, word: str) -> Response:
    """Publish, withdraw or reopen; closing asks what became of the opening and has a page of its own."""
    event = next((one for one in DONE if one.value == word), None)
    if event is None:
        raise NotFound
    try:
        with transaction() as session:
            move_opening(session, current_actor(), opening_id=opening_id, event=event)
    except Invalid as error:
        return opening_card(opening_id, refusal=error.message, status=422)
    toast(DONE[event])
    return redirect(url_for("openings.show_opening", opening_id=opening_id))


def opening_card(opening_id: int, *, refusal: str = "", status: int = 200) -> Response:
    """The page of an opening, with why something was refused."""
    session, actor = db.session(), current_actor()
    facts = opening_facts(session, opening_id)
    ensure(actor, Permission.OPENING_VIEW, facts)
    row = opening_page(session, opening_id)
    may_edit = can(actor, Permission.OPENING_EDIT, facts)
    short = shortage_codes(session, row.region_code, clock.today())
    return page(
        "openings/opening.html",
        status=status,
        opening=row.Opening,
        company=row.company,
        trade=row.trade,
        commune=row.commune,
        facts=facts,
        may_edit=may_edit,
        events=[one for one in decisions(row.Opening.status) if may_edit],
        similar=similar_openings(session, row.Opening) if may_edit else [],
        outcomes=OUTCOMES,
        refusal=refusal,
        is_short=row.Opening.rome_code in short,
        statuses=STATUSES,
        minors=MINORS,
        form=ActionForm(formdata=None),
    )


def _may_edit(opening_id: int) -> None:
    """Answer 404 or 403 before the form is read; the service judges again what it changes."""
    facts = opening_facts(db.session(), opening_id)
    ensure(current_actor(), Permission.OPENING_EDIT, facts, seen_by=Permission.OPENING_VIEW)


def _filters(
    form: OpeningFilterForm, trades: frozenset[str], short: frozenset[str]
) -> OpeningFilters:
    origin = None
    if form.commune.data:
        around = current_actor().regions
        answer = resolve_commune(
            db.session(),
            form.commune.data,
            form.commune_code.data,
            departements=frozenset(code for one in around for code in departements_of(one)),
        )
        form.take_commune(answer)
        origin = position_of(answer)
    return OpeningFilters(
        words=str(form.words.data or ""),
        trades=trades,
        origin=origin,
        radius_km=whole_or_none(form.km.data),
        month=form.first_month(),
        level=form.level.data,
        for_minors=bool(form.minors.data),
        shortage=short if form.shortage.data else None,
        status=next((one for one in STATUSES if one.value == form.status.data), None),
        sort=str(form.sort.data or "newest"),
    )


def _employer_id(given: str | None) -> int:
    """The company worn by an employer, else the one that the field agent came from."""
    actor = current_actor()
    if employer(actor, NOTHING):
        return actor.organisation_id or 0
    chosen = whole_or_none(given)
    if chosen is None:
        raise NotFound(
            "Ouvrez d’abord la fiche de l’entreprise pour laquelle vous écrivez l’offre."
        )
    return chosen


def details_of(form: OpeningForm) -> OpeningDetails | None:
    """What was typed, or None when it has to be corrected; trade and commune are understood here.

    A title that names a trade by itself stands for an empty trade field.
    """
    session = db.session()
    is_valid = form.validate_on_submit()
    rome_code = commune_code = None
    typed = form.trade.data
    if typed or form.rome_code.data:
        rome_code = form.take_trade(resolve_trade(session, typed, form.rome_code.data))
        is_valid = is_valid and rome_code is not None
    elif form.title.data:
        form.trade_choices = tuple(suggest_trades(session, form.title.data))
    if form.commune.data or form.commune_code.data:
        commune_code = form.take_commune(
            resolve_commune(session, form.commune.data, form.commune_code.data)
        )
        is_valid = is_valid and commune_code is not None
    return form.details(rome_code, commune_code) if is_valid else None


def _form_page(form: OpeningForm, opening_id: int | None, *, status: int = 200) -> Response:
    employer_id = _employer_id(form.employer_id.data)
    form.employer_id.data = str(employer_id)
    company = company_page(db.session(), employer_id)
    return page(
        "openings/opening_form.html",
        form=form,
        opening_id=opening_id,
        company=company.Organisation.name,
        status=status,
    )
