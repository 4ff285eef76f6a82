"""Lists of names leave by one door: the register has them before the file or the printed page goes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from app.privacy.labels import EXPORT_REASONS, EXPORTS, PAGES
from tests.architecture.tree import ROOT, python_files, shown, templates, tree_of

DOOR = "app/core/documents.py"
NAMELESS = {
    "app/steering/views/files.py::sheet_answer": "figures of a region, small ones hidden",
    "app/outreach/views/campaigns.py::letters_pdf": "letters to companies",
    "app/steering/views/monthly.py::month_pdf": "figures of a region, small ones hidden",
    "app/matching/views/travel.py::refused_travel": "communes, means of transport and minutes",
    "app/events/views/blueprint.py::calendar_answer": "meetings by public code, tests/events/test_pages.py",
    "app/placements/views/card.py::meeting_file": "a meeting by its post or its course",
}
"""Views that send a file in which no youth is named, each with its reason: adding one is a decision to review."""
PRINTED_NAMELESS = {
    "contracts/cost.html": "a simulator without data",
    "contracts/dates.html": "a simulator without data",
    "contracts/pay.html": "a simulator without data",
    "contracts/simulator_tail.html": "a simulator without data",
    "contracts/simulators.html": "a simulator without data",
    "contracts/_contract_sheet.html": "a link to the registered page",
    "contracts/sheet.html": "the sheet on screen: its reading is journalled, its printed form has its own page",
    "outreach/_day.html": "a link; companies only",
    "outreach/campaign.html": "a link; companies only",
    "outreach/day_sheet.html": "companies and counts of youth, no name",
    "outreach/letters.html": "letters to companies",
    "placements/meetings.html": "a link to the registered page",
    "privacy/exports.html": "the register itself, which holds no name of a youth",
    "steering/month.html": "figures of a region, small ones hidden",
    "accounts/who_may_what.html": "the rules of access",
}
"""Templates that speak of printing and name no youth, each with its reason."""
SAYS_PRINT = re.compile(r"imprim|no-print|letter-page", re.IGNORECASE)


def _called(node: ast.Call) -> str:
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def own_files(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield the places where a module builds a file by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in {"send_file", "send_from_directory"}:
            yield f"{shown(path)}:{node.lineno}"
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and "attachment" in node.value
        ):
            yield f"{shown(path)}:{node.lineno}"


def unregistered(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield the functions that send a file without the number of the register, unless they are listed."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or _called(call) != "file_answer":
                continue
            given = next((one.value for one in call.keywords if one.arg == "export"), None)
            where = f"{shown(path)}::{function.name}"
            if given is None or (isinstance(given, ast.Constant) and where not in NAMELESS):
                yield where


def _functions_that_register(tree: ast.Module) -> set[str]:
    """Names of the functions of a module that call the register, or another one of the module that does."""
    calls = {
        one.name: {_called(call) for call in ast.walk(one) if isinstance(call, ast.Call)}
        for one in tree.body
        if isinstance(one, ast.FunctionDef)
    }
    known = {"note_export"}
    while grown := {name for name, called in calls.items() if called & known} - known:
        known |= grown
    return known


def printed_unregistered(path: Path, tree: ast.Module, printed: set[str]) -> Iterator[str]:
    """Yield the functions that show a page made for paper without the register."""
    register = _functions_that_register(tree)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name in register:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and node.value in printed:
                yield f"{shown(path)}::{function.name}"


def _printed_templates() -> set[str]:
    root = ROOT / "templates"
    return {
        path.relative_to(root).as_posix()
        for path in templates()
        if "email" not in path.parts and SAYS_PRINT.search(path.read_text(encoding="utf-8"))
    }


def test_every_file_leaves_by_the_one_door() -> None:
    found = [
        one
        for path in python_files("app")
        if shown(path) != DOOR
        for one in own_files(path, tree_of(path))
    ]

    assert found == []


def test_every_file_with_names_bears_the_number_of_the_register() -> None:
    found = [one for path in python_files("app") for one in unregistered(path, tree_of(path))]

    assert found == []


def test_every_page_made_for_paper_is_registered_or_names_nobody() -> None:
    printed = _printed_templates() - set(PRINTED_NAMELESS)

    found = [
        one
        for path in python_files("app")
        for one in printed_unregistered(path, tree_of(path), printed)
    ]

    assert printed >= {"contracts/print.html", "events/timetable.html"}
    assert found == []


def test_the_lists_of_nameless_files_and_pages_name_what_exists() -> None:
    places = {one: one.split("::") for one in NAMELESS}
    stale = [
        one
        for one, (path, name) in places.items()
        if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    gone = [one for one in PRINTED_NAMELESS if not (ROOT / "templates" / one).exists()]

    assert (stale, gone) == ([], [])


def test_every_list_and_every_reading_has_its_words() -> None:
    kinds, pages = set(), set()
    for path in python_files("app"):
        for call in ast.walk(tree_of(path)):
            if isinstance(call, ast.Call) and _called(call) in {"note_export", "note_reading"}:
                given = {one.arg: one.value for one in call.keywords}
                for key, into in (("kind", kinds), ("page", pages)):
                    value = given.get(key)
                    if isinstance(value, ast.Constant):
                        into.add(value.value)

    assert kinds <= set(EXPORTS) & set(EXPORT_REASONS)
    assert pages <= set(PAGES)


def test_the_checkers_see_a_file_a_page_and_a_name_that_forgot_the_register() -> None:
    path = ROOT / "app" / "planted.py"
    code = """
def leak():
    return file_answer(b"", "text/csv", "jeunes.csv", export=None)
def forgot():
    return file_answer(b"", "text/csv", "jeunes.csv")
def by_hand():
    return send_file("jeunes.csv")
def paper():
    return page("planted/list.html")
def good():
    note_export()
    return page("planted/list.html")
"""
    tree = ast.parse(code)

    assert list(unregistered(path, tree)) == ["app/planted.py::leak", "app/planted.py::forgot"]
    assert list(own_files(path, tree)) == ["app/planted.py:7"]
    assert list(printed_unregistered(path, tree, {"planted/list.html"})) == [
        "app/planted.py::paper"
    ]
