"""Names that say nothing are refused: they collect what nobody wanted to place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.architecture.tree import python_files, shown, tree_of

EMPTY_WORDS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
)
CLASS_ENDINGS = ("Utils", "Util", "Helper", "Helpers", "Manager")
DECIDED_OTHERWISE = PurePosixPath("tests/helpers")
"""The architecture names this folder: it holds tools that tests share, one file each."""


def empty_file_names(path: PurePosixPath) -> Iterator[str]:
    """Yield the parts of a path that say nothing."""
    if path.is_relative_to(DECIDED_OTHERWISE):
        path = path.relative_to(DECIDED_OTHERWISE)
    yield from (part for part in [*path.parent.parts, path.stem] if part in EMPTY_WORDS)


def empty_class_names(tree: ast.AST) -> Iterator[str]:
    """Yield the classes whose name ends with an empty word."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith(CLASS_ENDINGS):
            yield node.name


def test_no_file_has_a_name_that_says_nothing() -> None:
    paths = [PurePosixPath(shown(path)) for path in python_files()]

    guilty = [str(path) for path in paths if any(empty_file_names(path))]

    assert guilty == []


def test_no_class_has_a_name_that_says_nothing() -> None:
    guilty = [
        f"{shown(path)}: {name}"
        for path in python_files()
        for name in empty_class_names(tree_of(path))
    ]

    assert guilty == []


@pytest.mark.parametrize(
    "path",
    ["app/core/utils.py", "app/common/dates.py", "tests/helpers/common.py", "app/helpers/a.py"],
)
def test_the_checker_sees_an_empty_file_name(path: str) -> None:
    found = list(empty_file_names(PurePosixPath(path)))

    assert found


def test_the_checker_sees_an_empty_class_name() -> None:
    found = list(empty_class_names(ast.parse("class SeatManager:\n    pass")))

    assert found == ["SeatManager"]


def test_the_folder_that_the_architecture_names_is_spared() -> None:
    found = list(empty_file_names(PurePosixPath("tests/helpers/swap.py")))

    assert found == []
