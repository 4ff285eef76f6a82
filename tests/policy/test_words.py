"""The matrix in words: nothing of the program is missing from the page, and the page says nothing else."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.matrix import MATRIX, may_ever
from app.policy.permissions import Permission
from app.policy.words import ACTS, CLAUSES, GROUPS, WHO, grouped
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


def test_one_role_reads_what_it_may_and_nothing_else(session: Session, client: FlaskClient) -> None:
    page = parse(client.get("/qui-peut-quoi?qui=employer"))

    acts = [one.text.strip() for one in page.select("tbody th")]
    ways = [one.text for one in page.select("tbody li")]
    chosen = page.select_one("select#qui option[selected]")
    assert ACTS[Permission.PLACEMENT_EMPLOYER_SAYS] in acts
    assert ACTS[Permission.ACCOUNT_MANAGE] in acts
    assert ACTS[Permission.YOUTH_VIEW] not in acts
    assert ways
    assert not any("conseiller" in one.lower() or "CFA" in one for one in ways)
    assert chosen is not None
    assert chosen["value"] == "employer"


def test_a_permission_is_shown_to_a_role_when_the_table_may_ever_give_it() -> None:
    for role in Role:
        people = [
            Actor(user_id=1, organisation_kind=kind, roles=frozenset({role}))
            for kind in OrganisationKind
        ]
        shown = {one.permission for _title, rows in grouped(role) for one in rows}

        given = {one for one in Permission if any(may_ever(actor, one) for actor in people)}

        assert shown == given


def test_each_way_begins_with_somebody_whom_the_page_can_ask_about() -> None:
    shown = [
        (one.permission, way)
        for who in WHO
        for _title, rows in grouped(who)
        for one in rows
        for way in one.ways
    ]

    everything = {
        (one.permission, way) for _title, rows in grouped() for one in rows for way in one.ways
    }
    assert set(shown) == everything
