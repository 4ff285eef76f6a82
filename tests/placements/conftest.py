"""Services of placements post mails, which wait for the end of a transaction: these tests run inside one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from tests.factories.placements import make_placement, make_triple
from tests.placements.visiting import Proposed


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    """A session inside the transaction of a write; everything is rolled back with the test."""
    with app.app_context():
        with transaction() as session:
            yield session
        db.session.remove()


@pytest.fixture
def proposed(frozen: time_machine.Traveller, app: Flask, session: Session) -> Proposed:
    """A triple that the adviser has proposed."""
    with transaction() as writing:
        triple = make_triple(writing)
        placement = make_placement(writing, triple)
        placement_id = placement.id
    return Proposed(triple, placement_id, f"/propositions/{placement_id}")
