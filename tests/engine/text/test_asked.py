"""Titles that come later are compared with few of the texts asked before, and no likeness is lost."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from app.engine.similarity import Knowledge, TitleIndex
from app.engine.text import fold
from tests.engine.text.small_world import small_knowledge

KNOWLEDGE = small_knowledge()
NEW = ("Souffleur de verre", "Luthier", "Boulanger 3D", "Agent agent de luthier")


def misspelt(random: Random, text: str) -> str:
    """One letter lost, doubled or swapped, somewhere."""
    place = random.randrange(max(1, len(text) - 1))
    kept, rest = text[:place], text[place:]
    return kept + random.choice([rest[1:], rest[:1] + rest, rest[1:2] + rest[:1] + rest[2:]])


def wishes_of(random: Random, titles: list[str]) -> list[str]:
    """Folded wishes: titles, halves of two, and slips in both; a text of no word among them."""
    mixed = [
        " ".join(random.sample(f"{a} {b}".split(), 2))
        for a, b in zip(titles, titles[::-1], strict=True)
        if b
    ]
    texts = [*titles, *mixed]
    return sorted(
        {fold(text) for text in (*texts, *(misspelt(random, text) for text in texts * 3), "")}
    )


@pytest.mark.parametrize("knowledge", [KNOWLEDGE, None], ids=["knowledge", "none"])
@pytest.mark.parametrize("seed", range(2))
def test_every_text_with_a_score_for_a_later_title_is_among_those_compared_with_it(
    seed: int, knowledge: Knowledge | None
) -> None:
    random = Random(seed)
    titles = sorted({entry.title for entry in KNOWLEDGE.titles})
    random.shuffle(titles)
    base = TitleIndex(titles[: len(titles) // 2], knowledge)
    later = [*NEW, *titles[len(titles) // 2 :]]
    wishes = wishes_of(random, [*titles, *NEW])
    scores, asked = base.scores_and_asked(wishes)

    compared = [(TitleIndex([title], knowledge, base), title) for title in later]

    assert np.array_equal(scores.toarray(), base.scores_many(wishes).toarray())
    for index, title in compared:
        like = index.like(asked).tolist()
        scored = np.unique(index.scores_many(wishes).nonzero()[0]).tolist()
        assert set(scored) <= set(like), title
        assert wishes.index(fold(title)) in scored
    assert min(len(index.like(asked)) for index, _ in compared) < len(wishes) / 2


def test_a_word_that_comes_with_a_later_title_is_known_beside_and_corrected_to() -> None:
    base = TitleIndex(["Boulanger", "Souder"], KNOWLEDGE)
    later = TitleIndex(["Souffleur de verre"], KNOWLEDGE, base)

    assert later.spelled("soufleur") == "souffleur"
    assert later.spelled("boulangr") == "boulanger"
    assert (
        base.spelled("souffleur") != later.spelled("souffleur")
        or base.unknown_share("souffleur") == 1.0
    )
    assert TitleIndex(["Boulanger"], KNOWLEDGE, base).speller is base.speller
