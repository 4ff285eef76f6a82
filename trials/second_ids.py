"""Forms that name a second object by its number: with a foreign one in its place, nothing is written, and it is said.

The address of a form names one object, which the walk over all cells tries; what stands in the body is tried here. Each
form is sent twice: with a number of one's own side it has to write something, else the case would say nothing; with a
foreign one it has to refuse, and to leave every row as it was. Both are taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, Site
from app.core import clock
from app.core.db import db, transaction
from app.events.models import EventOpening, EventYouth, PromotionEvent
from app.events.workflow import EventState
from app.openings.models import Company, OpeningStatus
from app.outreach.models import CompanyFollow
from app.placements import services as placements
from app.planning.models import PlanLine
from app.planning.workflow import LineState
from app.policy.actor import OrganisationKind
from app.training.models import Course
from tests.factories.accounts import make_organisation, make_site
from tests.factories.estate import Estate
from tests.factories.estate.sides import FOREIGN, OWN, Ids, Side
from tests.factories.openings import make_opening
from tests.factories.training import make_training_session
from tests.factories.youth import make_youth
from trials.authorisation import Visitor, visitors
from trials.forms import UNSHOWN, body_of
from trials.report import Report
from trials.stage import Undone, borrowed

WRITTEN = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
QUIET = frozenset({"access_record", "attempt", "request_key", "web_session"})
"""Written by readings, by knocking and by sending: no act."""
REFUSED = frozenset({403, 404, 422})
"""Said to be refused: a page that answers as if it had done something tells its reader a lie."""

OPENING = {
    "title": "Apprenti boulanger",
    "trade": "boulanger",
    "apprenticeship": "y",
    "positions": "2",
    "start_from": "2026-12-01",
    "start_until": "2027-01-31",
    "minors_possible": "yes",
}
VISIT = {
    "kind": "call",
    "happened_on": "2026-11-23",
    "need": "Un apprenti pour janvier",
    "next_step": "nothing",
}
COURSE = {
    "title": "CAP Boulanger",
    "trades": "D1102",
    "for_apprenticeship": "y",
    "rhythm": "unknown",
    "has_boarding": "",
}
GROUP = {"starts_on": "2027-01-04", "capacity": "8", "status": "open"}


@dataclass(frozen=True, slots=True)
class Case:
    """One field of one form, which names an object of either side by its number; `shape` writes it into the field.

    Other `fields` hold numbers of one's own side, those of the side that is tried after an @, or words after an =.
    """

    persona: str
    path: str
    name: str
    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    shape: str = "{}"


CASES = (
    Case("adviser", "/propositions", "youth_id", "free_youth", {"opening_id": "free_opening"}),
    Case("adviser", "/propositions", "opening_id", "hidden_opening", {"youth_id": "free_youth"}),
    Case("field_agent", "/propositions", "youth_id", "free_youth", {"opening_id": "free_opening"}),
    Case(
        "field_agent",
        "/propositions",
        "placement_id",
        "placement_id",
        {"opening_id": "free_opening"},
    ),
    Case("cfa", "/propositions", "session_id", "free_session", {"youth_id": "free_youth"}),
    Case(
        "adviser",
        "/propositions/ensemble",
        "jeune",
        "free_youth",
        {"piste": "free_opening-free_session"},
    ),
    Case(
        "adviser",
        "/propositions/repondre",
        "id",
        "asked",
        {"together-answer": "=yes", "together-channel": "=in_person"},
    ),
    Case(
        "adviser",
        "/propositions/{pair}/rattacher",
        "attach-opening_id",
        "hidden_opening",
    ),
    Case(
        "cfa",
        "/propositions/{pair}/rattacher",
        "attach-opening_id",
        "hidden_opening",
    ),
    Case(
        "field_agent",
        "/offres/nouvelle",
        "employer_id",
        "company_id",
        {name: f"={value}" for name, value in OPENING.items()},
    ),
    Case(
        "field_agent",
        "/prospection/visites/nouvelle",
        "company_id",
        "company_id",
        {name: f"={value}" for name, value in VISIT.items()},
    ),
    Case(
        "field_agent",
        "/prospection/visites/nouvelle",
        "company",
        "company_siret",
        {name: f"={value}" for name, value in VISIT.items()},
    ),
    Case(
        "coordinator",
        "/conventions/nouvelle",
        "first_id",
        "house",
        {
            "first": "@house_siret",
            "partner_id": "@partner",
            "partner": "@partner_siret",
            "shares_youth": "=y",
        },
    ),
    Case(
        "cfa",
        "/formations/nouvelle",
        "cfa_id",
        "cfa",
        {name: f"={value}" for name, value in COURSE.items()},
    ),
    Case(
        "cfa",
        "/formations/{course_id}/sessions/nouvelle",
        "site_id",
        "cfa_site",
        {name: f"={value}" for name, value in GROUP.items()},
    ),
    Case("field_agent", "/entreprises/{company_id}/reunir", "other", "free_company"),
    Case("field_agent", "/entreprises/{company_id}/differentes", "other", "free_company"),
    Case(
        "platform_admin",
        "/prospection/developpeurs/{agent_membership}/relais",
        "successor",
        "agent",
    ),
    Case("manager", "/jeunes/{youth_id}/conseiller", "adviser_id", "colleague"),
    Case("manager", "/jeunes/equipe/{colleague}/depart", "to_user_ids", "adviser"),
    Case("adviser", "/operations/{event_id}/jeunes", "jeune", "free_youth"),
    Case(
        "adviser",
        "/operations/{event_id}/entreprises/{company_id}/offres",
        "offre",
        "opening_id",
    ),
    Case(
        "adviser",
        "/operations/{event_id}/planning/ajouter",
        "youth",
        "guest_youth",
        {"company": "company_id", "slot": "=2"},
    ),
    Case(
        "adviser",
        "/operations/{event_id}/planning/ajouter",
        "company",
        "company_id",
        {"youth": "guest_youth", "slot": "=2"},
    ),
    Case(
        "cfa",
        "/formations/places/coller/appliquer",
        "change",
        "free_session",
        {"column": "=seats_declared"},
        "{}:1:3",
    ),
    Case(
        "adviser",
        "/jeunes/{free_youth}/ecarter",
        "opening_id",
        "hidden_opening",
        {"what": "=opening", "reason": "=not_now"},
    ),
    Case(
        "adviser",
        "/propositions/{asked}/echanges",
        "people",
        "colleague",
        {"text": "=Peux-tu la rappeler ?", "audience": "=own_side"},
    ),
    Case("adviser", "/plan/matin", "ligne", "waiting_line"),
    Case("coordinator", "/plan/{plan_id}/transmettre", "ligne", "computed_line"),
)


def add_seconds(session: Session, estate: Estate) -> None:
    """What the forms may name beside the objects of the estate, on both sides."""
    for side, ids in ((OWN, estate.own), (FOREIGN, estate.foreign)):
        _add(session, estate, side, ids)
        session.flush()
    users = estate.world.users
    post = select(Membership.id).where(Membership.user_id == users["field_agent"].id)
    estate.own.update(
        colleague=users["colleague"].id,
        adviser=users["adviser"].id,
        agent=users["other_field_agent"].id,
        agent_membership=session.scalars(post).one(),
    )
    estate.foreign.update(
        dict.fromkeys(("colleague", "adviser", "agent"), users["other_adviser"].id)
    )


def _add(session: Session, estate: Estate, side: Side, ids: Ids) -> None:
    world = estate.world
    house, adviser = world.places[side.mission], world.users[side.adviser]
    company, speaker = world.places[side.company], world.actors[side.adviser]
    youths = [make_youth(session, house, adviser, commune_code=side.commune) for _ in range(4)]
    opening = make_opening(session, company, positions=9, commune_code=side.commune)
    course = session.get_one(Course, ids["course_id"])
    group = make_training_session(session, course, insee_code=side.commune)
    asked, pair = (
        placements.suggest(
            session, speaker, youth_id=youth.id, opening_id=opening_id, session_id=group.id
        )
        for youth, opening_id in ((youths[1], opening.id), (youths[2], None))
    )
    lines = [
        PlanLine(
            plan_id=ids["plan_id"],
            youth_id=youth.id,
            opening_id=opening.id,
            session_id=group.id,
            score=0.5,
            state=state,
        )
        for youth, state in ((youths[0], LineState.HANDED), (youths[3], LineState.COMPUTED))
    ]
    session.add_all(lines)
    session.flush()
    ids |= {
        "free_youth": youths[0].id,
        "guest_youth": youths[3].id,
        "free_opening": opening.id,
        "hidden_opening": opening.id if side.is_own else _draft(session, company, side),
        "free_session": group.id,
        "asked": asked.id,
        "pair": pair.id,
        "waiting_line": lines[0].id,
        "computed_line": lines[1].id,
    }
    _add_outside(session, estate, side, ids)


def _draft(session: Session, company: Organisation, side: Side) -> int:
    """An opening that nobody but its company and the agents of its place may see."""
    values = {"commune_code": side.commune, "status": OpeningStatus.DRAFT, "published_at": None}
    return make_opening(session, company, **values).id


def _add_outside(session: Session, estate: Estate, side: Side, ids: Ids) -> None:
    """A guest and an opening of the operation, a company that an agent follows, and one more."""
    world, company_id = estate.world, estate.world.places[side.company].id
    held = session.get_one(PromotionEvent, ids["event_id"])
    held.state = EventState.PLANNED
    other = make_organisation(session, OrganisationKind.COMPANY, name=f"free {side.company}")
    make_site(session, other, side.commune)
    session.add_all(
        [
            Company(organisation_id=other.id, headcount=4),
            EventOpening(guest_id=ids["company.guest_id"], opening_id=ids["opening_id"]),
            EventYouth(
                event_id=held.id,
                youth_id=ids["guest_youth"],
                door_code="4321",
                invited_at=clock.now(),
            ),
            CompanyFollow(
                company_id=company_id,
                organisation_id=world.places["network"].id,
                user_id=world.users[side.agent].id,
                since=clock.today(),
            ),
        ]
    )
    ids["free_company"] = other.id
    _add_named(session, estate, side, ids)


def _add_named(session: Session, estate: Estate, side: Side, ids: Ids) -> None:
    """Houses of the side's own region that have no agreement, and what is found by a SIRET that somebody types."""
    kinds = {"house": OrganisationKind.LOCAL_MISSION, "partner": OrganisationKind.POINT_A}
    found = {
        name: make_organisation(
            session, kind, name=f"{name} {side.mission}", region_code=side.region_code
        )
        for name, kind in kinds.items()
    }
    for name, known in (("company", side.company), ("cfa", side.cfa)):
        found[name] = session.get_one(Organisation, estate.world.places[known].id)
    for number, (name, place) in enumerate(found.items()):
        place.siret = place.siret or f"{side.departement}{number:012}"
        ids |= {name: place.id, f"{name}_siret": int(place.siret)}
    sites = select(Site.id).where(Site.organisation_id == ids["cfa"]).order_by(Site.id)
    ids["cfa_site"] = session.scalars(sites).all()[0]


