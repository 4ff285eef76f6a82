"""The sheet as a file: a page to print, a PDF where the installation can make one, JSON. Each is registered first."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, render_template, url_for

from app.contracts.queries.export import as_data
from app.contracts.queries.labels import SECTIONS
from app.contracts.queries.riders import versions_of
from app.contracts.queries.sheet import SheetPage
from app.contracts.views.blueprint import blueprint
from app.contracts.views.sheets import read_page
from app.core import clock
from app.core.access import ExportFormat, note_export
from app.core.db import db
from app.core.documents import can_make_pdf, file_answer, pdf_of
from app.core.errors import NotFound
from app.core.htmx import redirect, render
from app.core.permissions import current_actor, requires
from app.policy.permissions import Permission

EXPORT_KIND = "contracts.sheet"


def _registered(placement_id: int, file_format: ExportFormat) -> tuple[SheetPage, int]:
    page = read_page(placement_id)
    if not page.is_open:
        raise NotFound
    number = note_export(
        current_actor(),
        kind=EXPORT_KIND,
        file_format=file_format,
        youth_ids=[page.youth_id],
        filters={},
        page="contracts.sheet",
    )
    return page, number


def _document(page: SheetPage, number: int) -> dict[str, Any]:
    """What the paper shows: the sheet, then the versions that followed."""
    riders = versions_of(db.session(), page)
    return {"page": page, "riders": riders, "sections": SECTIONS, "export_id": number}


@blueprint.get("/propositions/<int:placement_id>/contrat/imprimer")
@requires(Permission.CONTRACT_VIEW)
def print_sheet(placement_id: int) -> Response:
    """The sheet on paper, by the browser."""
    page, number = _registered(placement_id, ExportFormat.PRINT)
    return render("contracts/print.html", **_document(page, number))


@blueprint.get("/propositions/<int:placement_id>/contrat.json")
@requires(Permission.CONTRACT_VIEW)
def json_sheet(placement_id: int) -> Response:
    """The sheet as data."""
    page, number = _registered(placement_id, ExportFormat.JSON)
    riders = versions_of(db.session(), page)
    data = as_data(page, riders, made_on=clock.today(), export_id=number)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return file_answer(
        text.encode(), "application/json", f"contrat-{placement_id}.json", export=number
    )


@blueprint.get("/propositions/<int:placement_id>/contrat.pdf")
@requires(Permission.CONTRACT_VIEW)
def pdf_sheet(placement_id: int) -> Response:
    """The sheet as a PDF; without the extra, the page to print."""
    if not can_make_pdf():
        return redirect(url_for("contracts.print_sheet", placement_id=placement_id))
    page, number = _registered(placement_id, ExportFormat.PDF)
    html = render_template("contracts/document.html", **_document(page, number))
    return file_answer(
        pdf_of(html), "application/pdf", f"contrat-{placement_id}.pdf", export=number
    )
