"""People who bring files, and the short way from bytes to imported rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Organisation, User
from app.core.db import transaction
from app.core.sheets import csv_bytes
from app.core.tasks import run_queued_jobs
from app.imports.models import ImportBatch, ImportKind, ImportRow
from app.imports.queries import count_rows
from app.imports.services import open_batch, read_file, set_columns, start_writing
from app.policy.actor import Actor, OrganisationKind
from tests.conftest import SHARED
from tests.factories.accounts import actor_of, make_organisation, make_site, make_user, sign_in

NEEDS_FILES = pytest.mark.skipif(
    not (SHARED / "data").is_dir(),
    reason="the folder of real public files is not here (TREFLE_SHARED)",
)
REAL = SHARED / "data"


@pytest.fixture(autouse=True)
def at_the_date(frozen: time_machine.Traveller) -> time_machine.Traveller:
    return frozen


@dataclass
class Person:
    """Somebody, where they work, and the actor that a request of theirs carries."""

    organisation: Organisation
    user: User
    actor: Actor


def person(session: Session, kind: OrganisationKind, **values: Any) -> Person:
    organisation = make_organisation(session, kind, **values)
    make_site(session, organisation)
    user = make_user(session, organisation)
    return Person(organisation, user, actor_of(session, user))


@pytest.fixture
def adviser(session: Session) -> Person:
    return person(session, OrganisationKind.LOCAL_MISSION, name="Mission locale de Quimper")


@pytest.fixture
def admin(session: Session) -> Person:
    return person(session, OrganisationKind.PLATFORM, name="Plateforme")


def bring(
    session: Session,
    actor: Actor,
    kind: ImportKind,
    content: bytes | Sequence[Sequence[Any]],
    *,
    sheet: str | None = None,
) -> ImportBatch:
    """Bring a file (or rows, as a CSV) and have its rows looked at with the columns recognised."""
    raw = content if isinstance(content, bytes) else csv_bytes(content)
    read = read_file(io.BytesIO(raw), kind, sheet)
    session.commit()
    with transaction() as own:
        batch = open_batch(own, actor, kind=kind, file_name="liste.csv", read=read)
        batch_id = batch.id
        set_columns(own, actor, batch_id=batch_id, mapping=read.mapping)
    run_queued_jobs()
    return session.get_one(ImportBatch, batch_id)


def write(session: Session, actor: Actor, batch: ImportBatch) -> dict[str, int]:
    """Import the good rows; rows by state."""
    batch_id = batch.id
    session.commit()
    with transaction() as own:
        start_writing(own, actor, batch_id=batch_id)
    run_queued_jobs()
    return counts(session, batch_id)


def work(session: Session) -> None:
    """What waits in the background is done; a pass rolls back what a test did not commit."""
    session.commit()
    run_queued_jobs()


def counts(session: Session, batch_id: int) -> dict[str, int]:
    return {state.value: many for state, many in count_rows(session, batch_id).items()}


def rows_of(session: Session, batch: ImportBatch) -> list[ImportRow]:
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    return list(session.scalars(query))


def real_file(name: str) -> Path:
    return REAL / name


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


class Desk:
    """A browser where somebody is signed in; posts carry the CSRF token."""

    def __init__(self, client: FlaskClient, user: User) -> None:
        from tests.helpers.swap import parse

        sign_in(client, user)
        field = parse(client.get("/compte/organisations")).find(
            "input", attrs={"name": "csrf_token"}
        )
        assert field is not None
        self.client, self.token = client, str(field["value"])

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.client.get(url, **options)

    def post(self, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return self.client.post(url, data={"csrf_token": self.token, **(data or {})}, **options)

    def swap_post(self, url: str, data: dict[str, Any] | None = None) -> TestResponse:
        """The same post as htmx sends it."""
        return self.post(url, data, headers=HTMX)

    def swap_get(self, url: str) -> TestResponse:
        return self.get(url, headers=HTMX)

    def upload(
        self, content: bytes, *, kind: str = "youth", name: str = "liste.csv", **data: str
    ) -> TestResponse:
        return self.post(
            "/imports/nouveau",
            {"kind": kind, "file": (io.BytesIO(content), name), **data},
            content_type="multipart/form-data",
        )


HTMX = {"HX-Request": "true", "HX-Target": "batch-state"}


@pytest.fixture
def desk(client: FlaskClient, adviser: Person) -> Desk:
    return Desk(client, adviser.user)