def add_second_ids(report: Report, app: Flask, estate: Estate) -> None:
    """Send each form with its own and with a foreign number, then with the holes planted, for the trial of doors."""
    with transaction() as session:
        add_seconds(session, estate)
    db.session.remove()
    with borrowed(app) as undone:
        known = {one.persona: one for one in visitors(app, estate)}
        told = list(try_second_ids(estate, known, undone))
        report.details = {"cases": report.tried, "envois qui nomment un deuxième objet": len(told)}
        report.tried += len(told)
        report.faults += [one for one in told if one]
        report.holes |= find_holes(estate, known, undone)


def try_second_ids(
    estate: Estate, visitors: Mapping[str, Visitor], undone: Undone
) -> Iterator[str]:
    """One line a form sent: what is wrong with what it did, or nothing."""
    for case in CASES:
        for is_own, ids in ((True, estate.own), (False, estate.foreign)):
            yield _judge(case, visitors[case.persona], undone, estate.own, ids, is_own=is_own)


def _judge(
    case: Case, visitor: Visitor, undone: Undone, own: Ids, ids: Ids, *, is_own: bool
) -> str:
    path = case.path.format(**own)
    data = {name: _value(text, own, ids) for name, text in case.fields.items()}
    data[case.name] = case.shape.format(ids[case.key])
    visitor.client.set_cookie("trefle", visitor.cookie)
    with undone(), _writes() as written:
        answer = visitor.client.post(path, **body_of({**data, UNSHOWN: visitor.token}))
        touched = ", ".join(sorted(written - QUIET))
    told = f"{case.persona} POST {path}, {case.name}={data[case.name]} : {answer.status_code}"
    if is_own:
        return "" if touched else f"{told}, et rien n’est écrit avec un objet à soi"
    if touched:
        return f"{told}, écrit {touched}"
    return "" if answer.status_code in REFUSED else told


