"""The program that `kills.py` kills: it loads the portal and the engine once, then forks writers a mark it reads.

A writer registers a youth, writes notes in the file, proposes the youth, lets the youth and the CFA say yes, and prints
one line for each commit. So short a line is told whole or not at all.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.core.db import db, transaction
from app.core.errors import Unavailable, is_database_away
from app.factory import create_app
from app.placements import services
from app.placements.workflow import LeafState
from app.policy.actor import Actor
from app.training.services import seats
from app.youth.services import add_note
from config import load_settings
from tests.factories.accounts import actor_of
from tests.factories.youth import make_youth

WRITERS = "abc"
"""Several write at once, as the processes of a portal do: one waits for the row or the file that another holds."""
NOTES = 20
ROUND = 4 + NOTES
"""Commits of one youth: the file, what is noted in it, the proposal, two answers."""
HOLE_SECONDS = 1.0
REFUSED_SECONDS = 0.05
"""Between a write that was refused and the next."""


def raise_writers(ids: list[int], hole: str) -> None:
    """Load everything by one round of writing that is not told, then fork writers for each mark that is read."""
    writing = write(f"w{hole}"[:3], *ids)
    for _ in range(ROUND):
        next(writing)
    db.session.remove()
    db.engine.dispose()
    HOLES[hole]()
    for mark in sys.stdin:
        children = [_fork(mark.strip() + letter, ids) for letter in WRITERS]
        _tell("writers", *children)
        ends = [os.waitpid(child, 0)[1] for child in children]
        _tell("dead", sum(not os.WIFSIGNALED(end) for end in ends))


def _fork(mark: str, ids: list[int]) -> int:
    child = os.fork()
    if child == 0:
        for line in write(mark, *ids):
            _tell(line)
    return child


def _tell(*words: object) -> None:
    """One line on standard output, for a commit its acknowledgment: in one piece, as others tell theirs meanwhile."""
    os.write(sys.stdout.fileno(), (" ".join(map(str, words)) + "\n").encode())


def write(mark: str, *ids: int) -> Iterator[str]:
    """Write without end, one line a commit; what a database that is away refuses is not told, and the next begins."""
    adviser_id, cfa_id, opening_id, training_id = ids
    actors = actors_of(adviser_id, cfa_id)
    for number in count(1):
        try:
            yield from one_youth(f"{mark}-{number}", actors, adviser_id, opening_id, training_id)
        except (DBAPIError, Unavailable) as error:
            if isinstance(error, DBAPIError) and not is_database_away(error):
                raise
            db.session.remove()
            time.sleep(REFUSED_SECONDS)


def actors_of(*user_ids: int) -> list[Actor]:
    """Those who act, read once."""
    session = db.session()
    found = [actor_of(session, session.get_one(User, one)) for one in user_ids]
    session.rollback()
    return found


def one_youth(
    name: str, actors: Sequence[Actor], adviser_id: int, opening_id: int, training_id: int
) -> Iterator[str]:
    """The file, some notes, a proposal, two answers of the adviser and the CFA: one line a commit."""
    adviser, cfa = actors
    with transaction() as session:
        youth_id = _register(session, adviser, adviser_id, name)
    yield f"youth {name}"
    for turn in range(NOTES):
        with transaction() as session:
            add_note(session, adviser, youth_id=youth_id, text=f"{name}-{turn}")
        yield f"note {name}-{turn}"
    with transaction() as session:
        placement_id = services.suggest(
            session,
            adviser,
            youth_id=youth_id,
            opening_id=opening_id,
            session_id=training_id,
        ).id
    yield f"placement {placement_id}"
    for leaf, actor in (("youth", adviser), ("cfa", cfa)):
        with transaction() as session:
            verb = services.youth_says if leaf == "youth" else services.cfa_says
            verb(session, actor, placement_id=placement_id, answer=LeafState.YES)
        yield f"answer {leaf} {placement_id}"


def _register(session: Session, adviser: Actor, adviser_id: int, name: str) -> int:
    house = session.get_one(Organisation, adviser.organisation_id)
    user = session.get_one(User, adviser_id)
    code = f"{name:>8}"[-8:].replace(" ", "x")
    return make_youth(session, house, user, given_name=name, public_code=code).id


def _commit_halfway() -> None:
    """The hole of a service that commits by itself: the counter is safe before the row that it counts."""
    occupy = seats._occupy

    def halfway(db_session: Session, session_id: int, *rest: Any) -> Any:
        seats._count(db_session, session_id, +1)
        db_session.commit()
        time.sleep(HOLE_SECONDS)
        seats._count(db_session, session_id, -1)
        return occupy(db_session, session_id, *rest)

    seats._occupy = halfway


HOLES: dict[str, Callable[[], None]] = {"": lambda: None, "halfway": _commit_halfway}


if __name__ == "__main__":
    Path(os.environ["INSTANCE_PATH"]).mkdir(parents=True, exist_ok=True)
    application = create_app(load_settings())
    with application.app_context():
        raise_writers([int(one) for one in sys.argv[1:5]], sys.argv[5])
