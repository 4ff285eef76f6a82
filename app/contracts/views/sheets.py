"""The sheet of one placement, its verbs, and the list of contracts to prepare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.contracts.forms.riders import begin_form
from app.contracts.forms.sheet import (
    DecisionForm,
    DeclarationForm,
    DepositForm,
    KindForm,
    NirForm,
    TellForm,
    part_form,
)
from app.contracts.queries.labels import SECTIONS
from app.contracts.queries.lists import DEFAULT_FILTER, FILTERS, sheet_list
from app.contracts.queries.page import sheet_page
from app.contracts.queries.projection import Part, Side
from app.contracts.queries.riders import versions_of
from app.contracts.queries.sheet import SheetPage
from app.contracts.services import (
    choose_kind,
    fill_part,
    note_decision,
    note_deposit,
    read_nir,
    save_nir,
    tell_disability,
)
from app.contracts.views.blueprint import blueprint
from app.contracts.workflow import SheetEvent
from app.core.access import AccessPurpose, note_reading
from app.core.db import db, transaction
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.forms import BaseForm, ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.pages import page_number
from app.core.permissions import current_actor, requires
from app.openings.registry import learn
from app.policy.permissions import Permission
from app.rules.law import ContractKind

CARD = "contracts/_contract_sheet.html"
PURPOSES: Mapping[Side, AccessPurpose] = MappingProxyType(
    {
        Side.HOUSE: AccessPurpose.FOLLOW_UP,
        Side.EMPLOYER: AccessPurpose.HIRING,
        Side.CENTRE: AccessPurpose.ADMISSION,
        Side.AGENT: AccessPurpose.PLACEMENT,
    }
)
PARTS: Mapping[str, Part] = MappingProxyType(
    {"jeune": Part.YOUTH, "employeur": Part.EMPLOYER, "cfa": Part.CENTRE}
)
PART_NAMES: Mapping[Part, str] = MappingProxyType({part: name for name, part in PARTS.items()})
Forms = dict[str, BaseForm]


@blueprint.get("/contrats")
@requires(Permission.CONTRACT_LIST)
def list_sheets() -> Response:
    """Contracts to prepare, to deposit, deposited."""
    which = request.args.get("etat", DEFAULT_FILTER)
    which = which if which in FILTERS else DEFAULT_FILTER
    actor = current_actor()
    found = sheet_list(
        db.session(), actor, which=which, number=page_number(request.args.get("page"))
    )
    named = [one.youth_id for one in found.rows if one.is_named]
    note_reading(actor, youth_ids=named, purpose=AccessPurpose.PLACEMENT, page="contracts.list")
    return render("contracts/list.html", found=found, which=which, filters=FILTERS)


@blueprint.get("/propositions/<int:placement_id>/contrat")
@requires(Permission.CONTRACT_VIEW)
def sheet(placement_id: int) -> Response:
    """What is known, what is missing and who has it, controls, pay, aids, papers, deposit."""
    return card(placement_id)


def read_page(placement_id: int) -> SheetPage:
    """The page for this reader; naming the youth is journalled first."""
    actor = current_actor()
    page = sheet_page(db.session(), actor, placement_id)
    if page.youth.is_named:
        note_reading(
            actor,
            youth_ids=[page.youth_id],
            purpose=PURPOSES[page.side],
            page="contracts.sheet",
        )
    return page


def card(
    placement_id: int, *, status: int = 200, sent: Forms | None = None, shown_nir: str | None = None
) -> Response:
    """The page or its card.

    Args:
        sent: forms that came back with errors, by name.
        shown_nir: the number, once, for who asked to see it.
    """
    page = read_page(placement_id)
    if not page.is_open:
        return render("contracts/waits.html", status=status, page=page)
    return render(
        "contracts/sheet.html",
        fragments=[CARD],
        status=status,
        page=page,
        forms={**_forms(page), **(sent or {})},
        sections=SECTIONS,
        part_names=PART_NAMES,
        riders=versions_of(db.session(), page) if page.sheet else [],
        shown_nir=shown_nir,
    )


def _forms(page: SheetPage) -> Forms:
    forms: Forms = {part.value: part_form(page, part) for part in page.parts}
    return {
        **forms,
        "nir": NirForm(prefix="nir-", formdata=None),
        "kind": KindForm(prefix="kind-", formdata=None, data={"kind": page.source.kind.value}),
        "deposit": DepositForm(prefix="deposit-", formdata=None),
        "decision": DecisionForm(prefix="decision-", formdata=None),
        "declaration": DeclarationForm(prefix="declaration-", formdata=None),
        "empty": ButtonForm(formdata=None),
        "rider": begin_form(page),
    }


def act(
    placement_id: int,
    form: BaseForm,
    verb: Callable[[Session], object],
    *,
    name: str,
    done: str,
) -> Response:
    """Check the form, call one verb in a transaction, answer with the fresh card or a redirection."""
    if not form.validate_on_submit():
        return card(placement_id, status=422, sent={name: form})
    try:
        with transaction() as session:
            verb(session)
    except Invalid as error:
        form.refuse(error)
        return card(placement_id, status=422, sent={name: form})
    except Conflict as error:
        toast(error.message, "error")
        return card(placement_id, status=error.status)
    toast(done)
    if is_fragment_request():
        return card(placement_id)
    return redirect(url_for("contracts.sheet", placement_id=placement_id))


@blueprint.post("/propositions/<int:placement_id>/contrat/<any(jeune,employeur,cfa):side>")
@requires(Permission.CONTRACT_VIEW)
def fill(placement_id: int, side: str) -> Response:
    """Write one's own part."""
    part = PARTS[side]
    page = sheet_page(db.session(), current_actor(), placement_id)
    if part not in page.parts:
        raise Forbidden
    form = part_form(page, part, sent=True)
    learn(db.session(), form.values().get("employer_siret"))
    return act(
        placement_id,
        form,
        lambda session: fill_part(
            session,
            current_actor(),
            placement_id=placement_id,
            part=part,
            values=form.values(),
        ),
        name=part.value,
        done="Votre partie est enregistrée. Les contrôles sont à jour.",
    )


