"""The page of one placement, and the answer to every verb: the same card, fresh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from flask import Response, url_for
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import AccessPurpose, ExportFormat, note_export, note_reading
from app.core.db import db, transaction
from app.core.documents import file_answer
from app.core.errors import Conflict, Invalid, NotFound
from app.core.forms import BaseForm, ButtonForm
from app.core.htmx import is_fragment_request, redirect, render, toast
from app.core.htmx import page as show_page
from app.core.letters import absolute_url
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.calendar import as_calendar
from app.placements.forms import (
    AnswerForm,
    BreakForm,
    ContractEndForm,
    DayForm,
    FollowUpForm,
    MeetingForm,
    MessageForm,
    OutcomeForm,
    ReasonForm,
    ResultForm,
    SignForm,
    TutorForm,
)
from app.placements.models import MeetingKind
from app.placements.queries.alternatives import alternatives
from app.placements.queries.page import PlacementPage, placement_page
from app.placements.refusals import REFUSALS
from app.placements.views.blueprint import blueprint
from app.placements.workflow import Leaf
from app.policy.actor import Actor
from app.policy.permissions import Permission

PURPOSES: Mapping[Leaf, AccessPurpose] = MappingProxyType(
    {
        Leaf.YOUTH: AccessPurpose.FOLLOW_UP,
        Leaf.EMPLOYER: AccessPurpose.HIRING,
        Leaf.CFA: AccessPurpose.ADMISSION,
    }
)
Forms = dict[str, BaseForm]


@blueprint.get("/propositions/<int:placement_id>")
@requires(Permission.PLACEMENT_VIEW)
def show(placement_id: int) -> Response:
    """The clover, the answers, the timeline, and this person's buttons."""
    return card(placement_id)


@blueprint.get("/propositions/<int:placement_id>/rendez-vous/<int:meeting_id>.ics")
@requires(Permission.PLACEMENT_VIEW)
def meeting_file(placement_id: int, meeting_id: int) -> Response:
    """A meeting for one's own calendar, without the name of the youth."""
    page = placement_page(db.session(), current_actor(), placement_id)
    meeting = next((one for one in page.meetings if one.id == meeting_id), None)
    if meeting is None:
        raise NotFound
    text = as_calendar(
        meeting,
        what=page.post or page.course or "",
        url=absolute_url("placements.show", placement_id=placement_id),
        now=clock.now(),
    )
    return file_answer(text, "text/calendar", f"rendez-vous-{meeting_id}.ics", export=None)


@blueprint.get("/propositions/<int:placement_id>/rendez-vous/<int:meeting_id>/demande")
@requires(Permission.PLACEMENT_YOUTH_SAYS)
def immersion_request(placement_id: int, meeting_id: int) -> Response:
    """The request for an immersion (PMSMP), filled with what the house knows, to be printed and signed."""
    actor = current_actor()
    found = placement_page(db.session(), actor, placement_id)
    meeting = next((one for one in found.meetings if one.id == meeting_id), None)
    if meeting is None or meeting.kind is not MeetingKind.IMMERSION or found.side is not Leaf.YOUTH:
        raise NotFound
    number = note_export(
        actor,
        kind="placements.immersion",
        file_format=ExportFormat.PRINT,
        youth_ids=[found.youth_id],
        filters={},
        page="placements.immersion_request",
    )
    return show_page(
        "placements/immersion_request.html", page=found, meeting=meeting, number=number
    )


@blueprint.get("/propositions/<int:placement_id>/pistes")
@requires(Permission.PLACEMENT_VIEW)
def other_ways(placement_id: int) -> Response:
    """Other employers or other courses; the page of the placement loads them in their place."""
    return render(
        "placements/alternatives.html",
        fragments=["placements/_alternatives.html"],
        placement_id=placement_id,
        found=alternatives(db.session(), current_actor(), placement_id),
        form=ButtonForm(formdata=None),
    )


