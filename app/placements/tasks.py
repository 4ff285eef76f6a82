"""What the clock does to placements, every hour: each one in a transaction of its own, safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.tasks import periodic
from app.placements import services
from app.placements.queries.contract_ends import contracts_to_run_out
from app.placements.queries.due import (
    check_ins_to_ask,
    lapsed_promises,
    offers_that_ended,
    offers_to_make,
    over_the_ladder,
    took_agreement_back,
    void_questions,
)
from app.placements.queries.reminders import due_reminders
from app.placements.workflow import Leaf
from app.policy.actor import CLOCK, Actor


@periodic("placements_clock", minute="12")
def turn_the_clock() -> None:
    """Let promises lapse, end the questions that nobody can answer any more and those that nobody answered, then the
    contracts past their last day of which nobody said how they ended.
    """
    today = clock.today()
    session = db.session()
    lapsed = lapsed_promises(session, today)
    void = void_questions(session)
    silent = over_the_ladder(session, today)
    ended = contracts_to_run_out(session, today)
    session.rollback()
    for placement_id, leaf in lapsed:
        _try(partial(services.hold_lapses, placement_id=placement_id, leaf=leaf))
    for placement_id, leaf in void:
        _try(partial(services.question_is_void, placement_id=placement_id, leaf=leaf))
    for placement_id, leaf in silent:
        ends = services.employer_stays_silent if leaf is Leaf.EMPLOYER else services.expire
        _try(partial(ends, placement_id=placement_id))
    for contract in ended:
        _try(partial(services.run_out, placement_id=contract.placement_id))


@periodic("placements_stopped", minute="*/2")
def stop_unlisted() -> None:
    """A youth who took the agreement back disappears from every proposal within minutes."""
    session = db.session()
    stopped = took_agreement_back(session)
    session.rollback()
    for placement_id in stopped:
        _try(partial(services.stop_unlisted, placement_id=placement_id))


@periodic("placements_reminders", hour="8", minute="5")
def remind() -> None:
    """Once a day, at an hour that is between 8 and 20 in France whatever the season."""
    session = db.session()
    due = due_reminders(session, clock.today())
    session.rollback()
    for reminder in due:
        _try(partial(services.send_reminder, reminder=reminder))


@periodic("placements_check_ins", hour="8", minute="20")
def ask_how_it_goes() -> None:
    """Ask the two questions of every contact that is due and was not made."""
    session = db.session()
    due = check_ins_to_ask(session, clock.today())
    session.rollback()
    for follow_up_id, side in due:
        _try(partial(services.ask_check_in, follow_up_id=follow_up_id, side=side))


@periodic("placements_offers", minute="*/5")
def offer_free_seats() -> None:
    """End the offers that ran out, then keep each free seat for the next of its waiting list."""
    session = db.session()
    ended = offers_that_ended(session, clock.now())
    session.rollback()
    for placement_id in ended:
        _try(partial(services.offer_lapses, placement_id=placement_id))
    chosen = offers_to_make(db.session())
    db.session().rollback()
    for placement_id in chosen:
        _try(partial(services.offer_seat, placement_id=placement_id))


def _try(verb: Callable[[Session, Actor], object]) -> None:
    """Run one verb as the clock; a person who was faster is right."""
    with suppress(Conflict), transaction() as session:
        verb(session, CLOCK)
