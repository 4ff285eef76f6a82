"""`flask trefle demo` and `flask trefle accounts`: the demonstration territory."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.db import db, transaction
from app.demo.build import (
    PASSWORD,
    NoReference,
    accounts,
    build_proposals,
    build_territory,
    counts,
    is_built,
)
from app.demo.operations import build_operations
from app.demo.oversight import build_oversight
from app.demo.territory import UnknownTerritory
from app.matching.queries.pool import current_pool
from app.policy.actor import Role

ROLES = {
    Role.ADVISER: "Conseiller en mission locale",
    Role.MANAGER: "Responsable de mission locale",
    Role.DISABILITY_REFERENT: "Référent handicap",
    Role.POINT_A_OFFICER: "Point A",
    Role.CFA_OFFICER: "CFA",
    Role.EMPLOYER: "Employeur",
    Role.FIELD_AGENT: "Développeur de l’alternance",
    Role.REGIONAL_COORDINATOR: "Coordination régionale",
    Role.REGIONAL_CORRESPONDENT: "Correspondant régional",
    Role.DATA_PROTECTION_OFFICER: "Délégué à la protection des données",
    Role.ORGANISATION_ADMIN: "Administrateur d’organisation",
    Role.PLATFORM_ADMIN: "Administrateur de la plateforme",
}


def _refuse_production() -> None:
    if current_app.config["SETTINGS"].is_production:
        raise click.ClickException(
            "La démonstration a un mot de passe public : elle n’existe pas en production."
        )


@click.command("demo")
@click.option("--territory", default="bretagne", show_default=True, help="Région ou département.")
@click.option("--youth", default=2000, show_default=True, type=click.IntRange(20, 20_000))
@click.option("--seed", default=7, show_default=True, type=int)
@with_appcontext
def demo(territory: str, youth: int, seed: int) -> None:
    """Build a demonstration territory; when there is one already, change nothing."""
    _refuse_production()
    if is_built(db.session()):
        click.echo("        La démonstration est déjà là.")
        return
    password_hash = current_app.extensions["passwords"].hash(PASSWORD)
    try:
        with transaction() as db_session:
            scene = build_territory(
                db_session,
                territory=territory,
                youth=youth,
                seed=seed,
                password_hash=password_hash,
                tell=lambda label: click.echo(f"        {label}…"),
            )
    except (UnknownTerritory, NoReference) as error:
        raise click.ClickException(str(error)) from error
    current_pool(db.session())
    with transaction() as db_session:
        build_proposals(db_session, scene)
    with transaction() as db_session:
        build_oversight(db_session, scene)
    with transaction() as db_session:
        build_operations(db_session, scene)
    made = counts(db.session())
    click.echo("        " + ", ".join(f"{count} {label}" for label, count in made.items()))


@click.command("accounts")
@with_appcontext
def list_accounts() -> None:
    """Print one account a role, and the password of all."""
    _refuse_production()
    found = accounts(db.session())
    if not found:
        click.echo("Aucun compte de démonstration. Lancez « flask trefle demo ».")
        return
    click.echo(f"Mot de passe de tous les comptes : {PASSWORD}")
    width = max(len(ROLES[one.role]) for one in found)
    for one in found:
        click.echo(f"  {ROLES[one.role]:<{width}}  {one.email}  ({one.organisation})")
