"""`make sbom`: the inventory of what the portal is made of, from the locks, as CycloneDX 1.6."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tools.commands import ROOT
from tools.console import say

PYTHON_LOCK = ROOT / "requirements" / "run.txt"
NPM_LOCK = ROOT / "package-lock.json"
OUTPUT = ROOT / "build" / "sbom.json"
PACKAGE = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_parts(text: str) -> list[dict[str, Any]]:
    """The packages of a lock, each with the hashes that an installation accepts."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        named = PACKAGE.match(line)
        if named:
            name, version = named.group(1).lower(), named.group(2)
            found.append(_part(name, version, f"pkg:pypi/{name}@{version}"))
        for digest in HASH.findall(line):
            found[-1]["hashes"].append({"alg": "SHA-256", "content": digest})
    return found


def npm_parts(lock: dict[str, Any]) -> list[dict[str, Any]]:
    """What the pages load; packages of tests are left out."""
    return [
        _part(name, one["version"], f"pkg:npm/{name.replace('@', '%40')}@{one['version']}")
        for path, one in sorted(lock["packages"].items())
        if path and not one.get("dev")
        for name in [path.rpartition("node_modules/")[2]]
    ]


def inventory() -> dict[str, Any]:
    """The document, without a date or a serial number: the same locks give the same bytes."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "trefle"}},
        "components": [
            *python_parts(PYTHON_LOCK.read_text(encoding="utf-8")),
            *npm_parts(json.loads(NPM_LOCK.read_text(encoding="utf-8"))),
        ],
    }


def write_inventory(output: Path = OUTPUT) -> int:
    """Write the inventory; the verb of the Makefile."""
    found = inventory()
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    say(f"{len(found['components'])} composants dans {output}.")
    return 0


def _part(name: str, version: str, url: str) -> dict[str, Any]:
    return {
        "type": "library",
        "name": name,
        "version": version,
        "purl": url,
        "bom-ref": url,
        "hashes": [],
    }
