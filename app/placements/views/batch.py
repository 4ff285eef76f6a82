"""Several at once: each page names what will happen to each line first; each line then is a transaction of its own.

One that cannot be done stops none of the others, and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError, Invalid, NotFound
from app.core.forms import ButtonForm, whole_or_none
from app.core.htmx import page, redirect, toast
from app.core.permissions import current_actor, requires
from app.core.presentation import plural
from app.placements import services
from app.placements.forms import TogetherForm
from app.placements.queries.facts import visible_among
from app.placements.queries.lists import TOGETHER, PlacementRow, own_leaf, to_answer_together
from app.placements.queries.several import Piste, pistes_of
from app.placements.views.blueprint import blueprint
from app.placements.views.card import alert
from app.placements.workflow import Leaf, LeafState
from app.policy.permissions import Permission

Verb = Callable[[Session], object]
SHOWN_REFUSALS = 5


@blueprint.get("/propositions/repondre")
@requires(Permission.PLACEMENT_LIST)
def answer_together() -> Response:
    """The proposals that were ticked, with what a yes and a no would do to each."""
    return _answers(_chosen(_keys(request.args.getlist("id"))))


@blueprint.post("/propositions/repondre")
@requires(Permission.PLACEMENT_LIST)
def send_answers() -> Response:
    """Give the same answer to each."""
    keys = _keys(request.form.getlist("id"))
    if keys and not visible_among(db.session(), current_actor(), keys):
        raise NotFound
    rows = _chosen(keys)
    leaf = own_leaf(current_actor()) or Leaf.YOUTH
    form = TogetherForm(leaf, prefix="together")
    if not form.validate_on_submit():
        return _answers(rows, form=form, status=422)
    if form.answer.data not in (LeafState.YES, LeafState.NO):
        form.refuse(Invalid("Choisissez une réponse.", field="answer"))
        return _answers(rows, form=form, status=422)
    if form.answer.data == LeafState.NO and not form.reason.data:
        form.refuse(Invalid("Choisissez un motif dans la liste.", field="reason"))
        return _answers(rows, form=form, status=422)
    try:
        done, refused = _each((one.youth, partial(_say, leaf, form, one.id)) for one in rows)
    except services.ForbiddenWords as error:
        # One text for all lines: no line is done, and each house is told once, not once a line.
        for one in {row.house_id: row for row in rows}.values():
            alert(one.id, error)
        form.refuse(error)
        return _answers(rows, form=form, status=422)
    _tell(done, refused, "réponse enregistrée", "réponses enregistrées")
    if left := len(keys) - len(rows):
        toast(
            f"{plural(left, 'ligne')} {'n’attend' if left == 1 else 'n’attendent'} pas, ou plus, "
            "de réponse de vous : rien n’y a changé.",
            "warning",
        )
    return redirect(url_for("placements.list_placements", qui="moi"))


@blueprint.get("/propositions/ensemble")
@requires(Permission.PLACEMENT_SUGGEST)
def suggest_together() -> Response:
    """The triples that were ticked for a youth, with whom each question goes to."""
    return _suggestions(_pistes(request.args.get("jeune"), request.args.getlist("piste")))


@blueprint.post("/propositions/ensemble")
@requires(Permission.PLACEMENT_SUGGEST)
def send_suggestions() -> Response:
    """Propose each."""
    chosen = _pistes(request.form.get("jeune"), request.form.getlist("piste"))
    if not ButtonForm().validate_on_submit():
        return _suggestions(chosen, status=422)
    done, refused = _each(
        (
            f"{one.post}, {one.company}",
            partial(
                services.suggest,
                actor=current_actor(),
                youth_id=one.youth_id,
                opening_id=one.opening_id,
                session_id=one.session_id,
            ),
        )
        for one in chosen
        if not one.is_proposed
    )
    _tell(done, refused, "proposition partie", "propositions parties")
    return redirect(url_for("placements.list_placements"))


def _keys(values: list[str]) -> set[int]:
    return {key for key in map(whole_or_none, values[:TOGETHER]) if key is not None}


def _chosen(keys: set[int]) -> list[PlacementRow]:
    rows = to_answer_together(db.session(), current_actor(), keys)
    named = sorted({one.youth_id for one in rows if one.is_named})
    note_reading(
        current_actor(),
        youth_ids=named,
        purpose=AccessPurpose.PLACEMENT,
        page="placements.answer_together",
    )
    return rows


def _answers(
    rows: list[PlacementRow], *, form: TogetherForm | None = None, status: int = 200
) -> Response:
    leaf = own_leaf(current_actor()) or Leaf.YOUTH
    wanted = Counter(one.session_id if leaf is Leaf.CFA else one.opening_id for one in rows)
    return page(
        "placements/together.html",
        status=status,
        rows=rows,
        leaf=leaf.value,
        wanted=wanted,
        form=form or TogetherForm(leaf, prefix="together", formdata=None),
    )


def _pistes(youth: str | None, values: list[str]) -> list[Piste]:
    youth_id = whole_or_none(youth)
    if youth_id is None:
        return []
    pairs = [
        (opening_id, session_id)
        for one in values[:TOGETHER]
        for opening_id, session_id in [map(whole_or_none, (*one.split("-", 1), "")[:2])]
        if opening_id is not None and session_id is not None
    ]
    return pistes_of(db.session(), current_actor(), youth_id=youth_id, pairs=pairs)


def _suggestions(chosen: list[Piste], *, status: int = 200) -> Response:
    return page(
        "placements/suggest_together.html",
        status=status,
        chosen=chosen,
        youth_id=whole_or_none(request.values.get("jeune")),
        form=ButtonForm(formdata=None),
    )


def _say(leaf: Leaf, form: TogetherForm, placement_id: int, session: Session) -> object:
    said = {"answer": LeafState(form.answer.data), "reason": form.reason.data}
    said["words"] = form.words.data
    if leaf is Leaf.YOUTH:
        return services.youth_says(
            session,
            current_actor(),
            placement_id=placement_id,
            channel=form.channel.data,
            **said,
        )
    verb = services.employer_says if leaf is Leaf.EMPLOYER else services.cfa_says
    return verb(session, current_actor(), placement_id=placement_id, **said)


def _each(verbs: Iterable[tuple[str, Verb]]) -> tuple[int, list[str]]:
    """Run each verb alone: how many worked, and a sentence for each that did not.

    Raises:
        ForbiddenWords: the text that all lines share names a forbidden criterion; nothing was done.
    """
    done, refused = 0, []
    for label, verb in verbs:
        try:
            with transaction() as session:
                verb(session)
            done += 1
        except services.ForbiddenWords:
            raise
        except (Conflict, Invalid) as error:
            refused.append(_sentence(label, error))
    return done, refused


def _sentence(label: str, error: DomainError) -> str:
    return f"{label} : {error.message}"


def _tell(done: int, refused: list[str], one: str, many: str) -> None:
    if done:
        toast(f"{done} {one if done == 1 else many}.")
    for sentence in refused[:SHOWN_REFUSALS]:
        toast(sentence, "error")
    if len(refused) > SHOWN_REFUSALS:
        toast(
            f"Et {len(refused) - SHOWN_REFUSALS} autres lignes restent à voir une à une.", "error"
        )
