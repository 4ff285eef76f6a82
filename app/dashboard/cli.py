"""`flask trefle mail …`: what comes back from mail servers."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.bounces import messages_in, read_report
from app.core.db import transaction
from app.dashboard.services import take_reports
from app.policy.actor import CLOCK

mail = AppGroup("mail", help="Les courriels.")


@mail.command("bounces")
@click.argument("place", required=False, type=click.Path(path_type=Path))
def bounces(place: Path | None) -> None:
    """Read delivery reports from a folder of .eml files, a Maildir or an mbox (default: instance/bounces)."""
    settings = current_app.config["SETTINGS"]
    secret = current_app.config["SECRET_KEY"]
    found = messages_in(place or settings.instance_path / "bounces")
    reports = [one for raw in found if (one := read_report(raw, secret)) is not None]
    with transaction() as session:
        marked = take_reports(session, CLOCK, reports=reports)
    click.echo(f"{marked} courriel(s) revenu(s) sur {len(reports)} rapport(s) lu(s).")
