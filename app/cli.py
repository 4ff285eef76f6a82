"""`flask trefle …` commands: thin, each calls a service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo
from waitress.server import create_server

from app.accounts.cli import renew_secrets, sign_out_everybody
from app.core.db import give_way
from app.core.outward import listens_on
from app.core.processes import keep_memory_small, start_companion
from app.core.tasks import run_queued_jobs
from app.dashboard.cli import mail
from app.demo.cli import demo, list_accounts
from app.matching.cli import warm_in_background
from app.openings.cli import registry
from app.reference.cli import reference, travel_times

trefle = AppGroup("trefle", help="Les verbes de l’exploitation.")
for command in (
    renew_secrets,
    sign_out_everybody,
    reference,
    travel_times,
    registry,
    demo,
    list_accounts,
    mail,
):
    trefle.add_command(command)


@trefle.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int)
@click.option(
    "--with-worker",
    is_flag=True,
    help="Lancer aussi les tâches de fond, dans un second processus qui s’arrête avec le premier.",
)
def serve(host: str, port: int, *, with_worker: bool) -> None:
    """Serve the site with waitress."""
    app = click.get_current_context().ensure_object(ScriptInfo).load_app()
    keep_memory_small()
    companion = start_companion(lambda: _work(periodic=True)) if with_worker else None
    try:
        listens_on(host)
        server = create_server(current_app.wsgi_app, host=host, port=port, **server_settings())
        server.print_listen("Serving on http://{}:{}")
        # The process listens first, and loads what matching needs while it answers other pages.
        warm_in_background(app)
        server.run()
    finally:
        survived = companion is None or companion.stop()
    if not survived:
        raise click.ClickException("Les tâches de fond se sont arrêtées.")


def server_settings() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    trusted: dict[str, Any] = {}
    if settings.trusted_proxy_count:
        trusted = {
            "trusted_proxy": "127.0.0.1",
            "trusted_proxy_count": settings.trusted_proxy_count,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            "clear_untrusted_proxy_headers": True,
        }
    # Many slow, unfinished requests must not stop the others: channels wait in one loop, and only
    # whole requests take a thread.
    return {
        "threads": settings.waitress_threads,
        "connection_limit": 1000,
        "channel_timeout": 60,
        "max_request_body_size": settings.upload_max_bytes,
        "ident": "",
        **trusted,
    }


@trefle.command("worker")
@click.option("--no-periodic", is_flag=True, help="À mettre sur toutes les machines sauf une.")
def worker(no_periodic: bool) -> None:
    """Run the queue's consumer."""
    keep_memory_small()
    _work(periodic=not no_periodic)


def _work(*, periodic: bool) -> None:
    give_way()
    queue = current_app.extensions["huey"]
    consumer = queue.create_consumer(
        workers=1, periodic=periodic, max_delay=2.0, check_worker_health=True
    )
    consumer.run()


@trefle.command("jobs")
def jobs() -> None:
    """Run what waits in the queue, once, in this process."""
    click.echo(f"{run_queued_jobs()} tâche(s) exécutée(s).")


@trefle.command("check")
def check() -> None:
    """Prove that counters equal rows and that the journal agrees with them; exit code 1 when something does not."""
    from app.core.db import db
    from app.privacy.services.checking import check_database

    findings = check_database(db.session())
    db.session.rollback()
    for one in findings:
        click.echo(f"✗ {one}", err=True)
    if findings:
        raise SystemExit(1)
    click.echo("✓ Compteurs, lignes, journal et migrations s’accordent.")


@trefle.command("backup")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=None)
def backup(folder: Path | None) -> None:
    """Make a whole copy while the portal runs, and drop the copies older than 90 days."""
    from app.core.backup import BackupFailed, drop_backup, make_backup, old_backups

    try:
        made = make_backup(folder)
        for old in list(old_backups(folder)):
            drop_backup(old)
            click.echo(f"Copie trop ancienne effacée : {old.name}")
    except BackupFailed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(f"✓ {made} ({made.stat().st_size / 1_000_000:.1f} Mo)")


@trefle.command("restore")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
def restore(path: Path, yes: bool) -> None:
    """Put a copy back. Everybody signs in again; who was erased or said stop since is so again; the state of before is
    kept.
    """
    from flask_migrate import upgrade

    from app.core.backup import BackupFailed, check_backup, make_backup, put_back
    from app.core.db import db, transaction
    from app.privacy.services.checking import check_database
    from app.privacy.services.restoring import settle_restored

    try:
        manifest = check_backup(path)
        if not yes:
            click.confirm(
                f"Remplacer la base par la copie du {manifest.made_at} ? Ce qui a été écrit "
                "depuis ne sera plus que dans la copie de sûreté.",
                abort=True,
            )
        safety = make_backup()
        put_back(path)
        upgrade()
        with transaction() as session:
            settled = settle_restored(session)
    except BackupFailed as failure:
        raise click.ClickException(str(failure)) from failure
    click.echo(f"✓ La copie du {manifest.made_at} est en place. État de juste avant : {safety}")
    click.echo(
        f"Sessions et liens de mot de passe fermés : {settled.accounts} compte(s). Courriels à "
        f"décider : {settled.mails}. Personnes effacées de nouveau : {settled.erased}. Accords retirés "
        f"de nouveau : {settled.stopped} jeune(s)."
    )
    click.echo(
        "À relire à la main : les membres, rôles, invitations et conventions sont ceux de la copie. Un "
        "départ noté depuis n’y est pas."
    )
    findings = check_database(db.session())
    db.session.rollback()
    for one in findings:
        click.echo(f"✗ {one}", err=True)
    if findings:
        raise SystemExit(1)


def register_commands(app: Flask) -> None:
    """Attach the group; slices with commands of their own add them here."""
    if trefle.name not in app.cli.commands:
        app.cli.add_command(trefle)
