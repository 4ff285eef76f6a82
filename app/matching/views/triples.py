"""The best triples of one youth: the list, its levers, and the button that makes the file ready."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core import clock
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.htmx import redirect, render, toast, wants
from app.core.permissions import current_actor, ensure, requires
from app.matching.forms import SET_ASIDE_WORDS, FilterForm, SetAsideForm
from app.matching.queries.asides import aside_lines
from app.matching.queries.estimates import triple_estimates
from app.matching.queries.levers import lever_trades, youth_levers
from app.matching.queries.meetings import meetings_asked
from app.matching.queries.triples_page import (
    SHOWN,
    Filters,
    youth_head,
    youth_triples,
)
from app.matching.views.door import blueprint
from app.policy.permissions import Permission
from app.youth.models import Youth, YouthStatus
from app.youth.queries import may_name, youth_facts
from app.youth.services import change_status

TRIPLES = "matching/triples.html"
LIST = "matching/_triple_list.html"
LEVERS = "matching/_levers.html"


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
    head = youth_head(session, youth_id=youth_id, is_named=may_name(actor, facts))
    if head is None:
        raise NotFound
    found = youth_triples(session, youth_id=youth_id, filters=_filters())
    if found is None:
        raise NotFound
    levers = youth_levers(session, youth_id=youth_id) if request.args.get("leviers") else None
    shown = [*(levers or ()), *([found.lever] if found.lever else ())]
    with_asides = bool(request.args.get("ecartees"))
    aside = aside_lines(session, youth_id=youth_id, row=found.row) if with_asides else None
    return render(
        TRIPLES,
        fragments=(LIST,),
        youth=head,
        facts=facts,
        found=found,
        meetings=meetings_asked(session, Youth.id == youth_id),
        levers=levers,
        trade_names=lever_trades(session, shown),
        estimates=triple_estimates(found.rows, head.birth_date, clock.today()),
        set_asides=aside,
        reasons=SET_ASIDE_WORDS,
        form=SetAsideForm(),
    )


def _levers_alone(youth_id: int) -> Response:
    """The levers, which the page asks for once it is shown: they name nobody."""
    session = db.session()
    levers = youth_levers(session, youth_id=youth_id)
    return render(
        TRIPLES, fragments=(LEVERS,), levers=levers, trade_names=lever_trades(session, levers)
    )


@blueprint.post("/jeunes/<int:youth_id>/propositions/pret")
@requires(Permission.YOUTH_EDIT)
def make_ready(youth_id: int) -> Response:
    """The file is ready: proposals may be made from the list at once."""
    with transaction() as session:
        change_status(session, current_actor(), youth_id=youth_id, status=YouthStatus.READY)
    toast("Le dossier est prêt : vous pouvez proposer.")
    return redirect(url_for("matching.youth_triples", youth_id=youth_id))
