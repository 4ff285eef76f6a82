"""The lexicon: what is known about words before any corpus is looked at.

Built once from a ``Knowledge`` (or, without titles in it, from the corpus itself) and never changed
afterwards, so that the score of two titles does not depend on which other titles exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.text.fold import fold, fold_title
from app.engine.text.knowledge import Knowledge, SynonymKind
from app.engine.text.listed import listed
from app.engine.text.stems import stem
from app.engine.text.vectors import word_vectors

_IDF_BASE = 0.5
_GRAM_IDF_BASE = 1.0
GRAM_SIZES = (2, 3, 4, 5)
RANK_SHARE = 0.8
_REMEMBERED = 8_192  # words whose weighted vectors are kept
_RANKS = listed(
    """
    agent aide ouvrier employe operateur technicien assistant adjoint responsable chef directeur
    charge attache gestionnaire cadre manager superviseur auxiliaire collaborateur stagiaire
    apprenti conseiller specialiste expert
    """
)


class Analysis(NamedTuple):
    """The words of one title: in masculine singular, and as they were typed."""

    words: tuple[str, ...]
    typed: tuple[str, ...]


@lru_cache(maxsize=131_072)
def word_grams(word: str) -> tuple[str, ...]:
    """Return the character n-grams of one word between its bounds, repeats included."""
    padded = f" {word} "
    return tuple(
        padded[start : start + size]
        for size in GRAM_SIZES
        for start in range(len(padded) - size + 1)
    )


def _idf(uses: Mapping[str, int], documents: int, base: float) -> dict[str, float]:
    return {
        term: float(np.log((1 + documents) / (1 + count))) + base for term, count in uses.items()
    }


class Lexicon:
    """Weights, vectors, synonyms and short forms of words. Immutable once built.

    ``reference`` are the titles from which weights are counted; ``grouped`` are (title, code)
    pairs from which vectors are learnt; no vectors without them.
    """

    def __init__(
        self, reference: Iterable[str], grouped: Sequence[tuple[str, str]], knowledge: Knowledge
    ) -> None:
        self._read_synonyms(knowledge)
        titles = [self.analyse(title) for title in sorted(set(reference))]
        self.uses: Counter[str] = Counter(word for title in titles for word in set(title.words))
        grams = Counter(
            gram
            for title in titles
            for gram in {gram for word in title.typed for gram in word_grams(word)}
        )
        count = len(titles)
        self._idf = _idf(self.uses, count, _IDF_BASE)
        self._unseen_idf = float(np.log(1 + count)) + _IDF_BASE
        self._gram_idf = _idf(grams, count, _GRAM_IDF_BASE)
        self._unseen_gram_idf = float(np.log(1 + count)) + _GRAM_IDF_BASE
        self._learn_vectors(grouped)

    def _read_synonyms(self, knowledge: Knowledge) -> None:
        self._short: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.synonyms: dict[str, set[str]] = {}
        # Words that are right as they stand though no title may hold them: some lead to trades,
        # some are known to lead to none.
        self.named: set[str] = set()
        self.strangers: set[str] = set()
        for line in knowledge.synonyms:
            term = tuple(fold(line.term).split())
            (self.strangers if line.kind is SynonymKind.NONE else self.named).update(term)
            if line.kind is SynonymKind.SHORT:
                self._short[term] = tuple(fold(line.target).split())
            elif line.kind is SynonymKind.WORD:
                one, other = " ".join(term), fold(line.target)
                self.named.add(other)
                self.synonyms.setdefault(one, set()).add(other)
                self.synonyms.setdefault(other, set()).add(one)
        self._short_starts = {term[0] for term in self._short if term}
        self._longest_short = max(map(len, self._short), default=0)

    def _learn_vectors(self, grouped: Sequence[tuple[str, str]]) -> None:
        analysed = {title: self.analyse(title).words for title in {title for title, _ in grouped}}
        pairs = sorted({(analysed[title], code) for title, code in grouped})
        known = sorted({word for words, _ in pairs for word in words})
        self._numbers = {word: number for number, word in enumerate(known)}
        codes = {code: number for number, code in enumerate(sorted({code for _, code in pairs}))}
        self._vectors: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)
        self._mates: dict[str, list[int]] = {}
        self._pulls: dict[str, tuple[NDArray[np.float32], float]] = {}
        if len(codes) < 2:
            self._numbers = {}
            return
        self._vectors = word_vectors(
            [[self._numbers[word] for word in words] for words, _ in pairs],
            [codes[code] for _, code in pairs],
            np.array([self.weight(word) for word in known]),
        )
        for word, number in self._numbers.items():
            self._mates.setdefault(stem(word), []).append(number)

    @property
    def dimensions(self) -> int:
        """Length of a word vector; 0 when nothing was learnt."""
        return int(self._vectors.shape[1])

    def analyse(self, title: str) -> Analysis:
        """Fold a title into words and write its short forms out."""
        folded, surface = fold_title(title)
        return self.written_out(folded.split(), surface.split())

    def written_out(self, words: Sequence[str], typed: Sequence[str]) -> Analysis:
        """Put the full wording in the place of each short form, longest first, each word once."""
        if self._short_starts.isdisjoint(words):
            return Analysis(tuple(words), tuple(typed))
        pairs: dict[str, str] = {}
        position = 0
        while position < len(words):
            length, full = self._short_form_at(words, position)
            if full:
                pairs.update((word, word) for word in full if word not in pairs)
            else:
                pairs.setdefault(words[position], typed[position])
            position += length
        return Analysis(tuple(pairs), tuple(pairs.values()))

    def _short_form_at(self, words: Sequence[str], position: int) -> tuple[int, tuple[str, ...]]:
        for length in range(self._longest_short, 0, -1):
            full = self._short.get(tuple(words[position : position + length]))
            if full is not None:
                return length, full
        return 1, ()

    def weight(self, word: str) -> float:
        """How telling a word is: its inverse document frequency, highest when never seen.

        Less for a word that says the rank and not the trade (*agent*, *responsable*).
        """
        weight = self._idf.get(word, self._unseen_idf)
        return weight * RANK_SHARE if word in _RANKS else weight

    def gram_weights(self, grams: Iterable[str]) -> list[float]:
        """The same of some character n-grams."""
        known, unseen = self._gram_idf.get, self._unseen_gram_idf
        return [known(gram, unseen) for gram in grams]

    def vector(self, word: str) -> NDArray[np.float32]:
        """Unit vector of a word, or of the known words of its stem, or the null vector."""
        number = self._numbers.get(word)
        if number is not None:
            return np.asarray(self._vectors[number])
        mates = self._mates.get(stem(word))
        if not mates:
            return np.zeros(self.dimensions, dtype=np.float32)
        total = self._vectors[mates].sum(axis=0)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)

    def _pull(self, word: str) -> tuple[NDArray[np.float32], float]:
        """Weighted vector of a word, and its squared weight when it has none; remembered."""
        known = self._pulls.get(word)
        if known is None:
            weight, vector = self.weight(word), self.vector(word)
            known = np.float32(weight) * vector, 0.0 if vector.any() else weight**2
            if len(self._pulls) < _REMEMBERED:
                self._pulls[word] = known
        return known

    def title_vector(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Weighted mean direction of some words, of length one or less.

        A word without a vector pulls in a direction of its own, so it shortens the result: a title
        half of which means nothing here can at most be half alike to another.
        """
        total = np.zeros(self.dimensions, dtype=np.float32)
        if not self.dimensions:
            return total
        strange = 0.0
        for word in words:
            pull, alone = self._pull(word)
            total += pull
            strange += alone
        length = sqrt(float(total @ total) + strange)
        return np.asarray(total / max(length, 1e-9), dtype=np.float32)


@lru_cache(maxsize=4)
def _lexicon_of_knowledge(knowledge: Knowledge) -> Lexicon:
    coded = [
        (line.term, code)
        for line in knowledge.synonyms
        if line.kind is SynonymKind.CODE
        for code in line.target.split("|")
    ]
    grouped = [(entry.title, entry.code) for entry in (*knowledge.titles, *knowledge.diplomas)]
    return Lexicon((entry.title for entry in knowledge.titles), grouped + coded, knowledge)


def lexicon_for(corpus: Sequence[str], knowledge: Knowledge | None) -> Lexicon:
    """Return the lexicon of this knowledge (shared), or one counted on the corpus."""
    if knowledge is not None and knowledge.titles:
        return _lexicon_of_knowledge(knowledge)
    return Lexicon(corpus, (), knowledge or Knowledge())
