"""Riders: what each kind changes and needs, when it may take effect, by when it leaves."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.rules.contract_sheet import (
    CONTRACT_TYPES,
    Form,
    Holder,
    check_rider,
    is_rider,
    missing_of_rider,
    rider_fields,
    rider_holder,
    rider_kind,
    rider_kinds,
    sheet_fields,
)
from app.rules.contract_sheet.fields import Condition
from app.rules.dates import rider_deposit_day
from app.rules.law import Level
from tests.conftest import SHARED

START, END = date(2026, 12, 1), date(2028, 8, 31)


def test_the_apprenticeship_form_has_the_eight_riders_of_its_list() -> None:
    codes = [one.code for one in rider_kinds(Form.FA13)]

    assert codes == [code for code in CONTRACT_TYPES if is_rider(code)]
    assert [one.code for one in rider_kinds(Form.EJ20)] == ["5"]


@pytest.mark.parametrize("form", list(Form))
def test_a_rider_changes_fields_of_its_form_and_each_has_somebody_to_ask(form: Form) -> None:
    known = {one.field_id for one in sheet_fields(form, frozenset(Condition))}

    for kind in rider_kinds(form):
        assert set(kind.fields) <= known, kind.code
        assert len(set(kind.fields)) == len(kind.fields), kind.code
        holders = {rider_holder(one) for one in rider_fields(form, kind.code)}
        assert holders <= {Holder.EMPLOYER, Holder.TRAINING_CENTRE}, kind.code


def test_what_a_rider_still_needs_is_asked_from_its_holder() -> None:
    nothing = missing_of_rider(Form.FA13, "33", ())
    half = missing_of_rider(Form.FA13, "33", {"end_date"})

    assert [field.field_id for field in nothing[Holder.EMPLOYER]] == ["end_date"]
    assert [field.field_id for field in nothing[Holder.TRAINING_CENTRE]] == ["last_exam_date"]
    assert set(half) == {Holder.TRAINING_CENTRE}
    assert missing_of_rider(Form.FA13, "36", ()) == {}
    with pytest.raises(KeyError):
        rider_kind(Form.FA13, "5")


@pytest.mark.parametrize(
    ("effect", "has_changes", "expected"),
    [
        (START, True, []),
        (END, True, []),
        (date(2026, 11, 30), True, ["hors du contrat"]),
        (date(2028, 9, 1), True, ["hors du contrat"]),
        (START, False, ["ne change encore rien"]),
    ],
)
def test_a_rider_takes_effect_during_the_contract_and_changes_something(
    effect: date, has_changes: bool, expected: list[str]
) -> None:
    found = check_rider(effect, start=START, end=END, law_day=START, has_changes=has_changes)

    assert [word for word in expected if any(word in one.message for one in found)] == expected
    assert len(found) == len(expected)
    assert all(one.level is Level.BLOCK for one in found)


def test_a_rider_leaves_within_five_days_of_its_signature() -> None:
    assert rider_deposit_day(date(2026, 12, 1)) == date(2026, 12, 6)


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the field dossier is not on this machine (TREFLE_SHARED)"
)
def test_every_field_that_the_dossier_names_is_on_the_sheet_of_the_apprentice() -> None:
    text = (SHARED / "domain" / "cerfa.md").read_text(encoding="utf-8")
    tables = text[text.index("## 2. FA13") : text.index("### 2.6")]
    first_cells = re.findall(r"^\| ([a-z_, ….*]+?) \|", tables, re.M)
    named = {
        name.strip(" …*.").rstrip("_")
        for cell in first_cells
        for name in cell.split(",")
        if name.strip() and not name.strip().startswith(("field id", "pay lines"))
    }

    ours = {one.field_id for one in sheet_fields(Form.FA13, frozenset(Condition))}

    # Minutes are written with the hours; the benefits in kind and the representative have several fields each.
    spelled = {
        "weekly_minutes": "weekly_hours",
        "in_kind": "in_kind_food",
        "legal_rep": "legal_rep_name",
    }
    assert len(named) > 40
    assert {spelled.get(one, one) for one in named} <= ours
