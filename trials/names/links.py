"""The pages behind signed links, read as nobody with each party's token: each reads what is its own and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import db
from app.core.links import write_link
from app.events.emails import guest_link
from app.events.models import EventCompany, EventYouth, PromotionEvent
from app.openings.models import Opening, OpeningApproval
from app.placements.models import CheckIn, CheckInSide, Placement
from app.placements.queries.by_link import answering_mark
from app.placements.workflow import LEAF_OPEN_STAGES
from app.policy.actor import Link, LinkSubject
from app.privacy.emails import representative_token, rights_token
from app.training.models import Course, TrainingSession
from app.youth.models import LegalRepresentative, Youth
from app.youth.services import representative_mark
from tests.policy.cells import Cell
from trials.authorisation import Visitor
from trials.forms import Form, forms_of
from trials.links import family, routes
from trials.names.walk import Reader, Walk

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """One signed link: the purpose of its pages, whose object it names, who holds it."""

    family: str
    token: str
    reader: Reader


def letters(session: Session) -> Iterator[Letter]:
    """A link of every kind to everybody who would get one, of what the estate holds."""
    for youth in session.scalars(select(Youth).order_by(Youth.id)):
        own = Reader(youth_id=youth.id)
        yield Letter("privacy.own", rights_token(youth), own)
    for row in session.scalars(select(LegalRepresentative).order_by(LegalRepresentative.youth_id)):
        token = representative_token(row.youth_id, representative_mark(row))
        yield Letter("privacy.representative", token, Reader(youth_id=row.youth_id, is_family=True))
    yield from _of_placements(session)
    yield from _of_guests(session)
    drafts = select(OpeningApproval, Opening.employer_id).join(
        Opening, Opening.id == OpeningApproval.opening_id
    )
    for approval, company_id in session.execute(drafts):
        link = Link(LinkSubject.EMPLOYER, "approve", approval.opening_id)
        token = write_link(link, about=approval.id, good_for=WEEK)
        yield Letter("openings.approval", token, Reader(company_id))


def _of_placements(session: Session) -> Iterator[Letter]:
    """Answers of both sides while they are open, then the two questions at a contact."""
    found = session.execute(
        select(Placement, Opening.employer_id, Course.cfa_id, Youth.email)
        .join(Youth, Youth.id == Placement.youth_id)
        .outerjoin(Opening, Opening.id == Placement.opening_id)
        .outerjoin(TrainingSession, TrainingSession.id == Placement.session_id)
        .outerjoin(Course, Course.id == TrainingSession.course_id)
        .order_by(Placement.id)
    ).all()
    readers = {
        row.id: {
            CheckInSide.YOUTH.value: Reader(youth_id=row.youth_id),
            CheckInSide.TUTOR.value: Reader(company_id),
            CheckInSide.CFA.value: Reader(cfa_id),
            LinkSubject.EMPLOYER.value: Reader(company_id),
        }
        for row, company_id, cfa_id, _ in found
    }
    for row, company_id, _, email in found:
        if row.stage in LEAF_OPEN_STAGES:
            for who in (LinkSubject.YOUTH, *((LinkSubject.EMPLOYER,) if company_id else ())):
                link = Link(who, "answer", row.id)
                mark = answering_mark(who, row.opening_id, email)
                token = write_link(link, about=mark, good_for=WEEK)
                yield Letter("placements.answer", token, readers[row.id][who.value])
    for asked in session.scalars(select(CheckIn).order_by(CheckIn.id)):
        link = Link(LinkSubject(asked.side.value), "check_in", asked.id)
        token = write_link(link, about=0, good_for=WEEK)
        yield Letter("placements.check", token, readers[asked.placement_id][asked.side.value])


def _of_guests(session: Session) -> Iterator[Letter]:
    invited = select(EventYouth, PromotionEvent).join(
        PromotionEvent, PromotionEvent.id == EventYouth.event_id
    )
    for guest, event in session.execute(invited):
        token = guest_link(event, LinkSubject.YOUTH, guest.id)
        yield Letter("events.guest", token, Reader(youth_id=guest.youth_id))
    hosts = select(EventCompany, PromotionEvent).join(
        PromotionEvent, PromotionEvent.id == EventCompany.event_id
    )
    for host, event in session.execute(hosts):
        token = guest_link(event, LinkSubject.EMPLOYER, host.id)
        yield Letter("events.guest", token, Reader(host.company_id))


def read_links(walk: Walk, nobody: Visitor, families: Collection[str] = ()) -> None:
    """Every page behind every link, then its forms as shown and emptied; of some families only, if any is named."""
    found = [one for one in letters(db.session()) if not families or one.family in families]
    db.session.remove()
    known = routes(walk.app)
    for place, letter in enumerate(found, 1):
        bearer = Visitor(
            f"lien {letter.family} n° {place}", nobody.client, nobody.token, nobody.cookie
        )
        walk.readers[bearer.persona] = letter.reader
        pages = [
            Cell(endpoint, method, rule.replace("<token>", letter.token), None, None, True)
            for endpoint, method, rule in known
            if family(endpoint) == letter.family and method == "GET"
        ]
        forms: dict[str, Form] = {}
        for page in pages:
            answer = walk.ask(bearer, "GET", page.path)
            if answer.status_code == 200:
                walk.count("pages derrière un lien")
                if answer.mimetype == "text/html":
                    forms |= {one.action: one for one in forms_of(answer.text)}
        for action, form in forms.items():
            if letter.token in action:
                walk.write(bearer, Cell("", "POST", action, None, None, True), form)
