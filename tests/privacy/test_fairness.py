"""Groups compared by aggregates: who is counted, what is hidden, what calls for a look."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.policy.actor import OrganisationKind
from app.privacy.queries.fairness import compare, comparisons, hidden
from tests.factories.accounts import actor_of, make_organisation, make_user
from tests.factories.placements import make_placement, make_triple, say_yes
from tests.factories.privacy import make_officer
from tests.factories.youth import make_youth


@pytest.fixture
def session(writing: Session) -> Session:
    return writing


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([12, 8], [12, 8]),
        ([12, 0], [12, 0]),
        ([12, 3, 8], [12, None, None]),
        ([12, 3, 4, 2], [12, None, None, None]),
        ([4, 0], [None, 0]),
    ],
)
def test_small_cells_hide_and_take_another_with_them(
    counts: list[int], shown: list[int | None]
) -> None:
    assert hidden(counts) == shown


def test_a_group_under_four_fifths_of_the_best_is_to_be_looked_at() -> None:
    first, second, third = compare(
        [("a", 100, 50, 20, 10), ("b", 100, 40, 16, 8), ("c", 100, 39, 15, 7)]
    )

    assert [one.proposed.is_low for one in (first, second, third)] == [False, False, True]
    assert [one.signed.is_low for one in (first, second, third)] == [False, False, True]


def test_a_hidden_group_has_no_share_to_compute_it_from() -> None:
    groups = compare([("a", 3, 3, 3, 3), ("b", 40, 20, 10, 6), ("c", 50, 20, 10, 6)])

    assert groups[0].listed.count is None
    assert groups[0].proposed.count is None
    assert [one.proposed.share for one in groups if one.listed.count is None] == [None, None]


def minors_and_adults(
    session: Session, region: str = "53"
) -> dict[str, tuple[int | None, int | None]]:
    house = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code=region)
    found = comparisons(session, actor_of(session, make_user(session, house)))[0]
    return {one.name: (one.listed.count, one.proposed.count) for one in found.groups}


def test_the_coordination_counts_its_own_region(session: Session) -> None:
    mission = make_organisation(session)
    for _ in range(6):
        make_youth(session, mission, birth_date=date(2010, 1, 1))
        make_youth(session, mission, birth_date=date(2004, 1, 1))

    here, elsewhere = minors_and_adults(session), minors_and_adults(session, "52")

    assert here == {"Majeurs": (6, 0), "Mineurs": (6, 0)}
    assert elsewhere == {}


def test_proposals_and_answers_are_counted_by_person(session: Session) -> None:
    triple = make_triple(session)
    say_yes(session, triple, make_placement(session, triple), "employer")
    for _ in range(5):
        make_youth(session, triple.adviser.organisation, triple.adviser.user)
    officer = actor_of(session, make_officer(session))

    house = comparisons(session, officer)[3]

    (group,) = house.groups
    assert (group.name, group.listed.count) == ("Mission locale", 6)
    assert group.proposed.count is None


def test_no_comparison_reads_sex_origin_or_disability(session: Session) -> None:
    titles = [one.title for one in comparisons(session, actor_of(session, make_officer(session)))]

    assert titles == [
        "Mineurs et majeurs",
        "Niveau atteint",
        "Type de commune",
        "Structure qui accompagne",
    ]
