"""The inventory of parts says what the locks install, no more and no less."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.sbom import NPM_LOCK, PYTHON_LOCK, inventory, npm_parts, python_parts, write_inventory


def test_each_package_of_the_portal_is_in_the_inventory_with_its_hashes() -> None:
    text = PYTHON_LOCK.read_text(encoding="utf-8")
    locked = {
        one.lower() for one in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==", text, re.MULTILINE)
    }

    found = {one["name"]: one for one in python_parts(text)}

    assert set(found) == locked
    assert {"flask", "sqlalchemy", "waitress"} <= set(found)
    assert all(one["hashes"] for one in found.values())
    assert sum(len(one["hashes"]) for one in found.values()) == text.count("--hash=sha256:")


def test_what_pages_load_is_in_it_and_tools_of_tests_are_not() -> None:
    names = {one["name"] for one in npm_parts(json.loads(NPM_LOCK.read_text(encoding="utf-8")))}

    assert {"htmx.org", "bootstrap"} <= names
    assert "axe-core" not in names


def test_the_file_is_written_and_the_same_each_time(tmp_path: Path) -> None:
    write_inventory(tmp_path / "a.json")
    write_inventory(tmp_path / "b.json")

    written = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert written == inventory()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
