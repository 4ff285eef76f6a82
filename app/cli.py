"""`flask trefle …` commands: thin, each calls a service."""

from __future__ import annotations

import os
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.accounts.cli import renew_secrets
from app.core.tasks import run_queued_jobs
from app.dashboard.cli import mail
from app.demo.cli import demo, list_accounts
from app.openings.cli import registry
from app.reference.cli import reference

trefle = AppGroup("trefle", help="Les verbes de l’exploitation.")
for command in (renew_secrets, reference, registry, demo, list_accounts, mail):
    trefle.add_command(command)


@trefle.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int)
def serve(host: str, port: int) -> None:
    """Serve the site with waitress."""
    from waitress import serve as run

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
    run(
        current_app.wsgi_app,
        host=host,
        port=port,
        threads=settings.waitress_threads,
        connection_limit=1000,
        channel_timeout=60,
        max_request_body_size=settings.upload_max_bytes,
        ident="",
        **trusted,
    )


@trefle.command("worker")
@click.option("--no-periodic", is_flag=True, help="À mettre sur toutes les machines sauf une.")
def worker(no_periodic: bool) -> None:
    """Run the queue's consumer."""
    queue = current_app.extensions["huey"]
    consumer = queue.create_consumer(
        workers=1, periodic=not no_periodic, max_delay=2.0, check_worker_health=True
    )
    consumer.run()


@trefle.command("jobs")
def jobs() -> None:
    """Run what waits in the queue, once, in this process."""
    click.echo(f"{run_queued_jobs()} tâche(s) exécutée(s).")


def register_commands(app: Flask) -> None:
    """Attach the group; slices with commands of their own add them here."""
    if trefle.name not in app.cli.commands:
        app.cli.add_command(trefle)
