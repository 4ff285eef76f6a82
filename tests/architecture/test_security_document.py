"""docs/security.md answers every requirement of ASVS 5.0.0 levels 1 and 2, once, and names tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT

DOCUMENT = ROOT / "docs" / "security.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| (.*) \| (.*) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ANSWERS = frozenset({"met", "partly", "operator", "n/a"})
# Section: numbers of level 1, numbers of level 2, as in OWASP's list of version 5.0.0 (30 May 2025).
REQUIREMENTS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "1.1": ((), (1, 2)),
    "1.2": ((1, 2, 3, 4, 5), (6, 7, 8, 9)),
    "1.3": ((1, 2), (3, 4, 5, 6, 7, 8, 9, 10, 11)),
    "1.4": ((), (1, 2, 3)),
    "1.5": ((1,), (2,)),
    "2.1": ((1,), (2, 3)),
    "2.2": ((1, 2), (3,)),
    "2.3": ((1,), (2, 3, 4)),
    "2.4": ((), (1,)),
    "3.2": ((1, 2), ()),
    "3.3": ((1,), (2, 3, 4)),
    "3.4": ((1, 2), (3, 4, 5, 6)),
    "3.5": ((1, 2, 3), (4, 5)),
    "3.7": ((), (1, 2)),
    "4.1": ((1,), (2, 3)),
    "4.2": ((), (1,)),
    "4.3": ((), (1, 2)),
    "4.4": ((1,), (2, 3, 4)),
    "5.1": ((), (1,)),
    "5.2": ((1, 2), (3,)),
    "5.3": ((1, 2), ()),
    "5.4": ((), (1, 2, 3)),
    "6.1": ((1,), (2, 3)),
    "6.2": ((1, 2, 3, 4, 5, 6, 7, 8), (9, 10, 11, 12)),
    "6.3": ((1, 2), (3, 4)),
    "6.4": ((1, 2), (3, 4)),
    "6.5": ((), (1, 2, 3, 4, 5)),
    "6.6": ((), (1, 2, 3)),
    "6.8": ((), (1, 2, 3, 4)),
    "7.1": ((), (1, 2, 3)),
    "7.2": ((1, 2, 3, 4), ()),
    "7.3": ((), (1, 2)),
    "7.4": ((1, 2), (3, 4, 5)),
    "7.5": ((), (1, 2)),
    "7.6": ((), (1, 2)),
    "8.1": ((1,), (2,)),
    "8.2": ((1, 2), (3,)),
    "8.3": ((1,), ()),
    "8.4": ((), (1,)),
    "9.1": ((1, 2, 3), ()),
    "9.2": ((1,), (2, 3, 4)),
    "10.1": ((), (1, 2)),
    "10.2": ((), (1, 2)),
    "10.3": ((), (1, 2, 3, 4)),
    "10.4": ((1, 2, 3, 4, 5), (6, 7, 8, 9, 10, 11)),
    "10.5": ((), (1, 2, 3, 4, 5)),
    "10.6": ((), (1, 2)),
    "10.7": ((), (1, 2, 3)),
    "11.1": ((), (1, 2)),
    "11.2": ((), (1, 2, 3)),
    "11.3": ((1, 2), (3,)),
    "11.4": ((1,), (2, 3, 4)),
    "11.5": ((), (1,)),
    "11.6": ((), (1,)),
    "12.1": ((1,), (2, 3)),
    "12.2": ((1, 2), ()),
    "12.3": ((), (1, 2, 3, 4)),
    "13.1": ((), (1,)),
    "13.2": ((), (1, 2, 3, 4, 5)),
    "13.3": ((), (1, 2)),
    "13.4": ((1,), (2, 3, 4, 5)),
    "14.1": ((), (1, 2)),
    "14.2": ((1,), (2, 3, 4)),
    "14.3": ((1,), (2, 3)),
    "15.1": ((1,), (2, 3)),
    "15.2": ((1,), (2, 3)),
    "15.3": ((1,), (2, 3, 4, 5, 6, 7)),
    "16.1": ((), (1,)),
    "16.2": ((), (1, 2, 3, 4, 5)),
    "16.3": ((), (1, 2, 3, 4)),
    "16.4": ((), (1, 2, 3)),
    "16.5": ((), (1, 2, 3)),
    "17.1": ((), (1,)),
    "17.2": ((), (1, 2, 3, 4)),
    "17.3": ((), (1, 2)),
}


def expected() -> dict[str, int]:
    return {
        f"{section}.{number}": level
        for section, levels in REQUIREMENTS.items()
        for level, numbers in enumerate(levels, start=1)
        for number in numbers
    }


def rows(text: str) -> list[tuple[str, int, str, str, str]]:
    """Number, level, answer, how, tests."""
    return [
        (one[0], int(one[1]), one[2].strip(), one[3].strip(), one[4].strip())
        for one in ROW.findall(text)
    ]


def absent(text: str) -> list[str]:
    """Tests that the document names and that no file defines."""
    return [
        f"{path}::{name}"
        for path, name in sorted(set(NAMED.findall(text)))
        if not (ROOT / path).exists()
        or not re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    ]


@pytest.fixture(scope="module")
def document() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def test_every_requirement_of_levels_one_and_two_is_answered_once(document: str) -> None:
    found = rows(document)

    assert (len(expected()), sum(level == 1 for level in expected().values())) == (253, 70)
    assert sorted(one[0] for one in found) == sorted(expected())
    assert {one[0]: one[1] for one in found} == expected()


def test_every_answer_is_one_of_four_and_says_how(document: str) -> None:
    found = rows(document)

    assert {one[2] for one in found} == ANSWERS
    assert [one[0] for one in found if not one[3]] == []


def test_every_test_that_the_document_names_exists(document: str) -> None:
    assert len(NAMED.findall(document)) > 150
    assert absent(document) == []


def test_the_counts_at_the_head_are_those_of_the_tables(document: str) -> None:
    answers = [one[2] for one in rows(document)]

    for answer in ANSWERS:
        line = re.search(rf"^\| {answer} \| [^|]+ \| (\d+) \|$", document, re.MULTILINE)
        assert line is not None
        assert int(line.group(1)) == answers.count(answer), answer


def test_the_checker_sees_a_test_that_does_not_exist() -> None:
    assert absent("`tests/test_start.py::test_that_nobody_wrote`") == [
        "tests/test_start.py::test_that_nobody_wrote"
    ]
