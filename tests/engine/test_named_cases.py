"""Named cases in French: small pools, what must come first, what must not come and why."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from app.engine.model import BOTH_KINDS, ContractKind, Means, OpeningInput, Wish, YouthInput
from app.engine.pool import Pool
from app.engine.reasons import HardRule
from app.engine.triples import best_triples, check_triple
from tests.engine.plain_rows import TODAY, baker, bakery, bakery_course

CASES_FOLDER = Path(__file__).parent / "cases"
CASES = sorted((CASES_FOLDER / "triples").glob("*.json"))


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((CASES_FOLDER / name).read_text(encoding="utf-8").splitlines()))


LESSONS = rows_of("lessons.csv")
"""What others learnt and what the dossier tells, one sentence each, with its proofs: a named case (`case:`), a line of
`titles_ranking.csv` (`titles:`), or a test of this folder."""
TITLES = [row["query"] for row in rows_of("titles_ranking.csv")]
SLIPS = "titles:boulanger titles:coifeuse"  # plain likeness and plain slips: no lesson of anybody


KINDS = {
    "A": ContractKind.APPRENTICESHIP,
    "P": ContractKind.PROFESSIONALISATION,
    "AP": BOTH_KINDS,
}


def day(days: list[int | None] | None, side: int) -> int | None:
    """A day of the tests, counted from today; None when nobody said it."""
    given = None if days is None else days[side]
    return None if given is None else TODAY + given


def window(days: list[int]) -> tuple[int, int]:
    return TODAY + days[0], TODAY + days[1]


def youth_of(given: dict[str, Any]) -> YouthInput:
    return baker(
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
        kinds=KINDS[given.get("types", "A")],
        apprenticeship_starts=window(given.get("apprentissage", [-500, 3000])),
        professionalisation_starts=(TODAY - 500, TODAY + 9000),
        levels_wanted=frozenset(given["niveaux_voulus"]) if "niveaux_voulus" in given else None,
    )


def pool_of(case: dict[str, Any]) -> Pool:
    openings = [
        bakery(
            row["id"],
            title=row["titre"],
            trade=row["rome"],
            lat=row["lat"],
            lon=row["lon"],
            minors_possible=row.get("mineurs", True),
            licence_needed=row.get("permis", False),
            kinds=KINDS[row.get("types", "A")],
            start_from=day(row.get("debut", [30, 60]), 0),
            start_to=day(row.get("debut", [30, 60]), 1),
            positions_free=row.get("postes", 1),
            live_proposals=row.get("en_cours", 0),
            answer_rate=row.get("reponses", 0.5),
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
            kinds=KINDS[row.get("types", "A")],
            start_from=day(row.get("debut", [40, 40]), 0),
            start_to=day(row.get("debut", [40, 40]), 1),
            contract_from=day(row.get("contrat", [-50, 132]), 0),
            contract_to=day(row.get("contrat", [-50, 132]), 1),
            seats_free=row.get("places", 2),
            certified_until=day([row.get("certifie", 2000)], 0),
        )
        for row in case["sessions"]
    ]
    return Pool.build([youth_of(case["jeune"])], openings, sessions)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_right_triple_comes_first_and_the_wrong_ones_do_not_come(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    pool = pool_of(case)

    found = best_triples(pool, 1, 50)

    assert [found[0].opening, found[0].session] == case["premier"], case["titre"]
    doubts = {doubt.code.name for doubt in found[0].doubts}
    assert set(case.get("doutes_du_premier", ())) <= doubts
    order = [[triple.opening, triple.session] for triple in found]
    assert order[: len(case.get("ordre", ()))] == case.get("ordre", [])
    assert all(pair in order for pair in case.get("aussi", ()))
    for opening, session, doubt in case.get("doutes", ()):
        triple = check_triple(pool, 1, opening, session).triple
        assert triple is not None
        assert doubt in {one.code.name for one in triple.doubts}
    for wrong in case["jamais"]:
        broken = check_triple(pool, 1, wrong["offre"], wrong["session"]).broken
        assert broken is not None, wrong["pourquoi"]
        assert broken.code is HardRule[wrong["regle"]], wrong["pourquoi"]


def test_an_opening_brings_its_title_and_its_trade_and_no_other_words() -> None:
    words = {field.name for field in fields(OpeningInput) if "str" in str(field.type)}

    assert words == {"title", "trade", "commune"}


@pytest.mark.parametrize("row", LESSONS, ids=lambda row: row["lesson"][:40])
def test_every_lesson_is_proved_by_a_case_or_a_test_that_exists(row: dict[str, str]) -> None:
    proofs = re.split(r" (?=titles:|case:|text/|test_)", row["proof"])

    for proof in proofs:
        kind, _, name = proof.partition(":")
        if kind == "case":
            assert (CASES_FOLDER / "triples" / f"{name}.json").is_file()
        elif kind == "titles":
            assert name in TITLES
        else:
            file, _, test = proof.partition("::")
            assert f"def {test}(" in (CASES_FOLDER.parent / file).read_text(encoding="utf-8")


def test_every_named_case_stands_for_a_lesson() -> None:
    proofs = " ".join(row["proof"] for row in LESSONS)

    assert [path.stem for path in CASES if f"case:{path.stem}" not in proofs] == []
    assert [query for query in TITLES if f"titles:{query}" not in f"{proofs} {SLIPS}"] == []
