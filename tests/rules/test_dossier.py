"""Our packaged tables against the field dossier they were made from, when it is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.rules.aids import AidRow, aid_table
from tests.conftest import SHARED

PACKAGED = Path(__file__).resolve().parents[2] / "app" / "rules" / "data"
DOSSIER = SHARED / "domain"

pytestmark = pytest.mark.skipif(
    not DOSSIER.is_dir(), reason="the field dossier is not on this machine (TREFLE_SHARED)"
)


def dossier_aids() -> dict[str, dict[str, Any]]:
    data = json.loads((DOSSIER / "aids.json").read_text(encoding="utf-8"))
    return {aid["id"]: aid for aid in data["aids"]}


@pytest.mark.parametrize("name", ["pay.csv", "smic.csv", "idcc_opco.csv", "departements.csv"])
def test_a_table_taken_as_it_is_equals_the_dossier(name: str) -> None:
    ours = (PACKAGED / name).read_text(encoding="utf-8").splitlines()
    theirs = (DOSSIER / name).read_text(encoding="utf-8").splitlines()

    assert ours == theirs


def test_every_aid_keeps_its_period_its_source_and_its_mark() -> None:
    theirs = dossier_aids()

    for row in aid_table().rows:
        aid = theirs.pop(row.aid_id)
        days = [day.isoformat() if day else None for day in (row.valid_from, row.valid_to)]
        assert days == [aid["valid_from"], aid["valid_to"]], row.aid_id
        assert (row.source, row.mark.value) == (aid["source"], aid["mark"]), row.aid_id
    assert theirs == {}


def _figures(aid: dict[str, Any]) -> set[int]:
    return {
        int(value)
        for amount in aid["amounts"]
        for key in ("eur", "eur_max")
        if (value := amount.get(key)) is not None
    }


def _kept(row: AidRow) -> set[int]:
    return {int(amount.eur) for amount in row.amounts if amount.eur is not None}


def test_no_aid_holds_a_figure_that_the_dossier_does_not_give() -> None:
    theirs = dossier_aids()

    invented = {
        row.aid_id: _kept(row) - _figures(theirs[row.aid_id])
        for row in aid_table().rows
        if _kept(row) - _figures(theirs[row.aid_id])
    }

    assert invented == {}
