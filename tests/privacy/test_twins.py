"""Twin files: what the law forbids to weigh changes no triple, through the real database and the real matching."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.engine.triples import best_triples
from app.matching.queries.pool import current_pool
from app.matching.queries.profiles import AnonymousProfile, profiles_for_opening
from app.openings.models import Opening
from app.policy.actor import OrganisationKind
from app.youth.models import DisabilityRecognition, Youth, YouthNote
from tests.factories.accounts import make_organisation, make_user
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_representative, make_youth

Change = Callable[[Session, Youth], object]


@pytest.fixture
def session(writing: Session) -> Session:
    return writing


@pytest.fixture
def town(session: Session) -> list[Opening]:
    """Six posts and three courses around Quimper, near and far, of two trades."""
    cfa = make_organisation(session, OrganisationKind.TRAINING_CENTRE)
    for title, trades in (
        ("CAP Boulanger", ("D1102",)),
        ("CAP Pâtissier", ("D1104",)),
        ("BP Boulanger", ("D1102",)),
    ):
        make_training_session(session, make_course(session, cfa, title=title, trades=trades))
    return [
        make_opening(session, make_company(session), rome_code=trade, commune_code=commune)
        for trade in ("D1102", "D1104")
        for commune in ("29232", "29024", "29019")
    ]


def write_twin(session: Session, house: Any, adviser: Any, **values: Any) -> Youth:
    """A youth of Quimper with two wishes; only `values` differ."""
    return make_youth(
        session,
        house,
        adviser,
        wishes=(("boulanger", "D1102"), ("patissier", "D1104")),
        **{"birth_date": date(2006, 5, 2), "radius_km": 80, **values},
    )


def recognised(session: Session, youth: Youth) -> None:
    session.add(
        DisabilityRecognition(
            youth_id=youth.id, agreed_at=clock.now(), valid_until=date(2028, 3, 31)
        )
    )


def noted(session: Session, youth: Youth) -> None:
    session.add(
        YouthNote(
            youth_id=youth.id,
            written_at=clock.now(),
            text="Une femme enceinte, née à l’étranger, trois enfants.",
        )
    )


TWINS: dict[str, tuple[dict[str, Any], Change | None]] = {
    "sex and name": ({"given_name": "Mohamed", "family_name": "Ben Youssef"}, None),
    "name in use": ({"usage_name": "Épouse Diallo"}, None),
    "origin in the contacts": ({"email": "a@exemple.sn", "phone": "+221770000000"}, None),
    "address in the commune": ({"address": "Tour 4, quartier de Kermoysan"}, None),
    "family": ({}, lambda session, youth: make_representative(session, youth)),
    "recognised disability, under the age limit": ({}, recognised),
    "notes of the adviser": ({}, noted),
    "words of the youth": ({"own_words": "Je prie et je vote."}, None),
    "emancipated": ({"is_emancipated": True}, None),
    "last class": ({"last_class": "3e SEGPA"}, None),
}


def triples(session: Session, youth: Youth) -> list[Any]:
    """The triples of a youth with all that is told of them."""
    return [
        (one.opening, one.session, one.score, one.parts, one.reasons, one.doubts)
        for one in best_triples(current_pool(session), youth.id, 50)
    ]


def pair(session: Session, name: str) -> tuple[Youth, Youth]:
    values, change = TWINS[name]
    house = make_organisation(session)
    adviser = make_user(session, house)
    first = write_twin(session, house, adviser)
    second = write_twin(session, house, adviser, **values)
    if change:
        change(session, second)
    session.flush()
    return first, second


@pytest.mark.parametrize("name", TWINS)
def test_twins_receive_identical_triples(session: Session, town: list[Opening], name: str) -> None:
    first, second = pair(session, name)

    mine, others = triples(session, first), triples(session, second)

    assert len(mine) >= 6
    assert mine == others


def test_a_twin_with_every_difference_at_once_receives_the_same(
    session: Session, town: list[Opening]
) -> None:
    house = make_organisation(session)
    adviser = make_user(session, house)
    first = write_twin(session, house, adviser)
    values = {key: value for changed, _ in TWINS.values() for key, value in changed.items()}
    second = write_twin(session, house, adviser, **values)
    for _, change in TWINS.values():
        if change:
            change(session, second)
    session.flush()

    assert triples(session, first) == triples(session, second)


def test_an_employer_reads_the_same_profile_of_both_but_for_the_code(
    session: Session, town: list[Opening]
) -> None:
    first, second = pair(session, "recognised disability, under the age limit")

    found = profiles_for_opening(session, opening_id=town[0].id)

    assert found is not None
    by_code = {one.code: one for one in found}
    mine, other = by_code[first.public_code], by_code[second.public_code]
    assert words(mine) == words(other)


def words(profile: AnonymousProfile) -> dict[str, Any]:
    """What is told of a profile, without its handle."""
    return {name: getattr(profile, name) for name in AnonymousProfile.__slots__ if name != "code"}


@pytest.mark.parametrize("values", [{"radius_km": 10}, {"available_from": date(2027, 1, 20)}])
def test_what_may_count_does_change_them(
    session: Session, town: list[Opening], values: dict[str, Any]
) -> None:
    house = make_organisation(session)
    adviser = make_user(session, house)
    first = write_twin(session, house, adviser)
    second = write_twin(session, house, adviser, **values)

    assert triples(session, first) != triples(session, second)
