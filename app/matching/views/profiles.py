"""Profiles without identity: what an employer sees for an opening, a CFA for a session."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Invalid, NotFound
from app.core.forms import ButtonForm
from app.core.htmx import redirect, render, toast, wants
from app.core.permissions import current_actor, ensure, requires
from app.matching.forms import MeetingForm
from app.matching.models import MeetingState
from app.matching.queries.estimates import opening_bands
from app.matching.queries.levers import LeverLine, opening_levers, session_levers
from app.matching.queries.profiles import (
    AnonymousProfile,
    profiles_for_opening,
    profiles_for_session,
)
from app.matching.queries.words import OpeningWords, opening_words, session_words
from app.matching.services import answer_meeting, request_meeting
from app.matching.views.door import blueprint
from app.openings.queries import opening_facts
from app.policy.permissions import Permission
from app.rules.estimate import BandEstimate
from app.training.queries import session_facts

LEVERS = "matching/_place_levers.html"


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
    if wants(LEVERS):
        return _levers_alone(opening_levers(session, opening_id=opening_id))
    found = profiles_for_opening(session, opening_id=opening_id)
    asked = bool(request.args.get("leviers"))
    return render(
        "matching/profiles.html",
        fragments=("matching/_profile_list.html",),
        opening=opening,
        facts=facts,
        profiles=found,
        bands=_bands(opening, found),
        form=MeetingForm(formdata=None),
        levers=opening_levers(session, opening_id=opening_id) if asked else None,
    )


def _bands(
    opening: OpeningWords, found: Sequence[AnonymousProfile] | None
) -> tuple[BandEstimate, ...]:
    """The cost of the opening by age band, on the course that suits its best profile."""
    return opening_bands(opening, [one.session for one in found or ()], clock.today())


def _levers_alone(levers: Sequence[LeverLine]) -> Response:
    """The levers, which the page asks for once it is shown."""
    return render("matching/profiles.html", fragments=(LEVERS,), levers=levers)


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
        levers=None,
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
    if wants(LEVERS):
        return _levers_alone(session_levers(session, session_id=session_id))
    asked = bool(request.args.get("leviers"))
    return render(
        "matching/session_profiles.html",
        course=course,
        profiles=profiles_for_session(session, session_id=session_id),
        levers=session_levers(session, session_id=session_id) if asked else None,
    )


@blueprint.post("/rencontres/<int:request_id>/decliner")
@requires(Permission.MEETING_ANSWER)
def decline_meeting(request_id: int) -> Response:
    """The adviser declines a request to meet; the employer learns no reason."""
    form = ButtonForm()
    if not form.validate_on_submit():
        raise Invalid
    with transaction() as session:
        row = answer_meeting(
            session, current_actor(), request_id=request_id, state=MeetingState.DECLINED
        )
        youth_id = row.youth_id
    toast("La demande est déclinée, sans raison donnée à l’employeur.")
    return redirect(url_for("matching.youth_triples", youth_id=youth_id))
