"""Who may follow a person of a given age, and the duty of training."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.law import Level
from app.rules.local_mission import (
    AdviserNetwork,
    adviser_networks,
    check_leaving_centre,
    check_local_mission_age,
    has_training_duty,
    scheme_notes,
    support_schemes,
)


@pytest.mark.parametrize(
    ("birth", "disabled", "networks", "level"),
    [
        (date(2012, 6, 1), False, (AdviserNetwork.ORIENTATION_CENTRE,), Level.BLOCK),
        (date(2011, 6, 1), False, (AdviserNetwork.ORIENTATION_CENTRE,), Level.WARN),
        (date(2010, 6, 1), False, (AdviserNetwork.LOCAL_MISSION,), None),
        (
            date(2003, 8, 17),
            True,
            (AdviserNetwork.LOCAL_MISSION, AdviserNetwork.CAP_EMPLOI),
            None,
        ),
        (date(2000, 6, 1), False, (AdviserNetwork.PUBLIC_EMPLOYMENT_SERVICE,), Level.BLOCK),
        (
            date(1998, 6, 1),
            True,
            (AdviserNetwork.CAP_EMPLOI, AdviserNetwork.LOCAL_MISSION),
            Level.WARN,
        ),
        (date(1993, 5, 14), True, (AdviserNetwork.CAP_EMPLOI,), Level.BLOCK),
    ],
)
def test_who_may_follow_a_person_of_this_age(
    birth: date, disabled: bool, networks: tuple[AdviserNetwork, ...], level: Level | None
) -> None:
    day = date(2026, 11, 23)

    found = check_local_mission_age(birth, day, disabled_worker=disabled)

    assert adviser_networks(birth, day, disabled_worker=disabled) == networks
    assert [item.level for item in found] == ([] if level is None else [level])


@pytest.mark.parametrize(
    ("birth", "day", "duty"),
    [
        (date(2010, 11, 24), date(2026, 11, 23), False),
        (date(2010, 11, 23), date(2026, 11, 23), True),
        (date(2008, 11, 24), date(2026, 11, 23), True),
        (date(2008, 11, 23), date(2026, 11, 23), False),
        (date(2003, 6, 1), date(2020, 8, 31), False),
        (date(2003, 6, 1), date(2020, 9, 1), True),
    ],
)
def test_the_duty_of_training_covers_16_and_17_since_september_2020(
    birth: date, day: date, duty: bool
) -> None:
    assert has_training_duty(birth, day) is duty
    assert [item.rule_id for item in check_leaving_centre(birth, day)] == ["ML-08"] * duty


def test_the_schemes_of_support_follow_one_another() -> None:
    names = {
        day: [one.name for one in support_schemes(day)]
        for day in (date(2018, 1, 1), date(2022, 2, 28), date(2022, 3, 1))
    }

    assert names[date(2018, 1, 1)] == ["PACEA", "Garantie jeunes"]
    assert names[date(2022, 2, 28)] == ["PACEA", "Garantie jeunes"]
    assert names[date(2022, 3, 1)] == ["PACEA", "Contrat d'engagement jeune"]


def test_what_goes_with_the_schemes_is_said_from_its_day() -> None:
    before = [one.rule_id for one in scheme_notes(date(2024, 12, 31))]
    today = [one.rule_id for one in scheme_notes(date(2026, 11, 23))]

    assert before == ["ML-05", "ML-09"]
    assert today == ["ML-05", "ML-06", "ML-09"]
