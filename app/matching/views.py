"""Triples seen from the three sides: the youth's adviser, the employer, the CFA."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, Response, request, url_for

from app.core import clock
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.htmx import redirect, render, toast, wants
from app.core.permissions import current_actor, ensure, requires
from app.matching.forms import DeclineForm, FilterForm, MeetingForm, SetAsideForm, WhyNotForm
from app.matching.models import MeetingState, SetAsideReason
from app.matching.queries.estimates import opening_bands, triple_estimates
from app.matching.queries.profiles import (
    AnonymousProfile,
    profiles_for_opening,
    profiles_for_session,
)
from app.matching.queries.triples_page import (
    SHOWN,
    Filters,
    OpeningWords,
    explain_pair,
    lever_key,
    lever_trades,
    opening_words,
    session_words,
    set_asides,
    triangle,
    youth_head,
    youth_levers,
    youth_triples,
)
from app.matching.services import answer_meeting, request_meeting, set_aside, take_back
from app.openings.queries import opening_facts
from app.policy.permissions import Permission
from app.rules.estimate import BandEstimate
from app.training.queries import session_facts
from app.youth.queries import youth_facts

blueprint = Blueprint("matching", __name__)


def init_app(app: Flask) -> None:
    """Give templates what the pages of matching draw with."""
    app.jinja_env.globals.update(triangle=triangle, lever_key=lever_key)


TRIPLES = "matching/triples.html"
LIST = "matching/_triple_list.html"
LEVERS = "matching/_levers.html"
VERDICT = "matching/_verdict.html"


def _filters() -> Filters:
    """Filters from the address; nonsense is ignored rather than refused."""
    form = FilterForm(formdata=request.args)
    form.validate()
    bad = set(form.errors)
    read = {name: None if name in bad else field.data for name, field in form._fields.items()}
    return Filters(
        trade=read["metier"],
        radius_km=read["rayon"],
        level=read["niveau"],
        shown=read["nombre"] or SHOWN,
        lever=read["levier"],
    )


@blueprint.get("/jeunes/<int:youth_id>/propositions", endpoint="youth_triples")
@requires(Permission.TRIPLES_VIEW)
def youth_triples_page(youth_id: int) -> Response:
    """The best triples of one youth, with reasons, doubts, filters and what would unlock more."""
    session, actor = db.session(), current_actor()
    facts = youth_facts(session, youth_id)
    ensure(actor, Permission.TRIPLES_VIEW, facts)
    if wants(LEVERS):
        return _levers_alone(youth_id)
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="triples")
    head = youth_head(session, youth_id=youth_id)
    found = youth_triples(session, youth_id=youth_id, filters=_filters())
    if head is None or found is None:
        raise NotFound
    levers = youth_levers(session, youth_id=youth_id) if request.args.get("leviers") else None
    shown = [*(levers or ()), *([found.lever] if found.lever else ())]
    aside = set_asides(session, youth_id=youth_id) if request.args.get("ecartees") else None
    return render(
        TRIPLES,
        fragments=(LIST,),
        youth=head,
        facts=facts,
        found=found,
        levers=levers,
        trade_names=lever_trades(session, shown),
        estimates=triple_estimates(found.rows, head.birth_date, clock.today()),
        set_asides=aside,
        form=SetAsideForm(),
    )


def _levers_alone(youth_id: int) -> Response:
    """The levers, which the page asks for once it is shown: they name nobody."""
    session = db.session()
    levers = youth_levers(session, youth_id=youth_id)
    return render(
        TRIPLES, fragments=(LEVERS,), levers=levers, trade_names=lever_trades(session, levers)
    )


@blueprint.get("/jeunes/<int:youth_id>/propositions/pourquoi")
@requires(Permission.TRIPLES_VIEW)
def why_not(youth_id: int) -> Response:
    """Why a named triple is not in the list: the first rule it breaks, or the score it gets."""
    session, actor = db.session(), current_actor()
    ensure(actor, Permission.TRIPLES_VIEW, youth_facts(session, youth_id))
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="why_not")
    head = youth_head(session, youth_id=youth_id)
    if head is None:
        raise NotFound
    form = WhyNotForm(formdata=request.args)
    asked = bool(request.args) and form.validate()
    verdict = opening = course = None
    if asked:
        opening_id, session_id = form.opening_id.data or 0, form.session_id.data or 0
        verdict = explain_pair(
            session, youth_id=youth_id, opening_id=opening_id, session_id=session_id
        )
        opening = opening_words(session, {opening_id}).get(opening_id)
        course = session_words(session, {session_id}).get(session_id)
    return render(
        "matching/why_not.html",
        fragments=(VERDICT,),
        status=422 if request.args and not asked else 200,
        youth=head,
        form=form,
        asked=asked,
        verdict=verdict,
        opening=opening,
        course=course,
    )


@blueprint.post("/jeunes/<int:youth_id>/ecarter")
@requires(Permission.SET_ASIDE)
def put_aside(youth_id: int) -> Response:
    """Set an opening or a session aside."""
    form = SetAsideForm()
    back = url_for("matching.youth_triples", youth_id=youth_id)
    if not form.validate_on_submit():
        raise Invalid("Choisissez ce que vous écartez et la raison.")
    chosen = str((form.opening_id if form.what.data == "opening" else form.session_id).data or "")
    if not chosen.isdigit():
        raise NotFound
    with transaction() as session:
        set_aside(
            session,
            current_actor(),
            youth_id=youth_id,
            opening_id=int(chosen) if form.what.data == "opening" else None,
            session_id=int(chosen) if form.what.data == "session" else None,
            reason=SetAsideReason(form.reason.data),
            until=form.until.data,
        )
    toast("C’est écarté. Vous pouvez revenir sur ce choix au bas de la liste.")
    return redirect(back)


@blueprint.post("/ecartees/<int:set_aside_id>/reprendre")
@requires(Permission.SET_ASIDE)
def show_again(set_aside_id: int) -> Response:
    """Take back a set-aside."""
    with transaction() as session:
        youth_id = take_back(session, current_actor(), set_aside_id=set_aside_id)
    toast("Cette piste peut de nouveau être proposée.")
    return redirect(url_for("matching.youth_triples", youth_id=youth_id, ecartees=1))


@blueprint.get("/offres/<int:opening_id>/profils")
@requires(Permission.OPENING_TRIPLES_VIEW)
def profiles(opening_id: int) -> Response:
    """Profiles without identity that fit an opening."""
    session, actor = db.session(), current_actor()
    facts = opening_facts(session, opening_id)
    ensure(actor, Permission.OPENING_TRIPLES_VIEW, facts, seen_by=Permission.OPENING_VIEW)
    opening = opening_words(session, {opening_id}).get(opening_id)
    if opening is None:
        raise NotFound
    found = profiles_for_opening(session, opening_id=opening_id)
    return render(
        "matching/profiles.html",
        fragments=("matching/_profile_list.html",),
        opening=opening,
        facts=facts,
        profiles=found,
        bands=_bands(opening, found),
        form=MeetingForm(formdata=None),
    )


def _bands(
    opening: OpeningWords, found: Sequence[AnonymousProfile] | None
) -> tuple[BandEstimate, ...]:
    """The cost of the opening by age band, on the course that suits its best profile."""
    return opening_bands(opening, [one.session for one in found or ()], clock.today())


@blueprint.post("/offres/<int:opening_id>/rencontrer")
@requires(Permission.MEETING_REQUEST)
def ask_to_meet(opening_id: int) -> Response:
    """Ask the adviser to meet the youth behind a profile."""
    form = MeetingForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                request_meeting(
                    session,
                    current_actor(),
                    opening_id=opening_id,
                    public_code=str(form.code.data),
                    message=form.message.data,
                    request_key=form.request_key.data,
                )
        except Invalid as error:
            form.refuse(error)
        else:
            toast(
                "Votre demande est partie. La personne qui accompagne ce jeune vous répond sous 7 jours."
            )
            return redirect(url_for("matching.profiles", opening_id=opening_id))
    return _refused_meeting(opening_id, form)


def _refused_meeting(opening_id: int, form: MeetingForm) -> Response:
    """The same page with the message beside the form of the profile that was chosen."""
    session = db.session()
    facts = opening_facts(session, opening_id)
    ensure(current_actor(), Permission.MEETING_REQUEST, facts)
    opening = opening_words(session, {opening_id}).get(opening_id)
    found = profiles_for_opening(session, opening_id=opening_id)
    return render(
        "matching/profiles.html",
        fragments=("matching/_profile_list.html",),
        status=422,
        opening=opening,
        facts=facts,
        profiles=found,
        bands=_bands(opening, found) if opening else (),
        form=form,
    )


@blueprint.get("/formations/sessions/<int:session_id>/profils", endpoint="session_triples")
@requires(Permission.SESSION_TRIPLES_VIEW)
def session_profiles(session_id: int) -> Response:
    """Profiles without identity that fit a session, each with the opening that suits best."""
    session, actor = db.session(), current_actor()
    ensure(
        actor,
        Permission.SESSION_TRIPLES_VIEW,
        session_facts(session, session_id),
        seen_by=Permission.COURSE_VIEW,
    )
    course = session_words(session, {session_id}).get(session_id)
    if course is None:
        raise NotFound
    found = profiles_for_session(session, session_id=session_id)
    return render("matching/session_profiles.html", course=course, profiles=found)


@blueprint.post("/rencontres/<int:request_id>/decliner")
@requires(Permission.MEETING_ANSWER)
def decline_meeting(request_id: int) -> Response:
    """The adviser declines a request to meet; the employer learns no reason."""
    form = DeclineForm()
    if not form.validate_on_submit():
        raise Invalid
    with transaction() as session:
        row = answer_meeting(
            session, current_actor(), request_id=request_id, state=MeetingState.DECLINED
        )
        youth_id = row.youth_id
    toast("La demande est déclinée, sans raison donnée à l’employeur.")
    return redirect(url_for("matching.youth_triples", youth_id=youth_id))
