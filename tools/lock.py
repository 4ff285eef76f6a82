"""`make lock`: choose versions anew within the bounds of pyproject.toml and package.json.

The locks hold hashes for every platform and no address, so that any mirror may serve them.
"""

from __future__ import annotations

import shutil

from tools.commands import ROOT, run
from tools.console import Steps, ToolFailure
from tools.environment import REQUIREMENTS, find_uv

OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")
QUIET = ("--no-annotate", "--upgrade", "--quiet")
PORTAL = ("pyproject.toml", "--extra", "documents")
LOCKS: dict[str, tuple[str, ...]] = {
    "bootstrap": ("--group", "bootstrap"),
    "run": PORTAL,
    "dev": (*PORTAL, "--group", "dev", "--constraint", "requirements/run.txt"),
    "reference": ("--group", "reference"),
    "node": ("--group", "node"),
}


def lock_everything() -> int:
    """Write every lock again.

    Raises:
        ToolFailure: uv or npm is missing, or the bounds cannot be met.
    """
    uv = find_uv()
    if uv is None:
        raise ToolFailure("Refaire les verrous demande uv.")
    npm = shutil.which("npm")
    steps = Steps(len(LOCKS) + 1)
    for name, sources in LOCKS.items():
        output = REQUIREMENTS / f"{name}.txt"
        with steps.step(f"requirements/{name}.txt"):
            command = [uv, "pip", "compile", *sources, *OPTIONS, *QUIET, "--output-file", output]
            run(command, quiet=True)
    with steps.step("package-lock.json"):
        if npm is None:
            raise ToolFailure("Refaire package-lock.json demande npm.")
        run([npm, "install", "--package-lock-only", "--loglevel=error"], cwd=ROOT, quiet=True)
    return 0
