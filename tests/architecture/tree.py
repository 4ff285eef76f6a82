"""The files of the house that the checkers read."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("app", "tools", "benchmarks", "trials", "migrations", "tests")
CODE_FILES = ("config.py", "wsgi.py")


def python_files(*folders: str) -> list[Path]:
    """Return our Python files below the folders (all of them when none is named), sorted."""
    loose = [] if folders else [ROOT / name for name in CODE_FILES]
    below = (ROOT / folder for folder in folders or CODE_FOLDERS)
    found = [*loose, *(path for folder in below for path in folder.rglob("*.py"))]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def templates() -> list[Path]:
    """Return every template, mails included."""
    return sorted((ROOT / "templates").rglob("*.html"))


@lru_cache(maxsize=4096)
def tree_of(path: Path) -> ast.Module:
    """Parse a file once a run."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """Return a path as messages write it: relative, with slashes."""
    return path.relative_to(ROOT).as_posix()


def committed_files() -> list[str]:
    """Return the paths that git follows; empty outside a clone."""
    answer = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [name for name in answer.stdout.split("\0") if name] if answer.returncode == 0 else []


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Walk the functions and methods of a module, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