def _value(text: str, own: Ids, tried: Ids) -> str:
    """What stands in another field of the form."""
    if text.startswith("="):
        return text[1:]
    if text.startswith("@"):
        return str(tried[text[1:]])
    return "-".join(str(own[one]) for one in text.split("-"))


@contextmanager
def _writes() -> Iterator[set[str]]:
    """The tables that the requests inside write; what a refusal took back does not count."""
    kept: set[str] = set()
    pending: set[str] = set()
    connection = db.engines[None]

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if match := WRITTEN.match(statement):
            pending.add(match[1])

    def forget(*_rest: object) -> None:
        pending.clear()

    def keep(*_rest: object) -> None:
        kept.update(pending)

    listened: Sequence[tuple[str, Callable[..., None]]] = (
        ("before_cursor_execute", note),
        ("rollback_savepoint", forget),
        ("release_savepoint", keep),
    )
    for name, function in listened:
        event.listen(connection, name, function)
    try:
        yield kept
    finally:
        for name, function in listened:
            event.remove(connection, name, function)


def find_holes(estate: Estate, visitors: Mapping[str, Visitor], undone: Undone) -> dict[str, bool]:
    """A proposal that does not ask whose youth it names, a portfolio that goes to anybody."""
    holes: Mapping[str, tuple[str, object]] = {
        "jeune d’autrui dans un envoi": (
            "app.placements.services.suggesting.ensure",
            lambda *_, **__: None,
        ),
        "successeur d’ailleurs": ("app.outreach.services.agents.is_in_post", lambda *_: True),
    }
    found = {}
    for name, (where, careless) in holes.items():
        with pytest.MonkeyPatch.context() as hole:
            hole.setattr(where, careless)
            found[name] = any("écrit" in one for one in try_second_ids(estate, visitors, undone))
    return found