def card(placement_id: int, *, status: int = 200, sent: Forms | None = None) -> Response:
    """The page or its card. Naming the youth is journalled first.

    Args:
        sent: forms that came back with errors, by name; the others are empty.
    """
    actor = current_actor()
    page = placement_page(db.session(), actor, placement_id)
    if page.youth.is_named:
        note_reading(
            actor,
            youth_ids=[page.youth_id],
            purpose=PURPOSES.get(page.side or Leaf.YOUTH, AccessPurpose.PLACEMENT),
            page="placements.show",
        )
    return render(
        "placements/show.html",
        fragments=["placements/_placement_card.html"],
        status=status,
        page=page,
        forms={**_empty_forms(page), **(sent or {})},
        reveal_text=page.reveal_text,
        now=clock.now(),
    )


def _empty_forms(page: PlacementPage) -> Forms:
    """One empty form a verb; `formdata=None` keeps what was sent for one verb out of the others."""
    side = page.side or Leaf.YOUTH
    forms: Forms = {
        "says": AnswerForm(side, formdata=None),
        "withdraw": ReasonForm(REFUSALS[side], prefix="withdraw", formdata=None),
        "detach_employer": ReasonForm(REFUSALS[side], prefix="detach_employer", formdata=None),
        "detach_cfa": ReasonForm(REFUSALS[side], prefix="detach_cfa", formdata=None),
        "break_off": BreakForm(
            with_cause=page.side is not Leaf.EMPLOYER, prefix="break_off", formdata=None
        ),
        "sign": SignForm(prefix="sign", formdata=None),
        "start": DayForm(prefix="start", formdata=None),
        "start_training": DayForm(prefix="start_training", formdata=None),
        "contract_end": ContractEndForm(
            prefix="contract_end",
            formdata=None,
            data={"contract_ends_on": page.contract_ends_on},
        ),
        "complete": ResultForm(prefix="complete", formdata=None),
        "interview": MeetingForm(prefix="interview", formdata=None)
        if page.meets == "all"
        else MeetingForm(prefix="interview", formdata=None).at_the_cfa(),
        "message": MessageForm(formdata=None),
        "empty": ButtonForm(formdata=None),
        "tutor": TutorForm(
            formdata=None, data={"tutor_email": page.tutor_email if page.signs else None}
        ),
    }
    for contact in page.follow_ups:
        forms[f"follow_up_{contact.id}"] = FollowUpForm(
            prefix=f"follow_up_{contact.id}",
            formdata=None,
            data={"state": contact.state.value if contact.state else None, "words": contact.words},
        )
    for meeting in page.meetings:
        forms[f"outcome_{meeting.id}"] = OutcomeForm(
            prefix=f"outcome_{meeting.id}",
            formdata=None,
            data={"outcome": meeting.outcome.value if meeting.outcome else None},
        )
    return forms


def act(
    placement_id: int,
    form: BaseForm,
    verb: Callable[[Session], object],
    *,
    name: str,
    done: str,
) -> Response:
    """Check the form, call one verb in a transaction, answer with the fresh card or a redirection.

    Args:
        name: under which the page knows the form.
        done: what is told when it worked.
    """
    if not form.validate_on_submit():
        return card(placement_id, status=422, sent={name: form})
    try:
        with transaction() as session:
            verb(session)
    except Invalid as error:
        alert(placement_id, error)
        form.refuse(error)
        return card(placement_id, status=422, sent={name: form})
    except Conflict as error:
        toast(error.message, "error")
        return card(placement_id, status=error.status)
    toast(done)
    if not is_fragment_request():
        return redirect(_next_page(placement_id))
    try:
        return card(placement_id)
    except NotFound:
        return redirect(url_for("placements.list_placements"))


def alert(placement_id: int, error: Invalid, actor: Actor | None = None) -> None:
    """A text that names a forbidden criterion leaves a trace; another mistake of a form leaves none."""
    if isinstance(error, services.ForbiddenWords):
        with transaction() as session:
            services.note_forbidden_words(
                session, actor or current_actor(), placement_id=placement_id, refused=error
            )


def _next_page(placement_id: int) -> str:
    """The placement, or the list when this person has just left the placement."""
    try:
        placement_page(db.session(), current_actor(), placement_id)
    except NotFound:
        return url_for("placements.list_placements")
    return url_for("placements.show", placement_id=placement_id)
