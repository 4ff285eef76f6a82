"""Rows for the engine, the pool kept fresh, and what may be read before the youth agrees."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.db import db
from app.engine.model import ContractKind, YouthInput
from app.matching.queries.pool import current_pool
from app.matching.queries.profiles import (
    AnonymousProfile,
    area_band,
    profiles_for_opening,
    profiles_for_session,
)
from app.matching.queries.rows import load_openings, load_sessions, load_youth
from app.matching.queries.triples_page import Filters, triangle, youth_triples
from app.matching.queries.why_not import explain_pair
from app.openings.models import OpeningStatus
from app.youth.models import DisabilityRecognition, YesNoUnknown, YouthStatus
from tests.factories.openings import make_opening
from tests.factories.youth import make_youth
from tests.matching.world import make_world

pytestmark = pytest.mark.usefixtures("frozen")


def test_a_youth_becomes_numbers_and_nothing_that_names_the_person(session: Session) -> None:
    youth = make_youth(session, birth_date=date(2008, 3, 14), driving_licence_b=YesNoUnknown.NO)

    row = load_youth(session, [youth.id])[0]

    assert row.licence is False
    assert row.boarding is None
    assert row.kinds is ContractKind.APPRENTICESHIP
    assert row.adult_from == date(2026, 3, 14).toordinal()
    assert not {"name", "sex", "birth_date", "email"} & {one.name for one in fields(YouthInput)}


def test_a_birth_date_gives_the_first_and_last_lawful_start(session: Session) -> None:
    youth = make_youth(session, birth_date=date(2000, 6, 1))

    row = load_youth(session, [youth.id])[0]

    assert row.apprenticeship_starts is not None
    assert row.apprenticeship_starts[1] == date(2030, 5, 31).toordinal()


def test_a_recognised_disability_lifts_the_age_limit_and_says_nothing_else(
    session: Session,
) -> None:
    youth = make_youth(session, birth_date=date(1993, 5, 14))
    before = load_youth(session, [youth.id])[0]
    session.add(DisabilityRecognition(youth_id=youth.id, agreed_at=clock.now()))
    session.flush()

    after = load_youth(session, [youth.id])[0]

    assert before.apprenticeship_starts is not None
    assert after.apprenticeship_starts is not None
    assert (
        before.apprenticeship_starts[1]
        < date(2026, 1, 1).toordinal()
        < after.apprenticeship_starts[1]
    )
    assert {
        one.name
        for one in fields(YouthInput)
        if getattr(before, one.name) != getattr(after, one.name)
    } == {"apprenticeship_starts"}


@pytest.mark.parametrize("status", [YouthStatus.PLACED, YouthStatus.PAUSED, YouthStatus.WITHDRAWN])
def test_a_youth_who_is_not_ready_is_not_matched(session: Session, status: YouthStatus) -> None:
    youth = make_youth(session, status=status)

    assert load_youth(session, [youth.id]) == []


def test_a_youth_who_did_not_agree_is_matched_for_their_adviser_only(session: Session) -> None:
    youth = make_youth(session, is_listed=False)

    assert load_youth(session, [youth.id]) == []
    assert len(load_youth(session, [youth.id], only_listed=False)) == 1


def test_a_session_may_be_joined_three_months_after_its_start(session: Session) -> None:
    world = make_world(session)

    row = load_sessions(session, [world.training.id])[0]

    assert row.contract_from == date(2026, 8, 30).toordinal()
    assert row.contract_to == date(2027, 2, 28).toordinal()
    assert row.seats_free == 12


def test_a_draft_is_not_offered(session: Session) -> None:
    draft = make_opening(session, status=OpeningStatus.DRAFT)

    assert load_openings(session, [draft.id]) == []


def test_the_pool_sees_a_changed_opening_at_the_next_match(session: Session) -> None:
    world = make_world(session)
    before = current_pool(session)
    world.opening.title = "Apprenti pâtissier"
    record_change(session, Changed.OPENING, world.opening.id)
    session.flush()

    after = current_pool(session)

    assert before.openings[world.opening.id].title == "Apprenti boulanger"
    assert after.openings[world.opening.id].title == "Apprenti pâtissier"


def test_the_pool_loses_a_youth_who_withdraws(session: Session) -> None:
    world = make_world(session)
    assert world.youth.id in current_pool(session).youths
    world.youth.status = YouthStatus.WITHDRAWN
    record_change(session, Changed.YOUTH, world.youth.id)
    session.flush()

    assert world.youth.id not in current_pool(session).youths


def test_the_best_triple_joins_the_three(session: Session) -> None:
    world = make_world(session)

    found = youth_triples(session, youth_id=world.youth.id, filters=Filters())

    assert found is not None
    assert [(row.opening.id, row.session.id) for row in found.rows] == [
        (world.opening.id, world.training.id)
    ]
    assert found.total == 1
    assert found.rows[0].reasons


def test_the_number_of_statements_does_not_grow_with_the_list(session: Session) -> None:
    world = make_world(session)

    def statements() -> int:
        current_pool(session)
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            youth_triples(session, youth_id=world.youth.id, filters=Filters())
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    with_one = statements()
    for number in range(12):
        opening = make_opening(session, title=f"Boulanger {number}")
        record_change(session, Changed.OPENING, opening.id)
    session.flush()

    assert statements() == with_one <= 4


def test_why_not_names_the_first_rule_that_breaks(session: Session) -> None:
    world = make_world(session, radius_km=5)
    far = make_opening(session, world.company, commune_code="29019")

    verdict = explain_pair(
        session, youth_id=world.youth.id, opening_id=far.id, session_id=world.training.id
    )

    assert verdict is not None
    assert verdict.broken is not None
    assert verdict.broken.code.name == "OPENING_TOO_FAR"


def test_a_profile_has_no_field_that_identifies(session: Session) -> None:
    allowed = {
        "code",
        "trades",
        "level",
        "area",
        "available_from",
        "has_licence",
        "accepts_boarding",
        "own_words",
        "reasons",
        "doubts",
        "opening",
        "session",
        "asked",
        "fits_legal_age",
    }

    assert {one.name for one in fields(AnonymousProfile)} == allowed


def test_nothing_that_identifies_reaches_a_profile(session: Session) -> None:
    world = make_world(
        session,
        given_name="Xanthippe",
        family_name="Marqueunique",
        email="marque@exemple.fr",
        phone="+33639980177",
        address="7 rue de la Marque",
        birth_date=date(2007, 7, 7),
        wishes=(("boulanger chez tonton Marqueunique", "D1102"),),
    )

    profiles = profiles_for_opening(session, opening_id=world.opening.id)

    assert profiles is not None
    assert len(profiles) == 1
    shown = repr(profiles)
    for mark in (
        "Xanthippe",
        "Marqueunique",
        "marque@",
        "980177",
        "rue de la",
        "2007, 7, 7",
        "tonton",
    ):
        assert mark not in shown
    assert profiles[0].trades == ["Boulanger / Boulangère"]


def test_the_order_of_equals_follows_their_codes_and_not_who_was_registered_first(
    session: Session,
) -> None:
    world = make_world(session)
    codes = [world.youth.public_code, *(f"EQUAL{number:03}" for number in range(7))]
    youths = [world.youth]
    youths += [
        make_youth(session, world.mission, world.adviser, public_code=code) for code in codes[1:]
    ]

    def shown(few: int) -> list[str]:
        profiles = profiles_for_opening(session, opening_id=world.opening.id, shown=few)
        return [one.code for one in profiles or []]

    before = shown(8), shown(3)
    for number, youth in enumerate(youths):
        youth.public_code = f"moved{number}"
    session.flush()
    for youth, code in zip(reversed(youths), codes, strict=True):
        youth.public_code = code
        record_change(session, Changed.YOUTH, youth.id)
    session.flush()

    assert (shown(8), shown(3)) == before
    assert sorted(before[0]) == sorted(codes)
    assert before[0][:3] == before[1]
    assert before[0] != codes


def test_the_cfa_sees_profiles_with_the_opening_that_suits(session: Session) -> None:
    world = make_world(session)

    profiles = profiles_for_session(session, session_id=world.training.id)

    assert profiles is not None
    assert [(one.code, one.opening.id if one.opening else None) for one in profiles] == [
        (world.youth.public_code, world.opening.id)
    ]


@pytest.mark.parametrize(
    ("km", "band"),
    [
        (0.0, "moins de 5 km"),
        (5.0, "moins de 15 km"),
        (99.9, "moins de 100 km"),
        (140.0, "plus de 100 km"),
    ],
)
def test_an_area_is_a_band_and_never_a_distance(km: float, band: str) -> None:
    assert area_band(km) == band


def test_a_youth_available_later_starts_later(session: Session) -> None:
    later = clock.today() + timedelta(days=40)
    youth = make_youth(session, available_from=later)

    assert load_youth(session, [youth.id])[0].available_from == later.toordinal()


def test_three_places_in_one_spot_still_make_a_picture() -> None:
    points = triangle((48.0, -4.1), (48.0, -4.1), (48.0, -4.1))

    assert [point[:2] for point in points] == [(40, 35)] * 3
    assert len({point.label_y for point in points}) == 3
