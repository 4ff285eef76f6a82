"""The matrix says what the hand-written table says, cell by cell."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from app.policy import predicates
from app.policy.matrix import MATRIX, can, may_ever
from app.policy.permissions import Permission
from tests.policy.personas import OBJECT, PERSONAS

TABLE = Path(__file__).with_name("matrix.csv")


def _cells() -> list[tuple[str, str, bool]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (row["permission"], persona, row[persona] == "yes")
        for row in rows
        for persona in row
        if persona != "permission"
    ]


@pytest.mark.parametrize(("permission", "persona", "allowed"), _cells())
def test_a_persona_may_do_exactly_what_the_table_says(
    permission: str, persona: str, allowed: bool
) -> None:
    actor = PERSONAS[persona]

    answer = can(actor, Permission(permission), OBJECT)

    assert answer is allowed


@pytest.mark.parametrize(
    ("permission", "persona", "allowed"), [cell for cell in _cells() if cell[2]]
)
def test_the_first_door_never_stops_whom_the_second_lets_in(
    permission: str, persona: str, allowed: bool
) -> None:
    assert may_ever(PERSONAS[persona], Permission(permission)) is allowed


def test_the_table_has_a_line_for_each_permission_and_a_column_for_each_persona() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert sorted(row["permission"] for row in rows) == sorted(one.value for one in Permission)
    assert set(rows[0]) - {"permission"} == set(PERSONAS)
    assert {row[persona] for row in rows for persona in PERSONAS} == {"yes", "no"}


def test_every_permission_has_a_rule() -> None:
    assert set(MATRIX) == set(Permission)


def test_a_youth_who_is_not_listed_is_nobody_to_a_partner() -> None:
    unlisted = replace(OBJECT, is_listed=False)

    seen = {name for name, actor in PERSONAS.items() if can(actor, Permission.YOUTH_VIEW, unlisted)}

    assert seen == {"adviser", "colleague", "manager"}


def test_support_wearing_an_adviser_s_hat_opens_no_file() -> None:
    support = PERSONAS["support_as_adviser"]

    opened = {
        one
        for one in Permission
        if one.value.startswith(("youth.v", "youth.e", "placement.v", "disability"))
        and can(support, one, OBJECT)
    }

    assert opened == set()


def test_a_predicate_that_fails_is_an_error_and_not_a_refusal() -> None:
    with pytest.raises(AttributeError):
        can(PERSONAS["adviser"], Permission.YOUTH_VIEW, None)  # type: ignore[arg-type]


def test_every_predicate_says_what_it_means() -> None:
    used = {predicate for rule in MATRIX.values() for line in rule for predicate in line}

    unnamed = {
        one.__name__ for one in used if not (one.__doc__ or hasattr(predicates, one.__name__))
    }

    assert unnamed == set()
