"""What the titles of a corpus teach: how to read, correct and complete a query."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile
from operator import itemgetter

from app.engine.text.arrays import corpus_of
from app.engine.text.batches import Reading
from app.engine.text.fold import fold_title
from app.engine.text.lexicon import Analysis, Lexicon
from app.engine.text.questions import Asker
from app.engine.text.spelling import Speller

_SMALLEST = 1e-9
_SHORTEST_PREFIX = 2
_COMPLETED = 0.9  # trust in a word that is not typed to its end


def _completable(titles: Sequence[Analysis]) -> list[tuple[str, int, str]]:
    """Every spelling of every word with its uses and its base form, in alphabetical order."""
    uses: Counter[tuple[str, str]] = Counter()
    for title in titles:
        for word, typed in zip(title.words, title.typed, strict=True):
            uses.update({(word, word), (typed, word)})
    return sorted((spelling, count, base) for (spelling, base), count in uses.items())


class Tables:
    """What is known of the distinct titles of a corpus, in the order given. Immutable."""

    def __init__(self, lexicon: Lexicon, titles: Sequence[Analysis], speller: Speller) -> None:
        self._lexicon = lexicon
        self.speller = speller
        self._completable = _completable(titles)
        corpus = corpus_of(lexicon, titles)
        self.arrays = corpus.arrays
        self.asker = Asker(lexicon, corpus)

    def readings(self, query: str) -> list[Reading]:
        """Fold, correct and write out a query: the likeliest reading first.

        The other readings take another known word for one word that nobody knows.
        """
        folded, surface = fold_title(query)
        words, typed = folded.split(), surface.split()
        meant = [self.speller.meant(word) for word in words]
        best = [choices[0][0] for choices in meant]
        trust = min((choices[0][1] for choices in meant), default=1.0)
        readings = [Reading(self._question(words, typed, best), trust)]
        for place, choices in enumerate(meant):
            for word, less in choices[1:]:
                changed = [*best[:place], word, *best[place + 1 :]]
                readings.append(Reading(self._question(words, typed, changed), less))
        return readings

    def spelled(self, query: str) -> str:
        """The folded query with its words corrected, short forms left as they are."""
        return " ".join(self.speller.correct(word) for word in fold_title(query).folded.split())

    def unknown_share(self, query: str) -> float:
        """Share of the weight of a query that lies on words nobody knows, in [0, 1].

        The start of a known word counts as known at the end of the query: it is being typed.
        """
        folded, surface = fold_title(query)
        known = {word: self.speller.recognises(word) for word in folded.split()}
        if self._started(surface):
            known[folded.split()[-1]] = True
        weights = {word: self._lexicon.weight(word) for word in known}
        strange = sum(weight for word, weight in weights.items() if not known[word])
        return strange / max(sum(weights.values()), _SMALLEST)

    def _started(self, surface: str) -> list[tuple[str, int, str]]:
        """The spelled words that the last word typed may be the start of."""
        prefix = surface.rsplit(" ", maxsplit=1)[-1]
        if len(prefix) < _SHORTEST_PREFIX:
            return []
        first = bisect_left(self._completable, prefix, key=itemgetter(0))
        return list(takewhile(lambda row: row[0].startswith(prefix), self._completable[first:]))

    def completions(self, query: str, limit: int) -> list[Reading]:
        """Readings of a query whose last word is still being typed, most used words first."""
        folded, surface = fold_title(query)
        words, typed = folded.split(), surface.split()
        before = [self.speller.correct(word) for word in words[:-1]]
        by_use = sorted((-uses, base) for _, uses, base in self._started(surface))
        bases = list(dict.fromkeys(base for _, base in by_use))[:limit]
        return [
            Reading(self._question(words, typed, [*before, base]), _COMPLETED) for base in bases
        ]

    def _question(self, words: list[str], typed: list[str], meant: list[str]) -> Analysis:
        """Put the words meant in the place of those typed and write short forms out."""
        shown = [
            given if word == right else right
            for word, given, right in zip(words, typed, meant, strict=True)
        ]
        return self._lexicon.written_out(meant, shown)
