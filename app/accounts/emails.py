"""The mails of accounts, one function a message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.labels import ROLES
from app.accounts.models import Invitation, JoinRequest, Organisation, User
from app.core import clock
from app.core.letters import absolute_url, post_letter
from app.core.tokens import seal
from app.policy.actor import Role

# What `tell_of_guessing` looks for, so that one mail a day leaves.
CODES_GUESSED = "account_codes_guessed"
PASSWORD_RESET = "account_password_reset"


def invitation(db_session: Session, row: Invitation, *, organisation: str, by: str) -> None:
    """Somebody may join an organisation, by a link that serves once."""
    left = max(row.expires_at - clock.now(), timedelta(0))
    token = seal("invitation", [row.id], good_for=left)
    _post(
        db_session,
        "invitation",
        row.email,
        given_name=row.given_name,
        organisation=organisation,
        by=by,
        roles=", ".join(ROLES[Role(value)] for value in row.roles),
        ends_on=clock.local(row.expires_at).date(),
        link=absolute_url("accounts.invitation", token=token),
    )


def password_reset(db_session: Session, user: User, *, token: str) -> None:
    """A link to choose a new password, good for one hour and once."""
    link = absolute_url("accounts.reset_form", token=token)
    _post(db_session, "password_reset", user.email, given_name=user.given_name, link=link)


def password_changed(db_session: Session, user: User) -> None:
    """The password was changed: whoever did not do it should know."""
    link = absolute_url("accounts.forgotten")
    _post(db_session, "password_changed", user.email, given_name=user.given_name, link=link)


def codes_guessed(db_session: Session, user: User, *, tries: int) -> None:
    """The password was right, and code after code was wrong: it may be known to somebody else."""
    link = absolute_url("accounts.forgotten")
    _post(
        db_session, "codes_guessed", user.email, given_name=user.given_name, tries=tries, link=link
    )


def second_factor_changed(db_session: Session, user: User, *, is_on: bool) -> None:
    """The second factor was switched on or off."""
    _post(
        db_session,
        "second_factor",
        user.email,
        given_name=user.given_name,
        is_on=is_on,
        link=absolute_url("accounts.forgotten"),
    )


def second_factor_reset(db_session: Session, user: User, *, by: str, organisation: str) -> None:
    """An administrator took a lost second factor away."""
    _post(
        db_session,
        "second_factor_reset",
        user.email,
        given_name=user.given_name,
        by=by,
        organisation=organisation,
        link=absolute_url("accounts.forgotten"),
    )


def identity_linked(db_session: Session, user: User) -> None:
    """ProConnect now opens the account."""
    link = absolute_url("accounts.my_account")
    _post(db_session, "identity_linked", user.email, given_name=user.given_name, link=link)


def administration_passed_on(db_session: Session, user: User, organisation: Organisation) -> None:
    """The last administrator left: this colleague administers from now on."""
    _post(
        db_session,
        "administration",
        user.email,
        given_name=user.given_name,
        organisation=organisation.name,
        link=absolute_url("accounts.show_organisation", organisation_id=organisation.id),
    )


def rights_from_outside(
    db_session: Session,
    user: User,
    organisation: Organisation,
    *,
    by: str,
    name: str,
    roles: Sequence[Role],
) -> None:
    """Somebody of the platform gave rights in an organisation: who administers it may take them away."""
    _post(
        db_session,
        "rights_from_outside",
        user.email,
        given_name=user.given_name,
        organisation=organisation.name,
        by=by,
        guest=name,
        roles=", ".join(ROLES[one].lower() for one in roles),
        link=absolute_url("accounts.show_organisation", organisation_id=organisation.id),
    )


def support_looked(db_session: Session, user: User, *, by: str, reason: str) -> None:
    """Support looks at the portal as this person."""
    link = absolute_url("accounts.my_account")
    _post(
        db_session,
        "support_looked",
        user.email,
        given_name=user.given_name,
        by=by,
        reason=reason,
        link=link,
    )


def join_asked(
    db_session: Session, user: User, row: JoinRequest, *, organisation: Organisation | None
) -> None:
    """Somebody asks to join."""
    _post(
        db_session,
        "join_asked",
        user.email,
        given_name=user.given_name,
        person=f"{row.given_name} {row.family_name}",
        address=row.email,
        organisation=organisation.name if organisation else f"le SIRET {row.siret}",
        link=absolute_url("accounts.join_request", request_id=row.id),
    )


def join_refused(db_session: Session, row: JoinRequest) -> None:
    """The answer is no."""
    _post(db_session, "join_refused", row.email, given_name=row.given_name)


def review_members(db_session: Session, user: User, organisation: Organisation) -> None:
    """The quarterly question to an administrator."""
    _post_by_day(
        db_session,
        "review_members",
        user.email,
        given_name=user.given_name,
        organisation=organisation.name,
        link=absolute_url("accounts.review_members_page", organisation_id=organisation.id),
    )


def dormant_account(db_session: Session, user: User, *, closes_on: datetime) -> None:
    """An account that nobody uses will be closed."""
    _post_by_day(
        db_session,
        "dormant_account",
        user.email,
        given_name=user.given_name,
        closes_on=closes_on,
        link=absolute_url("accounts.login"),
    )


def _post(db_session: Session, name: str, recipient: str, **context: Any) -> None:
    post_letter(
        db_session,
        kind=f"account_{name}",
        template=f"accounts/email/{name}.txt",
        recipients=[recipient],
        at_any_hour=True,
        **context,
    )


def _post_by_day(db_session: Session, name: str, recipient: str, **context: Any) -> None:
    """What nobody has just asked for waits for the morning."""
    post_letter(
        db_session,
        kind=f"account_{name}",
        template=f"accounts/email/{name}.txt",
        recipients=[recipient],
        **context,
    )
