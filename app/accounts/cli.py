"""Commands of accounts."""

from __future__ import annotations

import click

from app.accounts.services import renew_locks
from app.core.db import transaction


@click.command("renew-secrets")
def renew_secrets() -> None:
    """Verrouiller de nouveau les secrets avec la première clé de TREFLE_DATA_KEYS."""
    with transaction() as session:
        count = renew_locks(session)
    click.echo(f"{count} secret(s) verrouillé(s) de nouveau. L’ancienne clé peut être retirée.")
