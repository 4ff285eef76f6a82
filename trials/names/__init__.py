"""Identity before consent: unique marks in every field of every youth, and none of them where it may not be.

`try_names` reads all that people outside the house can receive: pages, fragments, answers to forms, refusals, files
opened to their last part, headers, signed values, mails, searches, the order of lists, and the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine
from flask import Flask

from app.core.db import db, transaction
from tests.conftest import TODAY
from tests.factories.estate import Estate, make_estate
from tests.policy.cells import cells
from trials.authorisation import NOBODY, visitors
from trials.names.holes import find_holes
from trials.names.marks import Marks, mark_everybody, uncovered
from trials.names.order import compare_twins
from trials.names.people import Hidden, add_hidden, number_anew
from trials.names.walk import WEEK, Walk
from trials.report import Report
from trials.stage import borrowed, instance, listening

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


@contextmanager
def marked_estate(database: str) -> Iterator[tuple[Flask, Estate, Hidden, Marks]]:
    """The world of the personas with marks in all fields of its youth; its clock stands still."""
    with time_machine.travel(TODAY, tick=False), instance(database) as app:
        with transaction() as session:
            estate = make_estate(session)
            hidden = number_anew(session, estate, add_hidden(session, estate))
            marks = mark_everybody(session)
            session.flush()
            session.expunge_all()
        db.session.remove()
        yield app, estate, hidden, marks


def try_names(database: str) -> Report:
    """Read everything as everybody, compare what twins look like, then find the holes planted."""
    report = Report("Identité avant l’accord : marques × surfaces", "lectures")
    report.faults += [f"champ sans marque ni explication : {one}" for one in uncovered()]
    with (
        marked_estate(database) as (app, estate, hidden, marks),
        borrowed(app) as undone,
        listening(app) as log,
    ):
        walk = Walk(app, estate, hidden, marks, undone, log)
        every = list(cells(app, estate.own, estate.foreign))
        known = {one.persona: one for one in visitors(app, estate)}
        for persona in (*PARTNERS, *OTHERS, *WRITERS):
            walk.everything(known[persona], every, seeks=persona in PARTNERS)
        for later in STRIKES:
            walk.clock_strikes(later)
        partners = [known[one] for one in PARTNERS]
        walk.faults += compare_twins(walk, partners, every)
        report.faults += sorted(set(walk.faults))
        report.tried = sum(walk.tried.values())
        report.details = {"marques": len(marks), **walk.tried}
        report.holes = find_holes(walk, known, every)
    return report
