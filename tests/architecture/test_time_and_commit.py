"""Two bans: nobody commits but `core/db.py`, nobody asks the time but `core/clock.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.tree import ROOT, python_files, shown, tree_of

COMMIT_OWNER = ROOT / "app" / "core" / "db.py"
CLOCK_OWNER = ROOT / "app" / "core" / "clock.py"

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
    "func": {"now", "current_timestamp", "current_date", "current_time", "localtimestamp"},
}
SQL_CLOCK = re.compile(
    r"\b(current_(timestamp|date|time)|localtimestamp|now\s*\(\))", re.IGNORECASE
)
SQL_CALLS = {"text", "DDL"}


def commits(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that call `.commit()` on anything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "commit":
                yield node.lineno


def clock_readings(tree: ast.AST) -> Iterator[int]:
    """Yield the lines that read a clock, in Python or in SQL, or that only name one."""
    originals = _imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = originals.get(_last_name(node.value), _last_name(node.value))
            if node.attr in CLOCKS.get(owner, ()):
                yield node.lineno
        elif isinstance(node, ast.Call) and _last_name(node.func) in SQL_CALLS:
            yield from _sql_clocks(node.args)
        elif isinstance(node, ast.keyword) and node.arg == "server_default":
            yield from _sql_clocks([node.value])


def _sql_clocks(arguments: list[ast.expr]) -> Iterator[int]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            if SQL_CLOCK.search(argument.value):
                yield argument.lineno


def _imported_names(tree: ast.AST) -> dict[str, str]:
    """Map the names under which a module imported something to what it is called at home."""
    return {
        alias.asname: alias.name.rpartition(".")[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def test_only_the_database_module_commits() -> None:
    guilty = [
        f"{shown(path)}:{line}"
        for path in python_files("app")
        if path != COMMIT_OWNER
        for line in commits(tree_of(path))
    ]

    assert guilty == []


def test_only_the_clock_module_asks_the_time() -> None:
    guilty = [
        f"{shown(path)}:{line}"
        for path in python_files("app", "migrations")
        if path != CLOCK_OWNER
        for line in clock_readings(tree_of(path))
    ]

    assert guilty == []


@pytest.mark.parametrize("code", ["session.commit()", "db.session.commit()", "a().b.commit()"])
def test_the_checker_sees_a_commit(code: str) -> None:
    found = list(commits(ast.parse(code)))

    assert found == [1]


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "import datetime as dt\ndt.datetime.now()",
        "from datetime import date as day\nday.today()",
        "Column(default=datetime.utcnow)",
        "time.time()",
        "func.now()",
        "import sqlalchemy as sa\nsa.func.current_timestamp()",
        "text('SELECT now()')",
        "Column(server_default=text('CURRENT_TIMESTAMP'))",
        "Column(server_default='now()')",
    ],
)
def test_the_checker_sees_a_clock(code: str) -> None:
    found = list(clock_readings(ast.parse(code)))

    assert found


@pytest.mark.parametrize(
    "code",
    ["clock.now()", "clock.today()", "time.monotonic()", "datetime.fromisoformat(s)", "now = 1"],
)
def test_the_checker_leaves_our_own_clock_and_durations_alone(code: str) -> None:
    found = list(clock_readings(ast.parse(code)))

    assert found == []
