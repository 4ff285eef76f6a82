"""Every row that says who did, read, took out or noted says for which organisation: the database refuses another."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import AccessRecord, NamedExport
from app.core.journal import JournalEvent
from app.youth.models import ConsentRecord
from tests.factories.accounts import make_organisation, make_user
from tests.factories.youth import make_youth

WHO = object()  # stands for the user that the test makes
ROWS = {
    JournalEvent: {
        "happened_at": None,
        "subject_kind": "youth",
        "subject_id": 1,
        "event": "planted",
        "audience": "organisation",
        "details": {},
        "actor_user_id": WHO,
    },
    AccessRecord: {"read_at": None, "purpose": "follow_up", "page": "youth.show", "user_id": WHO},
    NamedExport: {
        "made_at": None,
        "kind": "k",
        "file_format": "csv",
        "filters": {},
        "names": 1,
        "user_id": WHO,
    },
    ConsentRecord: {
        "given_at": None,
        "kind": "listing",
        "text_version": "v",
        "data_scope": "S1",
        "channel": "phone",
        "waits_for_representative": False,
        "recorded_by": WHO,
    },
}


@pytest.mark.parametrize("table", ROWS, ids=lambda one: one.__tablename__)
def test_a_row_of_a_person_without_a_hat_is_refused_by_the_database(
    session: Session, table: type[JournalEvent | AccessRecord | NamedExport | ConsentRecord]
) -> None:
    house = make_organisation(session)
    user, youth = make_user(session, house), make_youth(session, house)
    values = {
        name: clock.now() if value is None else user.id if value is WHO else value
        for name, value in ROWS[table].items()
    }
    if "youth_id" in table.__table__.columns and table is not JournalEvent:
        values["youth_id"] = youth.id

    with pytest.raises(IntegrityError, match="hat"), session.begin_nested():
        session.execute(insert(table).values(**values))
