"""Diplomas of a youth: what is already held, as the youth says it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.requests import use_once
from app.policy.actor import Actor
from app.youth.models import YouthDiploma
from app.youth.services.guarded import note_change, open_for_change


def add_diploma(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    title: str,
    level: int | None = None,
    obtained_on: date | None = None,
    request_key: str | None = None,
) -> YouthDiploma:
    """Write a diploma held; one above the level reached raises that level, which matching reads.

    Raises:
        AlreadyDone: the same form came twice.
    """
    youth = open_for_change(db_session, actor, youth_id)
    use_once(db_session, request_key)
    diploma = YouthDiploma(youth_id=youth_id, title=title, level=level, obtained_on=obtained_on)
    db_session.add(diploma)
    if level is not None and level > (youth.level or 0):
        youth.level = level
    note_change(db_session, actor, youth, "diploma_added")
    return diploma


def remove_diploma(db_session: Session, actor: Actor, *, diploma_id: int) -> int:
    """Take a diploma out; the level reached stays as somebody set it. Returns the youth's id.

    Raises:
        NotFound: there is no such diploma, or it is nobody the actor follows.
    """
    diploma = db_session.get(YouthDiploma, diploma_id)
    if diploma is None:
        raise NotFound
    youth = open_for_change(db_session, actor, diploma.youth_id)
    db_session.delete(diploma)
    note_change(db_session, actor, youth, "diploma_removed", is_matching_data=False)
    return youth.id
