"""`flask trefle reference …`: load what every installation has, and the files a user brings."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.core.db import transaction
from app.core.errors import Invalid
from app.core.tasks import run_job
from app.policy.actor import CLOCK
from app.reference.models import JourneyMeans, TravelTable, TravelTableState
from app.reference.services import (
    KINDS,
    LoadReport,
    MissingProduct,
    import_file,
    load_reference,
)
from app.reference.services.travel import bring_table, drop_table, use_table

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


travel_times = AppGroup("travel-times", help="Les tables de temps de trajet entre communes.")


@travel_times.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--region", required=True, help="Le code INSEE de la région des communes de départ.")
@click.option("--source", required=True, help="D’où viennent ces temps ; les pages le répètent.")
@click.option("--valid-from", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--means", type=click.Choice([one.value for one in JourneyMeans]))
@click.option("--dry-run", is_flag=True, help="Lire et compter, sans remplacer la table utilisée.")
def load_times(
    file: Path, region: str, source: str, valid_from: datetime, means: str | None, dry_run: bool
) -> None:
    """Read a table (origine, destination, minutes, moyen) and use it in place of the region's former one."""
    try:
        with transaction() as db_session, file.open("rb") as content:
            table = bring_table(
                db_session,
                CLOCK,
                region_code=region,
                source=source,
                valid_from=valid_from.date(),
                file=content,
                file_name=file.name,
                means=JourneyMeans(means) if means else None,
            )
            table_id, job_id = table.id, table.job_id
    except Invalid as error:
        raise click.ClickException(error.message) from error
    run_job(job_id or 0)
    with transaction() as db_session:
        table = db_session.get_one(TravelTable, table_id)
        for reason, count in table.reasons.items():
            click.echo(f"        {count} × {reason}")
        if table.state is not TravelTableState.CHECKED:
            raise click.ClickException("Aucune ligne n’a pu être lue : rien n’a changé.")
        (drop_table if dry_run else use_table)(db_session, CLOCK, table_id=table_id)
        click.echo(f"      {table.pair_count} trajets depuis {table.origin_count} communes")


@travel_times.command("drop")
@click.argument("region")
def drop_times(region: str) -> None:
    """Take the region's table away: distances as the crow flies are back."""
    with transaction() as db_session:
        table = db_session.scalar(
            select(TravelTable).where(
                TravelTable.region_code == region, TravelTable.state == TravelTableState.IN_USE
            )
        )
        if table is None:
            raise click.ClickException("Cette région n’a pas de table utilisée.")
        drop_table(db_session, CLOCK, table_id=table.id)


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
