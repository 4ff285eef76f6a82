"""Visits: recorded once however often the sheet is sent, and their next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.openings.models import Company
from app.openings.queries import company_facts
from app.outreach.models import (
    CompanyFollow,
    NextStep,
    Objection,
    Visit,
    VisitKind,
    VisitMeasure,
    VisitObjection,
)
from app.outreach.queries.measures import measures_on
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.wording import check_wording

OLDEST = timedelta(days=366)
FREE_TEXTS = ("need", "person_function")


@dataclass(frozen=True, slots=True)
class VisitDetails:
    """What an agent writes on the sheet.

    Attributes:
        measures: ids of rows of the aid table that were explained that day.
        next_on: the day of the next step; needed unless nothing is planned.
    """

    kind: VisitKind
    happened_on: date
    person_met: str | None = None
    person_function: str | None = None
    need: str | None = None
    rome_code: str | None = None
    objections: Sequence[Objection] = ()
    measures: Sequence[str] = ()
    next_step: NextStep = NextStep.NOTHING
    next_on: date | None = None


def record_visit(
    db_session: Session,
    actor: Actor,
    *,
    company_id: int,
    details: VisitDetails,
    request_key: str | None = None,
) -> Visit:
    """Write a visit; the same sheet sent again gives the visit that is there.

    The first visit of a network makes its agent the one who follows the company.

    Raises:
        NotFound: the company is not in this agent's territory.
        Invalid: a day is out of reach, a measure did not hold that day, the words touch a forbidden
            criterion, or a mailing goes to a company that objects to prospecting.
    """
    ensure(actor, Permission.VISIT_RECORD, company_facts(db_session, company_id))
    known = _known(db_session, actor, request_key)
    if known is not None:
        return known
    _check(db_session, company_id, details)
    visit = _new_visit(actor, company_id, details, request_key)
    try:
        with db_session.begin_nested():
            db_session.add(visit)
    except IntegrityError:
        # The same sheet came by two roads at once: the other one has written it.
        known = _known(db_session, actor, request_key)
        if known is None:
            raise
        return known
    db_session.add_all(
        VisitObjection(visit_id=visit.id, objection=one) for one in set(details.objections)
    )
    db_session.add_all(
        VisitMeasure(visit_id=visit.id, aid_id=one, explained_on=details.happened_on)
        for one in set(details.measures)
    )
    _follow(db_session, actor, company_id)
    db_session.flush()
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=company_id,
        event="visit_recorded",
        to_state=details.kind,
        details={"visit": visit.id},
    )
    return visit


def _new_visit(
    actor: Actor, company_id: int, details: VisitDetails, request_key: str | None
) -> Visit:
    return Visit(
        request_key=request_key[:64] if request_key else None,
        company_id=company_id,
        kind=details.kind,
        happened_on=details.happened_on,
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        person_met=details.person_met,
        person_function=details.person_function,
        need=details.need,
        rome_code=details.rome_code,
        next_step=details.next_step,
        next_on=details.next_on if details.next_step is not NextStep.NOTHING else None,
        recorded_at=clock.now(),
    )


def finish_step(db_session: Session, actor: Actor, *, visit_id: int) -> Visit:
    """Note that the next step of a visit is done today.

    Raises:
        NotFound: not a visit of this territory.
        Conflict: nothing was planned, or it is done already.
    """
    visit = load_visit(db_session, actor, visit_id)
    if visit.next_step is NextStep.NOTHING or visit.next_done_on is not None:
        raise Conflict("Cette suite est déjà faite.")
    visit.next_done_on = clock.today()
    journal.record(
        db_session,
        actor,
        subject_kind="company",
        subject_id=visit.company_id,
        event="visit_step_done",
        reason=visit.next_step,
        details={"visit": visit.id},
    )
    return visit


def load_visit(db_session: Session, actor: Actor, visit_id: int) -> Visit:
    """A visit that this agent may go on with: of the own network, in the territory.

    Raises:
        NotFound: it is not.
    """
    visit = db_session.get(Visit, visit_id)
    if visit is None or visit.organisation_id != actor.organisation_id:
        raise NotFound
    ensure(actor, Permission.VISIT_RECORD, company_facts(db_session, visit.company_id))
    return visit


def _known(db_session: Session, actor: Actor, request_key: str | None) -> Visit | None:
    if not request_key:
        return None
    return db_session.scalar(
        select(Visit).where(Visit.request_key == request_key[:64], Visit.user_id == actor.user_id)
    )


def _check(db_session: Session, company_id: int, details: VisitDetails) -> None:
    today = clock.today()
    if not today - OLDEST <= details.happened_on <= today:
        raise Invalid(
            "Une visite se note une fois qu’elle a eu lieu, dans l’année.", field="happened_on"
        )
    if details.next_step is not NextStep.NOTHING and details.next_on is None:
        raise Invalid("Choisissez le jour de la suite.", field="next_on")
    if details.next_on is not None and details.next_on < details.happened_on:
        raise Invalid("La suite vient après la visite.", field="next_on")
    held = {one.aid_id for one in measures_on(details.happened_on)}
    if not held.issuperset(details.measures):
        raise Invalid(
            "Une mesure cochée n’était pas en vigueur ce jour-là : vérifiez la date.",
            field="measures",
        )
    for field in FREE_TEXTS:
        found = check_wording(getattr(details, field) or "", today)
        if found:
            raise Invalid(" ".join(one.message for one in found), field=field)
    company = db_session.get(Company, company_id)
    if (
        details.kind is VisitKind.MAILING
        and company is not None
        and company.objects_to_prospecting_since is not None
    ):
        raise Invalid(
            "Cette entreprise s’oppose à la prospection : aucun courrier ne lui est envoyé.",
            field="kind",
        )


def _follow(db_session: Session, actor: Actor, company_id: int) -> None:
    followed = db_session.scalar(
        select(CompanyFollow.id).where(
            CompanyFollow.company_id == company_id,
            CompanyFollow.organisation_id == actor.organisation_id,
            CompanyFollow.until.is_(None),
        )
    )
    if followed is None:
        db_session.add(
            CompanyFollow(
                company_id=company_id,
                organisation_id=actor.organisation_id,
                user_id=actor.user_id,
                since=clock.today(),
            )
        )
