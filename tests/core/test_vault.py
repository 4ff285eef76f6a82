"""Secrets at rest: locked, opened by every key that is still held, locked anew when a key changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.services import renew_locks
from app.core import vault
from tests.factories.accounts import make_organisation, make_user

SECRET = "JBSWY3DPEHPK3PXP"


@contextmanager
def with_keys(app: Flask, keys: str, **more: str) -> Iterator[None]:
    """The application with these keys."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = dataclasses.replace(before, data_keys=keys, **more)
    try:
        yield
    finally:
        app.config["SETTINGS"] = before


def test_a_locked_text_is_never_twice_the_same_and_opens(session: Session) -> None:
    first, second = vault.lock(SECRET), vault.lock(SECRET)

    assert first != second
    assert vault.unlock(first) == vault.unlock(second) == SECRET


def test_what_was_kept_before_secrets_were_locked_is_still_read(session: Session) -> None:
    assert vault.unlock(SECRET) == SECRET
    assert not vault.is_current(SECRET)


def test_another_installation_opens_nothing(app: Flask, session: Session) -> None:
    kept = vault.lock(SECRET)

    with (
        with_keys(
            app, "another key of another place", secret_key="another secret of another place"
        ),
        pytest.raises(vault.VaultClosed),
    ):
        vault.unlock(kept)


def test_a_changed_text_does_not_open(session: Session) -> None:
    kept = vault.lock(SECRET)
    forged = kept[:-10] + ("A" if kept[-10] != "A" else "B") + kept[-9:]

    with pytest.raises(vault.VaultClosed):
        vault.unlock(forged)


def test_a_new_key_locks_all_anew_and_the_old_one_may_go(app: Flask, session: Session) -> None:
    plain = make_user(session, make_organisation(session), totp_secret=SECRET)
    with with_keys(app, "the old key"):
        locked = make_user(session, make_organisation(session), totp_secret=vault.lock(SECRET))

    with with_keys(app, "the new key,the old key"):
        count, again = renew_locks(session), renew_locks(session)

    assert (count, again) == (2, 0)
    with with_keys(app, "the new key"):
        assert vault.unlock(plain.totp_secret or "") == SECRET
        assert vault.unlock(locked.totp_secret or "") == SECRET
