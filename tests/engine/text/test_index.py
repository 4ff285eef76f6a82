"""The title index ranks what was meant first and is silent about what does not exist."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.similarity import Knowledge, TitleIndex, rank
from app.engine.text import lexicon, questions
from app.engine.text.weights import ALIGNMENT_FLOOR, NGRAM_FLOOR
from tests.engine.text.small_world import SYNONYMS, TITLES, small_knowledge

RANKING = (Path(__file__).parents[1] / "cases" / "titles_ranking.csv").read_text("utf-8")
ALL_TITLES = [title for titles in TITLES.values() for title in titles if title != "Vigile"]
CORPUS = [
    *ALL_TITLES,
    "VIRGILE ET FILS",
    "Vendeur cuisiniste",
    "Responsable de production",
    "Employé / Employée de rayon produits frais",
    "Aide à domicile",
    "Aide-soignant / Aide-soignante",
]
KNOWLEDGE = small_knowledge()
SOUND = 0.5

words = st.sampled_from(
    ["boulanger", "patissier", "vendeur", "agent", "securite", "commercial", "rayon", "chef"]
)
titles = st.lists(words, min_size=1, max_size=4, unique=True).map(" ".join)


@pytest.fixture(scope="module")
def index() -> TitleIndex:
    return TitleIndex(CORPUS, KNOWLEDGE)


@pytest.mark.parametrize(
    "case", list(csv.DictReader(RANKING.splitlines())), ids=lambda case: case["query"]
)
def test_the_right_title_comes_first_and_the_look_alike_never(
    index: TitleIndex, case: dict[str, str]
) -> None:
    found = index.search(case["query"], 20)

    sound = [CORPUS[place] for place, score in found if score >= SOUND]
    assert CORPUS[found[0][0]] == case["first"], case["why"]
    assert case["never"] not in sound, case["why"]


@pytest.mark.parametrize("query", ["", "xyzzy", "H/F", "12345"])
def test_a_query_that_names_nothing_finds_nothing(index: TitleIndex, query: str) -> None:
    assert index.search(query, 5) == []


@pytest.mark.parametrize("knowledge", [None, KNOWLEDGE], ids=["bare", "with knowledge"])
def test_the_same_title_has_score_one(knowledge: Knowledge | None) -> None:
    index = TitleIndex(CORPUS, knowledge)

    best = index.search("Coiffeur", 1)

    assert CORPUS[best[0][0]] == "Coiffeur / Coiffeuse"
    assert best[0][1] == pytest.approx(1.0)


def test_synonyms_help_without_any_title_file() -> None:
    index = TitleIndex(["Mécanicien automobile", "Boulanger"], Knowledge(synonyms=SYNONYMS))

    found = index.search("voiture", 5)

    assert [place for place, _ in found] == [0]


def test_words_of_one_trade_are_alike_though_they_share_no_letter(index: TitleIndex) -> None:
    best = index.search("gardiennage", 1)

    assert CORPUS[best[0][0]] == "Agent / Agente de sécurité"


def test_a_derived_word_nobody_listed_takes_the_meaning_of_its_stem(index: TitleIndex) -> None:
    best = index.search("chocolaterie", 1)

    assert CORPUS[best[0][0]] == "Chocolatier / Chocolatière"


def test_a_title_typed_in_the_same_number_comes_before_its_plural() -> None:
    index = TitleIndex(["Coiffeurs", "Coiffeur"])

    assert [place for place, _ in index.search("coiffeur", 2)] == [1, 0]


def test_equal_scores_are_ordered_by_title_then_by_place() -> None:
    index = TitleIndex(["boulanger B", "boulanger A", "boulanger A"])

    assert [place for place, _ in index.search("boulanger", 3)] == [1, 2, 0]


def test_search_cuts_at_k_without_losing_the_best(index: TitleIndex) -> None:
    everything = index.search("agent de rayon", 100)

    assert index.search("agent de rayon", 2) == everything[:2]
    assert len(everything) > 2


def test_scores_of_many_are_the_scores_of_each(index: TitleIndex) -> None:
    queries = ["boulanger", "", "agent de securite", "boulengere"]

    many = index.scores_many(queries)

    assert many.shape == (4, len(CORPUS))
    for row, query in enumerate(queries):
        found, values = index.scores(query)
        assert many[[row]].indices.tolist() == found.tolist()
        assert many[[row]].data == pytest.approx(values)


def test_scores_of_no_query_are_an_empty_table(index: TitleIndex) -> None:
    assert index.scores_many([]).shape == (0, len(CORPUS))


def test_an_added_title_is_found_at_once() -> None:
    index = TitleIndex(["Boulanger"], KNOWLEDGE)

    place = index.add("Coiffeur")

    assert len(index) == 2
    assert index.search("coiffeuse", 1)[0][0] == place == 1


def test_a_title_written_like_another_is_found_beside_it() -> None:
    index = TitleIndex(["Boulanger H/F", "Coiffeur"], KNOWLEDGE)

    place = index.add("boulanger (h/f/x) - 78")

    assert [found for found, _ in index.search("boulanger", 5)][:2] == [0, place]
    assert index.scores_many(["boulanger", "Boulanger H/F"]).toarray()[:, [0, 2]].min() == 1.0


def test_adding_titles_gives_the_index_built_with_them() -> None:
    grown = TitleIndex(CORPUS[:5], KNOWLEDGE)
    for title in CORPUS[5:]:
        grown.add(title)

    assert grown.search("agent commercial", 9) == TitleIndex(CORPUS, KNOWLEDGE).search(
        "agent commercial", 9
    )


def test_many_threads_read_the_same_scores_while_one_adds() -> None:
    index = TitleIndex(CORPUS, KNOWLEDGE)
    alone = index.search("boulangere", 3)

    with ThreadPoolExecutor(8) as threads:
        added = threads.submit(index.add, "Soudeur")
        answers = list(threads.map(lambda _: index.search("boulangere", 3), range(40)))

    assert added.result() == len(CORPUS)
    assert all(answer == alone for answer in answers)


def test_a_short_form_inside_a_longer_query_is_written_out(index: TitleIndex) -> None:
    found = index.search("AVS à domicile", 1)

    assert CORPUS[found[0][0]] == "Auxiliaire de vie sociale"


def test_a_misspelt_word_is_read_in_each_likely_way() -> None:
    index = TitleIndex(["Monteur de pneus", "Chef moteur", "Coiffeur"])

    assert {place for place, score in index.search("moyteur", 3) if score > SOUND} == {0, 1}


def test_answers_stay_the_same_when_no_more_words_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembering = TitleIndex(CORPUS, KNOWLEDGE).search("boulanger", 5)
    monkeypatch.setattr(questions, "_REMEMBERED", 0)
    monkeypatch.setattr(lexicon, "_REMEMBERED", 0)

    forgetful = TitleIndex(CORPUS, small_knowledge()).search("boulanger", 5)

    assert forgetful == remembering != []


def test_an_index_of_nothing_answers_nothing() -> None:
    assert TitleIndex([]).search("boulanger", 3) == []


@given(titles, st.lists(titles, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_scores_lie_between_nothing_and_one_and_pass_a_floor(query: str, corpus: list[str]) -> None:
    index = TitleIndex(corpus, KNOWLEDGE)

    found, scores = index.scores(query)

    assert np.all(np.diff(found) > 0)
    assert np.all((scores > 0) & (scores <= 1))
    assert np.all(scores >= 0.29 * min(NGRAM_FLOOR, ALIGNMENT_FLOOR))


@given(titles, titles)
@settings(max_examples=60, deadline=None)
def test_the_score_of_two_known_titles_is_symmetric(one: str, other: str) -> None:
    there = dict(TitleIndex([other], KNOWLEDGE).search(one, 1))
    back = dict(TitleIndex([one], KNOWLEDGE).search(other, 1))

    assert there.get(0, 0.0) == pytest.approx(back.get(0, 0.0), abs=1e-5)


@given(titles, titles, st.lists(titles, max_size=5))
@settings(max_examples=40, deadline=None)
def test_with_knowledge_a_score_does_not_depend_on_the_other_titles(
    query: str, title: str, others: list[str]
) -> None:
    alone = dict(TitleIndex([title], KNOWLEDGE).search(query, 1))
    among = dict(TitleIndex([title, *others], KNOWLEDGE).search(query, 99))

    assert among.get(0, 0.0) == pytest.approx(alone.get(0, 0.0), abs=1e-5)


@given(
    st.permutations(CORPUS), st.sampled_from(["boulanger", "agent", "chef de cuisine", "vendur"])
)
@settings(max_examples=30, deadline=None)
def test_a_shuffled_corpus_gives_the_same_titles_with_the_same_scores(
    shuffled: list[str], query: str
) -> None:
    [straight] = rank([query], CORPUS, 8)
    [mixed] = rank([query], shuffled, 8)

    assert [(shuffled[place], score) for place, score in mixed] == [
        (CORPUS[place], score) for place, score in straight
    ]
