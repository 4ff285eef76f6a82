"""Field agents: the list, one post, the hand-over."""

from __future__ import annotations

import re

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import Conflict, Invalid
from app.core.forms import as_choices
from app.core.htmx import page, redirect, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.outreach.forms import HandOverForm, PostForm
from app.outreach.labels import FOCUSES, NETWORKS
from app.outreach.models import ContractFocus
from app.outreach.queries.agents import AgentFile, agent_file, agent_list, territories_of
from app.outreach.queries.overlaps import overlaps
from app.outreach.services import PostDetails, hand_over, write_post
from app.outreach.views.door import blueprint
from app.policy.permissions import Permission
from app.reference.queries import Place, place_of, resolve_commune


@blueprint.get("/developpeurs")
@requires(Permission.AGENT_LIST)
def list_agents() -> Response:
    """Who works where, for whom, and what they follow."""
    session = db.session()
    agents = agent_list(session, current_actor(), number=page_number(request.args.get("page")))
    return page(
        "outreach/agents.html",
        agents=agents,
        overlaps=overlaps(session, current_actor()),
        territories=territories_of(session, [row.id for row in agents.rows]),
        focuses=FOCUSES,
        networks=NETWORKS,
    )


@blueprint.get("/developpeurs/<int:membership_id>")
@requires(Permission.AGENT_EDIT)
def agent_form(membership_id: int) -> Response:
    """The post and territory of one agent."""
    found = _found(membership_id)
    return _page(found, _post_form(found))


def _post_form(found: AgentFile) -> PostForm:
    form = PostForm(formdata=None)
    if found.post is not None:
        for name in ("employer_name", "financing_share", "starts_on", "ends_on"):
            form[name].data = getattr(found.post, name)
        form.contract_focus.data = found.post.contract_focus.value
        form.show_commune(place_of(db.session(), found.post.base_commune_code))
    form.departements.data = ", ".join(found.departements)
    form.communes.data = ", ".join(found.communes)
    form.sectors.data = ", ".join(found.sectors)
    return form


@blueprint.post("/developpeurs/<int:membership_id>")
@requires(Permission.AGENT_EDIT)
def change_agent(membership_id: int) -> Response:
    """Write the post and the territory."""
    found, form = _found(membership_id), PostForm()
    details = _details(form)
    if details is None:
        return _page(found, form, status=422)
    try:
        with transaction() as session:
            write_post(session, current_actor(), membership_id=membership_id, details=details)
    except Invalid as error:
        form.refuse(error)
        return _page(_found(membership_id), form, status=422)
    toast("Le poste et le territoire sont enregistrés.")
    return redirect(url_for("outreach.list_agents"))


@blueprint.post("/developpeurs/<int:membership_id>/relais")
@requires(Permission.AGENT_EDIT)
def pass_on(membership_id: int) -> Response:
    """Hand the portfolio over to a colleague."""
    found = _found(membership_id)
    relay = _relay_form(found, sent=True)
    if not relay.validate_on_submit():
        return _page(found, _post_form(found), relay=relay, status=422)
    try:
        with transaction() as session:
            moved = hand_over(
                session,
                current_actor(),
                membership_id=membership_id,
                successor_id=relay.successor.data or 0,
            )
    except Invalid as error:
        relay.refuse(error)
        return _page(found, _post_form(found), relay=relay, status=422)
    except Conflict as error:
        toast(error.message, "error")
        return _page(found, _post_form(found), status=409)
    toast(f"Le portefeuille a changé de mains : {moved} entreprise{'s' if moved > 1 else ''}.")
    return redirect(url_for("outreach.list_agents"))


def _found(membership_id: int) -> AgentFile:
    found = agent_file(db.session(), membership_id)
    ensure(current_actor(), Permission.AGENT_EDIT, found.facts)
    return found


def _details(form: PostForm) -> PostDetails | None:
    """What was typed, or None when it has to be corrected; communes are understood here."""
    is_valid = form.validate_on_submit()
    base = None
    departements = _parts(form.departements.data)
    near = frozenset(departements)
    if form.commune.data or form.commune_code.data:
        base = form.take_commune(
            resolve_commune(
                db.session(), form.commune.data, form.commune_code.data, departements=near
            )
        )
        is_valid = is_valid and base is not None
    communes = []
    for typed in _parts(form.communes.data):
        answer = resolve_commune(db.session(), typed, None, departements=near)
        if isinstance(answer, Place):
            communes.append(answer.insee_code)
        else:
            form.communes.errors = [
                *form.communes.errors,
                f"« {typed} » : écrivez le nom exact, ou le code postal.",
            ]
            is_valid = False
    if not is_valid or form.starts_on.data is None:
        return None
    return PostDetails(
        contract_focus=ContractFocus(form.contract_focus.data),
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        employer_name=form.employer_name.data,
        financing_share=form.financing_share.data,
        base_commune_code=base,
        departements=[one.upper() for one in departements],
        communes=communes,
        sectors=_parts(form.sectors.data),
    )


def _parts(text: str | None) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\n]", text or "") if one.strip()]


def _relay_form(found: AgentFile, *, sent: bool = False) -> HandOverForm:
    relay = HandOverForm() if sent else HandOverForm(formdata=None)
    relay.successor.choices = as_choices(
        (one.id, f"{one.given_name} {one.family_name}") for one in found.colleagues
    )
    return relay


def _page(
    found: AgentFile, form: PostForm, *, relay: HandOverForm | None = None, status: int = 200
) -> Response:
    return page(
        "outreach/agent_form.html",
        status=status,
        found=found,
        form=form,
        relay=relay or _relay_form(found),
    )
