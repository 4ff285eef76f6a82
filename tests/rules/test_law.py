"""The dated tables themselves: readable, complete, without gap or overlap."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.law import (
    Level,
    Mark,
    NoRuleInForce,
    Rule,
    ToConfirm,
    all_rules,
    blocking,
    finding,
    in_force,
    limit,
    rule_on,
)

DAYS = st.dates(min_value=date(2008, 5, 1), max_value=date(2030, 12, 31))


def rows_by_parameter() -> dict[tuple[str, str], list[Rule]]:
    grouped: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in all_rules():
        grouped[rule.rule_id, rule.parameter].append(rule)
    return grouped


def test_every_rule_of_the_dossier_has_a_row() -> None:
    families = {
        "AGE": 10,
        "DUR": 12,
        "TER": 8,
        "PRO": 8,
        "MIN": 15,
        "MA": 6,
        "DIP": 9,
        "ML": 9,
        "EMP": 7,
        "CFA": 5,
        "PAY": 16,
    }
    wanted = {f"{name}-{n:02}" for name, count in families.items() for n in range(1, count + 1)}

    known = {rule.rule_id for rule in all_rules()}

    assert wanted <= known


def test_every_row_says_where_it_comes_from_in_french() -> None:
    for rule in all_rules():
        assert all((rule.title, rule.source, rule.basis)), rule
        assert rule.mark in Mark
        assert rule.level in Level


def test_an_unverified_rule_never_blocks() -> None:
    unverified = [rule for rule in all_rules() if rule.mark is Mark.UNVERIFIED]

    assert unverified
    assert [rule.rule_id for rule in unverified if rule.level is Level.BLOCK] == []


def test_rows_of_one_limit_neither_overlap_nor_leave_a_gap() -> None:
    for key, rows in rows_by_parameter().items():
        for earlier, later in itertools.pairwise(rows):
            pair = sorted((earlier, later), key=lambda rule: rule.valid_from or date.min)

            assert pair[0].valid_to is not None, key
            assert pair[1].valid_from == pair[0].valid_to + timedelta(days=1), key


@given(day=DAYS)
def test_a_day_has_at_most_one_row_of_each_limit(day: date) -> None:
    for rows in rows_by_parameter().values():
        assert sum(rule.covers(day) for rule in rows) <= 1


def test_an_unknown_rule_or_an_uncovered_day_is_an_error_not_a_guess() -> None:
    with pytest.raises(NoRuleInForce):
        rule_on("AGE-99", date(2026, 1, 1))
    with pytest.raises(NoRuleInForce):
        limit("AGE-01", "max_age", date(2018, 12, 31))
    assert not in_force("AGE-01", date(2018, 12, 31))
    assert in_force("AGE-01", date(2019, 1, 1))


def test_a_sentence_without_figure_gives_no_number() -> None:
    assert rule_on("MIN-06", date(2026, 1, 1)).value == Decimal(2)
    with pytest.raises(TypeError):
        limit("MIN-08", "", date(2026, 1, 1))


def test_a_finding_copies_the_row_it_rests_on() -> None:
    found = finding("AGE-10", date(2026, 1, 1), "À confirmer.")

    assert (found.level, found.mark, found.source) == (
        Level.WARN,
        Mark.UNVERIFIED,
        "formation-pro.ac-2v.fr",
    )
    assert not found.is_certain
    assert finding("AGE-01", date(2026, 1, 1), "…").is_certain


def test_only_blocking_findings_stop_a_contract() -> None:
    stop = finding("AGE-01", date(2026, 1, 1), "Trop tôt.")
    note = finding("AGE-01", date(2026, 1, 1), "Bon à savoir.", level=Level.INFO)

    assert blocking([stop, note]) == [stop]


def test_what_is_to_confirm_reads_as_words_and_never_as_a_number() -> None:
    unknown = ToConfirm("AEX-2027", "règles non connues")

    assert str(unknown) == "à confirmer (règles non connues)"
