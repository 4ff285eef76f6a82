"""« Pourquoi pas celle-ci ? »: a page where one names an opening, and a session if one wishes."""

from __future__ import annotations

from flask import Response, request

from app.core.access import AccessPurpose, note_reading
from app.core.db import db
from app.core.errors import NotFound
from app.core.htmx import render
from app.core.permissions import current_actor, ensure, requires
from app.matching.forms import WhyNotForm
from app.matching.queries.triples_page import score_word, youth_head
from app.matching.queries.why_not import MOST_FOUND, explain, find_openings, find_sessions
from app.matching.queries.words import opening_words, session_words
from app.matching.views.door import blueprint
from app.policy.permissions import Permission
from app.youth.queries import may_name, youth_facts

VERDICT = "matching/_verdict.html"


@blueprint.get("/jeunes/<int:youth_id>/propositions/pourquoi")
@requires(Permission.TRIPLES_VIEW)
def why_not(youth_id: int) -> Response:
    """Why a named opening is not in the list: the first rule that it breaks, or the score that it gets."""
    session, actor = db.session(), current_actor()
    facts = youth_facts(session, youth_id)
    ensure(actor, Permission.TRIPLES_VIEW, facts)
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="why_not")
    head = youth_head(session, youth_id=youth_id, is_named=may_name(actor, facts))
    if head is None:
        raise NotFound
    form = WhyNotForm(formdata=request.args)
    asked = bool(request.args)
    valid = asked and form.validate()
    openings = find_openings(session, form.offre.data) if valid and form.offre.data else []
    sessions = find_sessions(session, form.session.data) if valid and form.session.data else []
    opening_id = form.opening_id.data or (openings[0].id if len(openings) == 1 else None)
    session_id = form.session_id.data or (sessions[0].id if len(sessions) == 1 else None)
    must_choose = bool(form.session.data) and session_id is None
    answer = opening = course = None
    if valid and opening_id is not None and not must_choose:
        answer = explain(session, youth_id=youth_id, opening_id=opening_id, session_id=session_id)
        opening = opening_words(session, {opening_id}).get(opening_id)
        named = session_id or (answer.triple.session if answer.triple else None)
        course = session_words(session, {named}).get(named) if named else None
    return render(
        "matching/why_not.html",
        fragments=(VERDICT,),
        status=422 if asked and not valid else 200,
        youth=head,
        form=form,
        asked=asked,
        openings=openings,
        sessions=sessions,
        most_found=MOST_FOUND,
        answer=answer,
        opening=opening,
        course=course,
        session_id=session_id,
        score_word=score_word,
    )
