"""The blueprint that every file of views adds to, and what they share."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, request

from app.accounts.services import ATTEMPTS_PER_ADDRESS, Passwords, count_attempt
from app.core.db import side_transaction

blueprint = Blueprint("accounts", __name__)


def passwords() -> Passwords:
    """The application's hasher."""
    return cast(Passwords, current_app.extensions["passwords"])


def limit(kind: str, subject: str, most: int) -> None:
    """Count an attempt for an account and for the address it comes from, outside the request's transaction.

    Raises:
        TooMany: too many for either.
    """
    with side_transaction() as attempts:
        if subject:
            count_attempt(attempts, kind=kind, subject=subject, limit=most)
        count_attempt(
            attempts,
            kind=f"{kind}_from",
            subject=request.remote_addr or "",
            limit=ATTEMPTS_PER_ADDRESS,
        )


def unkept(response: Response) -> Response:
    """A page that carries a secret in its address or its text stays in no cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def forgetting(response: Response) -> Response:
    """After signing out, nothing of the session stays in the browser's cache: the back button shows nothing."""
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
