"""Tables of travel times: what is in use and for whom, a file brought, put to use, taken away."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.documents import file_answer
from app.core.errors import Invalid
from app.core.htmx import redirect, render, toast
from app.core.permissions import current_actor, requires
from app.core.sheets import csv_bytes
from app.matching.forms import MEANS_WORDS, TravelForm
from app.matching.queries.travel import kept_regions, travel_page
from app.matching.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.models import JourneyMeans
from app.reference.queries import region_names
from app.reference.queries.travel import refused_lines
from app.reference.services.travel import bring_table, drop_table, use_table

PAGE = "matching/travel.html"
TABLES = "matching/_travel_tables.html"
GIVEN_BACK = ("origine", "destination", "moyen", "minutes", "ligne", "raison")


@blueprint.get("/temps-de-trajet")
@requires(Permission.TRAVEL_MANAGE)
def travel() -> Response:
    """The tables of the reader's regions, and the form that takes a file."""
    return _page(TravelForm(formdata=None))


@blueprint.post("/temps-de-trajet")
@requires(Permission.TRAVEL_MANAGE)
def bring_travel() -> Response:
    """Take a file; it is read in the background and changes nothing yet."""
    form = TravelForm()
    form.offer(kept_regions(current_actor()))
    if not form.validate_on_submit():
        return _page(form, status=422)
    upload = request.files["file"]
    try:
        with transaction() as session:
            bring_table(
                session,
                current_actor(),
                region_code=form.region.data,
                source=form.source.data or "",
                valid_from=form.valid_from.data or clock.today(),
                file=upload.stream,
                file_name=upload.filename or "",
                means=JourneyMeans(form.means.data) if form.means.data else None,
                request_key=form.request_key.data,
            )
    except Invalid as error:
        form.refuse(error)
        return _page(form, status=422)
    toast("Le fichier est lu en arrière-plan : rien ne change avant votre accord.")
    return redirect(url_for("matching.travel"))


@blueprint.post("/temps-de-trajet/<int:table_id>/utiliser")
@requires(Permission.TRAVEL_MANAGE)
def use_travel(table_id: int) -> Response:
    """Matching reads this table from now on, in place of the former one."""
    with transaction() as session:
        use_table(session, current_actor(), table_id=table_id)
    toast("Ces temps de trajet comptent désormais dans les propositions.")
    return redirect(url_for("matching.travel"))


@blueprint.post("/temps-de-trajet/<int:table_id>/retirer")
@requires(Permission.TRAVEL_MANAGE)
def drop_travel(table_id: int) -> Response:
    """Take a table away."""
    with transaction() as session:
        drop_table(session, current_actor(), table_id=table_id)
    toast("La table est retirée : les distances à vol d’oiseau servent à sa place.")
    return redirect(url_for("matching.travel"))


@blueprint.get("/temps-de-trajet/<int:table_id>/lignes-refusees.csv")
@requires(Permission.TRAVEL_MANAGE)
def refused_travel(table_id: int) -> Response:
    """The lines given back, each with its reason, to be corrected and brought again; they name nobody."""
    lines = refused_lines(db.session(), current_actor(), table_id=table_id)
    rows = [(*cells, line, reason) for line, reason, cells in lines]
    content = csv_bytes([GIVEN_BACK, *rows])
    return file_answer(content, "text/csv", "lignes-refusees.csv", export=None)


def _page(form: TravelForm, *, status: int = 200) -> Response:
    actor = current_actor()
    regions = kept_regions(actor)
    form.offer(regions)
    return render(
        PAGE,
        fragments=(TABLES,),
        status=status,
        form=form,
        regions=regions,
        region_names=region_names(),
        found=travel_page(db.session(), actor),
        means_words={means.value: words for means, words in MEANS_WORDS.items()},
    )
