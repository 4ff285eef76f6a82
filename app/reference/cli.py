"""`flask trefle reference …`: load what every installation has, and the files a user brings."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.db import transaction
from app.core.errors import Invalid
from app.reference.services import (
    KINDS,
    LoadReport,
    MissingProduct,
    import_file,
    load_reference,
)

reference = AppGroup("reference", help="Les référentiels : communes, métiers, diplômes, tensions.")

LABELS = {"communes": "Communes", "trades": "Métiers"}


def show_progress(label: str, done: int, total: int) -> None:
    """One line that rewrites itself on a terminal; nothing in a file."""
    if sys.stdout.isatty():
        click.echo(f"\r        {label} : {done} / {total}   ", nl=done >= total)


def show_report(report: LoadReport) -> None:
    """The report as indented lines."""
    for line in report.sentences():
        click.echo(f"        {line}")


@reference.command("load")
def load() -> None:
    """Load communes, trades, wordings and shortage marks; a second call changes nothing."""
    product = Path(current_app.instance_path) / "reference" / "communes.json.gz"
    try:
        with transaction() as db_session:
            reports = load_reference(db_session, product, progress=show_progress)
    except MissingProduct as error:
        raise click.ClickException(str(error)) from error
    for report in reports:
        click.echo(f"      {LABELS[report.kind]}")
        show_report(report)


class _DryRun(Exception):
    """Leaves the transaction so that nothing stays of it."""


@reference.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="L’année dont parlent les chiffres.")
@click.option("--dry-run", is_flag=True, help="Dire ce qui changerait, sans rien écrire.")
def import_one(kind: str, file: Path, year: int | None, dry_run: bool) -> None:
    """Import an official file: rome, appellations, laposte, communes, zones, fap, bmo, rncp…"""
    click.echo(f"      {KINDS[kind].label}")
    try:
        with transaction() as db_session:
            show_report(import_file(db_session, kind, file, year=year, progress=show_progress))
            if dry_run:
                raise _DryRun
    except _DryRun:
        click.echo("        Essai à blanc : rien n’a été écrit.")
    except Invalid as error:
        raise click.ClickException(error.message) from error
