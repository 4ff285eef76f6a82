"""The blueprint of the slice, and the two answers that several pages give."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from app.core.documents import file_answer
from app.privacy.queries.copy import FileCopy

blueprint = Blueprint("privacy", __name__)


def as_json(copy: FileCopy, code: str, *, export: int) -> Response:
    """The copy of a file as a download, once the register has it."""
    text = json.dumps(copy.data, ensure_ascii=False, indent=2)
    return file_answer(text, "application/json", f"dossier-{code}.json", export=export)


@blueprint.after_request
def keep_nowhere(answer: Response) -> Response:
    """A page behind a link has no session, and is the youth's alone: no cache keeps it."""
    if "token" in (request.view_args or {}):
        answer.headers["Cache-Control"] = "no-store"
    return answer
