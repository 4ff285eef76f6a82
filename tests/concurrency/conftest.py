"""Applications with a database of their own, whose rows are really committed."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.factory import create_app
from tests.conftest import make_settings

Verb = Callable[[Session], object]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def racing_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database of each kind."""
    changes = {}
    if request.param == "postgres":
        changes["database_url"] = request.getfixturevalue("postgres_url")
    app = create_app(make_settings(tmp_path, **changes))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.drop_all()
        for engine in db.engines.values():
            engine.dispose()


def race(app: Flask, *verbs: Verb, delay: float = 0.0, seed: int = 0) -> list[str]:
    """Run each verb in a thread and a transaction of its own, all released together.

    Args:
        delay: each thread waits a random time up to this many seconds first.
        seed: which random times; the same seed starts the threads in the same order again.

    Returns:
        "ok" or the name of the error of each verb, in their order.
    """
    answers = [""] * len(verbs)
    gate = threading.Barrier(len(verbs))
    chance = random.Random(seed)
    waits = [chance.uniform(0, delay) for _ in verbs]

    def run(place: int, verb: Verb) -> None:
        with app.app_context():
            gate.wait()
            time.sleep(waits[place])
            try:
                with transaction() as session:
                    verb(session)
                answers[place] = "ok"
            except DomainError as error:
                answers[place] = type(error).__name__
            except Exception as error:
                answers[place] = f"DEFECT {type(error).__name__}: {error}"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place, verb)) for place, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
