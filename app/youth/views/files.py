"""The list, registration, the file, its history."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.accounts.models import Organisation
from app.accounts.queries import advisers_of, search_organisations
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.htmx import page, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, ensure, requires
from app.policy.actor import OrganisationKind
from app.policy.facts import NOTHING
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission
from app.policy.predicates import adviser
from app.reference.queries import resolve_commune
from app.youth.forms import FilterForm, RegisterForm
from app.youth.models import YouthStatus
from app.youth.queries import (
    SORTS,
    Filters,
    PossibleDuplicate,
    history_of,
    list_youth,
    may_name,
    readings_of,
    shared_file,
    youth_facts,
)
from app.youth.services import DuplicateSuspected, TooOldForThisHouse, create_youth
from app.youth.views.blueprint import blueprint
from app.youth.views.page import file_page


@blueprint.get("", endpoint="list_youth")
@requires(Permission.YOUTH_LIST)
def list_youth_page() -> Response:
    """Mes jeunes: narrowed, sorted and paged by the address."""
    actor = current_actor()
    form = FilterForm(request.args)
    is_house = adviser(actor, NOTHING)
    if is_house and actor.organisation_id:
        form.offer_advisers(advisers_of(db.session(), actor.organisation_id))
    sort = request.args.get("sort", "name")
    found = list_youth(
        db.session(),
        actor,
        Filters(
            text=form.q.data or "",
            whose=form.whose.data or "mine",
            status=_status(form.status.data),
            show=form.show.data or "",
            trade=form.trade.data or "",
            commune=form.commune.data or "",
            sort=sort if sort.lstrip("-") in SORTS else "name",
        ),
        page=page_number(request.args.get("page")),
    )
    named = [row.id for row in found.rows if row.name]
    note_reading(actor, youth_ids=named, purpose=AccessPurpose.FOLLOW_UP, page="youth.list_youth")
    return render(
        "youth/list.html",
        fragments=["youth/_youth_list.html"],
        found=found,
        form=form,
        sort=sort,
        is_narrowed=any(value for name, value in request.args.items() if name not in NEUTRAL),
        is_house=is_house,
        may_create=may_ever(actor, Permission.YOUTH_CREATE),
    )


# Arguments that move through the list without narrowing it.
NEUTRAL = frozenset({"page", "sort", "whose"})


def _status(value: str | None) -> YouthStatus | None:
    return YouthStatus(value) if value in {one.value for one in YouthStatus} else None


@blueprint.get("/nouveau")
@requires(Permission.YOUTH_CREATE)
def new() -> Response:
    """The short page that opens a file."""
    return _register_page(RegisterForm(formdata=None))


@blueprint.post("/nouveau")
@requires(Permission.YOUTH_CREATE)
def create() -> Response:
    """Open a file; possible duplicates are shown before anything is written."""
    form = RegisterForm()
    is_valid = form.validate_on_submit()
    commune_code = form.take_commune(
        resolve_commune(db.session(), form.commune.data, form.commune_code.data)
    )
    birth_date = form.birth_date.data
    if not is_valid or form.errors or birth_date is None:
        return _register_page(form, status=422)
    actor = current_actor()
    try:
        with transaction() as session:
            youth = create_youth(
                session,
                actor,
                given_name=str(form.given_name.data),
                family_name=str(form.family_name.data),
                usage_name=form.usage_name.data,
                birth_date=birth_date,
                commune_code=commune_code,
                email=form.email.data,
                phone=form.phone.data,
                wishes=(form.wishes.data or "").splitlines(),
                is_another_person=form.is_another_person.data,
                request_key=form.request_key.data,
            )
    except DuplicateSuspected as suspected:
        return _register_page(form, status=409, duplicates=suspected.found)
    except Invalid as error:
        form.refuse(error)
        others = _cap_emploi() if isinstance(error, TooOldForThisHouse) else []
        return _register_page(form, status=422, others=others)
    toast(f"Le dossier de {youth.full_name} est ouvert.")
    return redirect(url_for("youth.show", youth_id=youth.id))


def _register_page(
    form: RegisterForm,
    *,
    status: int = 200,
    duplicates: tuple[PossibleDuplicate, ...] = (),
    others: list[Organisation] | None = None,
) -> Response:
    note_reading(
        current_actor(),
        youth_ids=[one.youth_id for one in duplicates],
        purpose=AccessPurpose.FOLLOW_UP,
        page="youth.create",
    )
    return page(
        "youth/new.html", status=status, form=form, duplicates=duplicates, others=others or []
    )


def _cap_emploi() -> list[Organisation]:
    """Houses of the region that follow people beyond the mission locale's age."""
    found = search_organisations(
        db.session(), "", kinds=frozenset({OrganisationKind.CAP_EMPLOI}), limit=200
    )
    regions = current_actor().regions
    return [one for one in found if not regions or one.region_code in regions][:5]


@blueprint.get("/<int:youth_id>")
@requires(Permission.YOUTH_VIEW)
def show(youth_id: int) -> Response:
    """The file for the house that follows the youth; for a partner, what the youth agreed to show."""
    actor = current_actor()
    facts = youth_facts(db.session(), youth_id)
    ensure(actor, Permission.YOUTH_VIEW, facts)
    if can(actor, Permission.YOUTH_EDIT, facts):
        return file_page(youth_id, facts=facts)
    with_name = may_name(actor, facts)
    note_reading(
        actor,
        youth_ids=[youth_id] if with_name else [],
        purpose=AccessPurpose.PLACEMENT,
        page="youth.show",
    )
    shared = shared_file(db.session(), youth_id, with_name=with_name)
    return page("youth/shared.html", shared=shared)


@blueprint.get("/<int:youth_id>/historique")
@requires(Permission.YOUTH_EDIT)
def history(youth_id: int) -> Response:
    """What was done in the file, and who read it."""
    actor, session = current_actor(), db.session()
    facts = youth_facts(session, youth_id)
    ensure(actor, Permission.YOUTH_EDIT, facts, seen_by=Permission.YOUTH_VIEW)
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="youth.history")
    context: dict[str, Any] = {
        "shared": shared_file(session, youth_id, with_name=True),
        "events": history_of(session, youth_id),
        "readings": readings_of(session, youth_id),
    }
    return page("youth/history.html", **context)
