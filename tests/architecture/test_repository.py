"""What may be committed: our own work, and locks without addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.tree import ROOT, committed_files

FOREIGN_FOLDERS = frozenset(
    {"node_modules", "vendor", "site-packages", ".venv", "instance", "build", "__pycache__"}
)
FOREIGN_ENDINGS = (".min.js", ".min.css", ".woff", ".woff2", ".whl", ".map", ".sqlite", ".pyc")
LARGEST_BYTES = 1_000_000
ADDRESS_MARKS = ("://", "--index-url", "--extra-index-url", "--find-links", "--trusted-host")


def foreign(paths: Iterable[str]) -> Iterator[str]:
    """Yield the paths of files that somebody else made, or that this machine made."""
    for path in paths:
        pure = PurePosixPath(path)
        if FOREIGN_FOLDERS.intersection(pure.parts[:-1]) or pure.name.endswith(FOREIGN_ENDINGS):
            yield path


def addresses_of_python_lock(text: str) -> list[str]:
    """Return the lines of a requirements file that name a place instead of a package."""
    return [line for line in text.splitlines() if any(mark in line for mark in ADDRESS_MARKS)]


def addresses_of_npm_lock(text: str) -> list[str]:
    """Return the packages of an npm lock that carry the address they came from."""
    packages = json.loads(text)["packages"]
    return [name for name, entry in packages.items() if "resolved" in entry]


@pytest.fixture(scope="module")
def committed() -> list[str]:
    paths = committed_files()
    if not paths:
        pytest.skip("not a git clone: nothing is committed")
    return paths


def test_no_file_of_somebody_else_is_committed(committed: list[str]) -> None:
    guilty = list(foreign(committed))

    assert guilty == []


def test_no_committed_file_is_large(committed: list[str]) -> None:
    large = [
        path
        for path in committed
        if (ROOT / path).is_file() and (ROOT / path).stat().st_size > LARGEST_BYTES
    ]

    assert large == []


@pytest.mark.parametrize(
    "lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name
)
def test_a_python_lock_pins_hashes_and_names_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    packages = [line for line in text.splitlines() if "==" in line]

    assert packages
    assert all(line.endswith("\\") for line in packages), "a package without hash"
    assert addresses_of_python_lock(text) == []


def test_the_npm_lock_names_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert addresses_of_npm_lock(text) == []


def test_front_end_packages_have_exact_versions() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))

    versions = {**package["dependencies"], **package["devDependencies"]}

    assert {name: one for name, one in versions.items() if not one[0].isdigit()} == {}


@pytest.mark.parametrize(
    "path", ["static/vendor/a.css", "static/js/htmx.min.js", "static/a.woff2", "instance/x.txt"]
)
def test_the_checker_sees_a_foreign_file(path: str) -> None:
    found = list(foreign([path]))

    assert found == [path]


def test_the_checkers_see_an_address_in_a_lock() -> None:
    python_lock = "--index-url https://packages.example/simple\nflask==3.1.3 \\"
    npm_lock = '{"packages": {"a": {"resolved": "https://packages.example/a.tgz"}, "b": {}}}'

    found = addresses_of_python_lock(python_lock), addresses_of_npm_lock(npm_lock)

    assert found == (["--index-url https://packages.example/simple"], ["a"])
