"""Verbs of operations write letters, and letters want a transaction to wait for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app.core.db import transaction


@pytest.fixture
def writing(frozen: object, session: Session) -> Iterator[Session]:
    """The whole test is one write."""
    with transaction() as one:
        yield one
