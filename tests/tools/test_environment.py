"""Packages are brought once, and by locks alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import environment
from tools.console import ToolFailure
from tools.stamps import record


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An environment without interpreter: whoever tries to install something into it fails."""
    return tmp_path


def stamp(home: Path, lock: environment.Lock) -> None:
    record(home / ".trefle-packages", environment.lock_digest(lock))


def test_nothing_is_installed_when_the_lock_has_not_changed(home: Path) -> None:
    stamp(home, "run")

    assert environment.ensure_packages("run", home) is False


def test_development_packages_are_enough_to_run_the_portal(home: Path) -> None:
    stamp(home, "dev")

    assert environment.ensure_packages("run", home) is False


def test_the_portal_s_packages_are_not_enough_to_develop(home: Path) -> None:
    stamp(home, "run")

    with pytest.raises(ToolFailure):
        environment.ensure_packages("dev", home)


def test_an_installation_cut_midway_is_begun_again(home: Path) -> None:
    stamp(home, "run")
    with pytest.raises(ToolFailure):
        environment.ensure_packages("dev", home)

    with pytest.raises(ToolFailure):
        environment.ensure_packages("run", home)


def test_the_development_lock_holds_the_very_packages_of_the_portal() -> None:
    run, dev = pinned("run"), pinned("dev")

    assert run
    assert run <= dev


def pinned(lock: str) -> set[str]:
    lines = (environment.REQUIREMENTS / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if "==" in line}
