"""The mails about rights. None of them names a youth: they carry the public code, or go to the youth alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.queries import contact_emails
from app.core.access import NamedExport
from app.core.letters import absolute_url, post_letter
from app.core.links import write_link
from app.core.retention import GRACE_DAYS
from app.policy.actor import Link, LinkSubject, Role
from app.privacy.queries.person import rights_mark
from app.youth.models import Youth

# A youth reads mail when they can; the dossier asks for short tokens, and a new one is a click away.
LINK_DAYS = 14
REPRESENTATIVE_DAYS = 30
# The mail that confirms an answer carries the way to take it back; the link ends sooner when the youth comes of age.
CHANGE_OF_MIND_DAYS = 365
RIGHTS_LINK = "privacy_rights_link"
HOUSE_ROLES = frozenset({Role.ADVISER, Role.MANAGER})
KEEPERS = frozenset({Role.ORGANISATION_ADMIN, Role.PLATFORM_ADMIN, Role.DATA_PROTECTION_OFFICER})


def rights_token(youth: Youth, *, days: int = LINK_DAYS) -> str:
    """The link of one youth to their own data: it ends with its date, with another house, or with another address."""
    return write_link(
        Link(LinkSubject.YOUTH, "rights", youth.id),
        about=rights_mark(youth),
        good_for=timedelta(days=days),
    )


def send_rights_link(db_session: Session, youth: Youth) -> None:
    """The youth receives the link to their own data.

    A stop does not cancel it (`notices`: mails of one's rights), an erasure takes it away.
    """
    link = _own_file(rights_token(youth))
    _to_youth(db_session, RIGHTS_LINK, "rights_link", youth, link=link, days=LINK_DAYS)


def confirm_stop(db_session: Session, youth: Youth, *, due_on: date) -> None:
    """What a stop ended, the day of the erasure, and the link that keeps the file, good until that day.

    Like each mail of this file it leaves though the agreements ended, and goes with the person's file.
    """
    words = {
        "link": _own_file(rights_token(youth, days=GRACE_DAYS)),
        "code": youth.public_code,
        "due_on": due_on,
    }
    _to_youth(db_session, "privacy_stop_confirmed", "stop_confirmed", youth, **words)


def confirm_kept(db_session: Session, youth: Youth) -> None:
    """Somebody noted for the youth that the file is kept: whoever said nothing of the kind should know."""
    link = _own_file(rights_token(youth))
    _to_youth(db_session, "privacy_kept", "kept", youth, link=link, code=youth.public_code)


def _own_file(token: str) -> str:
    return absolute_url("privacy.own_file", token=token)


def _to_youth(db_session: Session, kind: str, template: str, youth: Youth, **words: Any) -> None:
    """A letter to the youth alone, who has an address; it leaves at any hour: it answers what they just did."""
    post_letter(
        db_session,
        kind=kind,
        youth_id=youth.id,
        template=f"privacy/email/{template}.txt",
        recipients=[str(youth.email)],
        at_any_hour=True,
        **words,
    )


def representative_token(youth_id: int, mark: int, *, days: int = REPRESENTATIVE_DAYS) -> str:
    """The link of a minor's representative: it ends with its date, with another representative, or at eighteen."""
    return write_link(
        Link(LinkSubject.LEGAL_REPRESENTATIVE, "answer", youth_id),
        about=mark,
        good_for=timedelta(days=days),
    )


def ask_representative(
    db_session: Session, *, youth_id: int, mark: int, given_name: str, recipient: str
) -> None:
    """The representative receives the link by which they agree or refuse. Only the given name is in it."""
    post_letter(
        db_session,
        kind="privacy_representative",
        youth_id=youth_id,
        template="privacy/email/representative.txt",
        recipients=[recipient],
        given_name=given_name,
        days=REPRESENTATIVE_DAYS,
        link=absolute_url(
            "privacy.representative_page", token=representative_token(youth_id, mark)
        ),
    )


def confirm_to_representative(
    db_session: Session,
    *,
    youth_id: int,
    mark: int,
    given_name: str,
    recipient: str,
    agrees: bool,
) -> None:
    """What they answered, and a link that lasts to change their mind."""
    token = representative_token(youth_id, mark, days=CHANGE_OF_MIND_DAYS)
    post_letter(
        db_session,
        kind="privacy_representative_answered",
        youth_id=youth_id,
        template="privacy/email/representative_answered.txt",
        recipients=[recipient],
        at_any_hour=True,
        given_name=given_name,
        agrees=agrees,
        link=absolute_url("privacy.representative_page", token=token),
    )


def tell_house_of_representative(
    db_session: Session,
    *,
    organisation_id: int,
    adviser_email: str | None,
    code: str,
    youth_id: int,
    agrees: bool,
) -> None:
    """The representative answered by their link: the adviser is told, by the code."""
    post_letter(
        db_session,
        kind="privacy_representative_told",
        template="privacy/email/representative_told.txt",
        recipients=_house(db_session, organisation_id, adviser_email),
        code=code,
        agrees=agrees,
        page=absolute_url("youth.show", youth_id=youth_id),
    )


def keepers_of(db_session: Session, export: NamedExport) -> list[str]:
    """Who answers, in the house that keeps a list, when the person who took it has left."""
    return contact_emails(db_session, int(export.organisation_id or 0), KEEPERS)


def ask_to_delete_export(
    db_session: Session,
    *,
    recipients: Sequence[str],
    code: str,
    number: int,
    what: str,
    made_at: datetime,
    is_taker: bool,
) -> None:
    """A list that left the portal holds a youth who said stop: erase the line, no reason given.

    Args:
        is_taker: written to who took it; else to those who answer for the house that they have left.
    """
    post_letter(
        db_session,
        kind="privacy_delete_export",
        template="privacy/email/delete_export.txt",
        recipients=recipients,
        is_taker=is_taker,
        code=code,
        number=number,
        what=what,
        made_at=made_at,
    )


def tell_house_of_stop(
    db_session: Session,
    *,
    organisation_id: int,
    adviser_email: str | None,
    code: str,
    youth_id: int,
    due_on: date,
) -> None:
    """The youth said stop by their own link: the adviser is told, to take the conversation up."""
    post_letter(
        db_session,
        kind="privacy_stopped",
        template="privacy/email/stopped.txt",
        recipients=_house(db_session, organisation_id, adviser_email),
        code=code,
        due_on=due_on,
        page=absolute_url("privacy.file", youth_id=youth_id),
    )


def tell_house_of_request(
    db_session: Session,
    *,
    organisation_id: int,
    adviser_email: str | None,
    code: str,
    youth_id: int,
    due_on: date | None,
) -> None:
    """The youth asks for a correction, or to be forgotten on a day."""
    post_letter(
        db_session,
        kind="privacy_request",
        template="privacy/email/request.txt",
        recipients=_house(db_session, organisation_id, adviser_email),
        code=code,
        due_on=due_on,
        page=absolute_url("privacy.file", youth_id=youth_id),
    )


def warn_of_anonymisation(
    db_session: Session,
    *,
    organisation_id: int,
    adviser_email: str | None,
    lines: Sequence[tuple[str, date]],
) -> None:
    """Files without news will be anonymised: one mail an adviser, with the code and the day of each."""
    post_letter(
        db_session,
        kind="privacy_retention_warning",
        template="privacy/email/retention_warning.txt",
        recipients=_house(db_session, organisation_id, adviser_email),
        lines=lines,
        page=absolute_url("youth.list_youth"),
    )


def _house(db_session: Session, organisation_id: int, adviser_email: str | None) -> list[str]:
    if adviser_email:
        return [adviser_email]
    return contact_emails(db_session, organisation_id, HOUSE_ROLES)
