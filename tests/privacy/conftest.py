"""The clock at the dossier's date, and a session inside a write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import db, transaction


@pytest.fixture(autouse=True)
def at_the_date(frozen: time_machine.Traveller) -> time_machine.Traveller:
    return frozen


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    """A session inside the transaction of a write; everything is rolled back with the test."""
    with app.app_context():
        with transaction() as session:
            yield session
        db.session.remove()
