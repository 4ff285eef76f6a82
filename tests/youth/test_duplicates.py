"""Who may be the same person, and who is surely not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.youth.queries import PersonName, possible_duplicates, same_person
from tests.factories.youth import make_youth
from tests.helpers.statements import watched
from tests.youth.conftest import House

BIRTH = date(2008, 3, 14)
ENORA = PersonName("Enora", "Le Bihan")


@pytest.mark.parametrize(
    ("other", "birth"),
    [
        (PersonName("ÉNORA", "LE BIHAN"), BIRTH),
        (PersonName("Le Bihan", "Enora"), BIRTH),
        (PersonName("Enorah", "Lebihan"), BIRTH),
        (PersonName("Enora", "Martin"), BIRTH),
        (PersonName("Enora", "Martin", "Le Bihan"), date(2008, 3, 15)),
        (PersonName("Enora", "Le-Bihan"), date(2008, 3, 4)),
    ],
    ids=["case", "swapped", "typed", "married", "usage name", "date"],
)
def test_these_may_be_the_same_person(other: PersonName, birth: date) -> None:
    assert same_person(ENORA, BIRTH, other, birth)


@pytest.mark.parametrize(
    ("other", "birth"),
    [
        (PersonName("Maëlle", "Le Bihan"), BIRTH),
        (PersonName("Enora", "Le Bihan"), date(2005, 9, 1)),
        (PersonName("Enzo", "Le Bihan"), BIRTH),
        (PersonName("Louis", "Martin"), BIRTH),
    ],
    ids=["twin", "homonym", "twin with a near name", "somebody born that day"],
)
def test_these_are_two_persons(other: PersonName, birth: date) -> None:
    assert same_person(ENORA, BIRTH, other, birth) is None


def test_day_and_month_swapped_are_a_typing_error() -> None:
    assert same_person(ENORA, date(2008, 3, 11), ENORA, date(2008, 11, 3))


def test_duplicates_are_searched_in_the_own_house_by_one_statement(
    session: Session, house: House
) -> None:
    mine = make_youth(
        session, house.organisation, given_name="Enora", family_name="Le Bihan", birth_date=BIRTH
    )
    make_youth(session, given_name="Enora", family_name="Le Bihan", birth_date=BIRTH)

    with watched(session) as sent:
        found = possible_duplicates(session, ENORA, BIRTH, house.organisation.id)

    assert [one.youth_id for one in found] == [mine.id]
    assert len(sent.budget) == 1


def test_a_file_is_no_duplicate_of_itself(session: Session, house: House) -> None:
    mine = make_youth(session, house.organisation, given_name="Enora", family_name="Le Bihan")

    found = possible_duplicates(
        session, ENORA, mine.birth_date, house.organisation.id, except_id=mine.id
    )

    assert found == []
