"""Commands of accounts."""

from __future__ import annotations

import click

from app.accounts.services import end_all_sessions, renew_locks
from app.core.db import transaction


@click.command("renew-secrets")
def renew_secrets() -> None:
    """Verrouiller de nouveau les secrets avec la première clé de TREFLE_DATA_KEYS."""
    with transaction() as session:
        count = renew_locks(session)
    click.echo(f"{count} secret(s) verrouillé(s) de nouveau. L’ancienne clé peut être retirée.")


@click.command("sign-out-everybody")
@click.confirmation_option(prompt="Fermer toutes les sessions de tous les comptes ?")
def sign_out_everybody() -> None:
    """Fermer toutes les sessions et tous les liens de mot de passe : après une fuite, ou un doute."""
    with transaction() as session:
        count = end_all_sessions(session)
    click.echo(f"Les sessions de {count} compte(s) sont fermées.")
