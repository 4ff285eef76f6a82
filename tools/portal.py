"""`make run`: everything a fresh machine needs, then the portal, opened in a few seconds the next
time.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tools.build_reference import ensure_reference, product_path
from tools.build_static import ensure_static
from tools.commands import ROOT, exit_code, run
from tools.console import Steps, ToolFailure, say
from tools.environment import MAIN, ensure_environment, ensure_packages, python_of
from tools.frontend import ensure_node_modules
from tools.stamps import digest, is_current, record

HOST = "127.0.0.1"
PREPARED_FROM = ("migrations", "app/reference", "app/demo")


def open_portal() -> int:
    """Prepare the machine, start the web server and the worker, and stay until they stop.

    Raises:
        ToolFailure: a step failed, or the port is taken.
    """
    port = _free_port()
    steps = Steps(7)
    with steps.step("Environnement Python"):
        ensure_environment()
    with steps.step("Paquets Python"):
        ensure_packages("run")
    prepare_files(steps)
    environ = settings_for(port)
    accounts = _instance(environ) / "demonstration-accounts.txt"
    with steps.step("Base de données, référentiels et territoire de démonstration"):
        prepare_database(environ, accounts)
    with steps.step("Ouverture du portail"):
        pass
    serve = [python_of(MAIN), "-m", "tools.serve", environ["TREFLE_BASE_URL"], accounts]
    return exit_code(serve, environ=environ)


def prepare_database(environ: Mapping[str, str], accounts: Path) -> bool:
    """Bring the database up to date, unless it is; return whether anything had to be done.

    Asking the portal itself costs a start of it, so the answer of the last time is kept beside the
    database. It holds for a SQLite file with the revision of then, and for the sources of then.

    Raises:
        ToolFailure: a migration, the reference data or the demonstration failed.
    """
    stamp = accounts.with_name("prepared.stamp")
    is_known = accounts.is_file() and "DATABASE_URL" not in os.environ
    if is_known and is_current(stamp, prepared_from(environ)):
        return False
    run(
        [python_of(MAIN), "-m", "tools.prepare_database", accounts],
        advice="Rien n'a été écrit à moitié : corrigez, puis relancez la même commande.",
        environ=environ,
    )
    record(stamp, prepared_from(environ))
    return True


def prepared_from(environ: Mapping[str, str]) -> str:
    """Digest what a prepared database is made from, and the revision that it has now."""
    sources = [
        path
        for folder in PREPARED_FROM
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".csv"}
    ]
    communes = product_path(environ).with_suffix(".stamp")
    return digest([*sources, communes, _revision(_instance(environ) / "trefle.sqlite")])


def _revision(database: Path) -> str:
    """Return the revision of a SQLite file; empty when there is none."""
    if not database.is_file():
        return ""
    with closing(sqlite3.connect(database)) as connection:
        try:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError:
            return ""
    return str(found[0]) if found else ""


def prepare_files(steps: Steps) -> None:
    """Fetch the front-end packages and make the two products that need them (three steps)."""
    with steps.step("Paquets de l'interface"):
        ensure_node_modules()
    with steps.step("Styles, icônes et polices"):
        ensure_static()
    with steps.step("Communes et coordonnées"):
        ensure_reference()


def settings_for(port: int) -> dict[str, str]:
    """Return the variables of a portal on this machine; what the caller has set wins."""
    address = f"http://{HOST}:{port}"
    defaults = {
        "TREFLE_ENV": "development",
        "TREFLE_BASE_URL": address,
        "PORT": str(port),
        "INSTANCE_PATH": str(ROOT / "instance"),
    }
    return {name: os.environ.get(name, value) for name, value in defaults.items()}


def _instance(environ: Mapping[str, str]) -> Path:
    folder = Path(environ["INSTANCE_PATH"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _free_port() -> int:
    """Return the port of `PORT` (8000 when unset).

    Raises:
        ToolFailure: it is not a number, or another program listens there.
    """
    wanted = os.environ.get("PORT", "8000")
    if not wanted.isdigit():
        raise ToolFailure(f"PORT doit être un nombre, pas « {wanted} ».")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(wanted)))
        except (OSError, OverflowError) as error:
            raise ToolFailure(
                f"Le port {wanted} est déjà pris. Arrêtez l'autre programme, "
                "ou choisissez un autre port : PORT=8001 make run"
            ) from error
    return int(wanted)


def rebuild_static() -> int:
    """`make static`: the interface files alone."""
    ensure_node_modules()
    say("Fichiers de l'interface refaits." if ensure_static() else "Rien à refaire.")
    return 0


def rebuild_reference() -> int:
    """`make reference`: the communes alone."""
    ensure_node_modules()
    say("Référentiel des communes refait." if ensure_reference() else "Rien à refaire.")
    return 0


def back_up() -> int:
    """`make backup`: a whole copy of the database while the portal runs."""
    return exit_code([python_of(MAIN), "-m", "flask", "--app", "wsgi", "trefle", "backup"])