@blueprint.post("/propositions/<int:placement_id>/contrat/type")
@requires(Permission.CONTRACT_FILL_EMPLOYER)
def choose(placement_id: int) -> Response:
    """Apprenticeship or contrat de professionnalisation, where the opening offers both."""
    form = KindForm(prefix="kind-")
    return act(
        placement_id,
        form,
        lambda session: choose_kind(
            session,
            current_actor(),
            placement_id=placement_id,
            kind=ContractKind(form.kind.data),
        ),
        name="kind",
        done="Le contrat est choisi : la fiche suit son formulaire.",
    )


@blueprint.post("/propositions/<int:placement_id>/contrat/dire")
@requires(Permission.CONTRACT_TELL_DISABILITY)
def tell(placement_id: int) -> Response:
    """The youth's choice to tell this employer of the recognition, or to take that back."""
    form = TellForm()
    telling = form.tell.data == "yes"
    done = (
        "C’est noté : cet employeur voit la reconnaissance sur la fiche."
        if telling
        else "C’est noté : plus rien n’en paraît à l’employeur. L’aide et la dérogation qui en dépendaient tombent."
    )
    return act(
        placement_id,
        form,
        lambda session: tell_disability(
            session, current_actor(), placement_id=placement_id, tell=telling
        ),
        name="empty",
        done=done,
    )


@blueprint.post("/propositions/<int:placement_id>/contrat/numero")
@requires(Permission.CONTRACT_NIR)
def write_nir(placement_id: int) -> Response:
    """Seal the social security number, or drop it."""
    form = NirForm(prefix="nir-")
    done = "Le numéro est enregistré, chiffré." if form.nir.data else "Le numéro est effacé."
    return act(
        placement_id,
        form,
        lambda session: save_nir(
            session, current_actor(), placement_id=placement_id, nir=form.nir.data
        ),
        name="nir",
        done=done,
    )


@blueprint.post("/propositions/<int:placement_id>/contrat/numero/voir")
@requires(Permission.CONTRACT_NIR)
def show_nir(placement_id: int) -> Response:
    """Show the number once; the reading is journalled."""
    form = ButtonForm()
    if not form.validate_on_submit():
        raise NotFound
    with transaction() as session:
        number = read_nir(session, current_actor(), placement_id=placement_id)
    return card(placement_id, shown_nir=number)


@blueprint.post("/propositions/<int:placement_id>/contrat/depot")
@requires(Permission.CONTRACT_DEPOSIT)
def deposit(placement_id: int) -> Response:
    """The contract left for the OPCO."""
    form = DepositForm(prefix="deposit-")
    return act(
        placement_id,
        form,
        lambda session: note_deposit(
            session,
            current_actor(),
            placement_id=placement_id,
            deposited_on=form.deposited_on.data,
        ),
        name="deposit",
        done="Le dépôt est noté. Le numéro de sécurité sociale sera effacé dans 30 jours.",
    )


@blueprint.post("/propositions/<int:placement_id>/contrat/reponse")
@requires(Permission.CONTRACT_DEPOSIT)
def decide(placement_id: int) -> Response:
    """The answer of the OPCO."""
    form = DecisionForm(prefix="decision-")
    return act(
        placement_id,
        form,
        lambda session: note_decision(
            session,
            current_actor(),
            placement_id=placement_id,
            event=SheetEvent(form.event.data),
            decided_on=form.decided_on.data,
            number=form.number.data,
            why=form.why.data,
        ),
        name="decision",
        done="La réponse de l’OPCO est notée.",
    )
