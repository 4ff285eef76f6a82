"""Virtual environments with hash-pinned packages, made with nothing but the standard library.

`run` and `dev` share one environment (`.venv`): `dev.txt` holds everything of `run.txt`, so whoever
has run the tests need not install anything to open the portal. Build tools live in environments of
their own.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from tools.commands import ROOT, run
from tools.console import ToolFailure, complain
from tools.stamps import digest, is_current, record

Lock = Literal["run", "dev", "reference", "node"]

REQUIREMENTS = ROOT / "requirements"
MAIN = Path(os.environ.get("TREFLE_VENV", ROOT / ".venv"))
UV_SETTINGS = {"UV_SYSTEM_CERTS": "1"}  # networks that inspect TLS install their root there
PIP_SETTINGS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
NETWORK_ADVICE = "Vérifiez l'accès au réseau (paquets Python), puis relancez la même commande."
VENV_ADVICE = (
    "Le module « venv » de Python manque. Sous Debian ou Ubuntu : apt install python3-venv ; "
    "sinon installez Python depuis python.org, puis relancez."
)


def python_of(environment: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return environment / "bin" / "python"


def ensure_environment(environment: Path = MAIN) -> None:
    """Create the virtual environment when it is missing or its interpreter is gone.

    Raises:
        ToolFailure: this Python cannot create environments.
    """
    python = python_of(environment)
    if python.exists():
        return
    if environment.exists():
        shutil.rmtree(environment)
    if not _has_module("ensurepip"):
        _create_without_ensurepip(environment)
        return
    run([sys.executable, "-m", "venv", environment], advice=VENV_ADVICE, quiet=True)


def ensure_packages(lock: Lock, environment: Path = MAIN) -> bool:
    """Bring the environment to exactly one lock; return whether anything had to be done.

    Raises:
        ToolFailure: a package cannot be had, or its hash is not the pinned one.
    """
    stamp = environment / ".trefle-packages"
    wanted = lock_digest(lock)
    accepted = [wanted] if lock != "run" else [wanted, lock_digest("dev")]
    if any(is_current(stamp, one) for one in accepted):
        return False
    stamp.unlink(missing_ok=True)
    _install(REQUIREMENTS / f"{lock}.txt", environment)
    record(stamp, wanted)
    return True


def lock_digest(lock: Lock) -> str:
    """Return what a stamp holds when the environment is at this lock, under this Python."""
    return digest([lock, sys.version, REQUIREMENTS / f"{lock}.txt"])


def _install(requirements: Path, environment: Path) -> None:
    """Install with uv; where it is not to be had or does not reach the packages, with pip."""
    python = python_of(environment)
    uv = find_uv()
    if uv is not None:
        try:
            run(
                [uv, "pip", "sync", "-q", "--require-hashes", "--python", python, requirements],
                environ=UV_SETTINGS,
                quiet=True,
            )
        except ToolFailure as failure:
            complain(f"      {failure}")
        else:
            return
    complain("      installation par pip, plus lente")
    run(
        [python, "-m", "pip", "install", "-q", "--require-hashes", "-r", requirements],
        advice=NETWORK_ADVICE,
        environ=PIP_SETTINGS,
        quiet=True,
    )


def find_uv() -> Path | None:
    """Find a pinned uv in its own small environment, or make it there; None when it is not to be
    had.

    It must not live in the environment that it keeps in step, from which it would remove itself.
    """
    home = ROOT / "build" / "uv"
    lock = REQUIREMENTS / "bootstrap.txt"
    program = home / "bin" / "uv"
    stamp = home / ".trefle-packages"
    wanted = digest([sys.version, lock])
    if program.exists() and is_current(stamp, wanted):
        return program
    try:
        ensure_environment(home)
        run(
            [python_of(home), "-m", "pip", "install", "-q", "--require-hashes", "-r", lock],
            environ=PIP_SETTINGS,
            quiet=True,
        )
    except ToolFailure:
        found = shutil.which("uv")
        return Path(found) if found else None
    record(stamp, wanted)
    return program


def _has_module(name: str) -> bool:
    return find_spec(name) is not None


def _create_without_ensurepip(environment: Path) -> None:
    """Some systems ship Python without ensurepip; uv and virtualenv do not need it."""
    if uv := shutil.which("uv"):
        run([uv, "venv", "-q", "--seed", "--python", sys.executable, environment], quiet=True)
    elif virtualenv := shutil.which("virtualenv"):
        run([virtualenv, "-q", "-p", sys.executable, environment], quiet=True)
    else:
        raise ToolFailure(VENV_ADVICE)
