"""The matrix in words: nothing of the program is missing from the page, and the page says nothing else."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.policy.matrix import MATRIX
from app.policy.permissions import Permission
from app.policy.words import ACTS, CLAUSES, GROUPS, grouped
from tests.helpers.swap import parse


def test_every_permission_has_its_words() -> None:
    """Add the missing ones to ACTS in app/policy/words.py: an infinitive that a non-developer understands."""
    assert [one for one in Permission if not ACTS.get(one)] == []


def test_every_predicate_of_the_matrix_has_its_clause() -> None:
    """Add the missing ones to CLAUSES in app/policy/words.py."""
    used = {one.__name__ for rule in MATRIX.values() for line in rule for one in line}

    assert used - set(CLAUSES) == set()


def test_every_permission_stands_in_one_group_and_once() -> None:
    """Add the missing prefix to GROUPS in app/policy/words.py."""
    shown = [one.permission for _title, rows in grouped() for one in rows]
    prefixes = [one for group in GROUPS.values() for one in group]

    assert sorted(shown) == sorted(Permission)
    assert len(prefixes) == len(set(prefixes))


def test_no_two_acts_read_the_same() -> None:
    assert len(set(ACTS.values())) == len(ACTS)


def test_the_page_has_a_line_a_permission_and_a_way_a_line_of_the_matrix(
    session: Session, client: FlaskClient
) -> None:
    page = parse(client.get("/qui-peut-quoi"))

    assert len(page.select("tbody tr")) == len(Permission)
    assert len(page.select("tbody li")) == sum(len(rule) for rule in MATRIX.values())
    assert page.select_one('footer a[href="/qui-peut-quoi"]') is not None
