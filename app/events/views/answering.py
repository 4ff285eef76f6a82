"""Coming or not: by a signed link, by the company's own account, or by the adviser on the youth's word."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from app.accounts.services import ATTEMPTS_PER_ADDRESS, count_attempt
from app.core.db import db, side_transaction, transaction
from app.core.errors import Conflict
from app.core.forms import ButtonForm
from app.core.htmx import page, redirect, toast
from app.core.letters import absolute_url
from app.core.links import LinkOver, SignedLink, read_link
from app.core.permissions import current_actor, public, requires
from app.events import services
from app.events.emails import about
from app.events.forms import PartnerForm
from app.events.models import EventCompany, EventYouth, PromotionEvent
from app.events.queries.facts import load_event
from app.events.queries.timetable import MeetingLine, meeting_lines, slot_starts
from app.events.views.blueprint import WORDS, blueprint, calendar_answer
from app.events.views.lists import event_answer
from app.events.workflow import EventState
from app.policy.actor import CLOCK, LinkSubject
from app.policy.permissions import Permission

SUBJECTS = frozenset({LinkSubject.YOUTH, LinkSubject.EMPLOYER})


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a link opens: one invitation and its own meetings, by code."""

    signed: SignedLink
    event: PromotionEvent
    guest: EventCompany | EventYouth

    @property
    def is_company(self) -> bool:
        return isinstance(self.guest, EventCompany)

    def lines(self, session: Session) -> list[MeetingLine]:
        """The meetings of this guest, with no name in them."""
        if isinstance(self.guest, EventCompany):
            return meeting_lines(session, CLOCK, self.event, company_id=self.guest.company_id)
        return meeting_lines(session, CLOCK, self.event, youth_id=self.guest.youth_id)


@blueprint.get("/r/<token>")
@public
def guest_page(token: str) -> Response:
    """The operation, two buttons, and one's own meetings. Opening it changes nothing."""
    return _page(token)


@blueprint.post("/r/<token>")
@public
def guest_answer(token: str) -> Response:
    """The bearer comes, or does not."""
    bearer = _bearer(token)
    pressed = request.form.get("answer")
    if pressed not in ("yes", "no"):
        toast("Choisissez une réponse.", "warning")
        return _page(token, status=422)
    try:
        with transaction() as session:
            _say(session, bearer, is_coming=pressed == "yes")
    except Conflict as error:
        toast(error.message, "warning")
        return _page(token, status=409)
    toast("Merci : votre réponse est enregistrée.")
    return redirect(url_for("events.guest_page", token=token))


@blueprint.get("/r/<token>/agenda.ics")
@public
def guest_calendar(token: str) -> Response:
    """The day and one's own meetings, for one's own calendar."""
    bearer = _bearer(token)
    return calendar_answer(
        bearer.event,
        bearer.lines(db.session()),
        by_company=bearer.is_company,
        url=absolute_url("events.guest_page", token=token),
    )


@blueprint.post("/<int:event_id>/reponse/<any(jeune, entreprise):who>/<int:guest_id>")
@requires(Permission.EVENT_ANSWER)
def answer(event_id: int, who: str, guest_id: int) -> Response:
    """A company answers from its account, an adviser on the youth's word."""
    try:
        with transaction() as session:
            services.answer(
                session,
                current_actor(),
                is_coming=request.form.get("coming") == "1",
                company_guest_id=guest_id if who == "entreprise" else None,
                youth_guest_id=guest_id if who == "jeune" else None,
            )
    except Conflict as error:
        toast(error.message, "warning")
        return event_answer(event_id, PartnerForm(formdata=None), status=409)
    toast("La réponse est enregistrée.")
    return redirect(url_for("events.show_event", event_id=event_id))


def _bearer(token: str) -> Bearer:
    """The invitation behind a link; wrong links are counted by address.

    Raises:
        LinkOver: forged, old, or the invitation was taken back.
        TooMany: many wrong links from one address.
    """
    try:
        signed = read_link(token)
        if signed.link.subject not in SUBJECTS or signed.link.verb != "event":
            raise LinkOver
        return _found(db.session(), signed)
    except LinkOver:
        with side_transaction() as attempts:
            count_attempt(
                attempts,
                kind="link",
                subject=request.remote_addr or "",
                limit=ATTEMPTS_PER_ADDRESS,
            )
        raise


def _found(session: Session, signed: SignedLink) -> Bearer:
    guest: EventCompany | EventYouth | None
    if signed.link.subject is LinkSubject.YOUTH:
        guest = session.get(EventYouth, signed.link.object_id)
    else:
        guest = session.get(EventCompany, signed.link.object_id)
    if guest is None or guest.event_id != signed.about:
        raise LinkOver
    return Bearer(signed, load_event(session, guest.event_id), guest)


def _say(session: Session, bearer: Bearer, *, is_coming: bool) -> None:
    guest_id = bearer.signed.link.object_id
    if bearer.is_company:
        services.answer(
            session, bearer.signed.actor, is_coming=is_coming, company_guest_id=guest_id
        )
    else:
        services.answer(session, bearer.signed.actor, is_coming=is_coming, youth_guest_id=guest_id)


def _page(token: str, *, status: int = 200) -> Response:
    session = db.session()
    bearer = _bearer(token)
    return page(
        "events/guest.html",
        status=status,
        token=token,
        event=bearer.event,
        about=about(session, bearer.event),
        guest=bearer.guest,
        is_company=bearer.is_company,
        lines=bearer.lines(session),
        starts=slot_starts(bearer.event),
        is_open=bearer.event.state in (EventState.OPEN, EventState.PLANNED),
        form=ButtonForm(formdata=None),
        **WORDS,
    )
