"""The named cases and the published goals, on the public files when they are there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from app.engine.similarity import SynonymKind, TitleIndex, TradeSuggester, TradeTitle
from app.engine.text import scoring
from benchmarks import slips, titles, unseen_titles
from benchmarks.title_files import read_appellations, read_knowledge, read_synonyms
from tests.reference.everyday import EVERYDAY

SHARED = Path(os.environ.get("TREFLE_SHARED", Path(__file__).resolve().parents[4] / "shared"))
DATA = SHARED / "data"
ROME = DATA / "rome" / "unix_referentiel_code_rome_v460_utf8.csv"
APPELLATIONS = DATA / "rome" / "referentiel_appellations.csv"
DIPLOMAS = DATA / "diplomas" / "certif_info.csv"
BELGIAN = DATA / "titles" / "belgian"

pytestmark = pytest.mark.skipif(
    not APPELLATIONS.exists(), reason=f"public ROME files are not in {DATA}"
)


@pytest.fixture(scope="module")
def suggester() -> TradeSuggester:
    trades = [
        TradeTitle(entry.code, entry.title, "appellation")
        for entry in read_appellations(APPELLATIONS)
    ]
    return TradeSuggester(trades, read_knowledge(ROME, APPELLATIONS))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("boulengerie", "D1102"),
        ("patiserie", "D1104"),
        ("boulangère", "D1102"),
        ("boulang", "D1102"),
        ("mecanique voitur", "I1604"),
        ("coifeuse", "D1202"),
        ("agent de sécurité", "K2503"),
        ("vigile", "K2503"),
        ("plonbier", "F1603"),
        ("fotographe", "E1201"),
        ("AVS", "K1306"),
        ("aide soignente", "J1501"),
        ("chauffeur pl", "N4101"),
        ("espaces verts", "A1203"),
        ("macon", "F1703"),
        ("informatik", "I1401"),
        ("secretaire medical", "M1609"),
    ],
)
def test_the_trade_meant_comes_first_among_all_of_rome(
    suggester: TradeSuggester, typed: str, code: str
) -> None:
    assert suggester.suggest(typed)[0].code == code


def test_everyday_words_find_their_trade_among_all_of_rome(suggester: TradeSuggester) -> None:
    first = {word: [one.code for one in suggester.suggest(word, 1)] for word in EVERYDAY}

    wrong = {word: found for word, found in first.items() if found[:1] != [EVERYDAY[word][0]]}
    assert wrong == {}


@pytest.mark.parametrize("typed", ["astronaute cosmique", "licorne", "manger", "xyz", "roi"])
def test_what_is_no_trade_gives_nothing_among_all_of_rome(
    suggester: TradeSuggester, typed: str
) -> None:
    assert suggester.suggest(typed) == []


def test_policeman_gives_trades_of_security_as_alternatives(suggester: TradeSuggester) -> None:
    proposed = suggester.suggest("policier")

    assert [found.code for found in proposed] == ["K2503", "K2502", "K2504"]
    assert all(found.alternative for found in proposed)


@pytest.mark.parametrize("never", ["K2503", "K2504"])
def test_one_shared_word_brings_no_other_trade(suggester: TradeSuggester, never: str) -> None:
    assert never not in [found.code for found in suggester.suggest("agent commercial", 20)]


def test_our_synonyms_name_codes_that_exist() -> None:
    known = {entry.code for entry in read_appellations(APPELLATIONS)}

    named = {
        code
        for line in read_synonyms()
        if line.kind in (SynonymKind.CODE, SynonymKind.NONE)
        for code in line.target.split("|")
    }

    assert named <= known


@pytest.mark.skipif(not scoring.COMPILES, reason="compilation is off")
def test_compiled_and_plain_scores_of_rome_titles_agree_to_the_last_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    titles_ = [entry.title for entry in read_appellations(APPELLATIONS)]
    index = TitleIndex(titles_[::3], read_knowledge(ROME, APPELLATIONS))
    asked = [*titles_[::60], "boulengerie", "agent"]
    compiled = index.scores_many(asked)

    monkeypatch.setattr(scoring, "COMPILES", False)
    plain = index.scores_many(asked)

    assert compiled.nnz > 1000
    assert np.array_equal(compiled.indptr, plain.indptr)
    assert np.array_equal(compiled.indices, plain.indices)
    assert np.array_equal(compiled.data, plain.data)


@pytest.mark.slow
def test_the_belgian_task_reaches_its_goal() -> None:
    row = titles.run(BELGIAN, ROME, APPELLATIONS, DIPLOMAS)["files"]

    assert row["mrr"] >= 0.475
    assert row["success@10"] >= 0.605


@pytest.mark.slow
def test_slips_cost_no_more_than_the_goal_allows() -> None:
    row = slips.run(BELGIAN, ROME, APPELLATIONS, DIPLOMAS)["files"]

    assert row["lost_to_1"] <= 0.01
    assert row["lost_to_2"] <= 0.025


@pytest.mark.slow
def test_unseen_titles_find_their_code_as_often_as_the_goal_asks() -> None:
    rows = unseen_titles.run(APPELLATIONS, ROME, DIPLOMAS)

    for row in rows.values():
        assert row["first"] >= 0.71
        assert row["in_five"] >= 0.89
    assert rows["files"]["in_five"] >= 0.905
