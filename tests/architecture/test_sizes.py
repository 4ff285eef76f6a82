"""Hard sizes: past them a file or a function does two things."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.tree import ROOT, functions, python_files, shown, templates, tree_of

FILE_LINES = 500
TEST_FILE_LINES = 800
FUNCTION_LINES = 60
VIEW_LINES = 40
FRAGMENT_LINES = 100
PAGE_LINES = 180
MIGRATIONS = ROOT / "migrations" / "versions"
"""Written by the tool from the models, read once, never edited: their size is that of the schema."""

ROUTE_DECORATORS = {"route", "get", "post", "put", "patch", "delete"}


def long_functions(tree: ast.AST, *, views: bool) -> Iterator[tuple[str, int, int]]:
    """Yield name, length and limit of the functions that are too long, decorators not counted."""
    for function in functions(tree):
        limit = VIEW_LINES if views and _is_route(function) else FUNCTION_LINES
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > limit:
            yield function.name, length, limit


def _is_route(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = (one.func for one in function.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ROUTE_DECORATORS for call in calls)


def limit_of(path: Path) -> int:
    """Return the lines that a file may have."""
    relative = path.relative_to(ROOT)
    if path.suffix == ".html":
        return FRAGMENT_LINES if path.name.startswith("_") else PAGE_LINES
    return TEST_FILE_LINES if relative.parts[0] == "tests" else FILE_LINES


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_passes_its_limit() -> None:
    too_long = [
        f"{shown(path)}: {_length(path)} lines, {limit_of(path)} at most"
        for path in [*python_files(), *templates()]
        if path.parent != MIGRATIONS and _length(path) > limit_of(path)
    ]

    assert too_long == []


def test_no_function_passes_its_limit() -> None:
    too_long = [
        f"{shown(path)}: {name} has {length} lines, {limit} at most"
        for path in python_files()
        if path.parent != MIGRATIONS
        for name, length, limit in long_functions(tree_of(path), views="app" in path.parts)
    ]

    assert too_long == []


def test_the_checker_measures_views_more_strictly_than_functions() -> None:
    body = "\n".join(["    x = 1"] * 45)
    view = f'@blueprint.get("/")\ndef page():\n{body}\n'
    plain = f"def compute():\n{body}\n"

    found = [*long_functions(ast.parse(view), views=True)]
    spared = [*long_functions(ast.parse(plain), views=True)]

    assert found == [("page", 46, VIEW_LINES)]
    assert spared == []


def test_the_checker_sees_a_function_that_is_too_long() -> None:
    code = "class A:\n    def method(self):\n" + "        x = 1\n" * 60

    found = list(long_functions(ast.parse(code), views=False))

    assert found == [("method", 61, FUNCTION_LINES)]


def test_each_kind_of_file_has_its_own_limit() -> None:
    limits = [
        limit_of(ROOT / name)
        for name in ("app/a.py", "tests/a/test_b.py", "templates/a/b.html", "templates/a/_b.html")
    ]

    assert limits == [FILE_LINES, TEST_FILE_LINES, PAGE_LINES, FRAGMENT_LINES]
