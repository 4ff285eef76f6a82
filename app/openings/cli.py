"""`flask trefle registry …`: the register of companies that an installation brings."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.db import transaction
from app.core.errors import Invalid
from app.openings.services import load_registry

registry = AppGroup("registry", help="Le répertoire des entreprises (fichier SIRENE).")


@registry.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Load a file of establishments in INSEE's format; a later one replaces its lines."""
    try:
        with transaction() as db_session:
            report = load_registry(db_session, file)
    except Invalid as error:
        raise click.ClickException(error.message) from error
    click.echo(f"      Établissements gardés : {report.kept}, lignes illisibles : {report.refused}")
