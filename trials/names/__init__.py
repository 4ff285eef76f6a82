"""Identity before consent: unique marks in every field of every youth, and none of them where it may not be.

`try_names` reads all that people outside the house can receive: pages, fragments, answers to forms, refusals, files
opened to their last part, headers, signed values, mails, searches, the order of lists, and the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import time_machine
from flask import Flask

from app.core.db import db, transaction
from tests.conftest import TODAY
from tests.factories.estate import Estate, make_estate
from tests.policy.cells import cells
from trials.authorisation import NOBODY, visitors
from trials.forms import at_each_step
from trials.names.holes import find_holes
from trials.names.links import read_links
from trials.names.marks import Marks, Turn, mark_everybody, uncovered
from trials.names.order import compare_twins
from trials.names.people import Hidden, add_hidden, number_anew
from trials.names.sheets import fill_sheets, mark_sheets
from trials.names.walk import WEEK, Walk
from trials.report import Report
from trials.stage import borrowed, instance, listening
from trials.steps import add_steps

PARTNERS = (
    NOBODY,
    "employer",
    "other_employer",
    "cfa",
    "other_cfa",
    "field_agent",
    "other_field_agent",
)
"""Who sees no name before the youth's yes: everything is read, and every search is tried."""
OTHERS = (
    "point_a",
    "lone_point_a",
    "coordinator",
    "other_coordinator",
    "correspondent",
    "organisation_admin",
    "platform_admin",
    "support_as_adviser",
)
WRITERS = ("adviser", "other_adviser", "manager", "disability_referent", "dpo")
"""The house, whose acts send mails and write log lines; it too sees nothing of another house."""
STRIKES = tuple(WEEK * weeks for weeks in (0, 1, 2, 5, 30))


class Marked(NamedTuple):
    """The world with its marks, and the contract that has begun by the name of its step."""

    app: Flask
    estate: Estate
    hidden: Hidden
    marks: Marks
    steps: dict[str, int]


@contextmanager
def marked_estate(database: str) -> Iterator[Marked]:
    """The world of the personas with marks in all fields of its youth; its clock stands still."""
    with time_machine.travel(TODAY, tick=False), instance(database) as app:
        with transaction() as session:
            estate = make_estate(session)
            hidden = add_hidden(session, estate)
            steps = add_steps(session, estate, only=("amended",))
            fill_sheets(session, estate)
            hidden, turn = number_anew(session, estate, hidden), Turn()
            marks = mark_everybody(session, turn)
            mark_sheets(session, marks, turn)
            session.flush()
            session.expunge_all()
        db.session.remove()
        yield Marked(app, estate, hidden, marks, steps)


def try_names(database: str) -> Report:
    """Read everything as everybody, compare what twins look like, then find the holes planted."""
    report = Report("Identité avant l’accord : marques × surfaces", "lectures")
    report.faults += [f"champ sans marque ni explication : {one}" for one in uncovered()]
    with (
        marked_estate(database) as (app, estate, hidden, marks, steps),
        borrowed(app) as undone,
        listening(app) as log,
    ):
        walk = Walk(app, estate, hidden, marks, undone, log)
        every = [*cells(app, estate.own, estate.foreign), *at_each_step(app, estate, steps)]
        known = {one.persona: one for one in visitors(app, estate)}
        for persona in (*PARTNERS, *OTHERS, *WRITERS):
            walk.everything(known[persona], every, seeks=persona in PARTNERS)
        read_links(walk, known[NOBODY])
        for later in STRIKES:
            walk.clock_strikes(later)
        partners = [known[one] for one in PARTNERS]
        walk.faults += compare_twins(walk, partners, every)
        report.faults += sorted(set(walk.faults))
        report.tried = sum(walk.tried.values())
        report.details = {"marques": len(marks), **walk.tried}
        report.holes = find_holes(walk, known, every)
    return report
