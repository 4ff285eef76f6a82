"""Notices may post mails, which wait for the end of a transaction: services are tried inside one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.core.db import db, transaction


@pytest.fixture
def writing(app: Flask) -> Iterator[Session]:
    """A session inside the transaction of a write; everything is rolled back with the test."""
    with app.app_context():
        with transaction() as session:
            yield session
        db.session.remove()
