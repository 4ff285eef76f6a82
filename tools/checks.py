"""`make test`, `make lint` and `make quick`: every check runs, then a summary says which ones
failed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from tools.browser import find_chromium
from tools.commands import ROOT, exit_code
from tools.console import Steps, complain, say, seconds
from tools.environment import MAIN, ensure_environment, ensure_packages, python_of
from tools.portal import prepare_files
from tools.postgres import PostgresMissing, cluster

TYPED = ("app", "config.py", "wsgi.py", "tools", "benchmarks")
PYTEST_NO_TEST = 5
# A broken fixture fails every test that uses it; thirty say as much as two thousand.
REPORT = ("--tb=short", "--durations=5", "--maxfail=30")
PREPARATION_STEPS = 5
MEASURES = ("test_on_public_files", "test_title_benchmarks")


@dataclass(slots=True)
class Summary:
    """What was checked, how it ended, how long it took."""

    lines: list[tuple[str, bool, float]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, label: str, ok: bool, duration: float) -> None:
        self.lines.append((label, ok, duration))

    def print(self) -> int:
        """Print the table and return the exit code of the whole."""
        say("\nRésumé")
        for label, ok, duration in self.lines:
            say(f"  {'réussi' if ok else 'ÉCHEC ':<7} {label:<44} {seconds(duration):>12}")
        for remark in self.remarks:
            say(f"  à noter : {remark}")
        failed = [label for label, ok, _ in self.lines if not ok]
        say(f"\n{len(self.lines) - len(failed)} vérifications réussies sur {len(self.lines)}.")
        return 1 if failed else 0


def check_all() -> int:
    """`make test`: the static checks, the tests on SQLite, those of the database on PostgreSQL, the
    browser.
    """
    return _check([*_static_checks(), *_all_tests()], with_postgres=True)


def check_statically() -> int:
    """`make lint`: no test."""
    return _check(_static_checks(), with_postgres=False)


def check_quickly() -> int:
    """`make quick`: the tests that need neither browser nor PostgreSQL nor patience."""
    marks = "not browser and not postgres and not slow"
    return _check(
        [("Tests rapides (SQLite)", _pytest("-n", "2", "-m", marks))], with_postgres=False
    )


def cover_engine() -> int:
    """`make cover-engine`: the engine's tests with compilation off, so that every branch is plain
    Python, and a failure as long as one branch of it is left untried.

    The measures on public files say nothing of branches and would take an hour uncompiled.
    """
    ensure_environment()
    ensure_packages("dev")
    python, tests = str(python_of(MAIN)), "tests/engine"
    environ = {
        "TREFLE_ENV": "test",
        "NUMBA_DISABLE_JIT": "1",
        "COVERAGE_FILE": str(ROOT / "build" / "engine.coverage"),
    }
    (ROOT / "build").mkdir(exist_ok=True)
    skipped = [f"--ignore={tests}/text/{name}.py" for name in MEASURES]
    ran = [python, "-m", "coverage", "run", "--source=app/engine", "-m", "pytest", "-q", *REPORT]
    words = [
        [python, "-m", "coverage", "erase"],
        [*ran, "-p", "no:cacheprovider", tests, *skipped],
        [python, "-m", "coverage", "combine", "-q"],
        [python, "-m", "coverage", "report", "--fail-under=100", "--precision=2"],
    ]
    return max(exit_code(command, environ=environ) for command in words)


def _static_checks() -> list[tuple[str, list[str]]]:
    python = str(python_of(MAIN))
    tools = python_of(MAIN).parent
    ruff = [python, "-m", "ruff", "check", "--output-format=concise", "."]
    checks = [
        ("Règles d'écriture (ruff)", ruff),
        ("Types (mypy)", [python, "-m", "mypy", *_present(TYPED)]),
        ("Ordre des importations (import-linter)", [str(tools / "lint-imports"), "--no-logo"]),
    ]
    if any((ROOT / "templates").rglob("*.html")):
        lint = [python, "-m", "djlint", "--lint", "--quiet", "templates"]
        checks.append(("Gabarits (djlint)", lint))
    return checks


def _all_tests() -> list[tuple[str, list[str]]]:
    everywhere = _pytest("-n", "2", "--dist", "worksteal", "-m", "not browser")
    return [
        ("Tests (SQLite)", everywhere),
        ("Tests de la base (PostgreSQL)", [*everywhere, "--database", "postgres"]),
        ("Tests dans le navigateur (Chromium)", _pytest("-m", "browser")),
    ]


def _check(checks: Sequence[tuple[str, list[str]]], *, with_postgres: bool) -> int:
    steps = Steps(PREPARATION_STEPS + len(checks))
    with steps.step("Environnement Python"):
        ensure_environment()
    with steps.step("Paquets Python de développement"):
        ensure_packages("dev")
    prepare_files(steps)
    summary = Summary()
    environ = {"TREFLE_ENV": "test", "TREFLE_SHARED": _shared_folder()}
    if with_postgres and find_chromium() is None:
        summary.remarks.append("Chromium introuvable : les tests du navigateur ont été sautés")
    with _database(summary) if with_postgres else nullcontext() as address:
        if address:
            environ["TEST_DATABASE_URL"] = address
        for label, command in checks:
            with steps.step(label):
                started = time.monotonic()
                code = exit_code(command, environ=environ)
                accepted = {0, PYTEST_NO_TEST} if "pytest" in command else {0}
                summary.add(label, code in accepted, time.monotonic() - started)
    return summary.print()


@contextmanager
def _database(summary: Summary) -> Iterator[str | None]:
    """Yield the URL that the caller gave, else that of a cluster of our own, else None with a
    remark.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with ExitStack() as stack:
        try:
            address = stack.enter_context(cluster())
        except PostgresMissing as missing:
            complain(str(missing))
            summary.remarks.append("PostgreSQL manque : ses tests ont été sautés")
            yield None
        else:
            yield address


def _pytest(*words: str) -> list[str]:
    return [str(python_of(MAIN)), "-m", "pytest", "-q", *REPORT, *words]


def _present(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if (ROOT / path).exists()]


def _shared_folder() -> str:
    """Real public files, when somebody has laid them beside the clone; tests skip without them."""
    return os.environ.get("TREFLE_SHARED", str(Path("..") / "shared"))
