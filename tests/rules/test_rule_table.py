"""docs/rules.md, "Rule by rule": no rule without a function and a test, no mark that the table does not have."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from app.rules.law import all_rules
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(
    r"^\| ([A-Z]+-\d+(?:-\w+)?) \| `([\w.]+)` \| `([\w.]+)::(\w+)` \| ([VPU/design]+) \|$", re.M
)


def documented() -> dict[str, tuple[str, str, str, str]]:
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    return {found[0]: (found[1], found[2], found[3], found[4]) for found in LINE.findall(text)}


def test_every_rule_has_one_line_and_every_line_a_rule() -> None:
    assert set(documented()) == {rule.rule_id for rule in all_rules()}


def test_each_line_names_a_function_that_exists() -> None:
    for rule_id, (function, _, _, _) in documented().items():
        module, name = function.rsplit(".", 1)
        found = getattr(importlib.import_module(f"app.rules.{module}"), name, None)
        assert callable(found), rule_id


def test_each_line_names_a_test_that_exists() -> None:
    for rule_id, (_, file, test, _) in documented().items():
        source = (ROOT / "tests" / "rules" / file).read_text(encoding="utf-8")
        assert f"def {test}(" in source, rule_id


def test_each_line_carries_the_marks_of_its_rows() -> None:
    for rule_id, (_, _, _, marks) in documented().items():
        rows = {rule.mark.value for rule in all_rules() if rule.rule_id == rule_id}
        assert set(marks.split("/")) == rows, rule_id


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the field dossier is not on this machine (TREFLE_SHARED)"
)
def test_no_rule_of_the_dossier_is_forgotten() -> None:
    text = (SHARED / "domain" / "rules.md").read_text(encoding="utf-8")

    wanted = set(re.findall(r"^\| ([A-Z]+-\d\d) \|", text, re.M))

    assert len(wanted) > 80
    assert wanted <= set(documented())
