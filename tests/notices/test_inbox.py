"""The list and the door of notices agree."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.notices.queries import notices_of
from app.notices.services import mark_read
from app.policy.actor import OrganisationKind
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.notices import make_notice

pytestmark = pytest.mark.usefixtures("frozen")


def test_what_is_listed_is_what_may_be_marked(writing: Session) -> None:
    users = [
        make_user(writing, make_organisation(writing, kind))
        for kind in (OrganisationKind.LOCAL_MISSION, OrganisationKind.COMPANY)
    ]
    notices = [make_notice(writing, user) for user in users]
    actors = [actor_of(writing, user) for user in users]

    for actor, notice in product(actors, notices):
        listed = {row.id for row in notices_of(writing, actor, unread_only=False, number=1).rows}
        try:
            mark_read(writing, actor, notice_id=notice.id)
            opens = True
        except NotFound:
            opens = False
        assert opens == (notice.id in listed)
