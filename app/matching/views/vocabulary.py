"""Wishes without an answer: what young people typed that leads nowhere, and the word that a team teaches."""

from __future__ import annotations

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import AlreadyDone, Invalid
from app.core.htmx import redirect, render, toast
from app.core.pages import PAGE_SIZE, Page, page_number
from app.core.permissions import current_actor, requires
from app.matching.forms import WORD_KINDS, WordForm
from app.matching.queries.vocabulary import unanswered_wishes, word_log
from app.matching.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.models import TitleKind
from app.reference.queries import resolve_trade
from app.reference.services.vocabulary import teach_word, unteach_word

PAGE = "matching/vocabulary.html"


@blueprint.get("/souhaits-sans-reponse")
@requires(Permission.WISHES_CURATE)
def vocabulary() -> Response:
    """The list, the form, and the last words taught."""
    return _page(WordForm(formdata=None, data={"text": request.args.get("mots", "")}))


@blueprint.post("/souhaits-sans-reponse")
@requires(Permission.WISHES_CURATE)
def teach() -> Response:
    """Teach one word."""
    form = WordForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    answer = resolve_trade(db.session(), form.trade.data, form.rome_code.data)
    rome_code = form.take_trade(answer, required=True)
    if rome_code is None:
        return _page(form, status=422)
    try:
        with transaction() as session:
            row = teach_word(
                session,
                current_actor(),
                text=str(form.text.data),
                rome_code=rome_code,
                kind=TitleKind(form.kind.data),
            )
            text = row.title
    except Invalid as error:
        form.refuse(error)
        return _page(form, status=422)
    except AlreadyDone as error:
        form.refuse(Invalid(error.message, field="text"))
        return _page(form, status=409)
    toast(f"« {text} » mène désormais à ce métier, dans les suggestions et les propositions.")
    return redirect(url_for("matching.vocabulary"))


@blueprint.post("/souhaits-sans-reponse/<int:title_id>/retirer")
@requires(Permission.WISHES_CURATE)
def unteach(title_id: int) -> Response:
    """Undo."""
    with transaction() as session:
        text = unteach_word(session, current_actor(), title_id=title_id).title
    toast(f"« {text} » est retiré : tout est comme avant.")
    return redirect(url_for("matching.vocabulary"))


def _page(form: WordForm, *, status: int = 200) -> Response:
    session = db.session()
    found = unanswered_wishes(session, current_actor())
    number = page_number(request.args.get("page"))
    number = min(number, max(1, -(-len(found) // PAGE_SIZE)))
    rows = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render(
        PAGE,
        status=status,
        form=form,
        wishes=Page(rows, number, PAGE_SIZE, len(found)),
        log=word_log(session),
        kinds=WORD_KINDS,
    )
