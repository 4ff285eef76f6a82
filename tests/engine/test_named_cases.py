"""Named cases in French: small pools, what must come first, what must not come and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine.model import Means, Wish
from app.engine.pool import Pool
from app.engine.reasons import HardRule
from app.engine.triples import best_triples, check_triple
from tests.engine.plain_rows import TODAY, baker, bakery, bakery_course

CASES = sorted((Path(__file__).parent / "cases" / "triples").glob("*.json"))


def pool_of(case: dict[str, Any]) -> Pool:
    given = case["jeune"]
    youth = baker(
        1,
        wishes=tuple(
            Wish(rank=rank, text=text, trade=trade)
            for rank, (text, trade) in enumerate(given["souhaits"], start=1)
        ),
        lat=given["lat"],
        lon=given["lon"],
        limit_km=given.get("limite_km"),
        limit_minutes=given.get("limite_minutes"),
        means=frozenset({Means(given.get("transport", "moped"))}),
        boarding=given["internat"],
        level_held=given["niveau"],
        level_aimed=given["vise"],
        adult_from=TODAY + given.get("majeur_dans", -100),
    )
    openings = [
        bakery(
            row["id"],
            title=row["titre"],
            trade=row["rome"],
            lat=row["lat"],
            lon=row["lon"],
            minors_possible=row.get("mineurs", True),
            licence_needed=row.get("permis", False),
        )
        for row in case["offres"]
    ]
    sessions = [
        bakery_course(
            row["id"],
            title=row["titre"],
            trades=tuple(row["rome"]),
            level=row["niveau"],
            entry_level=row["entree"],
            lat=row["lat"],
            lon=row["lon"],
            boarding=row["internat"],
        )
        for row in case["sessions"]
    ]
    return Pool.build([youth], openings, sessions)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_right_triple_comes_first_and_the_wrong_ones_do_not_come(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    pool = pool_of(case)

    found = best_triples(pool, 1, 50)

    assert [found[0].opening, found[0].session] == case["premier"], case["titre"]
    doubts = {doubt.code.name for doubt in found[0].doubts}
    assert set(case.get("doutes_du_premier", ())) <= doubts
    for wrong in case["jamais"]:
        broken = check_triple(pool, 1, wrong["offre"], wrong["session"]).broken
        assert broken is not None, wrong["pourquoi"]
        assert broken.code is HardRule[wrong["regle"]], wrong["pourquoi"]
