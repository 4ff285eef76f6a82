"""Each rule forbids by its own name, each part moves the score the right way, unknown is doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from app.engine.model import BOTH_KINDS, ContractKind, Means, Wish, YouthInput
from app.engine.pool import Pool
from app.engine.reasons import Doubt, HardRule
from app.engine.triples import best_triples, check_triple
from app.engine.weights import DEFAULT, Weights
from tests.engine.plain_rows import QUIMPER, TODAY, baker, bakery, bakery_course

Changes = Mapping[str, Any]
NONE: Changes = {}


def judged(youth: Changes = NONE, opening: Changes = NONE, session: Changes = NONE) -> Any:
    pool = Pool.build([baker(**youth)], [bakery(**opening)], [bakery_course(**session)])
    return check_triple(pool, 1, 7, 9)


def score(youth: Changes = NONE, opening: Changes = NONE, session: Changes = NONE) -> float:
    triple = judged(youth, opening, session).triple
    assert triple is not None
    return float(triple.score)


def test_a_triple_where_everything_is_known_has_no_doubt() -> None:
    triple = judged().triple

    assert triple.doubts == ()
    assert 0.7 < triple.score < 1.0


@pytest.mark.parametrize(
    ("rule", "youth", "opening", "session"),
    [
        (HardRule.NO_POSITION, NONE, {"positions_free": 0}, NONE),
        (HardRule.NO_SEAT, NONE, NONE, {"seats_free": 0}),
        (HardRule.SET_ASIDE, {"set_aside_openings": frozenset({7})}, NONE, NONE),
        (HardRule.SET_ASIDE, {"set_aside_sessions": frozenset({9})}, NONE, NONE),
        (HardRule.NOT_SHARED, NONE, {"audience": frozenset({5})}, NONE),
        (HardRule.NOT_SHARED, NONE, NONE, {"audience": frozenset()}),
        (HardRule.CONTRACT_KIND, NONE, {"kinds": ContractKind.PROFESSIONALISATION}, NONE),
        (HardRule.TRADE_BARRED, {"barred_trades": frozenset({"D1102"})}, NONE, NONE),
        (HardRule.LICENCE, NONE, {"licence_needed": True}, NONE),
        (HardRule.OPENING_TOO_FAR, {"limit_km": 4.0}, NONE, NONE),
        (HardRule.SESSION_TOO_FAR, NONE, NONE, {"lon": QUIMPER[1] + 1.0}),
        (HardRule.ENTRY_LEVEL, NONE, NONE, {"entry_level": 3}),
        (HardRule.LEVEL_UNWANTED, {"levels_wanted": frozenset({4})}, NONE, NONE),
        (HardRule.OPENING_LEVEL, NONE, {"levels": frozenset({4})}, NONE),
        (HardRule.WISH, NONE, {"title": "Couvreur", "trade": "F1610"}, NONE),
        (HardRule.COURSE, NONE, NONE, {"title": "CAP Couvreur", "trades": ("F1610",)}),
        (HardRule.MINOR, {"adult_from": TODAY + 90}, {"minors_possible": False}, NONE),
        (HardRule.AGE, {"apprenticeship_starts": (TODAY + 90, TODAY + 900)}, NONE, NONE),
        (HardRule.CERTIFICATION, NONE, NONE, {"certified_until": TODAY - 1}),
        (HardRule.DATES, {"available_to": TODAY + 20}, NONE, NONE),
    ],
)
def test_each_rule_forbids_by_its_own_name(
    rule: HardRule, youth: Changes, opening: Changes, session: Changes
) -> None:
    verdict = judged(youth, opening, session)

    assert verdict.broken.code is rule
    assert verdict.triple is None


@pytest.mark.parametrize(
    ("youth", "opening", "session", "told"),
    [
        ({"set_aside_openings": frozenset({7})}, NONE, NONE, {"leaf": "opening"}),
        ({"set_aside_sessions": frozenset({9})}, NONE, NONE, {"leaf": "session"}),
        (NONE, {"audience": frozenset({5})}, NONE, {"leaf": "opening"}),
        (NONE, NONE, {"audience": frozenset()}, {"leaf": "session"}),
        (NONE, {"kinds": ContractKind.PROFESSIONALISATION}, NONE, {"leaf": "opening"}),
        (NONE, NONE, {"kinds": ContractKind.PROFESSIONALISATION}, {"leaf": "session"}),
        (
            {"kinds": BOTH_KINDS},
            NONE,
            {"kinds": ContractKind.PROFESSIONALISATION},
            {"leaf": "both"},
        ),
        ({"barred_trades": frozenset({"D1102"})}, NONE, NONE, {"trade": "D1102"}),
        (NONE, NONE, {"entry_level": 3}, {"entry": 3}),
        ({"levels_wanted": frozenset({4})}, NONE, NONE, {"given": 3}),
        (NONE, {"levels": frozenset({4})}, NONE, {"given": 3}),
        ({"adult_from": TODAY + 90}, {"minors_possible": False}, NONE, {"adult_from": TODAY + 90}),
        (NONE, NONE, {"certified_until": TODAY - 1}, {"until": TODAY - 1}),
        (NONE, NONE, {"certified_until": TODAY + 20}, {"until": TODAY + 20}),
    ],
)
def test_what_is_broken_is_told_with_what_breaks_it(
    youth: Changes, opening: Changes, session: Changes, told: Changes
) -> None:
    assert judged(youth, opening, session).broken.values == told


def test_a_kind_of_contract_that_age_closes_leaves_the_other_one() -> None:
    """Too old for an apprenticeship: the other contract stays, and a minor is still told that the job waits."""
    old = {"kinds": BOTH_KINDS, "apprenticeship_starts": (TODAY - 900, TODAY - 10)}
    both = {"kinds": BOTH_KINDS}
    barred = {**both, "minors_possible": False}

    assert judged(old, both, both).triple is not None
    assert judged({**old, "adult_from": TODAY + 90}, barred, both).broken.code is HardRule.MINOR


def test_a_minor_is_told_that_minority_closes_the_days_of_the_course() -> None:
    """Of age while the opening lasts, but after the last day of a contract for this course."""
    job = {"minors_possible": False, "start_from": TODAY, "start_to": TODAY + 120}

    verdict = judged({"adult_from": TODAY + 90}, job, {"contract_to": TODAY + 60})

    assert verdict.broken.code is HardRule.MINOR
    assert verdict.broken.values == {"adult_from": TODAY + 90}


@pytest.mark.parametrize("short", ["apprenticeship_starts", "professionalisation_starts"])
def test_dates_are_those_of_the_kind_of_contract_that_starts_nearest_to_the_course(
    short: str,
) -> None:
    """One kind must start a month before the course, the other one may start with it."""
    windows = {"apprenticeship_starts": None, "professionalisation_starts": None}
    both = {"kinds": BOTH_KINDS}
    course = {**both, "start_from": TODAY + 60, "start_to": TODAY + 60}

    triple = judged({**both, **windows, short: (TODAY, TODAY + 30)}, both, course).triple

    assert triple.parts.dates == 1.0


@pytest.mark.parametrize(
    ("doubt", "youth", "opening", "session"),
    [
        (Doubt.AGE_UNKNOWN, {"apprenticeship_starts": None}, NONE, NONE),
        (Doubt.MINOR_UNKNOWN, {"adult_from": TODAY + 90}, {"minors_possible": None}, NONE),
        (Doubt.LICENCE_UNKNOWN, {"licence": None}, {"licence_needed": True}, NONE),
        (Doubt.LICENCE_NEED_UNKNOWN, NONE, {"licence_needed": None}, NONE),
        (Doubt.ENTRY_LEVEL_UNKNOWN, NONE, NONE, {"entry_level": None}),
        (Doubt.ENTRY_LEVEL_EXPECTED, {"level_expected": 3}, NONE, {"entry_level": 3}),
        (Doubt.CERTIFICATION_UNKNOWN, NONE, NONE, {"certified_until": None}),
        (Doubt.KIND_UNKNOWN, NONE, {"kinds": None}, NONE),
        (Doubt.LEVEL_UNKNOWN, NONE, NONE, {"level": None}),
        (Doubt.OPENING_LEVEL_UNKNOWN, NONE, {"levels": None}, NONE),
        (Doubt.COMPANY_JOURNEY_UNKNOWN, NONE, {"lat": None, "lon": None}, NONE),
        (Doubt.SITE_JOURNEY_UNKNOWN, NONE, NONE, {"lat": None, "lon": None}),
        (Doubt.OPENING_START_UNKNOWN, NONE, {"start_from": None, "start_to": None}, NONE),
        (Doubt.POSITIONS_UNKNOWN, NONE, {"positions_free": None}, NONE),
        (Doubt.SEATS_UNKNOWN, NONE, NONE, {"seats_free": None}),
    ],
)
def test_what_is_unknown_passes_with_a_doubt_that_costs_score(
    doubt: Doubt, youth: Changes, opening: Changes, session: Changes
) -> None:
    triple = judged(youth, opening, session).triple

    assert doubt in {each.code for each in triple.doubts}
    assert triple.score < score()


def test_a_level_expected_soon_is_told_with_the_level() -> None:
    triple = judged({"level_expected": 3}, NONE, {"entry_level": 3}).triple

    assert [each.values for each in triple.doubts] == [{"expected": 3}]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"youth": NONE}, {"youth": {"wishes": (Wish(rank=2, text="", trade="D1102"),)}}),
        ({"youth": {"readiness": 1.0}}, {"youth": NONE}),
        (
            {"youth": {"means": frozenset({Means.CAR})}},
            {"youth": {"means": frozenset({Means.WALK})}},
        ),
        ({"opening": NONE}, {"opening": {"lat": QUIMPER[0] + 0.1}}),
        ({"opening": {"shortage": True}}, {"opening": NONE}),
        ({"opening": {"answer_rate": 0.9}}, {"opening": NONE}),
        ({"opening": NONE}, {"opening": {"live_proposals": 4}}),
        ({"opening": NONE}, {"opening": {"start_from": TODAY + 70, "start_to": TODAY + 80}}),
        ({"session": NONE}, {"session": {"lon": QUIMPER[1] + 0.2}}),
        ({"session": {"answer_rate": 0.9}}, {"session": NONE}),
        ({"youth": NONE}, {"youth": {"level_aimed": 5}}),
    ],
)
def test_a_better_part_makes_a_better_score(
    better: dict[str, Changes], worse: dict[str, Changes]
) -> None:
    assert score(**better) > score(**worse)


@pytest.mark.parametrize(
    ("held", "aimed", "given", "value"),
    [
        (2, None, 3, 1.0),
        (1, None, 3, 1.0),
        (2, None, 4, 0.7),
        (3, None, 3, 0.5),
        (2, None, 5, 0.3),
        (4, None, 3, 0.2),
        (None, None, 3, 0.5),
        (2, 3, None, 0.5),
        (2, 3, 3, 1.0),
        (2, 5, 3, 0.75),
        (2, 8, 3, 0.5),
        (4, 3, 3, 0.6),
        (None, 4, 3, 0.625),
    ],
)
def test_a_step_and_the_level_aimed_at_are_worth_what_the_table_says(
    held: int | None, aimed: int | None, given: int | None, value: float
) -> None:
    youth, course = {"level_held": held, "level_aimed": aimed}, {"level": given, "entry_level": 1}

    triple = judged(youth, {"levels": None}, course).triple

    assert triple.parts.level == pytest.approx(value)


def test_the_score_is_the_weighted_sum_of_its_parts() -> None:
    triple = judged(
        {"live_proposals": 3, "readiness": 0.3},
        {"live_proposals": 2, "positions_free": 2, "shortage": True, "answer_rate": 0.9},
        {"live_proposals": 4, "seats_free": 3, "answer_rate": 0.2},
    ).triple

    total = sum(w * part for w, part in zip(DEFAULT.parts, triple.parts, strict=True))
    assert triple.score == pytest.approx(total)


def test_a_youth_has_no_field_for_a_forbidden_trait() -> None:
    names = {field.name for field in fields(YouthInput)}

    forbidden = {
        "name",
        "sex",
        "gender",
        "birth_date",
        "birth_place",
        "nationality",
        "address",
        "postal_code",
        "family",
        "health",
        "disabled",
        "religion",
        "origin",
        "language",
    }
    assert not names & forbidden


def test_twins_of_two_missions_locales_have_the_same_triples() -> None:
    pool = Pool.build([], [bakery()], [bakery_course()])
    one = baker(local_mission=1, left_out_before=False)

    other = replace(one, local_mission=2, left_out_before=True)

    assert best_triples(pool, one) == best_triples(pool, other)


def test_a_limit_in_minutes_masks_only_far_beyond_without_known_times() -> None:
    bus = {"limit_km": None, "limit_minutes": 45.0, "means": frozenset({Means.TRANSIT})}

    near = judged(bus).triple
    far = judged(bus, {"lat": QUIMPER[0] + 0.3}).triple
    beyond = judged(bus, {"lat": QUIMPER[0] + 0.7})

    assert Doubt.COMPANY_JOURNEY_UNKNOWN in {each.code for each in near.doubts}
    assert Doubt.COMPANY_LIKELY_FAR in {each.code for each in far.doubts}
    assert beyond.broken.code is HardRule.OPENING_TOO_FAR


@pytest.mark.parametrize(
    "wrong",
    [
        {"parts": DEFAULT.parts._replace(level=0.5)},
        {"rank_factors": (0.5, 1.0)},
        {"wish_floor": 1.5},
        {"far_hours": 0.0},
        {"doubt_cost": -1.0},
    ],
)
def test_weights_that_make_no_score_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Weights(**wrong)
